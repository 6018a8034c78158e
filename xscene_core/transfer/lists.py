"""The best items of each person, from a whole catalogue of any size."""

import numpy as np
import numpy.typing as npt

from xscene_core.evaluation.ranking import at_once, best
from xscene_core.models.approximate_search import ApproximateSearch
from xscene_core.models.search import ExactSearch
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.fitted import Scores
from xscene_core.transfer.method import Recommender
from xscene_core.transfer.recommender import Trained
from xscene_core.watcher import Silent, Watcher

MANY_ITEMS = 200_000
"""From here on a person's best are searched for one person at a time; below, whole blocks of scores are
faster."""
MOST_EXACT = 3_000_000
"""Beyond so many items a scan of all codes takes too long for somebody who waits, and an index that may miss
some of the best is asked (see the benchmark ``score-speed``)."""


class Lists:
    """What ``recommender`` would show to people of the target, without what they already chose."""

    def __init__(self, recommender: Recommender, items: int) -> None:
        """items : I, the size of the target's catalogue."""
        self.recommender, self.items = recommender, items
        self._search: tuple[Scores, ExactSearch | ApproximateSearch] | None = None

    @property
    def looked_at(self) -> int | None:
        """How many items the last search of a large catalogue read in full; None where none was searched."""
        return self._search[1].looked_at if self._search else None

    def top(
        self, histories: Sequences, count: int, watcher: Watcher | None = None
    ) -> tuple[npt.NDArray[np.int64], Scores]:
        """(Q, min(count, I)) item rows, best first, -1 where none is left, and their scores."""
        watcher = watcher or Silent()
        count = min(count, self.items)
        rows = np.full((len(histories), count), -1, np.int64)
        scores = np.full((len(histories), count), -np.inf, np.float32)
        large = isinstance(self.recommender, Trained) and self.items >= MANY_ITEMS
        step = 1 if large else at_once(self.items)
        for start in range(0, len(histories), step):
            watcher.progress("lists", start / len(histories))
            these = np.arange(start, min(start + step, len(histories)))
            few = histories.take(these)
            if isinstance(self.recommender, Trained) and large:
                found, values = self._searched(self.recommender, few, count)
            else:
                found, values = self._scored(few, count)
            rows[these, : found.shape[1]], scores[these, : found.shape[1]] = found, values
        rows[~np.isfinite(scores)] = -1
        return rows, scores

    def _scored(self, histories: Sequences, count: int) -> tuple[npt.NDArray[np.int64], Scores]:
        scores = np.array(self.recommender.score(histories), dtype=np.float32)
        scores[np.repeat(np.arange(len(histories)), histories.lengths), histories.items] = -np.inf
        rows = best(scores, count).astype(np.int64)
        return rows, np.take_along_axis(scores, rows, axis=1)

    def _searched(self, fitted: Trained, one: Sequences, count: int) -> tuple[npt.NDArray[np.int64], Scores]:
        factors = fitted.item_factors()
        if self._search is None or self._search[0] is not factors:
            kind = ExactSearch if self.items <= MOST_EXACT else ApproximateSearch
            self._search = factors, kind(factors)
        neighbourly = fitted.neighbourly(one)
        extra = None if neighbourly is None else neighbourly.toarray()[0]
        rows, scores = self._search[1].top(fitted.people_factors(one)[0], count, extra, one.items)
        return rows[None], scores[None]
