"""CORAL: give the source items the covariance of the target items, then fine-tune."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from pydantic import Field

from xscene_core.transfer.method import Method, Params, register
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView
    from xscene_core.transfer.recommender import Trained

Matrix = npt.NDArray[np.float64]


class CoralParams(Params):
    strength: float = Field(default=1.0, ge=0, le=1)
    """Share of the way from the source's own vectors to the aligned ones."""
    ridge: float = Field(default=0.01, gt=0, le=10)
    """Added to both covariances, as a multiple of their mean variance."""


def coral_map(source: Matrix, target: Matrix, ridge: float) -> tuple[Matrix, Matrix, Matrix]:
    """The matrix (d, d), offset (d,) and shift (d,) with which ``(x - offset) matrix + shift`` gives source
    rows the target's mean and covariance.

    (X_s - m_s) (C_s + r I)^-1/2 (C_t + r I)^1/2 + m_t, with r = ridge * mean variance (Sun, Feng and
    Saenko, 2016). With r = 0 and a covariance of full rank the result has the target's covariance exactly.
    """
    centred, other = source - source.mean(axis=0), target - target.mean(axis=0)
    own, wanted = centred.T @ centred / len(source), other.T @ other / len(target)
    amount = max(ridge * (np.trace(own) + np.trace(wanted)) / (2 * len(own)), 1e-12)  # one item has no spread
    whitened, coloured = spectrum(own, -0.5, amount), spectrum(wanted, 0.5, amount)
    between = (whitened[0].T @ coloured[0]) * np.outer(whitened[1], coloured[1])
    matrix = whitened[0] @ between @ coloured[0].T
    return matrix, source.mean(axis=0), target.mean(axis=0)


def aligned(source: Matrix, target: Matrix, ridge: float) -> Matrix:
    """(n, d) source rows with the target's mean and covariance."""
    matrix, offset, shift = coral_map(source, target, ridge)
    return np.asarray((source - offset) @ matrix + shift)


def power(covariance: Matrix, exponent: float, amount: float) -> Matrix:
    """(C + amount I)^exponent of a symmetric matrix."""
    axes, spread = spectrum(covariance, exponent, amount)
    return np.asarray((axes * spread) @ axes.T)


def spectrum(covariance: Matrix, exponent: float, amount: float) -> tuple[Matrix, Matrix]:
    """The axes (d, d) and eigenvalues (d,) of that matrix."""
    spread, axes = np.linalg.eigh(covariance)
    return axes, (np.maximum(spread, 0) + amount) ** exponent


def fit(view: TrainingView, params: CoralParams, watcher: Watcher) -> "Trained":
    from xscene_core.transfer.learning import Recipe, learn

    mapped = {}
    if params.strength > 0:
        for scene in view.sources:
            own, wanted = scene.vectors.astype(np.float64), view.target.vectors.astype(np.float64)
            moved = aligned(own, wanted, params.ridge)
            mixed = (1 - params.strength) * scene.vectors + params.strength * moved
            mapped[scene.name] = mixed.astype(np.float32)
    return learn("coral", view, Recipe("first", mapped=mapped), watcher)


def load(folder: Path, view: TrainingView) -> "Trained":
    from xscene_core.transfer.recommender import load_trained

    return load_trained("coral", folder, view)


def fit_labels(view: "LabelView", params: CoralParams, watcher: Watcher) -> "Classifier":
    from xscene_core.transfer.labels.pieces import Affine, Blend, Chain
    from xscene_core.transfer.labels.recipe import DIMENSIONS, LabelRecipe, learn_labels, reduction
    from xscene_core.transfer.labels.views import dense

    if params.strength == 0:
        return learn_labels("coral", view, LabelRecipe())
    reduced = reduction(view, DIMENSIONS)
    target = dense(reduced(view.target.features))
    maps = {view.target.name: reduced}
    for rows in view.sources:
        moved = Affine(*coral_map(dense(reduced(rows.features)), target, params.ridge))
        maps[rows.name] = Chain((reduced, Blend(params.strength, moved)))
    return learn_labels("coral", view, LabelRecipe(maps=maps))


register(
    Method(
        name="coral",
        family="feature",
        summary="The sources are given the target's covariance",
        source="Sun, Feng and Saenko (2016), return of frustratingly easy domain adaptation",
        params=CoralParams,
        reference="target-only",
        fit=fit,
        load=load,
        fit_labels=fit_labels,
        zero={"strength": 0},
    )
)
