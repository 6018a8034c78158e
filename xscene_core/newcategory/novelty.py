"""Whether anything like the new products is known at all."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SAMPLE = 1_000
QUANTILE = 0.99
ROWS = 512

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Novelty:
    """How far each new item is from what the run knows.

    distance : (M,) cosine distance (1 - cosine) to the nearest catalogue item of any scene of the run.
    limit : the 99th percentile of the distance from a catalogue item to the nearest one outside its own
        category: a new category has no sisters in the catalogue either.
    nearest : (M,) which catalogue item is nearest, as a row of the scenes stacked in order.
    """

    distance: Floats
    limit: float
    nearest: npt.NDArray[np.int64]

    @property
    def far(self) -> npt.NDArray[np.bool_]:
        """(M,) items farther from everything known than 99 % of the catalogue is from other categories."""
        return self.distance > self.limit

    @property
    def abstain(self) -> bool:
        """True where most of the category is unlike anything known, so that a ranking would be a guess."""
        return bool(self.far.mean() > 0.5)


def novelty(vectors: Floats, catalogue: Floats, groups: npt.NDArray[np.int64], seed: int) -> Novelty:
    """Distances of ``vectors`` (M, d) to ``catalogue`` (I, d); rows of length zero are far from all.

    groups : (I,) the category of each catalogue item, a number of its own where it has none.
    """
    known, new = _unit(catalogue), _unit(vectors)
    sample = np.sort(np.random.default_rng(seed).permutation(len(known))[:SAMPLE])
    usual = _nearest(known[sample], known, groups[sample], groups)[0]
    distance, nearest = _nearest(new, known, np.full(len(new), -1), groups)
    limit = min(float(np.quantile(usual, QUANTILE)), 0.999) if len(known) > 1 else 0.999
    return Novelty(distance, limit, nearest)


def _nearest(
    vectors: Floats, known: Floats, own: npt.NDArray[np.int64], groups: npt.NDArray[np.int64]
) -> tuple[Floats, npt.NDArray[np.int64]]:
    distances, rows = [], []
    for start in range(0, len(vectors), ROWS):
        cosine = vectors[start : start + ROWS] @ known.T
        cosine[own[start : start + ROWS, None] == groups[None, :]] = -1
        rows.append(cosine.argmax(axis=1))
        distances.append(1 - cosine[np.arange(len(cosine)), rows[-1]])
    return np.concatenate(distances).astype(np.float32), np.concatenate(rows)


def _unit(vectors: Floats) -> Floats:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.where(length > 1e-9, vectors / np.maximum(length, 1e-9), 0), dtype=np.float32)
