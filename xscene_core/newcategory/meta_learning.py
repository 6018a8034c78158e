"""Learns on hidden categories how far orders should move an appeal; the new category has no say in it.

Every category is a task: its first orders are the support, its later ones the query (episodes as in Vinyals
et al. 2016). One set of strengths serves all tasks and all numbers of orders, found by coordinate ascent over
a coarse grid. A strength stays 0 unless the mean gain over categories exceeds its standard error (the one
standard error rule, Breiman et al. 1984): what does not help held-out categories is not used.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from xscene_core.newcategory.adaptation import Strengths
from xscene_core.newcategory.rehearsal import Quality, Rehearsal, measure_lists, measure_people

GRID: dict[str, tuple[float, ...]] = {
    "popularity": (0.1, 0.3, 1.0),
    "prior": (1.0, 5.0, 20.0),
    "spread": (0.0, 1.0),
    "position": (1.0, 3.0, 10.0),
}
PULL = (0.3, 1.0, 3.0, 10.0)
ROUNDS = 2
FEWEST_TASKS = 3
"""With fewer categories nothing is learned."""

Array = npt.NDArray[np.float64]


class Tasks:
    """The rehearsals with what was measured on them, each setting once."""

    def __init__(self, rehearsals: Sequence[Rehearsal]) -> None:
        self.rehearsals = tuple(rehearsals)
        self._lists: dict[tuple[int, int, Strengths], Quality] = {}
        self._people: dict[tuple[int, int, Strengths], float] = {}
        self._gains: dict[tuple[str, int, Strengths], float] = {}

    def lists(self, task: int, orders: int, strengths: Strengths) -> Quality:
        """Quality of the lists of category number ``task``."""
        key = (task, orders, replace(strengths, category=0.0) if orders else Strengths())
        if key not in self._lists:
            self._lists[key] = measure_lists(self.rehearsals[task], orders, key[2])
        return self._lists[key]

    def people(self, task: int, orders: int, strengths: Strengths) -> float:
        """How well later buyers of category number ``task`` are told from others."""
        only = Strengths(category=strengths.category, prior=strengths.prior)
        key = (task, orders, only if orders and only.category else Strengths())
        if key not in self._people:
            self._people[key] = measure_people(self.rehearsals[task], orders, key[2])
        return self._people[key]

    def which_gain(self, task: int, strengths: Strengths) -> float:
        """Mean gain of a category over all numbers of orders, in the share of pairs in the right order."""
        return self._gain(
            "which", task, strengths, lambda k: float(self.lists(task, k, strengths).which.mean())
        )

    def who_gain(self, task: int, strengths: Strengths) -> float:
        """The same in how well later buyers are told from others."""
        return self._gain("who", task, strengths, lambda k: self.people(task, k, strengths))

    def _gain(self, kind: str, task: int, strengths: Strengths, value: Callable[[int], float]) -> float:
        key = (kind, task, strengths)
        if key not in self._gains:
            steps = self.rehearsals[task].steps()
            self._gains[key] = float(np.mean([value(step) for step in steps])) - value(0)
        return self._gains[key]


def learn(tasks: Tasks, without: int | None = None) -> Strengths:
    """The strengths that serve the categories best, ``without`` one of them (to be judged on it)."""
    at = [task for task in range(len(tasks.rehearsals)) if task != without]
    if len(at) < FEWEST_TASKS:
        return Strengths()

    def which(strengths: Strengths) -> Array:
        return np.array([tasks.which_gain(task, strengths) for task in at])

    def who(strengths: Strengths) -> Array:
        return np.array([tasks.who_gain(task, strengths) for task in at])

    best = _ascend(which)
    pulls = [best, *(replace(best, category=value) for value in PULL)]
    pulled = max(pulls, key=lambda strengths: _mean(who(strengths)))
    return pulled if _sure(who(pulled)) else best


def _ascend(gain: Callable[[Strengths], Array]) -> Strengths:
    best, reached = Strengths(), 0.0
    for _ in range(ROUNDS):
        for name, values in GRID.items():
            for value in values:
                tried = replace(best, **{name: value})
                if tried.moves and _mean(gain(tried)) > reached + 1e-9:
                    best, reached = tried, _mean(gain(tried))
    for name in ("position", "popularity"):
        without = replace(best, **{name: 0.0})
        if not _sure(gain(best) - gain(without)):
            best = without
    return best if best.moves else Strengths()


def _mean(gains: Array) -> float:
    return float(np.nanmean(gains)) if np.isfinite(gains).any() else 0.0


def _sure(gains: Array) -> bool:
    """Whether the mean exceeds its standard error."""
    known = gains[np.isfinite(gains)]
    return len(known) > 1 and bool(known.mean() > known.std(ddof=1) / np.sqrt(len(known)) > 0)
