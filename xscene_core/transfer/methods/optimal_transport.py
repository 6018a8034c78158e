"""Optimal transport: move the source rows onto the target's at the least total cost."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from xscene_core.errors import InputError
from xscene_core.transfer.method import Method, Params, register
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView
    from xscene_core.transfer.recommender import Trained

Matrix = npt.NDArray[np.float64]
Plan = Literal["auto", "entropic", "class", "linear"]


class OptimalTransportParams(Params):
    strength: float = Field(default=1.0, ge=0, le=1)
    """Share of the way from the source's own rows to where they are moved."""
    plan: Plan = "auto"
    """``auto``: entropic for labels, linear for rankings. ``class`` keeps rows of different classes from
    sharing a target row."""
    entropy: float = Field(default=0.05, gt=0, le=100)
    """Of the plan, as a multiple of the median cost: the larger, the more a row is spread over."""
    class_weight: float = Field(default=0.1, gt=0, le=100)
    """Of the class term, in the same unit."""
    ridge: float = Field(default=0.01, gt=0, le=10)
    """Added to both covariances of the linear plan, as a multiple of their mean variance."""
    rows: int = Field(default=3000, ge=10, le=20_000)
    """Of more rows a sample is paired, and the others move as the nearest of it: 8 rows^2 bytes."""


def transport_plan(
    source: Matrix, target: Matrix, labels: "npt.NDArray[np.int64] | None", params: OptimalTransportParams
) -> tuple[Matrix, float]:
    """(n, m) the plan T, rows summing to 1/n, and how far its column sums are from 1/m.

    argmin <C, T> + eps KL(T | ab') + eta sum_j sum_c |T(c, j)|_1^(1/2), c over classes where ``labels`` are
    given; C = squared distances divided by their median (Cuturi, 2013; Courty et al., 2017 for the class
    term), by POT (Flamary et al., 2021).
    """
    import ot

    cost = ot.dist(source, target)
    cost /= float(np.median(cost)) or 1.0
    cost -= cost.min(axis=1, keepdims=True)  # leaves the plan as it is, and exp(-cost / eps) above 0
    cost -= cost.min(axis=0, keepdims=True)
    own, wanted = np.full(len(source), 1 / len(source)), np.full(len(target), 1 / len(target))
    if labels is None:
        found = ot.sinkhorn(own, wanted, cost, params.entropy, numItermax=1000, stopThr=1e-7, warn=False)
    else:
        with warnings.catch_warnings():  # inner rounds that end early: what is missing is in the facts
            warnings.simplefilter("ignore")
            found = ot.da.sinkhorn_lpl1_mm(
                own,
                labels,
                wanted,
                cost,
                params.entropy,
                params.class_weight,
                numItermax=5,
                numInnerItermax=200,
            )
    found = np.asarray(found) / np.maximum(found.sum(axis=1, keepdims=True), 1e-300) / len(source)
    return found, float(np.abs(found.sum(axis=0) - wanted).sum())


def linear_plan(source: Matrix, target: Matrix, ridge: float) -> tuple[Matrix, Matrix, Matrix]:
    """The matrix (d, d), offset (d,) and shift (d,) of the optimal map between the rows' Gaussians.

    (x - m_s) C_s^-1/2 (C_s^1/2 C_t C_s^1/2)^1/2 C_s^-1/2 + m_t (Dowson and Landau, 1982).
    """
    from xscene_core.transfer.methods.coral import power

    centred, other = source - source.mean(axis=0), target - target.mean(axis=0)
    own, wanted = centred.T @ centred / len(source), other.T @ other / len(target)
    amount = max(ridge * (np.trace(own) + np.trace(wanted)) / (2 * len(own)), 1e-12)
    eye = np.eye(len(own))
    root, back = power(own, 0.5, amount), power(own, -0.5, amount)
    matrix = back @ power(root @ (wanted + amount * eye) @ root, 0.5, 0.0) @ back
    return matrix, source.mean(axis=0), target.mean(axis=0)


def _sample(count: int, most: int, seed: int) -> npt.NDArray[np.int64]:
    return np.sort(np.random.default_rng([seed, 43]).permutation(count)[:most])


def fit(view: TrainingView, params: OptimalTransportParams, watcher: Watcher) -> "Trained":
    from xscene_core.transfer.labels.pieces import Moved
    from xscene_core.transfer.learning import Recipe, learn

    if params.plan == "class":
        raise InputError(
            "A ranking task has no classes",
            where="parameter 'plan' of optimal-transport",
            todo="Choose linear.",
        )
    mapped = {}
    if params.strength > 0:
        target = view.target.vectors.astype(np.float64)
        for scene in view.sources:
            own = scene.vectors.astype(np.float64)
            if params.plan == "entropic":
                some = own[_sample(len(own), params.rows, view.seed)]
                onto = target[_sample(len(target), params.rows, view.seed)]
                plan, _ = transport_plan(some, onto, None, params)
                moved = Moved(some, len(some) * plan @ onto)(own)
            else:
                matrix, offset, shift = linear_plan(own, target, params.ridge)
                moved = (own - offset) @ matrix + shift
            mixed = (1 - params.strength) * own + params.strength * moved
            mapped[scene.name] = mixed.astype(np.float32)
    return learn("optimal-transport", view, Recipe("first", mapped=mapped), watcher)


def load(folder: Path, view: TrainingView) -> "Trained":
    from xscene_core.transfer.recommender import load_trained

    return load_trained("optimal-transport", folder, view)


def fit_labels(view: "LabelView", params: OptimalTransportParams, watcher: Watcher) -> "Classifier":
    """Source rows move to n T X_t, the mean of the target rows that they are paired with."""
    from xscene_core.transfer.labels.pieces import Affine, Blend, Chain, Moved, Piece
    from xscene_core.transfer.labels.recipe import DIMENSIONS, LabelRecipe, learn_labels, reduction
    from xscene_core.transfer.labels.views import dense

    if params.strength == 0:
        return learn_labels("optimal-transport", view, LabelRecipe())
    reduced = reduction(view, DIMENSIONS)
    target = dense(reduced(view.target.features))
    onto = target[_sample(len(target), params.rows, view.seed)]
    maps: dict[str, Piece] = {view.target.name: reduced}
    facts: dict[str, float] = {}
    for scene in view.sources:
        watcher.progress("align", len(facts) / len(view.sources))
        known = scene.labelled if params.plan == "class" else scene
        own = dense(reduced(known.features))
        if params.plan == "linear":
            moved: Piece = Affine(*linear_plan(own, target, params.ridge))
        else:
            some = _sample(len(own), params.rows, view.seed)
            labels = known.labels[some] if params.plan == "class" else None
            plan, missing = transport_plan(own[some], onto, labels, params)
            facts[f"plan_error/{scene.name}"] = missing
            moved = Moved(own[some], len(some) * plan @ onto)
        maps[scene.name] = Chain((reduced, Blend(params.strength, moved)))
    fitted = learn_labels("optimal-transport", view, LabelRecipe(maps=maps))
    fitted.facts |= facts
    return fitted


register(
    Method(
        name="optimal-transport",
        family="feature",
        summary="Source rows are moved onto the target's at the least total cost",
        source="Courty et al. (2017), optimal transport for domain adaptation",
        params=OptimalTransportParams,
        reference="target-only",
        fit=fit,
        load=load,
        fit_labels=fit_labels,
        zero={"strength": 0},
    )
)
