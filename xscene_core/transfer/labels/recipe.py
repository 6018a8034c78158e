"""One recipe for every method with a linear head: maps, row weights, and which rows the head learns from."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from xscene_core.errors import InputError
from xscene_core.transfer.labels.classifier import Classifier
from xscene_core.transfer.labels.pieces import Logistic, Nearest, Piece, Same, Shares
from xscene_core.transfer.labels.remembered import remembered
from xscene_core.transfer.labels.views import Features, LabelRows, Labels, LabelView, Matrix, dense, stacked

Head = Literal["logistic", "nearest"]
Weights = npt.NDArray[np.float64]
STRENGTH = 1.0
"""Inverse of the logistic head's ridge penalty, for rows whose mean squared length is 1."""
DIMENSIONS = 500
"""Sparse rows, and rows with more features, are reduced to so many where a method needs them dense."""


@dataclass(frozen=True)
class LabelRecipe:
    """What one method changes.

    learns : from whose labels: the ``"sources"``, the ``"target"``, or ``"both"`` (the target's only where
        the budget allows any).
    maps : scene -> piece; scenes that are missing stay as they are.
    weights : source -> (n,) how much each of its rows counts, mean 1.
    head : ``"logistic"`` regression or the ``"nearest"`` neighbour.
    """

    learns: Literal["sources", "target", "both"] = "both"
    maps: dict[str, Piece] = field(default_factory=dict)
    weights: dict[str, Weights] = field(default_factory=dict)
    head: Head = "logistic"
    strength: float = STRENGTH


def learn_labels(name: str, view: LabelView, recipe: LabelRecipe) -> Classifier:
    """Maps the rows, then learns the head from those that the recipe names.

    Raises
    ------
    InputError : nothing with a label is left to learn from.
    """
    features, labels, weights = gather(view, recipe)
    if not len(labels):
        raise InputError(
            "There is no labelled row to learn from",
            where=f"scene {view.target.name}" if recipe.learns == "target" else "source scenes",
            todo="Choose a larger budget, another label, or another source.",
        )
    head = fit_head(features, labels, weights, len(view.classes), recipe.head, recipe.strength)
    maps = {rows.name: recipe.maps.get(rows.name, Same()) for rows in (*view.sources, view.target)}
    fitted = Classifier(name, view.target.name, maps, head)
    fitted.facts = {
        "rows_learned_from": float(len(labels)),
        "target_rows_learned_from": float(len(view.target.labelled)) if recipe.learns != "sources" else 0.0,
    }
    fitted.reason = reason(view, recipe.learns)
    return fitted


def gather(view: LabelView, recipe: LabelRecipe) -> tuple[Features, Labels, Weights]:
    """Mapped features (n, d), labels (n,) and weights (n,) of the rows that the recipe learns from.

    Where both sides are used the target's rows together count as much as half of the sources', each at most
    twenty times and at least once: few rows of the scene in question say more than as many of another.
    """
    parts: list[tuple[LabelRows, Weights]] = []
    if recipe.learns != "target":
        for rows in view.sources:
            known = np.flatnonzero(rows.labels >= 0)
            own = recipe.weights.get(rows.name, np.ones(len(rows)))[known]
            parts.append((rows.take(known), own))
    target = view.target.labelled
    if recipe.learns != "sources" and len(target):
        total = sum(len(rows) for rows, _ in parts)
        each = float(np.clip(total / (2 * len(target)), 1, 20)) if parts else 1.0
        parts.append((target, np.full(len(target), each)))
    if not parts:
        return np.empty((0, 1)), np.empty(0, np.int64), np.empty(0)
    mapped = [recipe.maps.get(rows.name, Same())(rows.features) for rows, _ in parts]
    return (
        stacked(mapped),
        np.concatenate([rows.labels for rows, _ in parts]),
        np.concatenate([own for _, own in parts]),
    )


def fit_head(
    features: Features,
    labels: Labels,
    weights: Weights | None,
    classes: int,
    kind: Head = "logistic",
    strength: float = STRENGTH,
) -> Piece:
    """A piece from features (n, d) to probabilities (n, classes), constant where only one class is known."""
    known = np.unique(labels)
    if len(known) == 1:
        return Shares(np.eye(classes)[known[0]])
    if kind == "nearest":
        return Nearest(dense(features), labels, classes)
    return _logistic(features, labels, weights, classes, strength)


def _logistic(
    features: Features, labels: Labels, weights: Weights | None, classes: int, strength: float
) -> Logistic:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    size = float((np.square(features.data) if sp.issparse(features) else np.square(features)).sum())
    scale = max(size / features.shape[0], 1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 1,000 steps are as near as labels allow
        model = LogisticRegression(C=strength / scale, max_iter=1000).fit(
            features, labels, sample_weight=weights
        )
    coefficients = np.zeros((features.shape[1], classes))
    intercept = np.full(classes, -1e9)  # a class without a row is never predicted
    if len(model.classes_) == 2:  # one decision function: half of it speaks for each class
        low, high = model.classes_
        coefficients[:, low], coefficients[:, high] = -model.coef_[0] / 2, model.coef_[0] / 2
        intercept[low], intercept[high] = -model.intercept_[0] / 2, model.intercept_[0] / 2
    else:
        coefficients[:, model.classes_] = model.coef_.T
        intercept[model.classes_] = model.intercept_
    return Logistic(coefficients, intercept)


def reason(view: LabelView, learns: str) -> str:
    """What was learned from, in one sentence."""
    sources = " and ".join(rows.name for rows in view.sources)
    count = len(view.target.labelled)
    rows = f"{count:,} labelled rows of {view.target.name}"
    if learns == "target":
        return f"Learned from {rows} only."
    if learns == "sources" or count == 0:
        return f"Learned from the labels of {sources} only."
    return f"Learned from the labels of {sources} and from {rows}."


def joint(view: LabelView, limit: int) -> Callable[[Features], Matrix]:
    """Dense features of at most ``limit`` dimensions: the rows themselves where they are few and dense, else
    their projection on the first right singular vectors of all rows together.
    """
    piece = reduction(view, limit)
    return lambda features: dense(piece(features))


def reduction(view: LabelView, limit: int) -> Piece:
    """The piece behind ``joint``: truncated SVD without centring (Halko et al., 2011)."""
    parts = [*(part.features for part in view.sources), view.target.features]
    if parts[-1].shape[1] <= limit and not all(sp.issparse(part) for part in parts):
        return Same()
    return remembered("reduction", view, (limit,), lambda: _main_directions(stacked(parts), limit, view.seed))


def _main_directions(rows: Features, limit: int, seed: int) -> Piece:
    from sklearn.utils.extmath import randomized_svd

    from xscene_core.transfer.labels.pieces import Affine

    size = min(limit, min(rows.shape) - 1)
    _, _, axes = randomized_svd(rows, size, random_state=seed)
    return Affine(np.ascontiguousarray(axes.T), np.zeros(rows.shape[1]), np.zeros(size))
