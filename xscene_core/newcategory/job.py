"""Answers one kept question: ``python -m xscene_core.newcategory.job --home H --key K``."""

import argparse
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from xscene_core.errors import Cancelled, WorkError, XSceneError
from xscene_core.experiments.process import worker_of
from xscene_core.experiments.reporting import StageClock
from xscene_core.home import Home
from xscene_core.newcategory import desk
from xscene_core.newcategory.fitted import FittedRun
from xscene_core.newcategory.recommendation import recommend
from xscene_core.watcher import Watcher

Loader = Callable[[Home, str, Watcher], FittedRun]

_SECONDS_BETWEEN_REPORTS = 0.2


class FileWatcher:
    """Writes progress to ``status.json``; a SIGTERM to the process is the wish to stop."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._worker = folder, worker_of(os.getpid())
        self._reported, self.stop = 0.0, False
        self.clock = StageClock({})

    def progress(self, stage: str, fraction: float) -> None:
        if self.stop:
            raise Cancelled()
        self.clock.at(stage, fraction)
        if time.monotonic() - self._reported > _SECONDS_BETWEEN_REPORTS:
            self._reported = time.monotonic()
            self.write("running", stage, fraction)

    def curve(self, name: str, value: float, step: int) -> None:
        return None

    def write(
        self, state: desk.State, stage: str = "", fraction: float = 0.0, problem: XSceneError | None = None
    ) -> None:
        left = (self.clock.left(), self.clock.stage_left()) if state == "running" else (None, None)
        desk.write_status(self._folder, desk.Status(state, stage, fraction, problem, self._worker, *left))


def main(arguments: Sequence[str] | None = None, load: Loader | None = None) -> int:
    """Returns 0 when the question is answered, 1 when not; either way the status says so.

    load : how to load a run by its id; by default from the run store.
    """
    parser = argparse.ArgumentParser(description="Answers one question about a new category.")
    parser.add_argument("--home", required=True)
    parser.add_argument("--key", required=True)
    options = parser.parse_args(arguments)
    home = Home.resolve(options.home)
    folder = desk.folder_of(home, options.key)
    watcher = FileWatcher(folder)
    signal.signal(signal.SIGTERM, lambda *_: setattr(watcher, "stop", True))
    try:
        _work(home, options.key, folder, watcher, load or _from_store)
        return 0
    except Cancelled:
        watcher.write("cancelled")
    except XSceneError as error:
        watcher.write("failed", problem=error)
    except Exception as error:
        traceback.print_exc()
        first = (str(error).splitlines() or [""])[0][:300]
        what = f"The work stopped at an unexpected error: {type(error).__name__}: {first}"
        watcher.write(
            "failed", problem=WorkError(what, where=str(folder / "job.log"), todo="Please report it.")
        )
    return 1


def _work(home: Home, key: str, folder: Path, watcher: FileWatcher, load: Loader) -> None:
    asked = desk.question(home, key)
    watcher.clock.earlier.update(desk.earlier_seconds(home, asked))
    watcher.progress("load", 0.0)
    run = load(home, asked.run_id, watcher)
    orders = asked.orders.first(asked.first)
    found = recommend(
        run, asked.category, asked.scene or None, None, asked.top, orders=orders, watcher=watcher
    )
    found = replace(found, facts=found.facts | {"made_by": desk.made_by()})
    aside = folder / f"working-{os.getpid()}"
    found.save(aside)
    shutil.rmtree(folder / "answer", ignore_errors=True)
    desk.write_json(folder / "seconds.json", watcher.clock.stop())
    aside.rename(folder / "answer")
    watcher.write("done", fraction=1.0)


def _from_store(home: Home, run_id: str, watcher: Watcher) -> Any:
    from xscene_core.experiments.pipeline import load_run
    from xscene_core.experiments.store import RunStore

    return load_run(home, RunStore(home).fetch(run_id), watcher)


if __name__ == "__main__":
    sys.exit(main())
