"""How far runs are, on stderr: bars on a terminal, a line now and then where nobody watches."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from xscene_core.commands.output import duration, say

if TYPE_CHECKING:
    from rich.table import Table

    from xscene_core.experiments.record import RunRecord

Show = Callable[["list[RunRecord]"], None]
_LINE_EVERY = 15.0


@contextmanager
def display(quiet: bool = False) -> Iterator[Show]:
    """A function that shows the runs it is given; ``quiet`` or no terminal: sparse lines instead of bars."""
    if quiet or not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.live import Live

    with Live(console=Console(stderr=True), refresh_per_second=4, transient=True) as live:
        yield lambda runs: live.update(_bars(runs))


class _Lines:
    """A line when a run starts or ends, and one every 15 s for those that work."""

    def __init__(self) -> None:
        self._status: dict[str, str] = {}
        self._last = time.monotonic()

    def __call__(self, runs: "list[RunRecord]") -> None:
        due = time.monotonic() - self._last > _LINE_EVERY
        self._last = time.monotonic() if due else self._last
        ended = sum(not run.live for run in runs)
        for run in runs:
            changed = self._status.get(run.run_id, "queued") != run.status
            self._status[run.run_id] = run.status
            if changed or (due and run.status == "running"):
                say(f"[{ended}/{len(runs)}] {run.spec.method}: {describe(run)}")


def describe(run: "RunRecord") -> str:
    """What the run is doing in a few words, with the time left where that is known."""
    if run.status != "running":
        took = f" in {duration(run.seconds)}" if run.seconds is not None else ""
        return f"{run.status}{took}" + (f": {run.error}" if run.error else "")
    if run.cancelling:
        return "stopping"
    text = f"{run.stage} {run.fraction:.0%}" if run.stage else "starting"
    if run.seconds_left is not None:
        return f"{text}, about {duration(run.seconds_left)} left"
    if run.stage_seconds_left is not None:
        return f"{text}, about {duration(run.stage_seconds_left)} left in this step"
    return text


def _bars(runs: "list[RunRecord]") -> "Table":
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    for run in runs:
        share = run.fraction if run.status == "running" else float(run.status == "finished")
        grid.add_row(
            Text(run.spec.method), ProgressBar(total=1.0, completed=share, width=24), Text(describe(run))
        )
    return grid


class Stages:
    """A ``Watcher`` for work in this process: a bar on a terminal, a line per stage elsewhere."""

    def __init__(self, quiet: bool = False) -> None:
        self._bars = not quiet and sys.stderr.isatty()
        self._stage, self._since = "", time.monotonic()

    def __enter__(self) -> "Stages":
        return self

    def __exit__(self, *problem: object) -> None:
        if self._bars and self._stage:
            print(file=sys.stderr)

    def progress(self, stage: str, fraction: float) -> None:
        if stage != self._stage:
            if self._bars and self._stage:
                print(file=sys.stderr)
            self._stage, self._since = stage, time.monotonic()
            if not self._bars:
                say(f"{stage} ...")
        if self._bars:
            elapsed = time.monotonic() - self._since
            left = (
                f", about {duration(elapsed * (1 - fraction) / fraction)} left"
                if 0.05 <= fraction < 1
                else ""
            )
            filled = "#" * round(24 * fraction)
            print(f"\r{stage:12} [{filled:24}] {fraction:4.0%}{left:24}", end="", file=sys.stderr, flush=True)

    def curve(self, name: str, value: float, step: int) -> None:
        return None
