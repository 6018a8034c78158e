"""Starting, following and stopping the drawing of pictures, from a page: nothing heavy is imported here.

Each picture is drawn once, by one process of its own (``python -m xscene_core.projection.job``), which
holds a lock file while it works: the system frees it when the process ends, however it ends. So a reload, a
second browser or a killed process never leaves two drawing, or one that seems to draw for ever.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from xscene_core.errors import WorkError
from xscene_core.home import Home
from xscene_core.projection.picture import Picture, What, load
from xscene_core.projection.project import Method

State = Literal["absent", "running", "ready", "failed", "cancelled"]
EMBEDDINGS = "embeddings.npz"
_VERSION = 1
"""Part of every key: raise it when pictures are drawn differently."""
_BOOT = 60.0
"""Seconds a started process may take to report for the first time."""


@dataclass(frozen=True)
class Wish:
    """One picture: of the run whose artifacts lie in ``folder``."""

    folder: Path
    what: What = "items"
    method: Method = "umap"
    seed: int = 0

    @property
    def key(self) -> str:
        """24 hex digits: content of the embeddings, what is drawn, how. Raises ``WorkError`` without them."""
        path = self.folder / EMBEDDINGS
        try:
            found = path.stat()
        except OSError as error:
            raise WorkError(
                "This run left nothing to draw", where=str(path), todo="Choose a finished run."
            ) from error
        content = _content(path, found.st_size, found.st_mtime_ns)
        parts = (_VERSION, content, self.what, self.method, self.seed)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Progress:
    """stage : ``start``, ``read``, ``before``, ``after``, ``quality``, ``done``. fraction : of all, 0 to 1.
    seconds_left : None until it can be told. error : one sentence where it failed. pid : 0 until it runs.
    begun, updated : seconds since 1970. expected : seconds the last picture of this kind took here, if any.
    """

    state: State
    stage: str = ""
    fraction: float = 0.0
    seconds_left: float | None = None
    error: str = ""
    pid: int = 0
    updated: float = 0.0
    begun: float = 0.0
    expected: float | None = None

    def by_now(self) -> "Progress":
        """With the fraction and the seconds left as time has passed since it was written."""
        if self.state != "running" or not self.expected or not self.begun:
            return self
        spent = max(0.0, time.time() - self.begun)
        fraction = max(self.fraction, min(0.95, spent / self.expected))
        return replace(self, fraction=fraction, seconds_left=max(1.0, self.expected - spent))


@dataclass(frozen=True)
class Place:
    """The files of one picture."""

    home: Home
    key: str

    @property
    def picture(self) -> Path:
        return self.home.projections / f"{self.key}.npz"

    @property
    def status(self) -> Path:
        return self.home.projections / f"{self.key}.json"

    @property
    def log(self) -> Path:
        return self.home.projections / f"{self.key}.log"

    @property
    def durations(self) -> Path:
        """Seconds that the last picture of each method took on this machine."""
        return self.home.projections / "durations.json"

    def lock(self, timeout: float = 0.0) -> FileLock:
        """Held by the process that draws."""
        return FileLock(self.home.projections / f"{self.key}.lock", timeout=timeout)

    def write(self, progress: Progress) -> None:
        """Replaces the status, whole or not at all."""
        fresh = self.status.with_name(f"{self.key}.{os.getpid()}.part")
        fresh.write_text(json.dumps(asdict(progress)), encoding="utf-8")
        fresh.replace(self.status)

    def read(self) -> Progress:
        """The status as last written; absent where there is none or it is damaged."""
        with suppress(OSError, ValueError, TypeError):
            return Progress(**json.loads(self.status.read_text(encoding="utf-8")))
        return Progress("absent")


def start(home: Home, wish: Wish) -> Progress:
    """Starts drawing unless the picture is there or being drawn; says at once how it stands.

    Raises ``WorkError`` where the run left nothing to draw or the process cannot be started.
    """
    place = _place(home, wish)
    with FileLock(home.projections / "start.lock", timeout=20):
        now = poll(home, wish)
        if now.state in ("ready", "running"):
            return now
        place.write(begun := Progress("running", "start", updated=time.time()))
        command = [sys.executable, "-m", "xscene_core.projection.job", "--home", str(home.path)]
        command += ["--folder", str(wish.folder), "--what", wish.what, "--method", wish.method]
        command += ["--seed", str(wish.seed)]
        try:
            with place.log.open("wb") as log:
                subprocess.Popen(
                    command,
                    cwd=Path(__file__).resolve().parents[2],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        except OSError as error:
            place.write(Progress("failed", error=f"The drawing could not be started: {error.strerror}."))
            return place.read()
        return begun


def poll(home: Home, wish: Wish) -> Progress:
    """How the picture stands; a few milliseconds. Raises ``WorkError`` where the run left nothing to draw."""
    place = _place(home, wish)
    if whole(place):
        return Progress("ready", "done", 1.0, 0.0)
    now = place.read()
    if now.state == "ready":  # it ended between the two looks, or was cut off or deleted since
        return now if whole(place) else Progress("absent")
    if now.state != "running" or _drawing(place) or (not now.pid and time.time() - now.updated < _BOOT):
        return now.by_now()
    if whole(place):  # it ended between the two looks
        return Progress("ready", "done", 1.0, 0.0)
    again = place.read()
    if again != now:
        return again.by_now()
    gone = Progress("failed", now.stage, error="The drawing ended without a word. Start it again.")
    place.write(gone)
    return gone


def cancel(home: Home, wish: Wish) -> Progress:
    """Stops the drawing if there is one; may be asked any number of times."""
    place = _place(home, wish)
    now = poll(home, wish)
    if now.state != "running":
        return now
    if now.pid and _drawing(place):
        with suppress(OSError):
            os.kill(now.pid, signal.SIGTERM)
        with suppress(Timeout), place.lock(timeout=5):
            pass
    if whole(place):
        return Progress("ready", "done", 1.0, 0.0)
    place.write(Progress("cancelled", now.stage, now.fraction, updated=time.time()))
    return place.read()


def picture(home: Home, wish: Wish) -> Picture | None:
    """The picture if it is there. ``WorkError`` for a file that is damaged within, which is removed to be
    drawn again; one that was cut off does not count as there."""
    place = _place(home, wish)
    path = place.picture
    if not whole(place):
        return None
    try:
        return load(path)
    except WorkError:
        path.unlink(missing_ok=True)
        raise


def _place(home: Home, wish: Wish) -> Place:
    home.projections.mkdir(parents=True, exist_ok=True)
    return Place(home, wish.key)


def whole(place: Place) -> bool:
    """Whether the picture is there from beginning to end: the table of an archive stands at its end."""
    return zipfile.is_zipfile(place.picture)


def _drawing(place: Place) -> bool:
    try:
        with place.lock():
            return False
    except Timeout:
        return True


@lru_cache(maxsize=64)
def _content(path: Path, size: int, changed: int) -> str:
    """sha256 of the file; ``size`` and ``changed`` make a changed file a new question."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
