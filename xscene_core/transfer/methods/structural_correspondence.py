"""Structural correspondence: what stands in the target for the sources' telling columns counts as they do."""

from typing import TYPE_CHECKING

from pydantic import Field

from xscene_core.transfer.method import Method, Params, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView


class StructuralCorrespondenceParams(Params):
    strength: float = Field(default=1.0, ge=0, le=1)
    """Share of the inner products that comes from the predicted pivots; the rest is the rows as they are."""
    pivots: int = Field(default=500, ge=1, le=5000)
    noise: float = Field(default=0.98, ge=0, lt=1)
    """Share of the columns that is dropped while the others learn to predict a pivot."""


def fit_labels(view: "LabelView", params: StructuralCorrespondenceParams, watcher: Watcher) -> "Classifier":
    """Rows become predictions of the pivots (see ``labels.pivots``), on which the head learns."""
    from xscene_core.transfer.labels.pieces import Beside
    from xscene_core.transfer.labels.pivots import pivot_space
    from xscene_core.transfer.labels.recipe import LabelRecipe, learn_labels

    if params.strength == 0:
        return learn_labels("structural-correspondence", view, LabelRecipe())
    found = pivot_space(view, params.pivots, params.noise)
    maps = {name: Beside(params.strength, piece) for name, piece in found.maps.items()}
    fitted = learn_labels("structural-correspondence", view, LabelRecipe(maps=dict(maps)))
    fitted.facts["pivots"] = float(len(found.pivots))
    return fitted


register(
    Method(
        name="structural-correspondence",
        family="feature",
        summary="Columns that tell the classes apart are predicted from all others, in every scene alike",
        source="Blitzer et al. (2007), biographies, Bollywood, boom-boxes and blenders; Chen et al. (2012)",
        params=StructuralCorrespondenceParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="Its pivots are columns that tell classes apart, and a ranking task has no classes.",
        zero={"strength": 0},
    )
)
