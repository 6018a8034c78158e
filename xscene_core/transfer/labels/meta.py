"""Meta-learning for label tasks: learn to learn on the source scenes, then learn from the target's rows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from xscene_core.models.device import device
from xscene_core.transfer.labels.classifier import Classifier
from xscene_core.transfer.labels.episodes import Sampler, Schooling, scene_episodes, school
from xscene_core.transfer.labels.learners import Learner, Support, Theta
from xscene_core.transfer.labels.meta_params import MetaParams
from xscene_core.transfer.labels.network import row_scale
from xscene_core.transfer.labels.network_recipe import drawing, tensor
from xscene_core.transfer.labels.pieces import Chain, Logistic, Piece
from xscene_core.transfer.labels.recipe import DIMENSIONS, LabelRecipe, gather, learn_labels, reduction
from xscene_core.transfer.labels.views import Features, LabelView, Matrix, dense
from xscene_core.watcher import Watcher


@dataclass(frozen=True)
class Residual(Piece):
    """z + max(z enter + shift, 0) leave with z = scale x. enter : (d, h), shift : (h,), leave : (h, d)."""

    scale: float
    enter: Matrix
    shift: Matrix
    leave: Matrix

    def __call__(self, features: Features) -> Matrix:
        rows = self.scale * dense(features)
        return np.asarray(rows + np.maximum(rows @ self.enter + self.shift, 0) @ self.leave)


Make = Callable[[int, int], Learner]
"""``make(width, classes)`` draws the learner."""


def meta_labels(name: str, view: LabelView, make: Make, params: MetaParams, watcher: Watcher) -> Classifier:
    """Meta-trains on tasks that are source scenes, then adapts to the target's labelled rows.

    In the adaptation each class's source rows together count as ``params.prior`` rows beside the target's,
    so that few rows do not forget the sources, and none leaves their classifier.
    """
    features, labels, _ = gather(view, LabelRecipe("sources"))
    target = view.target.labelled
    known = np.concatenate([labels, target.labels])
    if len(np.unique(known)) < 2:
        return learn_labels(name, view, LabelRecipe("both"))
    reduced = reduction(view, DIMENSIONS)
    scale = row_scale(dense(reduced(features if len(labels) else target.features)))

    def placed(rows: Features) -> np.ndarray:
        return (scale * dense(reduced(rows))).astype(np.float32)

    scenes = [
        (placed(own.features), own.labels) for own in (rows.labelled for rows in view.sources) if len(own)
    ]
    with drawing(view.seed):
        learner = make(reduced(view.target.features[:1]).shape[1], len(view.classes)).to(device())
    facts: dict[str, float] = {}
    if (sampler := _sampler(scenes, params, len(view.classes))) is not None:
        losses = school(learner, sampler, Schooling(params.steps, 4, params.rate), view.seed, watcher)
        if losses:
            facts = {"first_outer_loss": losses[0], "last_outer_loss": float(np.mean(losses[-10:]))}
    own = (placed(target.features), target.labels)
    theta = learner.theta()
    fast = {key: value.detach() for key, value in learner.adapt(theta, _support(scenes, own, params)).items()}
    maps = {rows.name: _map(reduced, scale, theta) for rows in view.sources}
    maps[view.target.name] = _map(reduced, scale, fast)
    fitted = Classifier(name, view.target.name, maps, _head(fast, np.unique(known)))
    fitted.facts = facts | {
        "rows_learned_from": float(len(known)),
        "target_rows_learned_from": float(len(target)),
    }
    fitted.reason = _reason(view, len(target), bool(facts))
    return fitted


def _sampler(scenes: list[tuple[np.ndarray, np.ndarray]], params: MetaParams, classes: int) -> Sampler | None:
    """Tasks of at most some 200 rows each; None where no scene has two rows of two classes."""
    shots = int(np.clip(200 // classes, 1, params.shots))
    try:
        return scene_episodes(scenes, shots, 3 * shots)
    except ValueError:
        return None


def _support(
    scenes: list[tuple[np.ndarray, np.ndarray]], own: tuple[np.ndarray, np.ndarray], params: MetaParams
) -> Support:
    """The target's rows with weight 1, and the sources' with weight prior / rows of the class."""
    rows = np.concatenate([*(part for part, _ in scenes), own[0]])
    labels = np.concatenate([*(part for _, part in scenes), own[1]])
    taught = labels[: len(labels) - len(own[1])]
    prior = params.prior if len(own[1]) else 1.0
    weights = np.concatenate([prior / np.bincount(taught)[taught], np.ones(len(own[1]))])
    return Support(tensor(rows), tensor(labels), tensor(weights.astype(np.float32)))


def _map(reduced: Piece, scale: float, theta: Theta) -> Piece:
    return Chain((reduced, Residual(scale, *(_array(theta[key]) for key in ("enter", "shift", "leave")))))


def _head(fast: Theta, known: np.ndarray) -> Logistic:
    scale = float(fast["log_scale"].exp())
    intercept = np.full(len(fast["bias"]), -1e9)  # a class without a row is never predicted
    intercept[known] = scale * _array(fast["bias"])[known]
    return Logistic(np.ascontiguousarray(scale * _array(fast["weight"]).T), intercept)


def _array(value: torch.Tensor) -> Matrix:
    return value.detach().cpu().numpy().astype(np.float64)


def _reason(view: LabelView, count: int, schooled: bool) -> str:
    sources = " and ".join(rows.name for rows in view.sources)
    learned = f"Learned to learn on {sources}" if schooled else f"{sources} gave no task to learn learning on"
    if count == 0:
        return f"{learned}; {view.target.name} has no labelled row to adapt to, so the sources' rows speak."
    return f"{learned}, then adapted to {count:,} labelled rows of {view.target.name}."
