"""Nearest-neighbour weights: source rows near target rows count more than those far from all."""

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


class NearestWeightsParams(Params):
    strength: float = Field(default=1.0, ge=0, le=1)
    """Exponent of the weights: 0 makes all equal."""
    neighbours: int = Field(default=10, ge=2, le=1000)
    clip: float = Field(default=20.0, ge=1, le=1000)
    """Ratios above this, and below its inverse, are cut to it."""
    dimension: float = Field(default=8.0, gt=0, le=50)
    """The rows' intrinsic dimension is estimated, and taken to be this where it is larger: the ratio's noise
    grows as its power."""


def distance_ratio(
    source: Array, target: Array, params: NearestWeightsParams
) -> tuple[Array, dict[str, float]]:
    """(n,) estimates of p_target / p_source at the source rows.

    n/m (s_k / t_k)^d with t_k the distance to the k-th nearest target row and s_k that to the k-th nearest
    other source row (Wang, Kulkarni and Verdu, 2009), d the intrinsic dimension by maximum likelihood (Levina
    and Bickel, 2005).
    """
    from sklearn.neighbors import NearestNeighbors

    count = min(params.neighbours, len(target), len(source) - 1)
    if count < 2:
        return np.ones(len(source)), {}
    own = NearestNeighbors(n_neighbors=count).fit(source).kneighbors()[0]
    other = NearestNeighbors(n_neighbors=count).fit(target).kneighbors(source)[0]
    spread = max(float(np.median(own[:, -1])), float(np.median(other[:, -1])), 1e-300)
    smallest = 1e-6 * spread  # equal rows have no distance
    own, other = np.maximum(own, smallest), np.maximum(other, smallest)
    steepness = np.log(own[:, -1:] / own[:, :-1]).mean()
    found = 1 / steepness if steepness > 0 else np.inf
    dimension = float(min(found, params.dimension))
    logged = dimension * np.log(own[:, -1] / other[:, -1]) + np.log((len(source) - 1) / len(target))
    ratio = np.exp(np.clip(logged, -np.log(params.clip), np.log(params.clip)))
    return np.asarray(ratio), {"intrinsic_dimension": float(found) if np.isfinite(found) else 0.0}


def _estimator(view: "TrainingView | LabelView", params: NearestWeightsParams) -> Estimator:
    def estimate(source: Array, target: Array) -> Estimate:
        return distance_ratio(source, target, params)

    return estimate


def fit(view: TrainingView, params: NearestWeightsParams, watcher: Watcher) -> "Trained":
    return learn_weighted("nearest-weights", view, params.strength, _estimator(view, params), watcher)


def load(folder: Path, view: TrainingView) -> "Trained":
    from xscene_core.transfer.recommender import load_trained

    return load_trained("nearest-weights", folder, view)


def fit_labels(view: "LabelView", params: NearestWeightsParams, watcher: Watcher) -> "Classifier":
    return learn_labels_weighted("nearest-weights", view, params.strength, _estimator(view, params), watcher)


register(
    Method(
        name="nearest-weights",
        family="instance",
        summary="What in the sources lies near the target counts more",
        source="Wang, Kulkarni and Verdu (2009), divergence estimation by k-nearest-neighbour distances",
        params=NearestWeightsParams,
        reference="target-only",
        fit=fit,
        load=load,
        fit_labels=fit_labels,
        zero={"strength": 0},
    )
)
