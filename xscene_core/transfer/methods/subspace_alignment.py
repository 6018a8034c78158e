"""Subspace alignment: turn the source's principal directions into the target's."""

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


class SubspaceAlignmentParams(Params):
    strength: float = Field(default=1.0, ge=0, le=1)
    """Share that comes from the aligned rows; the rest is the rows as they are."""
    dimension: int = Field(default=50, ge=1, le=1000)


def alignment(source: Matrix, target: Matrix, dimension: int) -> tuple[Matrix, Matrix]:
    """(d, e) for centred source rows and (d, e) for centred target rows: P_s (P_s' P_t), and P_t.

    P_s and P_t are the first e principal directions of each (Fernando et al., 2013); e is ``dimension``, or
    less where a scene has fewer.
    """
    from xscene_core.transfer.methods.joint_pca import components

    own = components([source - source.mean(axis=0)], dimension)
    wanted = components([target - target.mean(axis=0)], dimension)
    size = min(own.shape[1], wanted.shape[1])
    own, wanted = own[:, :size], wanted[:, :size]
    return own @ (own.T @ wanted), wanted


def fit(view: TrainingView, params: SubspaceAlignmentParams, watcher: Watcher) -> "Trained":
    """Ranking: aligned items are put back into the target's own coordinates, x P_s P_s' P_t P_t' + m_t."""
    from xscene_core.transfer.learning import Recipe, learn

    mapped = {}
    if params.strength > 0:
        target = view.target.vectors.astype(np.float64)
        for scene in view.sources:
            own = scene.vectors.astype(np.float64)
            turned, wanted = alignment(own, target, params.dimension)
            moved = (own - own.mean(axis=0)) @ (turned @ wanted.T) + target.mean(axis=0)
            mixed = (1 - params.strength) * own + params.strength * moved
            mapped[scene.name] = mixed.astype(np.float32)
    return learn("subspace-alignment", view, Recipe("first", mapped=mapped), watcher)


def load(folder: Path, view: TrainingView) -> "Trained":
    from xscene_core.transfer.recommender import load_trained

    return load_trained("subspace-alignment", folder, view)


def fit_labels(view: "LabelView", params: SubspaceAlignmentParams, watcher: Watcher) -> "Classifier":
    from xscene_core.transfer.labels.pieces import Affine, Beside, Chain, Piece
    from xscene_core.transfer.labels.recipe import DIMENSIONS, LabelRecipe, learn_labels, reduction
    from xscene_core.transfer.labels.views import dense

    if params.strength == 0:
        return learn_labels("subspace-alignment", view, LabelRecipe())
    reduced = reduction(view, max(DIMENSIONS, params.dimension))
    target = dense(reduced(view.target.features))
    rows = {scene.name: dense(reduced(scene.features)) for scene in view.sources}
    found = {name: alignment(own, target, params.dimension) for name, own in rows.items()}
    size = min(wanted.shape[1] for _, wanted in found.values())

    def piece(matrix: Matrix, mean: Matrix) -> Piece:
        affine = Affine(np.ascontiguousarray(matrix[:, :size]), mean, np.zeros(size))
        return Chain((reduced, Beside(params.strength, affine)))

    maps = {name: piece(found[name][0], own.mean(axis=0)) for name, own in rows.items()}
    maps[view.target.name] = piece(next(iter(found.values()))[1], target.mean(axis=0))
    fitted = learn_labels("subspace-alignment", view, LabelRecipe(maps=maps))
    fitted.facts["dimensions"] = float(size)
    return fitted


register(
    Method(
        name="subspace-alignment",
        family="feature",
        summary="The source's principal directions are turned into the target's",
        source="Fernando et al. (2013), unsupervised visual domain adaptation using subspace alignment",
        params=SubspaceAlignmentParams,
        reference="target-only",
        fit=fit,
        load=load,
        fit_labels=fit_labels,
        zero={"strength": 0},
    )
)
