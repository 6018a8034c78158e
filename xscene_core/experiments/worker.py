"""One process, one run: ``python -m xscene_core.experiments.worker --home H --run ID``.

Whatever ends the process at whatever moment, the store tells the truth: artifacts are made aside and
appear all at once, a status is written after what it promises, and a process that vanishes is seen to.
"""

import argparse
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from json import loads
from pathlib import Path
from typing import Any

from xscene_core.errors import Cancelled, InputError, WorkError, XSceneError, disk_full
from xscene_core.experiments.engine import engine
from xscene_core.experiments.process import gpu_peak_mb, own_peak_mb, torch_threads, worker_of
from xscene_core.experiments.queue import WORKER_COMMAND, launch
from xscene_core.experiments.record import RunRecord, RunStatus
from xscene_core.experiments.reporting import StoreWatcher
from xscene_core.experiments.spec import RunSpec
from xscene_core.experiments.store import RunStore
from xscene_core.home import Home
from xscene_core.watcher import Watcher

Executor = Callable[[RunSpec, Home, Path, Watcher], None]
"""``executor(spec, home, folder, watcher)`` does the work and writes ``outcome.json`` and the other artifacts
into ``folder`` (see ``pipeline``)."""


def main(
    arguments: Sequence[str] | None = None,
    executor: Executor | None = None,
    command: Sequence[str] = WORKER_COMMAND,
) -> int:
    """Works on one run and then starts what waits next.

    executor : what does the work; by default ``pipeline.execute``.
    command : how to start the next worker; by default this module.

    Returns 0 when the run finished, was cancelled or belongs to another process, 1 when it failed.
    """
    parser = argparse.ArgumentParser(description="Works on one queued run.")
    parser.add_argument("--home", required=True)
    parser.add_argument("--run", required=True)
    options = parser.parse_args(arguments)
    home = Home.resolve(options.home)
    status = work(home, options.run, executor or _pipeline, command)
    launch(home, command)
    return 1 if status == "failed" else 0


def work(
    home: Home, run_id: str, executor: Executor, command: Sequence[str] = WORKER_COMMAND
) -> RunStatus | None:
    """Claims the run, does it, and writes how it ended; ``None`` when it is not to be had."""
    store, me = RunStore(home), worker_of(os.getpid())
    if me is None or not store.claim(run_id, me):
        print(f"run {run_id} is not to be had: another process has it, or it was cancelled", flush=True)
        return None
    run = store.get(run_id)
    engine()  # read now: code that is changed while the run goes on has not made its numbers
    ending = _Ending(store, run)
    watcher = StoreWatcher(store, run, _earlier(store, run.spec), lambda: _give_up(ending, home, command))
    ending.watcher = watcher
    signal.signal(signal.SIGTERM, lambda *_: watcher.stop.set())
    working = run.folder.with_name(f"working-{os.getpid()}")
    try:
        for leftover in run.folder.parent.glob("working-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        working.mkdir(parents=True)
        with watcher:
            watcher.progress("start", 0.0)
            executor(run.spec, home, working, watcher)
            outcome = loads((working / "outcome.json").read_text(encoding="utf-8"))
        _publish(working, run.folder)
        store.publish(run)
        shutil.rmtree(_unfinished(run.folder), ignore_errors=True)
        return ending.write("finished", outcome=outcome)
    except Cancelled:
        shutil.rmtree(working, ignore_errors=True)
        return ending.write("cancelled")
    except BaseException as error:
        traceback.print_exc()
        shutil.rmtree(working, ignore_errors=True)  # on a full disk this makes room for the end to be written
        if disk_full(error):
            shutil.rmtree(_unfinished(run.folder), ignore_errors=True)
        return ending.write("failed", str(_explain(error, run)))
    finally:
        shutil.rmtree(working, ignore_errors=True)


class _Ending:
    """Writes the end of a run, insisting: a busy store must not turn finished work into lost work."""

    def __init__(self, store: RunStore, run: RunRecord) -> None:
        self._store, self._run, self._began = store, run, time.monotonic()
        self.watcher: StoreWatcher | None = None

    def write(self, status: RunStatus, error: str = "", outcome: dict[str, Any] | None = None) -> RunStatus:
        facts = {
            "seconds": time.monotonic() - self._began,
            "stage_seconds": self.watcher.clock.stop() if self.watcher else {},
            "peak_mb": max(own_peak_mb(), self.watcher.peak_mb if self.watcher else 0.0),
            "gpu_peak_mb": gpu_peak_mb(),
            "threads": torch_threads(),
        }
        for wait in (0.5, 1.0, 2.0, 4.0, 8.0, 0.0):
            try:
                self._store.end(self._run, status, error, outcome, facts)
                break
            except WorkError as problem:
                print(f"end of run: {problem}", file=sys.stderr, flush=True)
                if not wait:
                    raise
                time.sleep(wait)
        return status


def _give_up(ending: _Ending, home: Home, command: Sequence[str]) -> None:
    """Ends a process whose work does not notice that it should stop; unpublished artifacts go with it."""
    try:
        ending.write("cancelled")
        launch(home, command)
    finally:
        os._exit(0)


def _publish(working: Path, folder: Path) -> None:
    """Makes the finished artifacts appear at once in place of any that an earlier attempt left."""
    if folder.exists():
        replaced = folder.with_name(f"working-replaced-{os.getpid()}")
        folder.rename(replaced)
        working.rename(folder)
        shutil.rmtree(replaced, ignore_errors=True)
    else:
        working.rename(folder)


def _unfinished(folder: Path) -> Path:
    """Beside the artifacts: how far the trainings of a run are, for when it is resumed."""
    return folder.with_name("unfinished")


def _earlier(store: RunStore, spec: RunSpec) -> dict[str, float]:
    """Seconds per stage of the last finished run of this method, on this task or else on any."""
    for task_key in (spec.task.key, None):
        for run in store.list("finished", task_key=task_key, method=spec.method, limit=1):
            return run.stage_seconds
    return {}


def _explain(error: BaseException, run: RunRecord) -> XSceneError:
    if isinstance(error, XSceneError):
        return error
    if disk_full(error):
        return WorkError(
            "The disk is full",
            where=str(run.folder.parent),
            todo="Free some space and resume the run; earlier results are untouched.",
        )
    if isinstance(error, MemoryError):
        todo = "Use a smaller budget, fewer sources or a smaller encoder, or a machine with more memory."
        return WorkError("The memory did not suffice", where="worker", todo=todo)
    first = (str(error).splitlines() or [""])[0][:300]
    return WorkError(
        f"The run stopped at an unexpected error: {type(error).__name__}: {first}",
        where=str(run.log),
        todo="The log tells the details; this is a fault in xscene, please report it.",
    )


def _pipeline(spec: RunSpec, home: Home, folder: Path, watcher: Watcher) -> None:
    from xscene_core.experiments.pipeline import execute
    from xscene_core.scenes.library import SceneLibrary

    execute(spec, SceneLibrary(home), home, folder, watcher, _unfinished(folder))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except XSceneError as problem:
        print(problem, file=sys.stderr)
        sys.exit(2 if isinstance(problem, InputError) else 1)
