"""Manifold: neighbours get similar answers, and each class lies alike in both scenes."""

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from xscene_core.transfer.method import Method, Params, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.evaluation.statistics import Paired
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.pieces import Piece
    from xscene_core.transfer.labels.views import LabelView, Matrix


class ManifoldParams(Params):
    strength: float = Field(default=1.0, ge=0, le=1)
    """0 is source-only; between, the share of the answers that comes from this classifier."""
    dimension: int = Field(default=20, ge=2, le=250)
    """Principal directions. Kernels of half, once, twice and four times as many are multiplied, because which
    number is right cannot be known without target labels."""
    alignment: float = Field(default=10.0, ge=0, le=1e4)
    """lambda: weight of the distance between the scenes' means, of all rows and of each class."""
    smoothness: float = Field(default=1.0, ge=0, le=1e4)
    """rho: weight of the differences between neighbours' answers."""
    ridge: float = Field(default=0.1, gt=0, le=1e4)
    """eta: weight of the squared length of the function."""
    balance: float = Field(default=0.5, ge=0, le=1)
    """Share of ``alignment`` that goes to the classes' means and not to that of all rows."""
    neighbours: int = Field(default=10, ge=1, le=200)
    rounds: int = Field(default=10, ge=1, le=100)
    landmarks: int = Field(default=2500, ge=10, le=5000)
    """Centres of the kernel; of fewer rows all."""
    refuse: bool = True
    """Whether rows with labels are first asked if neighbourhoods tell their classes apart; where a linear
    head does so better, the plain method is kept."""


def fit_labels(view: "LabelView", params: ManifoldParams, watcher: Watcher) -> "Classifier":
    """min_f sum over labelled rows |y - f(x)|^2 + eta |f|^2 + lambda tr(F'MF) + rho tr(F'LF), repeated with
    the target's answers as its classes in M (Wang et al., 2018, with their defaults; Long et al., 2014).

    f : in the Gaussian kernel's space of rows after joint PCA, of unit length. L : normalised Laplacian of
    the graph of nearest neighbours by cosine. M : (1 - mu) times the scenes' discrepancy plus mu times each
    class's, of norm 1.
    """
    from xscene_core.transfer.labels.manifold_regression import fit_manifold
    from xscene_core.transfer.labels.neighbourhoods import neighbourhood_gap, worse
    from xscene_core.transfer.labels.pieces import Chain, Mixture, Together
    from xscene_core.transfer.labels.recipe import DIMENSIONS, LabelRecipe, learn_labels, reduction
    from xscene_core.transfer.labels.views import dense
    from xscene_core.transfer.methods.joint_pca import components

    plain = learn_labels("manifold", view, LabelRecipe())
    if params.strength == 0 or len(view.target) < 2:
        return plain
    reduced = reduction(view, max(DIMENSIONS, 4 * params.dimension))
    scenes = (*view.sources, view.target)
    rows = {scene.name: dense(reduced(scene.features)) for scene in scenes}
    means = {name: own.mean(axis=0) for name, own in rows.items()}
    axes = components([own - means[name] for name, own in rows.items()], 4 * params.dimension)
    sizes = sorted({min(axes.shape[1], size) for size in _sizes(params.dimension)})
    maps: dict[str, Piece] = {
        name: Chain((reduced, Together(tuple(_unit(axes[:, :size], mean) for size in sizes))))
        for name, mean in means.items()
    }
    places = [dense(maps[scene.name](scene.features)) for scene in scenes]
    if params.refuse:
        gap = neighbourhood_gap(list(scenes), places, len(view.classes), params.ridge, view.seed)
        if gap is not None:
            plain.facts["neighbourhood_gap"] = gap.value
            if worse(gap):
                return _refused(plain, view, gap)
    head, facts = fit_manifold(
        places,
        [scene.labels for scene in scenes],
        len(view.classes),
        params,
        view.seed,
        watcher,
    )
    fitted = plain
    if params.strength < 1:
        head = Mixture(params.strength, Chain((maps[view.target.name], head)), plain.head)
    else:
        fitted.maps = maps
    fitted.head = head
    fitted.facts |= facts
    fitted.reason += (
        f" Answers of neighbours were drawn together in {facts['rounds']:.0f} rounds; "
        f"{facts['answers_changed']:.0%} of the first ones changed."
    )
    if facts["collapsed"]:
        fitted.reason += " Stopped there: in the next round nearly all answers became one class."
    return fitted


def _refused(plain: "Classifier", view: "LabelView", gap: "Paired") -> "Classifier":
    plain.stands_for = "source-only" if not len(view.target.labelled) else "pooled"
    plain.facts["refused"] = 1.0
    plain.reason = (
        "Refused, because near rows need not have the same class here: about labelled rows that it did not "
        f"see, a classifier by neighbourhood is right less often than a linear one, by {-gap.value:.1%}. "
        f"{plain.reason}"
    )
    return plain


def _sizes(dimension: int) -> tuple[int, ...]:
    return dimension // 2, dimension, 2 * dimension, 4 * dimension


def _unit(axes: "Matrix", mean: "Matrix") -> "Piece":
    from xscene_core.transfer.labels.pieces import Affine, Chain, UnitLength

    return Chain((Affine(axes, mean, np.zeros(axes.shape[1])), UnitLength()))


register(
    Method(
        name="manifold",
        family="self-training",
        summary="Neighbours get similar answers, and each class is made to lie alike in both scenes",
        source="Wang et al. (2018), visual domain adaptation with manifold embedded distribution alignment",
        params=ManifoldParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="It aligns classes, and a ranking task has none.",
        zero={"strength": 0},
    )
)
