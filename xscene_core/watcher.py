"""How long work reports progress and learns that it should stop."""

from typing import Protocol

from xscene_core.errors import Cancelled


class Watcher(Protocol):
    """What long work talks to. Implementations: silent, a terminal bar, the run store."""

    def progress(self, stage: str, fraction: float) -> None:
        """``stage`` is a stable key such as ``encode``, ``pretrain``, ``adapt``, ``evaluate``;
        ``fraction`` is the share of that stage done, 0 to 1. Raises ``Cancelled`` when asked to stop."""

    def curve(self, name: str, value: float, step: int) -> None:
        """One point of a learning curve, e.g. ``("adapt/loss", 3.1, 12)``."""


class Silent:
    """Ignores everything."""

    def progress(self, stage: str, fraction: float) -> None:
        return None

    def curve(self, name: str, value: float, step: int) -> None:
        return None


class Within:
    """Work inside a stage of other work: its own progress and curves would mislead, but it can be stopped.

    shown : beginnings of the stages whose progress and curves are passed on as they are.
    """

    def __init__(
        self, watcher: Watcher, stage: str, fraction: float, shown: str | tuple[str, ...] = ""
    ) -> None:
        self._watcher, self._at, self._shown = watcher, (stage, fraction), shown

    def progress(self, stage: str, fraction: float) -> None:
        if self._shown and stage.startswith(self._shown):
            self._watcher.progress(stage, fraction)
        else:
            self._watcher.progress(*self._at)

    def curve(self, name: str, value: float, step: int) -> None:
        if self._shown and name.startswith(self._shown):
            self._watcher.curve(name, value, step)


class StopAfter(Silent):
    """Stops the work at its ``calls``-th report of progress: for tests of cancellation."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def progress(self, stage: str, fraction: float) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled()
