"""Density-ratio weighting: source people who choose target-like items count more, then fine-tune."""

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


class DensityRatioParams(Params):
    strength: float = Field(default=1.0, ge=0, le=1)
    """Exponent of the weights: 0 makes all equal."""
    clip: float = Field(default=20.0, ge=1, le=1000)
    """Estimated ratios above this are cut to it; their mean is made 1 afterwards."""
    folds: int = Field(default=5, ge=2, le=20)


def density_ratio(source: Array, target: Array, folds: int, clip: float, seed: int) -> Array:
    """(n_s,) estimates of p_target(x) / p_source(x) at the source rows, mean 1.

    A logistic discriminator, cross-fitted so that no row is judged by a model that saw it; the odds
    p(t|x) / p(s|x) are multiplied by n_s / n_t (Bickel et al., 2009; Sugiyama et al., 2012). Does not depend
    on the order of the rows.
    """
    from sklearn.linear_model import LogisticRegression

    rows = np.vstack([source, target])
    labels = np.repeat([0, 1], [len(source), len(target)])
    part = _parts(rows, folds, seed)
    odds = np.empty(len(rows))
    for fold in range(folds):
        inside = part == fold
        if not inside.any():
            continue
        seen = ~inside
        if len(np.unique(labels[seen])) < 2:
            odds[inside] = len(target) / len(source)
            continue
        model = LogisticRegression(C=1.0, max_iter=500, tol=1e-6).fit(rows[seen], labels[seen])
        odds[inside] = np.exp(np.clip(model.decision_function(rows[inside]), -30, 30))
    ratio = np.minimum(odds[: len(source)] * len(source) / len(target), clip)
    return np.asarray(ratio / ratio.mean())


def _parts(rows: Array, folds: int, seed: int) -> npt.NDArray[np.int64]:
    """A fold for each row that depends on what the row is, not on where it stands."""
    projected = np.round(rows @ np.random.default_rng(seed).standard_normal(rows.shape[1]), 6)
    _, place = np.unique(projected, return_inverse=True)
    return np.asarray(np.random.default_rng(seed + 1).permutation(place.max() + 1)[place] % folds)


def _estimator(view: "TrainingView | LabelView", params: DensityRatioParams) -> Estimator:
    def estimate(source: Array, target: Array) -> Estimate:
        return density_ratio(source, target, params.folds, params.clip, view.seed), {}

    return estimate


def fit(view: TrainingView, params: DensityRatioParams, watcher: Watcher) -> "Trained":
    return learn_weighted("density-ratio", view, params.strength, _estimator(view, params), watcher)


def load(folder: Path, view: TrainingView) -> "Trained":
    from xscene_core.transfer.recommender import load_trained

    return load_trained("density-ratio", folder, view)


def fit_labels(view: "LabelView", params: DensityRatioParams, watcher: Watcher) -> "Classifier":
    return learn_labels_weighted("density-ratio", view, params.strength, _estimator(view, params), watcher)


register(
    Method(
        name="density-ratio",
        family="instance",
        summary="What in the sources looks like the target counts more, by a discriminator's odds",
        source="Sugiyama, Suzuki and Kanamori (2012), density ratio estimation",
        params=DensityRatioParams,
        reference="target-only",
        fit=fit,
        load=load,
        fit_labels=fit_labels,
        zero={"strength": 0},
    )
)
