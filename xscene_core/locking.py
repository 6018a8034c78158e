"""One process at a time for one piece of work."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xscene_core.watcher import Silent, Watcher


@contextmanager
def exclusive(file: Path, watcher: Watcher | None = None, stage: str = "wait") -> Iterator[None]:
    """Waits for the lock on ``file``; it is freed at the end, also when the process is killed.

    While waiting, ``watcher`` is told, so that the wait can be cancelled.
    """
    watcher = watcher or Silent()
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                watcher.progress(stage, 0.0)
                time.sleep(0.2)
        yield
