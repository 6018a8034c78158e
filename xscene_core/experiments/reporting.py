"""How a worker keeps the store informed: progress, curves, signs of life; and learns that it should stop."""

import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from xscene_core.errors import Cancelled, XSceneError
from xscene_core.experiments.process import family_mb
from xscene_core.experiments.record import RunRecord
from xscene_core.experiments.store import RunStore

BEAT_SECONDS = 1.0
STUBBORN_SECONDS = 20.0
_POINTS_PER_BEAT = 40


class StageClock:
    """Times the stages of a run and guesses how long the rest takes.

    earlier : seconds per stage of a finished run of the same method, empty where there is none. Without it
        nothing is claimed about the whole run: later stages are unknown, and an average would be a guess.
    """

    def __init__(self, earlier: Mapping[str, float], now: Callable[[], float] = time.monotonic) -> None:
        self.earlier, self._now = dict(earlier), now
        self.spent: dict[str, float] = {}
        self.stage, self.fraction, self._since = "", 0.0, now()

    def at(self, stage: str, fraction: float) -> None:
        """Notes that ``fraction`` (0 to 1) of ``stage`` is done."""
        now = self._now()
        if stage != self.stage:
            self.stop()
            self.stage, self._since = stage, now
        self.fraction = min(max(float(fraction), 0.0), 1.0)

    def stop(self) -> dict[str, float]:
        """Closes the current stage; returns the seconds of every stage so far."""
        if self.stage:
            self.spent[self.stage] = self.spent.get(self.stage, 0.0) + self._now() - self._since
            self.stage = ""
        return self.spent

    def stage_left(self) -> float | None:
        """Seconds left in this stage, from its own pace; before 5 % is done, from the earlier run."""
        elapsed = self._now() - self._since
        if self.stage and self.fraction >= 0.05:
            return elapsed * (1 - self.fraction) / self.fraction
        before = self.earlier.get(self.stage)
        return None if before is None else max(before - elapsed, 0.0)

    def left(self) -> float | None:
        """Seconds left in the whole run; ``None`` where no earlier run tells how long later stages take."""
        here = self.stage_left()
        if here is None or not self.earlier:
            return None
        later = (seconds for stage, seconds in self.earlier.items() if stage not in {*self.spent, self.stage})
        return here + sum(later)


class StoreWatcher:
    """The ``Watcher`` of a worker: a thread of its own writes to the store about once a second.

    Use as a context; ``stop`` may be set from a signal handler. Where the work does not notice the wish to
    stop for ``STUBBORN_SECONDS``, ``on_stubborn`` is called in the thread (a worker then ends itself).
    """

    def __init__(
        self, store: RunStore, run: RunRecord, earlier: Mapping[str, float], on_stubborn: Callable[[], None]
    ) -> None:
        self.clock = StageClock(earlier)
        self.stop = threading.Event()
        self.peak_mb = 0.0
        self._store, self._run, self._on_stubborn = store, run, on_stubborn
        self._curves: dict[str, list[tuple[float, int]]] = {}
        self._guard, self._done = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._beat_until_done, name="heartbeat", daemon=True)

    def progress(self, stage: str, fraction: float) -> None:
        with self._guard:
            self.clock.at(stage, fraction)
        if self.stop.is_set():
            raise Cancelled()

    def curve(self, name: str, value: float, step: int) -> None:
        with self._guard:
            self._curves.setdefault(name, []).append((float(value), int(step)))

    def __enter__(self) -> "StoreWatcher":
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._done.set()
        self._thread.join()
        with suppress(XSceneError):  # the last points of the curves
            self._beat()

    def _beat_until_done(self) -> None:
        asked: float | None = None
        while not self._done.wait(BEAT_SECONDS):
            try:
                if self._beat():
                    self.stop.set()
            except XSceneError as error:  # a full disk or a busy store must not end good work
                print(f"heartbeat: {error}", file=sys.stderr, flush=True)
            if self.stop.is_set():
                asked = asked or time.monotonic()
                if time.monotonic() - asked > STUBBORN_SECONDS:
                    self._on_stubborn()

    def _beat(self) -> bool:
        self.peak_mb = max(self.peak_mb, family_mb())
        with self._guard:
            clock = self.clock
            live = {
                "stage": clock.stage,
                "fraction": clock.fraction,
                "seconds_left": clock.left(),
                "stage_seconds_left": clock.stage_left(),
            }
            curves, self._curves = self._curves, {}
        points = [(name, value, step) for name in curves for value, step in _thinned(curves[name])]
        return self._store.beat(self._run, live, points)


def _thinned(points: list[tuple[float, int]]) -> list[tuple[float, int]]:
    """At most ``_POINTS_PER_BEAT`` of them, evenly spread, the newest among them."""
    every = -(-len(points) // _POINTS_PER_BEAT)
    return points[::-1][::every][::-1] if points else []
