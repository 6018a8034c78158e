"""``xscene lists --run R``: what to show to whom in the target, to take away."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xscene_core.commands.options import HomeOption, JsonOption, split_names
from xscene_core.commands.output import check_out, emit, first_titles, say, table, write_whole
from xscene_core.home import Home

if TYPE_CHECKING:
    import pandas as pd

_PEOPLE_SHOWN = 10


def lists(
    run: Annotated[str, typer.Option("--run", metavar="RUN", help="A finished run, or how its id begins.")],
    person: Annotated[
        list[str] | None,
        typer.Option("--person", help="Only these people; may be repeated (default: all of the target)."),
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, max=1000, help="Products for each person.")] = 20,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="CSV", help="Write one line per person and product.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what each person of the target would be shown, without what they already chose."""
    from xscene_core.commands.progress import Stages
    from xscene_core.experiments.person_lists import person_lists
    from xscene_core.experiments.pipeline import load_run
    from xscene_core.experiments.store import RunStore
    from xscene_core.newcategory.result import harmless

    folder = Home.resolve(home)
    record = RunStore(folder).fetch(run)
    if out is not None:
        check_out(out)
    asked = split_names(person or ())
    with Stages(quiet=as_json) as watcher:
        loaded = load_run(folder, record, watcher)
        found = person_lists(loaded, asked, top, watcher)
    if out is not None:
        text = harmless(found).to_csv(index=False, float_format="%.4f", lineterminator="\r\n")
        write_whole(out, f"\ufeff{text}")
        say(f"Wrote {len(found):,} lines to {out}")
    if as_json:
        about = {"run": record.run_id, "target": record.spec.task.target, "method": record.spec.method}
        stands_for = loaded.recommender.stands_for
        emit(about | {"stands_for": stands_for, "lists": found.to_dict("records")})
    else:
        print(_summary(found))


def _summary(found: "pd.DataFrame") -> str:
    people = list(found.groupby("user_id", sort=False))
    rows = [[str(name), first_titles(one["title"].tolist())] for name, one in people]
    lines = [table(["person", "first of the list"], rows[:_PEOPLE_SHOWN])]
    if len(rows) > _PEOPLE_SHOWN:
        lines.append(f"... and {len(rows) - _PEOPLE_SHOWN:,} more; --out FILE.csv or --json has everybody.")
    return "\n".join(lines)
