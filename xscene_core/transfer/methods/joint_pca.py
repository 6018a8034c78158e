"""Joint PCA: the directions in which the rows of all scenes together vary most."""

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from xscene_core.transfer.method import Method, Params, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView, Matrix


class JointPcaParams(Params):
    strength: float = Field(default=1.0, ge=0, le=1)
    """Share of the inner products that comes from the components; the rest is the rows as they are."""
    dimension: int = Field(default=50, ge=1, le=1000)
    centred: bool = True
    """Whether each scene's own mean is taken away first, so that no component is the difference of scenes."""


def components(parts: "list[Matrix]", dimension: int) -> "Matrix":
    """(d, e) first right singular vectors of the rows of all ``parts`` (n_k, d) together."""
    rows = np.vstack(parts)
    spread, axes = np.linalg.eigh(rows.T @ rows)
    kept = np.flatnonzero(spread > spread.max(initial=0) * 1e-10)[::-1][:dimension]
    if not len(kept):  # all rows are equal
        kept = np.array([len(spread) - 1])
    return np.asarray(axes[:, kept])


def fit_labels(view: "LabelView", params: JointPcaParams, watcher: Watcher) -> "Classifier":
    """x -> (x - m_scene) P, P the first eigenvectors of the scatter of all centred rows (Pearson, 1901)."""
    from xscene_core.transfer.labels.pieces import Affine, Beside, Chain
    from xscene_core.transfer.labels.recipe import DIMENSIONS, LabelRecipe, learn_labels, reduction
    from xscene_core.transfer.labels.views import dense

    if params.strength == 0:
        return learn_labels("joint-pca", view, LabelRecipe())
    reduced = reduction(view, max(DIMENSIONS, params.dimension))
    scenes = (*view.sources, view.target)
    rows = {scene.name: dense(reduced(scene.features)) for scene in scenes}
    common = np.vstack(list(rows.values())).mean(axis=0)
    means = {name: own.mean(axis=0) if params.centred else common for name, own in rows.items()}
    axes = components([own - means[name] for name, own in rows.items()], params.dimension)
    none = np.zeros(axes.shape[1])
    maps = {
        name: Chain((reduced, Beside(params.strength, Affine(axes, mean, none))))
        for name, mean in means.items()
    }
    fitted = learn_labels("joint-pca", view, LabelRecipe(maps=dict(maps)))
    fitted.facts["dimensions"] = float(axes.shape[1])
    return fitted


register(
    Method(
        name="joint-pca",
        family="feature",
        summary="The main directions of all scenes together, each scene centred",
        source="Pearson (1901); the baseline PCA of Pan et al. (2011)",
        params=JointPcaParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="The recommender's first layer already learns a projection that all scenes share.",
        zero={"strength": 0},
    )
)
