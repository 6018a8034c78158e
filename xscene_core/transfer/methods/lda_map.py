"""Fisher-LDA map: the directions that tell the classes apart, and the scenes not."""

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from xscene_core.transfer.method import Method, Params, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView, Matrix


class LdaMapParams(Params):
    strength: float = Field(default=1.0, ge=0, le=1)
    """Share of the inner products that comes from the map; the rest is the rows as they are."""
    shrinkage: float = Field(default=0.1, ge=0, le=1)
    """Of the within-class covariance towards a multiple of the identity."""
    mmd: float = Field(default=1.0, ge=0, le=1000)
    """Weight of the squared distance between the scenes' means, in units of the within-class variance."""


def discriminant_map(
    rows: "Matrix", labels: "np.ndarray", gaps: "list[Matrix]", shrinkage: float, mmd: float
) -> "Matrix":
    """(d, e) the generalised eigenvectors of S_b w = l ((1 - r) S_w + r tr(S_w)/d I + mmd sum gg') w.

    e is at most the number of classes less one. S_w, S_b : covariance within and between the classes of the
    labelled ``rows`` (n, d) (Fisher, 1936; Friedman, 1989 for the shrinkage); g : difference of two scenes'
    means (d,), which is what maximum mean discrepancy with a linear kernel measures (Gretton et al., 2012).
    """
    from scipy.linalg import eigh

    known, place, counts = np.unique(labels, return_inverse=True, return_counts=True)
    means = np.zeros((len(known), rows.shape[1]))
    np.add.at(means, place, rows)
    means /= counts[:, None]
    inner = rows - means[place]
    within = inner.T @ inner / len(rows)
    shifted = (means - rows.mean(axis=0)) * np.sqrt(counts / len(rows))[:, None]
    mean_spread = float(np.trace(within)) / len(within)
    penalty = (1 - shrinkage) * within + (shrinkage * mean_spread + 1e-9 * mean_spread) * np.eye(len(within))
    for gap in gaps:
        penalty += mmd * np.outer(gap, gap)
    if not mean_spread > 0:  # each class is one point
        penalty = penalty + np.eye(len(within))
    size = min(len(known) - 1, len(within))
    _, axes = eigh(shifted.T @ shifted, penalty, subset_by_index=[len(within) - size, len(within) - 1])
    return np.asarray(axes[:, ::-1])


def fit_labels(view: "LabelView", params: LdaMapParams, watcher: Watcher) -> "Classifier":
    from xscene_core.transfer.labels.pieces import Affine, Beside, Chain
    from xscene_core.transfer.labels.recipe import DIMENSIONS, LabelRecipe, learn_labels, reduction
    from xscene_core.transfer.labels.views import dense

    known = view.source.labelled
    if params.strength == 0 or len(np.unique(known.labels)) < 2:  # one class has no other to be told from
        return learn_labels("lda-map", view, LabelRecipe())
    reduced = reduction(view, DIMENSIONS)
    rows = dense(reduced(known.features))
    wanted = dense(reduced(view.target.features)).mean(axis=0)
    gaps = [dense(reduced(scene.features)).mean(axis=0) - wanted for scene in view.sources]
    axes = discriminant_map(rows, known.labels, gaps, params.shrinkage, params.mmd)
    affine = Affine(axes, rows.mean(axis=0), np.zeros(axes.shape[1]))
    piece = Chain((reduced, Beside(params.strength, affine)))
    maps = {scene.name: piece for scene in (*view.sources, view.target)}
    fitted = learn_labels("lda-map", view, LabelRecipe(maps=dict(maps)))
    fitted.facts["dimensions"] = float(axes.shape[1])
    return fitted


register(
    Method(
        name="lda-map",
        family="feature",
        summary="Directions that tell the classes apart and the scenes not",
        source="Fisher (1936), the use of multiple measurements in taxonomic problems",
        params=LdaMapParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="It needs classes to tell apart, and a ranking task has none.",
        zero={"strength": 0},
    )
)
