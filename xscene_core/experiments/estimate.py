"""How long work will take, judged only by what really ran on this machine."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xscene_core.experiments.record import RunRecord
from xscene_core.experiments.spec import TaskSpec

SIMILAR = 2.0
"""Runs on between half and twice as many interactions tell about this one."""


@dataclass(frozen=True)
class Estimate:
    """seconds : wall-clock for all methods together; ``None`` where a method has no comparable run.

    unknown : those methods. runs : how many finished runs the estimate rests on.
    """

    seconds: float | None
    unknown: tuple[str, ...]
    runs: int


def estimate(
    task: TaskSpec,
    methods: Sequence[str],
    finished: Iterable[RunRecord],
    interactions: Mapping[str, int],
    workers: int,
) -> Estimate:
    """Median time of comparable runs for each method, spread over ``workers`` at a time.

    Comparable: finished, same method and encoder, and a number of ``interactions`` (by scene name, sources
    and target together) between half and twice that of ``task``.
    """
    size = _size(task, interactions)
    seconds: dict[str, list[float]] = {name: [] for name in methods}
    for record in finished:
        spec = record.spec
        comparable = (
            record.status == "finished"
            and record.seconds is not None
            and spec.method in seconds
            and spec.task.encoder == task.encoder
            and size / SIMILAR <= _size(spec.task, interactions) <= size * SIMILAR
        )
        if comparable and record.seconds is not None:
            seconds[spec.method].append(record.seconds)
    unknown = tuple(name for name in methods if not seconds[name])
    runs = sum(map(len, seconds.values()))
    if unknown or not methods:
        return Estimate(None, unknown, runs)
    typical = [statistics.median(seconds[name]) for name in methods]
    return Estimate(max(max(typical), sum(typical) / max(workers, 1)), (), runs)


def _size(task: TaskSpec, interactions: Mapping[str, int]) -> int:
    return sum(interactions.get(name, 0) for name in (*task.sources, task.target))
