"""The per-person numbers of several runs of one task, and what may be concluded from them."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from xscene_core.errors import WorkError
from xscene_core.evaluation.statistics import (
    Array,
    Interval,
    Paired,
    Resampling,
    distinct_means,
    flip_p,
    interval,
    paired,
    shift_p,
)
from xscene_core.experiments.label_table import LabelTable
from xscene_core.experiments.ranks import RankTable

MAIN = {"ranking": "ndcg@10", "label": "accuracy"}
"""The metric that decides, for each kind of task."""

Runs = Sequence[str]
"""Run ids of one method on one task, one per seed."""


Table: TypeAlias = RankTable | LabelTable
"""What a run left about every person (ranking) or row (label) it was tested on."""


def ask_the_same(a: Table, b: Table) -> bool:
    """Whether both are about the same people and answers, row for row."""
    return np.array_equal(a.people, b.people) and np.array_equal(a.answers, b.answers)


class Evidence:
    """Everything is computed from one fixed resampling of people, so all intervals are consistent.

    Several seeds are a second level: the value is the mean over seeds of the mean over people; a resample
    draws people with replacement (the same people for every seed) and, independently, seeds with
    replacement. With two or three seeds that still understates how much seeds matter. The p value is then
    that of the shifted resampled means; with one seed it is that of the sign-flip test.

    Parameters
    ----------
    tables : run id -> table of a finished run.

    Raises
    ------
    WorkError : two runs are not about the same people in the same order.
    """

    def __init__(self, tables: Mapping[str, Table], seed: int = 0) -> None:
        self.tables = dict(tables)
        self._seed = seed
        self._place = {run: k for k, run in enumerate(self.tables)}
        first = next(iter(self.tables.values()), None)
        for run, table in self.tables.items():
            if first is not None and not ask_the_same(first, table):
                raise WorkError(
                    "Two runs of one task are about different people, so they cannot be compared",
                    where=f"runs {next(iter(self.tables))} and {run}",
                    todo="Start both again.",
                )
        self.n = 0 if first is None else len(first)
        self.metrics = () if first is None else first.metrics
        self._resampling = Resampling(self.n, seed)
        self._values = self._metrics()
        flat = self._values.reshape(self.n, self._values.shape[1] * self._values.shape[2])
        drawn = self._resampling.means(flat) if self.n and flat.shape[1] else np.empty((0, flat.shape[1]))
        self._drawn = drawn.reshape(len(drawn), *self._values.shape[1:])

    def mean(self, runs: Runs, name: str) -> Interval:
        """The metric ``name`` with its interval."""
        return interval(self._people(runs, name), self._draws(runs, name))

    def differences(
        self, pairs: Sequence[tuple[Runs, Runs]], names: Sequence[str]
    ) -> list[dict[str, Paired]]:
        """For each pair (a, b), seed by seed, the paired difference a - b of every metric of ``names``."""
        columns = (
            np.stack(
                [self._people(a, name) - self._people(b, name) for a, b in pairs for name in names], axis=1
            )
            if pairs
            else np.empty((self.n, 0))
        )
        flipped = self._resampling.flipped(columns) if self.n and pairs else np.empty((0, columns.shape[1]))
        found = []
        for k, (a, b) in enumerate(pairs):
            at = {name: k * len(names) + m for m, name in enumerate(names)}
            found.append(
                {
                    name: self._paired(
                        columns[:, at[name]], self._draws(a, name, b), flipped[:, at[name]], len(a)
                    )
                    for name in names
                }
            )
        return found

    def difference(self, a: Runs, b: Runs, name: str) -> Paired:
        """One paired difference a - b."""
        return self.differences([(a, b)], [name])[0][name]

    def difference_among(self, people: npt.NDArray[np.bool_], a: Runs, b: Runs, name: str) -> Paired:
        """Paired a - b among the ``people`` (n,) marked true only, who are resampled by themselves.

        p is that of the shifted resampled means.
        """
        gaps = (self._by_seed(a, name) - self._by_seed(b, name))[people]
        means = gaps.mean(axis=1)
        if not len(gaps):
            return paired(means, means, float("nan"))
        draws = _over_seeds(distinct_means(gaps, self._seed), self._seed)
        return paired(means, draws, shift_p(float(means.mean()), draws))

    def _paired(self, differences: Array, draws: Array, flipped: Array, seeds: int) -> Paired:
        if not len(differences):
            return paired(differences, draws, float("nan"))
        p = flip_p(differences, flipped) if seeds == 1 else shift_p(float(differences.mean()), draws)
        return paired(differences, draws, p)

    def _metrics(self) -> Array:
        """(n, runs, metrics), equal metrics once."""
        names = [name for name in self.metrics if name != "recall@10"]
        self._column = {name: k for k, name in enumerate(names)}
        if "hr@10" in self._column:
            self._column["recall@10"] = self._column["hr@10"]
        values = np.empty((self.n, len(self.tables), len(names)))
        for r, table in enumerate(self.tables.values()):
            for m, name in enumerate(names):
                values[:, r, m] = table.values(name)
        return values

    def _by_seed(self, runs: Runs, name: str) -> Array:
        return np.asarray(self._values[:, [self._place[run] for run in runs], self._column[name]])

    def _people(self, runs: Runs, name: str) -> Array:
        return np.asarray(self._by_seed(runs, name).mean(axis=1))

    def _draws(self, runs: Runs, name: str, minus: Runs = ()) -> Array:
        column = self._column[name]
        drawn = self._drawn[:, [self._place[run] for run in runs], column]
        if minus:
            drawn = drawn - self._drawn[:, [self._place[run] for run in minus], column]
        return _over_seeds(drawn, self._seed)


def _over_seeds(drawn: Array, seed: int) -> Array:
    """(resamples,) from (resamples, seeds): each resample averages over seeds drawn with replacement."""
    resamples, seeds = drawn.shape
    if seeds == 1:
        return np.asarray(drawn[:, 0])
    weights = np.random.default_rng([seed, 3]).multinomial(seeds, np.full(seeds, 1 / seeds), size=resamples)
    return np.asarray((drawn * weights).sum(axis=1) / seeds)
