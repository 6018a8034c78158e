"""The largest inner products among more items than a scan can read in time: nearly all of them, soon."""

from typing import Any

import numpy as np
import numpy.typing as npt

from xscene_core.models.search import Floats, best_of

PROBES = 32
"""Cells looked into; more find more and take longer."""
SPARE = 5
"""Candidates per answer wanted, since 8-bit codes may confuse neighbours."""
TRAINED = 60
"""Rows per cell that the cells are learned from."""


class ApproximateSearch:
    """An inverted file of 8-bit codes (faiss): items in cells, of which only the nearest are looked into.

    What is found is looked at in full again, so scores are exact; only items may be missing.
    """

    def __init__(self, items: Floats, seed: int = 0, probes: int = PROBES) -> None:
        """items : (I, d)."""
        import faiss

        self.items, self.looked_at = items, 0
        cells = int(np.clip(np.sqrt(len(items)), 1, 4096))
        kind = f"IVF{cells},SQ8"
        made: Any = faiss.index_factory(items.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
        self._index = made
        self._index.cp.seed = seed
        drawn = np.random.default_rng(seed).permutation(len(items))[: TRAINED * cells]
        self._index.train(items[np.sort(drawn)])
        self._index.add(items)
        self.look_into(probes)

    def look_into(self, probes: int) -> None:
        """How many cells a search visits."""
        self._index.nprobe = probes

    def top(
        self,
        query: Floats,
        count: int,
        extra: Floats | None = None,
        without: npt.NDArray[np.integer] | None = None,
    ) -> tuple[npt.NDArray[np.int64], Floats]:
        """As ``ExactSearch.top``; whatever has something added is always looked at."""
        spare = 0 if without is None else len(without)
        found = self._index.search(query[None], SPARE * count + spare)[1][0]
        rows = np.union1d(found[found >= 0], [] if extra is None else np.flatnonzero(extra)).astype(np.int64)
        if without is not None:
            rows = np.setdiff1d(rows, without)
        self.looked_at = len(rows)
        return best_of(self.items, rows, query, count, extra)
