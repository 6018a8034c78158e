"""Who speaks for items that nobody has chosen yet: the chosen items whose content is nearest."""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

NEAREST = 10
CELLS = 4_000_000
MOST = 2_000_000_000
"""Pairs of an unchosen and a chosen item up to which the nearest are looked for."""


def stand_ins(vectors: npt.NDArray[np.float32], counts: npt.NDArray[np.int64]) -> sp.csr_matrix | None:
    """(I, I) rows that sum to 1: a chosen item stands for itself, an unchosen one is its ``NEAREST`` chosen
    items, each by its cosine.

    What was learned about chosen items alone (a vector of their own, neighbours, popularity) says of an
    unchosen one only that nobody chose it, which buries it for ever. Its likes are a better guess
    (attribute-to-feature mapping by nearest neighbours, Gantner et al., 2010).

    vectors : (I, d) of unit length. counts : (I,) how often each was chosen.

    None where every item was chosen, none was, or there are too many to compare.
    """
    chosen, unchosen = np.flatnonzero(counts > 0), np.flatnonzero(counts == 0)
    if not len(chosen) or not len(unchosen) or len(chosen) * len(unchosen) > MOST:
        return None
    nearest = min(NEAREST, len(chosen))
    step = max(1, CELLS // len(chosen))
    columns, weights = [], []
    for start in range(0, len(unchosen), step):
        alike = vectors[unchosen[start : start + step]] @ vectors[chosen].T
        best = np.sort(np.argpartition(-alike, nearest - 1, axis=1)[:, :nearest], axis=1)
        likeness = np.maximum(np.take_along_axis(alike, best, axis=1), 1e-6)
        columns.append(chosen[best].ravel())
        weights.append((likeness / likeness.sum(axis=1, keepdims=True)).ravel())
    rows = np.concatenate([chosen, np.repeat(unchosen, nearest)])
    columns, weights = [chosen, *columns], [np.ones(len(chosen), np.float32), *weights]
    cells = np.concatenate(weights), (rows, np.concatenate(columns))
    return sp.csr_matrix(cells, shape=(len(counts), len(counts)), dtype=np.float32)
