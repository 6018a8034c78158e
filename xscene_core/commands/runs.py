"""``xscene runs``: what has run, what runs, and what to do with it."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xscene_core.commands.options import HomeOption, JsonOption, split_names
from xscene_core.commands.output import duration, emit, table
from xscene_core.commands.progress import describe
from xscene_core.errors import InputError
from xscene_core.home import Home

if TYPE_CHECKING:
    from xscene_core.experiments.record import RunRecord
    from xscene_core.experiments.store import RunStore

app = typer.Typer(no_args_is_help=True, help="List, show, cancel, resume, delete and restore runs.")
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="A run id, or how it begins.")]
RunArguments = Annotated[list[str], typer.Argument(metavar="RUN...", help="Run ids, or how they begin.")]

HEADS = {"ranking": "NDCG@10", "label": "accuracy"}
"""What the number of a run of each kind of task is."""


@app.command("list")
def list_runs(
    status: Annotated[str, typer.Option("--status", help="Only runs of this status.")] = "",
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=5000, help="At most so many, newest first.")
    ] = 50,
    deleted: Annotated[bool, typer.Option("--deleted", help="The deleted runs.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List runs, newest first."""
    from xscene_core.experiments.record import STATUSES

    known = next((one for one in STATUSES if one == status), None)
    if status and known is None:
        raise InputError(
            f"No run has the status {status!r}", where="--status", todo=f"One of: {', '.join(STATUSES)}."
        )
    runs = _store(home).list(known, limit=limit, deleted=deleted)
    if as_json:
        emit({"runs": [_document(run) for run in runs]})
    elif not runs:
        print("No runs. 'xscene run --help' tells how to start one.")
    else:
        kinds = {run.spec.task.kind for run in runs}
        number = HEADS[kinds.pop()] if len(kinds) == 1 else " / ".join(HEADS.values())
        columns = [
            "run",
            "started",
            "method",
            "sources -> target",
            "learns",
            "budget",
            "state",
            number,
            "time",
        ]
        print(table(columns, [_row(run) for run in runs]))


@app.command()
def show(run: RunArgument, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show one run: its task, state, numbers, and the command that reproduces it."""
    found = _store(home).get(run)
    document = _document(found)
    if as_json:
        emit(document)
        return
    plain = {name: value for name, value in document.items() if value not in ("", None, {}, [])}
    plain |= {name: found_in for name, found_in in plain.pop("task").items() if name != "fingerprints"}
    width = max(map(len, plain))
    for name, value in plain.items():
        print(f"{name:{width}}  {_inline(value)}")


@app.command()
def cancel(runs: RunArguments, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Cancel queued or running runs; ended ones stay as they are."""
    _change(home, runs, as_json, lambda store, run: store.cancel(run))


@app.command()
def resume(runs: RunArguments, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Put failed, cancelled or lost runs back in the queue."""
    _change(home, runs, as_json, lambda store, run: store.resume(run))


@app.command()
def delete(runs: RunArguments, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Hide ended runs; 'runs restore' brings them back."""
    _change(home, runs, as_json, lambda store, run: store.delete(run))


@app.command()
def restore(runs: RunArguments, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Bring deleted runs back."""
    _change(home, runs, as_json, lambda store, run: store.restore(run))


def _store(home: str | None) -> "RunStore":
    """The store, after the queue has been looked after: a list never shows a dead worker as running."""
    from xscene_core.experiments.queue import launch
    from xscene_core.experiments.store import RunStore

    place = Home.resolve(home)
    launch(place)
    return RunStore(place)


def _change(
    home: str | None, runs: list[str], as_json: bool, change: "Callable[[RunStore, str], object]"
) -> None:
    from xscene_core.experiments.queue import launch

    store = _store(home)
    wanted = [store.get(run).run_id for run in split_names(runs)]  # all must exist before any is changed
    for run in wanted:
        change(store, run)
    launch(store.home)
    after = [store.get(run) for run in wanted]
    if as_json:
        emit({"runs": [_document(run) for run in after]})
        return
    for record in after:
        print(
            f"{record.run_id[:8]}  {record.spec.method}: {'deleted' if record.deleted else describe(record)}"
        )


def _row(run: "RunRecord") -> list[str]:
    from xscene_core.experiments.evidence import MAIN

    task, value = run.spec.task, run.metrics.get(MAIN[run.spec.task.kind])
    return [
        run.run_id[:8],
        datetime.fromtimestamp(run.created).strftime("%Y-%m-%d %H:%M"),
        run.spec.method,
        f"{'+'.join(task.sources)} -> {task.target}",
        task.label or "choices",
        task.budget,
        describe(run) if run.status == "running" else run.status,
        "" if value is None else f"{value:.4f}",
        duration(run.seconds),
    ]


def _document(run: "RunRecord") -> dict[str, Any]:
    from xscene_core.experiments.submission import command_line

    return {
        "run_id": run.run_id,
        "method": run.spec.method,
        "params": run.spec.params,
        "status": run.status,
        "task": run.spec.task.model_dump(mode="json"),
        "group": run.group,
        "created": run.created,
        "started": run.started,
        "ended": run.ended,
        "stage": run.stage,
        "fraction": run.fraction,
        "seconds_left": run.seconds_left,
        "metrics": run.metrics,
        "facts": run.facts,
        "reason": run.reason,
        "stands_for": run.stands_for,
        "reference": run.reference,
        "error": run.error,
        "device": run.device,
        "seconds": run.seconds,
        "peak_mb": run.peak_mb,
        "gpu_peak_mb": run.gpu_peak_mb,
        "threads": run.threads,
        "resumed": run.resumed,
        "deleted": run.deleted,
        "folder": str(run.folder),
        "log": str(run.log),
        "command": command_line([run.spec]),
    }


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_inline(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(map(_inline, value))
    return f"{value:.6g}" if isinstance(value, float) else str(value)
