"""``xscene run``: methods on a task, with the baselines that make the result mean something."""

import shlex
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xscene_core.commands.compare import KOption, show
from xscene_core.commands.options import HomeOption, JsonOption, method_params, split_names
from xscene_core.commands.output import say
from xscene_core.errors import WorkError
from xscene_core.home import Home

if TYPE_CHECKING:
    from xscene_core.experiments.record import RunRecord


def run(
    source: Annotated[
        list[str],
        typer.Option("--source", metavar="SCENE", help="Learn from this scene; repeat for several."),
    ],
    target: Annotated[str, typer.Option("--target", metavar="SCENE", help="Recommend in this scene.")],
    method: Annotated[
        list[str],
        typer.Option("--method", metavar="M[,M...]", help="Methods; baselines always run beside them."),
    ],
    budget: Annotated[
        str,
        typer.Option(
            "--budget", help="Target people (or labelled rows) to learn from: 0, a number, a share, or all."
        ),
    ] = "10%",
    label: Annotated[
        str, typer.Option("--label", metavar="TABLE.COLUMN", help="Learn this label instead of choices.")
    ] = "",
    split: Annotated[
        str, typer.Option("--split", help="leave-one-out, global-time or new-people.")
    ] = "leave-one-out",
    seed: Annotated[int, typer.Option("--seed", help="Equal seeds give equal numbers.")] = 0,
    encoder: Annotated[
        str, typer.Option("--encoder", help="What turns items into vectors; auto: what suits the texts.")
    ] = "auto",
    param: Annotated[
        list[str] | None,
        typer.Option(
            "--param", metavar="KEY=VALUE", help="A parameter, for all methods or as method.key=value."
        ),
    ] = None,
    k: KOption = 10,
    detach: Annotated[bool, typer.Option("--detach", help="Start the runs and return at once.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run transfer methods from source scenes to a target scene and compare them."""
    from xscene_core.experiments.store import RunStore
    from xscene_core.experiments.submission import make_task, submit_methods

    place, methods = Home.resolve(home), [name.lower() for name in split_names(method)]
    task = make_task(
        split_names(source), target, label=label, budget=budget, split=split, seed=seed, encoder=encoder
    )
    group = submit_methods(place, task, methods, method_params(param or [], methods), k=k)
    store = RunStore(place)
    runs = store.list(group=group, oldest_first=True) if detach else _watch(place, group, quiet=as_json)
    show(store, [one.run_id for one in _as_asked(runs, methods)], k, as_json)
    if detach:
        say(f"{len(runs)} runs work on; 'xscene runs list' shows how far they are.")
    if not as_json:
        print(f"See it in the app: {app_command(place)}")
    _complain(runs)


def app_command(home: Home) -> str:
    """The command that opens the app on this home."""
    default = Path(".xscene").resolve() == home.path
    prefix = "" if default else f"XSCENE_HOME={shlex.quote(str(home.path))} "
    return f"{prefix}streamlit run app.py"


def _watch(home: Home, group: str, quiet: bool) -> "list[RunRecord]":
    """Shows progress until all runs have ended; Ctrl-C cancels them."""
    from xscene_core.commands.progress import display
    from xscene_core.experiments.submission import cancel_group, follow

    runs: list[RunRecord] = []
    try:
        with display(quiet) as show_progress:
            for runs in follow(home, group):
                show_progress(runs)
    except KeyboardInterrupt:
        say("Cancelling; press Ctrl-C again to leave at once (the runs stop by themselves).")
        cancel_group(home, group)
        deque(follow(home, group), maxlen=0)
        raise WorkError(
            "The runs were cancelled", todo="'xscene runs resume RUN' takes one up again."
        ) from None
    return runs


def _as_asked(runs: "list[RunRecord]", methods: list[str]) -> "list[RunRecord]":
    """Asked methods first, in the order they were asked for."""
    place = {name: at for at, name in enumerate(methods)}
    return sorted(runs, key=lambda one: place.get(one.spec.method, len(place)))


def _complain(runs: "list[RunRecord]") -> None:
    """Says on stderr what did not finish; the document with every run's own error is already printed."""
    failed = [one for one in runs if one.status in ("failed", "lost", "cancelled")]
    if failed:
        first = failed[0]
        said = WorkError(
            f"{len(failed)} of {len(runs)} runs did not finish; {first.spec.method} is {first.status}"
            + (f": {first.error}" if first.error else ""),
            where=f"run {first.run_id[:8]}",
        )
        say(str(said))
        raise typer.Exit(1)
