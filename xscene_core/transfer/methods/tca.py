"""TCA: components in a kernel space along which rows vary and the scenes do not differ."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from xscene_core.transfer.method import Method, Params, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView


class TcaParams(Params):
    strength: float = Field(default=1.0, ge=0, le=1)
    """Share of the inner products that comes from the components; the rest is the rows as they are."""
    dimension: int = Field(default=50, ge=1, le=500)
    kernel: Literal["linear", "gaussian"] = "linear"
    """Gaussian distances say little where rows have hundreds of columns: all are about equal."""
    width: float = Field(default=1.0, gt=0, le=100)
    """Of the Gaussian kernel, as a multiple of the median distance."""
    mu: float = Field(default=1.0, gt=0, le=1e6)
    """Weight of |W|^2 beside the difference of the scenes, for a kernel whose mean diagonal is 1."""
    mode: Literal["auto", "exact", "nystrom"] = "auto"
    """Exact takes memory for all pairs of rows; ``auto`` is Nystrom above 2,500. Linear is always exact."""
    landmarks: int = Field(default=500, ge=2, le=5000)


def fit_labels(view: "LabelView", params: TcaParams, watcher: Watcher) -> "Classifier":
    """max tr(W'KHKW) subject to W'(KLK + mu I)W = I: a generalised symmetric eigenproblem.

    K : kernel of all rows, H : centring, L = sum over sources of ee' with e = 1/n_s on the source's rows and
    -1/n_t on the target's (Pan et al., 2011). A row's place is k(x, X) W, less the mean of all rows.
    """
    from xscene_core.transfer.labels.pieces import Beside, Chain
    from xscene_core.transfer.labels.recipe import DIMENSIONS, LabelRecipe, learn_labels, reduction
    from xscene_core.transfer.labels.transfer_components import transfer_components
    from xscene_core.transfer.labels.views import dense

    if params.strength == 0:
        return learn_labels("tca", view, LabelRecipe())
    reduced = reduction(view, DIMENSIONS)
    scenes = (*view.sources, view.target)
    parts = [dense(reduced(scene.features)) for scene in scenes]
    place, facts = transfer_components(
        parts,
        kernel=params.kernel,
        width=params.width,
        mu=params.mu,
        dimension=params.dimension,
        mode=params.mode,
        landmarks=params.landmarks,
        seed=view.seed,
    )
    piece = Chain((reduced, Beside(params.strength, place)))
    fitted = learn_labels("tca", view, LabelRecipe(maps={scene.name: piece for scene in scenes}))
    fitted.facts |= facts
    return fitted


register(
    Method(
        name="tca",
        family="feature",
        summary="Kernel components along which rows vary and scenes do not differ",
        source="Pan et al. (2011), domain adaptation via transfer component analysis",
        params=TcaParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="Its components are coordinates of their own, which no scene's item vectors share.",
        zero={"strength": 0},
    )
)
