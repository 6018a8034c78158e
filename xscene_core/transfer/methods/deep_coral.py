"""Deep CORAL: features are learned whose covariance is the same in every scene."""

from typing import TYPE_CHECKING

from pydantic import Field

from xscene_core.transfer.method import Method, Params, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView


class DeepCoralParams(Params):
    strength: float = Field(default=100.0, ge=0, le=10_000)
    """Weight of the covariances' distance beside the labels' loss."""
    rows: int = Field(default=128, ge=2, le=8192)
    """Rows of each scene compared at every step: more than the 64 hidden features, or covariances are
    singular."""
    epochs: int = Field(default=10, ge=1, le=1000)
    """Passes over the labelled rows."""


def fit_labels(view: "LabelView", params: DeepCoralParams, watcher: Watcher) -> "Classifier":
    """min L_label + strength ||C_s - C_t||_F^2 / (4 d^2) over hidden features, d of them."""
    from xscene_core.transfer.labels.discrepancy import aligned_network, coral_loss

    return aligned_network(
        "deep-coral", view, coral_loss, params.strength, params.rows, params.epochs, watcher
    )


register(
    Method(
        name="deep-coral",
        family="feature",
        summary="Hidden features are learned whose covariances agree between the scenes",
        source="Sun and Saenko (2016), deep CORAL: correlation alignment for deep domain adaptation",
        params=DeepCoralParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="Deep CORAL needs labels to learn features from; CORAL and DANN align items for rankings.",
        zero={"strength": 0},
        zero_is=("source-only", {"head": "network"}),
    )
)
