"""RuLSIF: a relative density ratio in closed form, by least squares."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from pydantic import Field

from xscene_core.transfer.method import Method, Params, register
from xscene_core.transfer.views import TrainingView
from xscene_core.transfer.weighting import Estimate, Estimator, learn_labels_weighted, learn_weighted
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView
    from xscene_core.transfer.recommender import Trained

Array = npt.NDArray[np.float64]


class RulsifParams(Params):
    strength: float = Field(default=1.0, ge=0, le=1)
    """Exponent of the weights: 0 makes all equal."""
    relative: float = Field(default=0.1, ge=0, lt=1)
    """alpha: the ratio is taken against this share of target mixed into the source; bounds it by 1/alpha."""
    centres: int = Field(default=100, ge=1, le=1000)
    """Target rows that the ratio is built around."""


WIDTHS = (0.3, 0.5, 0.7, 1.0, 1.4, 2.0)
"""Kernel widths that are tried, as multiples of the median distance."""
RIDGES = (1e-3, 1e-2, 1e-1, 1.0, 10.0)
FOLDS = 5


def relative_ratio(
    source: Array, target: Array, params: RulsifParams, seed: int
) -> tuple[Array, dict[str, float]]:
    """(n,) estimates of p_t / (alpha p_t + (1 - alpha) p_s) at the source rows.

    r(x) = sum_l theta_l k(x, c_l) with theta = (H + ridge I)^-1 h, h = mean_t k and
    H = alpha mean_t kk' + (1 - alpha) mean_s kk' (Yamada et al., 2011; at alpha 0 uLSIF of Kanamori et al.,
    2009). Width and ridge are those with the smallest held-out J = 1/2 theta'H theta - h'theta in five folds.
    """
    from xscene_core.transfer.methods.kmm import gaussian, median_distance

    if not len(target):
        return np.ones(len(source)), {}
    draw = np.random.default_rng(seed)
    centres = target[np.sort(draw.permutation(len(target))[: params.centres])]
    median = median_distance(source, target, seed)
    parts = [draw.permutation(np.arange(len(rows)) % FOLDS) for rows in (source, target)]
    best: tuple[float, Array, Array] | None = None
    width = ridge = 0.0
    for factor in WIDTHS:
        own, wanted = (gaussian(rows, centres, factor * median) for rows in (source, target))
        for amount in RIDGES:
            found = _held_out(own, wanted, parts, amount, params.relative)
            if best is None or found < best[0]:
                best, width, ridge = (found, own, wanted), factor, amount
    assert best is not None
    theta = _solve(*_moments(best[1], best[2], params.relative), ridge)
    ratio = np.maximum(best[1] @ theta, 0)
    return ratio, {"width": width * median, "ridge": ridge, "held_out_objective": best[0]}


def _moments(own: Array, wanted: Array, relative: float) -> tuple[Array, Array]:
    size = wanted.shape[1]
    square = np.zeros((size, size))
    for share, rows in ((relative, wanted), (1 - relative, own)):
        if len(rows):
            square += share * rows.T @ rows / len(rows)
    return square, wanted.mean(axis=0) if len(wanted) else np.zeros(size)


def _solve(square: Array, mean: Array, ridge: float) -> Array:
    return np.asarray(np.linalg.solve(square + ridge * np.eye(len(mean)), mean))


def _held_out(
    own: Array, wanted: Array, parts: list[npt.NDArray[np.int64]], ridge: float, relative: float
) -> float:
    """Mean J over folds; each fold's rows of both scenes are left out together."""
    found = []
    for fold in range(FOLDS):
        inside = [part == fold for part in parts]
        if not all(side.any() and not side.all() for side in inside):
            continue
        theta = _solve(*_moments(own[~inside[0]], wanted[~inside[1]], relative), ridge)
        square, mean = _moments(own[inside[0]], wanted[inside[1]], relative)
        found.append(float(theta @ square @ theta / 2 - mean @ theta))
    return float(np.mean(found)) if found else 0.0


def _estimator(view: "TrainingView | LabelView", params: RulsifParams) -> Estimator:
    def estimate(source: Array, target: Array) -> Estimate:
        return relative_ratio(source, target, params, view.seed)

    return estimate


def fit(view: TrainingView, params: RulsifParams, watcher: Watcher) -> "Trained":
    return learn_weighted("rulsif", view, params.strength, _estimator(view, params), watcher)


def load(folder: Path, view: TrainingView) -> "Trained":
    from xscene_core.transfer.recommender import load_trained

    return load_trained("rulsif", folder, view)


def fit_labels(view: "LabelView", params: RulsifParams, watcher: Watcher) -> "Classifier":
    return learn_labels_weighted("rulsif", view, params.strength, _estimator(view, params), watcher)


register(
    Method(
        name="rulsif",
        family="instance",
        summary="The sources are weighted by a relative density ratio in closed form",
        source="Yamada et al. (2011), relative density-ratio estimation",
        params=RulsifParams,
        reference="target-only",
        fit=fit,
        load=load,
        fit_labels=fit_labels,
        zero={"strength": 0},
    )
)
