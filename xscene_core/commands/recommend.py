"""``xscene recommend --run R --items FILE``: a new category, before anybody has chosen anything in it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xscene_core.commands.options import HomeOption, JsonOption
from xscene_core.commands.output import check_out, emit, say, table, write_whole
from xscene_core.errors import InputError
from xscene_core.home import Home

if TYPE_CHECKING:
    from xscene_core.newcategory.result import Recommendations

_PEOPLE_SHOWN = 10


def recommend(
    run: Annotated[str, typer.Option("--run", metavar="RUN", help="A finished run, or how its id begins.")],
    items: Annotated[
        Path,
        typer.Option("--items", metavar="FILE", help="Products: CSV, Parquet or JSON lines with a title."),
    ],
    top: Annotated[int, typer.Option("--top", min=1, max=100, help="Products for each person.")] = 5,
    scene: Annotated[
        str | None, typer.Option("--scene", help="Only people of this scene of the run.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="CSV", help="Write one line per person and product.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Of a product list that is not UTF-8.")
    ] = None,
    price_min: Annotated[float | None, typer.Option("--price-min", help="List nothing cheaper.")] = None,
    price_max: Annotated[float | None, typer.Option("--price-max", help="List nothing dearer.")] = None,
    brand: Annotated[
        list[str] | None, typer.Option("--brand", help="List only this brand; may be repeated.")
    ] = None,
    category: Annotated[
        list[str] | None, typer.Option("--category", help="List only this category; may be repeated.")
    ] = None,
    exclude_bought: Annotated[
        bool, typer.Option("--exclude-bought", help="Leave out what a person chose before.")
    ] = False,
    diversity: Annotated[
        float, typer.Option("--diversity", metavar="0..1", help="0: the best. 1: the most different.")
    ] = 0.0,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say for whom new products fit, what each person would choose, and how sure that is."""
    from xscene_core.commands.progress import Stages
    from xscene_core.experiments.pipeline import load_run
    from xscene_core.experiments.store import RunStore
    from xscene_core.newcategory import recommend as place
    from xscene_core.newcategory.product_list import load_products
    from xscene_core.newcategory.selection import Selection, allowed, check, choose

    wish = Selection(
        price_min, price_max, tuple(brand or ()), tuple(category or ()), exclude_bought, diversity
    )
    folder = Home.resolve(home)
    record = RunStore(folder).fetch(run)
    products = load_products(items, encoding=encoding)
    check(wish, products.items)
    if not allowed(wish, products.items).any():
        raise _nothing_left(str(wish))
    if out is not None:
        check_out(out, items)
    with Stages(quiet=as_json) as watcher:
        loaded = load_run(folder, record, watcher)
        found = choose(place(loaded, products, scene=scene, top=top, watcher=watcher), wish)
    if found.offers.empty:
        raise _nothing_left(str(wish))
    if out is not None:
        write_whole(out, found.to_csv())
        say(f"Wrote {len(found.offers):,} lines to {out}")
    if as_json:
        emit(found.document())
    else:
        print(_summary(found))


def _nothing_left(wish: str) -> InputError:
    todo = "Widen the price band or leave a filter out."
    return InputError("No product is left to list", where=wish, todo=todo)


def _summary(found: "Recommendations") -> str:
    facts = found.facts
    lines = [
        f"{found.name}: {len(found.products):,} products for {len(found.people):,} people of "
        f"{', '.join(facts['considered_by_scene'])}, judged by {facts['stands_for']}",
    ]
    if found.abstains:
        lines.append(
            "Too far from everything known: what follows is no better than a guess, so no advice is given."
        )
    if "selection" in facts:
        lines.append(
            f"{facts['left']:,} of {len(found.products):,} products may be listed: {facts['selection']}"
        )
    titles = dict(zip(found.products["item_id"], found.products["title"], strict=True))
    offers = found.offers.groupby("user_id", sort=False)
    shown: list[dict[str, Any]] = found.people.head(_PEOPLE_SHOWN).to_dict("records")  # type: ignore[assignment]
    lists = dict(iter(offers))
    rows = [_row(person, lists.get(person["user_id"], found.offers[:0]), titles) for person in shown]
    columns = ["person", "scene", "fits better than", "confidence", "would choose"]
    lines += ["", table(columns, rows)]
    if len(found.people) > len(rows):
        lines.append(
            f"... and {len(found.people) - len(rows):,} more; --out FILE.csv or --json has everybody."
        )
    return "\n".join(lines)


def _row(person: dict[str, Any], offers: Any, titles: dict[str, str]) -> list[str]:
    chosen = [titles[item] for item in offers["item_id"]]
    return [
        str(person["user_id"]),
        str(person["scenes"]),
        f"{person['among']:.0%} of people",
        str(person["confidence"]),
        "; ".join(title if len(title) <= 40 else f"{title[:39]}…" for title in chosen[:3]),
    ]
