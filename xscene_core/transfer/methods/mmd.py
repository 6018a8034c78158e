"""MMD: features are learned whose distribution is the same in every scene, judged by kernels."""

from typing import TYPE_CHECKING

from pydantic import Field

from xscene_core.transfer.method import Method, Params, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from torch import Tensor

    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView


class MmdParams(Params):
    strength: float = Field(default=1.0, ge=0, le=10_000)
    """Weight of the squared discrepancy beside the labels' loss."""
    bandwidths: tuple[float, ...] = Field(default=(0.5, 1.0, 2.0), min_length=1, max_length=16)
    """Widths of the Gaussian kernels, as multiples of the median distance."""
    rows: int = Field(default=128, ge=2, le=2048)
    """Rows of each scene compared at every step."""
    epochs: int = Field(default=10, ge=1, le=1000)
    """Passes over the labelled rows."""


def fit_labels(view: "LabelView", params: MmdParams, watcher: Watcher) -> "Classifier":
    """min L_label + strength MMD^2 of hidden features: the unbiased U-statistic over several kernels."""
    from xscene_core.transfer.labels.discrepancy import aligned_network, mmd_loss

    def distance(source: "Tensor", target: "Tensor") -> "Tensor":
        return mmd_loss(source, target, params.bandwidths)

    return aligned_network("mmd", view, distance, params.strength, params.rows, params.epochs, watcher)


register(
    Method(
        name="mmd",
        family="feature",
        summary="Hidden features are learned whose distribution agrees between the scenes",
        source="Long et al. (2015), learning transferable features with deep adaptation networks",
        params=MmdParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="MMD needs labels to learn features from; CORAL and DANN align items for rankings.",
        zero={"strength": 0},
        zero_is=("source-only", {"head": "network"}),
    )
)
