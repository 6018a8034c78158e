"""Starts queued runs, oldest first, as many at a time as the machine is to bear.

There is no server: whoever submits, whoever finishes and whoever looks calls ``launch``, and the home's
lock makes sure that a run is started once.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import xscene_core
from xscene_core.errors import InputError, WorkError
from xscene_core.experiments.process import cores, thread_environment, worker_of
from xscene_core.experiments.record import RunRecord
from xscene_core.experiments.store import RunStore
from xscene_core.experiments.tracking import home_lock
from xscene_core.home import Home

WORKER_COMMAND: tuple[str, ...] = (sys.executable, "-P", "-m", "xscene_core.experiments.worker")
_children: list[subprocess.Popen[bytes]] = []


def max_workers() -> int:
    """Runs at a time: ``XSCENE_WORKERS``, else 2 (1 on a single core).

    Raises ``InputError`` where the variable is not a number from 1 to 64.
    """
    text = os.environ.get("XSCENE_WORKERS", "").strip()
    if not text:
        return 2 if cores() >= 2 else 1
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise InputError(
            f"{text[:20]!r} workers are not possible", where="XSCENE_WORKERS", todo="Give 1 to 64."
        )
    return int(text)


def launch(home: Home, command: Sequence[str] = WORKER_COMMAND) -> list[str]:
    """Notices lost workers and starts what may start; returns the ids of the runs started.

    Cheap when there is nothing to do, so a page may call it every second.
    command : how to start a worker; ``--home`` and ``--run`` are appended.
    """
    _collect_children()
    store = RunStore(home)
    for run in store.sweep_lost():
        _tidy(run)
    if not store.list(status="queued", limit=1, here=True):
        return []
    with home_lock(home):
        free = max_workers() - len(store.list(status="running", here=True))
        waiting = store.list(status="queued", limit=max(free, 1), here=True, oldest_first=True)
        return [run.run_id for run in waiting[: max(free, 0)] if _start(store, run, command)]


def _start(store: RunStore, run: RunRecord, command: Sequence[str]) -> bool:
    """Starts a worker and claims the run in its name.

    A launcher killed between the two loses nothing: the worker claims the run itself, and of two workers
    for one run the second finds it taken and leaves.
    """
    try:
        run.log.parent.mkdir(parents=True, exist_ok=True)
        with run.log.open("ab") as log:
            child = subprocess.Popen(
                [*command, "--home", str(store.home.path), "--run", run.run_id],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
                start_new_session=True,  # neither Ctrl-C nor the end of the browser's server reaches it
            )
    except OSError as error:
        raise WorkError(
            f"The run waits in the queue, but no worker can be started for it: {error.strerror}",
            where=str(error.filename or run.log.parent),
            todo="Check that xscene may write there and that there is space; any later command starts it.",
        ) from error
    _children.append(child)
    worker = worker_of(child.pid)
    return worker is not None and store.claim(run.run_id, worker)


def _environment() -> dict[str, str]:
    root = str(Path(xscene_core.__file__).resolve().parent.parent)
    paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return os.environ | thread_environment() | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}


def _collect_children() -> None:
    """Lets the system forget workers that ended, so that none stays behind as a zombie."""
    _children[:] = [child for child in _children if child.poll() is None]


def _tidy(run: RunRecord) -> None:
    """Removes the unpublished artifacts of a worker that is gone."""
    if run.worker:
        for leftover in run.folder.parent.glob(f"working-*{run.worker.pid}"):
            shutil.rmtree(leftover, ignore_errors=True)
