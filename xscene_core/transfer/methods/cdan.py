"""CDAN: the discriminator judges features together with what the classifier makes of them."""

from typing import TYPE_CHECKING

from pydantic import Field

from xscene_core.transfer.method import Method, Params, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.network import LabelNetwork
    from xscene_core.transfer.labels.views import LabelView


class CdanParams(Params):
    strength: float = Field(default=1.0, ge=0, le=100)
    """Largest lambda of the gradient reversal; it rises from 0 as training goes on."""
    entropy: bool = True
    """Whether rows with a sure prediction count more (CDAN+E)."""
    hidden: int = Field(default=64, ge=1, le=1024)
    """Width of the discriminator."""
    rows: int = Field(default=64, ge=2, le=8192)
    """Rows of each scene shown to the discriminator at every step."""
    epochs: int = Field(default=10, ge=1, le=1000)
    """Passes over the labelled rows."""
    rate: float = Field(default=2e-3, gt=0, le=1)
    """Learning rate of the discriminator."""


def fit_labels(view: "LabelView", params: CdanParams, watcher: Watcher) -> "Classifier":
    """DANN whose discriminator sees f (x) softmax(g), g without gradient, so that it is scenes' classes, not
    whole scenes, that must become alike. With one class, and at strength 0, nothing of it differs from DANN.
    """
    from xscene_core.transfer.labels.confusion import (
        ConditionalConfusion,
        discriminator,
        learn_confused,
    )
    from xscene_core.transfer.labels.draws import Draws

    def make(draws: Draws, network: "LabelNetwork") -> ConditionalConfusion:
        judge = discriminator(network.head.in_features * len(view.classes), view, params.hidden)
        return ConditionalConfusion(draws, judge, params.strength, params.entropy)

    return learn_confused("cdan", view, params, make, watcher)


register(
    Method(
        name="cdan",
        family="adversarial",
        summary="A discriminator must not tell the scenes apart, given what is predicted of a row",
        source="Long et al. (2018), conditional adversarial domain adaptation",
        params=CdanParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="CDAN aligns scenes class by class, and a ranking has no classes: use DANN there.",
        zero={"strength": 0},
        zero_is=("source-only", {"head": "network"}),
    )
)
