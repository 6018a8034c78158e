"""``xscene recommend --run R --items FILE``: a new category, before anybody has chosen anything in it."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xscene_core.commands.options import HomeOption, JsonOption
from xscene_core.commands.output import check_out, emit, first_titles, say, table, write_whole
from xscene_core.errors import InputError
from xscene_core.home import Home

if TYPE_CHECKING:
    import pandas as pd

    from xscene_core.newcategory.orders import Orders
    from xscene_core.newcategory.result import Recommendations

_PEOPLE_SHOWN = 10


def recommend(
    run: Annotated[str, typer.Option("--run", metavar="RUN", help="A finished run, or how its id begins.")],
    items: Annotated[
        Path,
        typer.Option(
            "--items", metavar="FILE", help="Products: CSV, Excel, Parquet or JSON lines with a title."
        ),
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
    in_stock: Annotated[
        bool, typer.Option("--in-stock", help="List only what the list says is in stock.")
    ] = False,
    diversity: Annotated[
        float, typer.Option("--diversity", metavar="0..1", help="0: the best. 1: the most different.")
    ] = 0.0,
    orders: Annotated[
        Path | None,
        typer.Option("--orders", metavar="FILE", help="First orders: user_id, item_id, event, timestamp."),
    ] = None,
    first: Annotated[
        int | None, typer.Option("--first", min=0, help="Use only the first so many of the orders.")
    ] = None,
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
        price_min,
        price_max,
        tuple(brand or ()),
        tuple(category or ()),
        exclude_bought,
        diversity,
        in_stock=in_stock,
    )
    folder = Home.resolve(home)
    record = RunStore(folder).fetch(run)
    products = load_products(items, encoding=encoding)
    check(wish, products.items)
    if not allowed(wish, products.items).any():
        raise _nothing_left(str(wish))
    given = _orders(orders, first, products.items, encoding)
    if out is not None:
        check_out(out, items)
    with Stages(quiet=as_json) as watcher:
        loaded = load_run(folder, record, watcher)
        found = choose(place(loaded, products, scene=scene, top=top, orders=given, watcher=watcher), wish)
    if found.offers.empty:
        raise _nothing_left(str(wish))
    if out is not None:
        write_whole(out, found.to_csv())
        say(f"Wrote {len(found.offers):,} lines to {out}")
    if as_json:
        emit(found.document())
    else:
        print(_summary(found))


def _orders(file: Path | None, first: int | None, items: "pd.DataFrame", encoding: str | None) -> "Orders":
    from xscene_core.newcategory.orders import NO_ORDERS, load_orders

    if file is None:
        if first is not None:
            raise InputError("--first needs orders", where="--first", todo="Name a file with --orders.")
        return NO_ORDERS
    read = load_orders(file, items, encoding)
    for problem in read.problems:
        rows = f", {problem.count} rows" if problem.count > 1 else ""
        say(f"{problem.table}{f', row {problem.row}' if problem.row else ''}{rows}: {problem.what}")
    return (read.orders or NO_ORDERS).first(first)


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
    lines += _learned(facts["orders"])
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


def _learned(orders: dict[str, Any]) -> list[str]:
    """What orders are worth, and what the given ones did."""
    lines = []
    if orders["measured"] and orders["stop"] > orders["start"]:
        gain, low, high = orders["following"]
        count = orders["stop"] - orders["start"]
        lines.append(
            f"The next {count} orders: {gain:+.1%} of product pairs in the right order on hidden categories "
            f"({low:+.1%} to {high:+.1%}, 95 %)" + ("" if low > 0 else ": no sure gain")
            if math.isfinite(low)
            else f"Too few hidden categories have {orders['stop']} orders to tell what {count} are worth."
        )
    if "events" in orders:
        lines.append(
            f"Learned from {orders['order']:,} orders, {orders['up']:,} ups and {orders['down']:,} downs; "
            f"{orders['unknown_people']:,} people are in no scene and tell only how wanted a product is"
        )
    tried = orders.get("held_back")
    if tried:
        lines.append(
            f"On the last {tried['events']} of them, kept out: {tried['before']:.1%} of pairs in the right "
            f"order before, {tried['after']:.1%} after"
        )
        if tried["worse"]:
            lines.append("Warning: learning from the orders made it worse there.")
    return lines


def _row(person: dict[str, Any], offers: Any, titles: dict[str, str]) -> list[str]:
    chosen = [titles[item] for item in offers["item_id"]]
    return [
        str(person["user_id"]),
        str(person["scenes"]),
        f"{person['among']:.0%} of people",
        str(person["confidence"]),
        first_titles(chosen),
    ]
