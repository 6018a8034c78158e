"""Columns that tell classes apart in the sources, predicted from all others: what scenes have in common."""

from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from xscene_core.transfer.labels.pieces import Affine, Piece
from xscene_core.transfer.labels.remembered import remembered
from xscene_core.transfer.labels.views import Features, LabelRows, LabelView, Matrix

SUPPORT = 10
"""A pivot is not zero in at least so many rows of the sources and of the target (fewer in small scenes)."""
COLUMNS = 6000
"""The predictors' matrix has columns^2 numbers; of more, those with the largest sum of squares."""


@dataclass(frozen=True)
class PivotSpace:
    """maps : scene -> piece to the pivots' predicted values (n, e), each scene's mean at 0. pivots : (e,)."""

    maps: dict[str, Piece]
    pivots: npt.NDArray[np.int64]


def pivot_space(view: LabelView, count: int, noise: float) -> PivotSpace:
    """Structural correspondence learning with denoising predictors.

    1. Pivots are the ``count`` columns with the strongest association z with the sources' labels among
       those that occur in the sources and in the target (Blitzer, Dredze and Pereira, 2007).
    2. Each is predicted from all columns, of which a share ``noise`` is dropped at random: the expected
       least squares solution over all droppings is (q^2 S + q (1-q) diag S)^-1 q S, with q = 1 - noise and
       S the scatter of all rows (Chen et al., 2012). What stands for a pivot in another scene thereby
       counts as if it were the pivot.
    3. Predictions are divided by their spread and multiplied by z, so that directions of the classes and
       not of the topics are the long ones.
    """
    return remembered("pivots", view, (count, noise), lambda: _pivot_space(view, count, noise))


def _pivot_space(view: LabelView, count: int, noise: float) -> PivotSpace:
    scenes = (*view.sources, view.target)
    means = {scene.name: _mean(scene.features) for scene in scenes}
    kept = _columns(view)
    scatter: Matrix = reduce(np.add, (_scatter(scene, means[scene.name], kept) for scene in scenes))
    strength = association(view.source.labelled)[kept] * _shared(view, kept)
    pivots = np.argsort(-strength, kind="stable")[:count]
    pivots = pivots[strength[pivots] > 0]
    if not len(pivots):  # nothing is associated with the labels: all columns are as good
        pivots = np.arange(min(count, len(kept)))
    predictors = _predictors(scatter, pivots, noise)
    total = sum(len(scene) for scene in scenes)
    spread = np.sqrt(np.maximum(np.einsum("ij,ij->j", predictors, scatter @ predictors) / total, 0))
    weight = np.where(strength[pivots] > 0, strength[pivots], 1.0)
    matrix = np.zeros((len(means[view.target.name]), len(pivots)))
    matrix[kept] = predictors * (weight / np.where(spread > 1e-12, spread, np.inf))
    none = np.zeros(len(pivots))
    return PivotSpace({name: Affine(matrix, mean, none) for name, mean in means.items()}, kept[pivots])


def centred(view: LabelView) -> dict[str, Piece]:
    """Scene -> x - m_scene; sparse rows, and rows of many columns, first take their main directions."""
    from xscene_core.transfer.labels.pieces import Chain
    from xscene_core.transfer.labels.recipe import DIMENSIONS, reduction

    reduced = reduction(view, DIMENSIONS)
    found: dict[str, Piece] = {}
    for scene in (*view.sources, view.target):
        mean = np.asarray(reduced(scene.features)).mean(axis=0)
        found[scene.name] = Chain((reduced, Affine(np.eye(len(mean)), mean, np.zeros(len(mean)))))
    return found


def association(rows: LabelRows) -> Matrix:
    """(d,) sqrt(n sum over classes of r^2), r the correlation of a column with being of the class: for two
    classes and 0/1 columns the two-sample z statistic, times the root of 2.
    """
    count = max(len(rows), 1)
    mean = _mean(rows.features)
    squares = (
        rows.features.multiply(rows.features) if sp.issparse(rows.features) else np.square(rows.features)
    )
    variance = np.maximum(_mean(squares) - mean**2, 0)
    found = np.zeros(len(mean))
    for number in np.unique(rows.labels):
        inside = rows.labels == number
        share = inside.mean()
        gap = (_mean(rows.features[np.flatnonzero(inside)]) - mean) * share
        spread = variance * share * (1 - share)
        found += np.divide(gap**2, spread, out=np.zeros_like(gap), where=spread > 1e-15)
    return np.asarray(np.sqrt(count * found))


def _predictors(scatter: Matrix, pivots: npt.NDArray[np.int64], noise: float) -> Matrix:
    """(d, e) least squares predictors of the pivots; float32 halves the time and is exact enough for
    features."""
    from scipy.linalg import cho_factor, cho_solve

    kept = 1 - noise
    diagonal = np.diag(scatter)
    square = (scatter * kept).astype(np.float32)
    square.flat[:: len(square) + 1] = diagonal + 1e-3 * max(float(diagonal.mean()), 1e-12)
    factor = cho_factor(square, overwrite_a=True, check_finite=False)
    wanted = scatter[:, pivots].astype(np.float32)
    return np.asarray(cho_solve(factor, wanted, check_finite=False), dtype=np.float64)


def _mean(features: Features) -> Matrix:
    return np.asarray(features.mean(axis=0), dtype=np.float64).ravel()


def _columns(view: LabelView) -> npt.NDArray[np.int64]:
    size = sum(_mean(_squared(rows.features)) for rows in (view.source, view.target))
    return np.sort(np.argsort(-size, kind="stable")[:COLUMNS])


def _squared(features: Features) -> Features:
    return features.multiply(features) if sp.issparse(features) else np.square(features)


def _scatter(rows: LabelRows, mean: Matrix, kept: npt.NDArray[np.int64]) -> Matrix:
    """(d, d) sum over rows of (x - m)(x - m)', without making sparse rows dense.

    A column of equal values is exactly 0: what the subtraction leaves of it is rounding, which can make the
    predictors' matrix indefinite.
    """
    features = rows.features[:, kept]
    product = features.T @ features
    whole = np.asarray(product.toarray() if sp.issparse(product) else product)
    found = whole - len(rows) * np.outer(mean[kept], mean[kept])
    equal = np.diag(found) <= 1e-12 * np.diag(whole)
    found[equal], found[:, equal] = 0.0, 0.0
    return np.asarray(found)


def _shared(view: LabelView, kept: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """(d,) whether a column is not zero in enough rows on both sides."""
    found = np.ones(len(kept), dtype=bool)
    for rows in (view.source, view.target):
        features = rows.features[:, kept]
        filled = features.getnnz(axis=0) if sp.issparse(features) else np.count_nonzero(features, axis=0)
        found &= np.asarray(filled) >= min(SUPPORT, max(1, len(rows) // 20))
    return found
