"""How far a picture may be trusted: how well it keeps who is near whom."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NEIGHBOURS = 15
LIMIT = 2000
"""Points that trustworthiness is computed on (quadratic in time and memory); a seeded sample above."""

Array = npt.NDArray[np.float64] | npt.NDArray[np.float32]


@dataclass(frozen=True)
class Quality:
    """trustworthiness : 0 to 1; low where points look near in the picture that are far in truth (Venna &
    Kaski 2001). knn_recall : share of the true 15 nearest neighbours that are among the 15 nearest in
    the picture. NaN below 3 points. n : points that trustworthiness was computed on.
    """

    trustworthiness: float
    knn_recall: float
    n: int


def neighbours(vectors: Array, k: int = NEIGHBOURS) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """(n, k) rows of the nearest others and their Euclidean distances; k is at most n - 1."""
    from sklearn.neighbors import NearestNeighbors

    found = NearestNeighbors(n_neighbors=min(k, len(vectors) - 1), algorithm="brute").fit(vectors)
    distances, rows = found.kneighbors()  # without a query, a point is not its own neighbour
    return rows, distances


def quality(vectors: Array, points: Array, seed: int = 0, k: int = NEIGHBOURS) -> Quality:
    """Of the picture ``points`` (n, 2) of ``vectors`` (n, d)."""
    n = len(vectors)
    if n < 3:
        return Quality(float("nan"), float("nan"), n)
    from sklearn.manifold import trustworthiness

    kept = np.arange(n)
    if n > LIMIT:
        kept = np.sort(np.random.default_rng([seed, 30]).choice(n, LIMIT, replace=False))
    few = max(1, min(k, (len(kept) - 1) // 2))  # it is not defined from n / 2 neighbours on
    return Quality(
        float(trustworthiness(vectors[kept], points[kept], n_neighbors=few)),
        knn_recall(neighbours(vectors, k)[0], neighbours(points, k)[0]),
        len(kept),
    )


def knn_recall(true: npt.NDArray[np.int64], shown: npt.NDArray[np.int64]) -> float:
    """Mean share of the (n, k) ``true`` neighbours that are among the (n, k) ``shown`` ones."""
    return float((true[:, :, None] == shown[:, None, :]).any(axis=2).mean())
