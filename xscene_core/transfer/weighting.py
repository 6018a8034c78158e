"""What instance-based methods share: from estimates of p_target(x) / p_source(x) to the weights of a fit."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from xscene_core.transfer.views import SceneView, TrainingView
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView
    from xscene_core.transfer.recommender import Trained

Array = npt.NDArray[np.float64]
Estimate = tuple[Array, dict[str, float]]
Estimator = Callable[[Array, Array], Estimate]
"""Source rows (n, d) and target rows (m, d) to n ratios at the source rows, and what is worth knowing."""
DIMENSIONS = 50
"""Ratios of densities are estimated in so many principal directions at most: in hundreds, scenes always look
apart, and a handful of rows would carry all the weight (Sugiyama et al., 2012, chapter 8)."""


def effective_size(weights: npt.NDArray[np.floating]) -> float:
    """(sum w)^2 / sum w^2: how many equally weighted rows these are worth (Kish, 1965)."""
    squares = float((weights.astype(np.float64) ** 2).sum())
    return float(weights.sum(dtype=np.float64) ** 2) / squares if squares else 0.0


def tempered(ratio: Array, strength: float) -> Array:
    """ratio ** strength, mean 1; all 1 where the ratios are all 0."""
    raised = np.maximum(ratio, 0) ** strength
    mean = float(raised.mean()) if len(raised) else 0.0
    return np.asarray(raised / mean) if mean > 0 else np.ones(len(raised))


def person_weights(scene: SceneView, ratio: Array, strength: float) -> npt.NDArray[np.float32]:
    """(U,) the mean ratio of each person's choices to the power ``strength``, mean 1."""
    sequences = scene.sequences
    sums = np.add.reduceat(np.append(ratio[sequences.items], 0.0), sequences.indptr[:-1])
    means = np.where(sequences.lengths > 0, sums / np.maximum(sequences.lengths, 1), 1.0)
    return tempered(means, strength).astype(np.float32)


def learn_weighted(
    name: str, view: TrainingView, strength: float, estimate: Estimator, watcher: Watcher
) -> "Trained":
    """A ranking task: people who choose target-like items count more, then fine-tuning."""
    from xscene_core.transfer.learning import Recipe, learn

    weights: dict[str, npt.NDArray[np.float32]] = {}
    facts: dict[str, float] = {}
    if strength > 0:
        target = view.target.vectors.astype(np.float64)
        for scene in view.sources:
            watcher.progress("weigh", len(weights) / len(view.sources))
            ratio, found = estimate(scene.vectors.astype(np.float64), target)
            weights[scene.name] = person_weights(scene, ratio, strength)
            facts[f"effective_people/{scene.name}"] = effective_size(weights[scene.name])
            facts |= {f"{key}/{scene.name}": value for key, value in found.items()}
    fitted = learn(name, view, Recipe("first", weights=weights), watcher)
    fitted.facts |= facts
    return fitted


def learn_labels_weighted(
    name: str, view: "LabelView", strength: float, estimate: Estimator, watcher: Watcher
) -> "Classifier":
    """A label task: source rows that look like the target's count more. The head reads the rows as they are;
    only the ratios are estimated in few dimensions.
    """
    from xscene_core.transfer.labels.recipe import LabelRecipe, joint, learn_labels

    weights: dict[str, Array] = {}
    facts: dict[str, float] = {}
    if strength > 0:
        place = joint(view, DIMENSIONS)
        target = place(view.target.features)
        for rows in view.sources:
            watcher.progress("weigh", len(weights) / len(view.sources))
            ratio, found = estimate(place(rows.features), target)
            weights[rows.name] = tempered(ratio, strength)
            facts[f"effective_rows/{rows.name}"] = effective_size(weights[rows.name])
            facts[f"effective_share/{rows.name}"] = effective_size(weights[rows.name]) / max(len(rows), 1)
            facts |= {f"{key}/{rows.name}": value for key, value in found.items()}
    else:
        facts = {f"effective_rows/{rows.name}": float(len(rows)) for rows in view.sources}
    fitted = learn_labels(name, view, LabelRecipe(weights=weights))
    fitted.facts |= facts
    if weights:
        worth = ", ".join(
            f"{facts[f'effective_rows/{rows.name}']:,.0f} of the {len(rows):,} rows of {rows.name}"
            for rows in view.sources
        )
        fitted.reason += f" Weighted by likeness to {view.target.name}: worth {worth}."
    return fitted
