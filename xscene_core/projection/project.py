"""Two dimensions of many, for the eye; every number on a page comes from the original space."""

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from xscene_core.errors import InputError, WorkError
from xscene_core.projection.quality import NEIGHBOURS, Quality, neighbours, quality
from xscene_core.watcher import Silent, Watcher

Method = Literal["umap", "pca"]
METHODS: tuple[Method, ...] = ("umap", "pca")
Points = npt.NDArray[np.float32]

EPOCHS = 300
"""UMAP's own default below 10,000 points is 500; the picture hardly changes after 300."""
_FEWEST = 5
"""Below so many points there are no neighbourhoods to keep, and the picture is that of PCA."""


@dataclass(frozen=True)
class Projection:
    """points : (n, 2) float32. method : what really drew it. quality : how far to trust it."""

    points: Points
    method: Method
    seed: int
    quality: Quality

    @property
    def n(self) -> int:
        return len(self.points)

    @property
    def trustworthiness(self) -> float:
        return self.quality.trustworthiness

    @property
    def knn_recall(self) -> float:
        return self.quality.knn_recall


def project(
    vectors: npt.NDArray[np.float32], method: Method = "umap", seed: int = 0, watcher: Watcher | None = None
) -> Projection:
    """A picture of ``vectors`` (n, d); the same input, seed and machine give the same picture.

    Raises
    ------
    InputError : an unknown method. WorkError : vectors that are not numbers.
    """
    watcher = watcher or Silent()
    vectors = checked(vectors)
    if method not in METHODS:
        raise InputError(f"There is no projection {str(method)[:40]!r}", todo="Use umap or pca.")
    drawn: Method = "pca" if len(vectors) < _FEWEST else method
    points = principal(vectors, vectors) if drawn == "pca" else umap_layout(vectors, seed)
    watcher.progress("quality", 0.0)
    return Projection(points, drawn, seed, quality(vectors, points, seed))


def checked(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The vectors as (n, d) float32. Raises ``WorkError`` where some are not finite numbers."""
    vectors = np.asarray(vectors, dtype=np.float32)
    if vectors.ndim != 2 or not np.isfinite(vectors).all():
        raise WorkError(
            "The vectors of this run are not all numbers, so no picture can be drawn",
            where="projection",
            todo="Start the run again.",
        )
    return vectors


def principal(basis: npt.NDArray[np.float32], vectors: npt.NDArray[np.float32]) -> Points:
    """(n, 2) coordinates of ``vectors`` on the first two principal axes of ``basis``, centred there.

    Signs are fixed (largest loading positive), missing axes are 0.
    """
    points = np.zeros((len(vectors), 2), dtype=np.float32)
    if not len(basis):
        return points
    centre = basis.mean(axis=0, dtype=np.float64)
    centred = basis - centre
    values, axes = np.linalg.eigh(centred.T @ centred)
    for axis in range(min(2, len(values))):
        if values[-1 - axis] > 1e-12 * max(values[-1], 1e-300):
            loading = axes[:, -1 - axis]
            loading = loading * np.sign(loading[np.argmax(np.abs(loading))])
            points[:, axis] = (vectors - centre) @ loading
    return points


def umap_layout(vectors: npt.NDArray[np.float32], seed: int) -> Points:
    """UMAP (McInnes et al. 2018): 15 neighbours, exact; starts from PCA; one thread, so it is repeatable."""
    import umap

    rows, distances = neighbours(vectors, NEIGHBOURS)
    itself = np.arange(len(vectors))[:, None]
    known = (  # UMAP counts a point as its own first neighbour
        np.concatenate([itself, rows], axis=1),
        np.concatenate([np.zeros((len(vectors), 1)), distances], axis=1).astype(np.float32),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that new points cannot be added later: none are
        return np.asarray(
            umap.UMAP(
                n_neighbors=known[0].shape[1],
                precomputed_knn=known,
                init=_start(vectors, seed),
                n_epochs=EPOCHS,
                random_state=seed,
                n_jobs=1,
            ).fit_transform(vectors),
            dtype=np.float32,
        )


def _start(vectors: npt.NDArray[np.float32], seed: int) -> Points:
    """The PCA picture scaled to UMAP's usual extent, with a little noise so that no two points coincide."""
    points = principal(vectors, vectors)
    extent = float(np.abs(points).max()) or 1.0
    noise = np.random.default_rng([seed, 31]).normal(scale=1e-4, size=points.shape)
    return np.asarray(10 * points / extent + noise, dtype=np.float32)
