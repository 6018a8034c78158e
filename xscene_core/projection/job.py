"""The process that draws one picture: ``python -m xscene_core.projection.job``; see ``control``."""

import argparse
import json
import os
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path

from filelock import Timeout

from xscene_core.errors import XSceneError
from xscene_core.home import Home
from xscene_core.projection.control import EMBEDDINGS, Place, Progress, Wish, whole
from xscene_core.projection.picture import draw, save
from xscene_core.projection.project import METHODS
from xscene_core.watcher import Silent

STAGES = {"start": 0.0, "read": 0.05, "before": 0.1, "after": 0.65, "quality": 0.9, "done": 1.0}
"""Share of the whole that is done when a stage begins; most of the first layout is compiling."""


class Reporter(Silent):
    """Writes progress to the status file, with the time the last picture of this kind took."""

    def __init__(self, place: Place, wish: Wish) -> None:
        self.place, self.kind, self.begun = place, f"{wish.what} {wish.method}", time.time()
        self.durations = _durations(place)
        self.progress("start", 0.0)

    def progress(self, stage: str, fraction: float) -> None:
        done = STAGES.get(stage, 0.0)
        expected = self.durations.get(self.kind)
        spent = time.time() - self.begun
        if expected is None and done > STAGES["before"]:
            expected = spent / done
        now = Progress("running", stage, done, None, "", os.getpid(), time.time(), self.begun, expected)
        self.place.write(now.by_now())

    def finished(self) -> None:
        """Remembers how long it took."""
        known = self.durations | {self.kind: time.time() - self.begun}
        with suppress(OSError):
            fresh = self.place.durations.with_name(f"durations.{os.getpid()}.part")
            fresh.write_text(json.dumps(known), encoding="utf-8")
            fresh.replace(self.place.durations)


def _durations(place: Place) -> dict[str, float]:
    try:
        known = json.loads(place.durations.read_text(encoding="utf-8"))
        return {str(kind): float(seconds) for kind, seconds in known.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def run(home: Home, wish: Wish) -> Progress:
    """Draws unless somebody does or did; failures become one sentence in the status."""
    place = Place(home, wish.key)
    try:
        lock = place.lock(timeout=5)  # a page that looks at the lock holds it for a moment
        with lock:
            if whole(place) or place.read().state == "cancelled":
                return place.read()
            try:
                reporter = Reporter(place, wish)
                save(
                    draw(wish.folder / EMBEDDINGS, wish.what, wish.method, wish.seed, reporter), place.picture
                )
                place.write(Progress("ready", "done", 1.0, 0.0, updated=time.time()))
                reporter.finished()
            except XSceneError as error:
                place.write(Progress("failed", error=str(error)))
            except OSError as error:
                place.write(Progress("failed", error=f"The picture could not be written: {error.strerror}."))
            except Exception as error:
                traceback.print_exc()
                place.write(Progress("failed", error=f"The drawing failed: {type(error).__name__}: {error}."))
    except Timeout:
        pass  # another process draws the same picture
    return place.read()


def main() -> int:
    """Exit code 0 where the picture is there or somebody else is at it, else 1."""
    parser = argparse.ArgumentParser(prog="python -m xscene_core.projection.job")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--what", choices=("items", "people"), default="items")
    parser.add_argument("--method", choices=METHODS, default="umap")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    done = run(Home.resolve(given.home), Wish(given.folder, given.what, given.method, given.seed))
    return 0 if done.state in ("ready", "running") else 1


if __name__ == "__main__":
    sys.exit(main())
