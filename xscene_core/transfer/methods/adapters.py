"""Low-rank adapters: the network stays as the sources taught it, plus a small correction for the target."""

from typing import TYPE_CHECKING

from pydantic import Field

from xscene_core.transfer.method import Method, Params, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView


class AdaptersParams(Params):
    rank: int = Field(default=4, ge=0, le=256)
    """Rank of the corrections; 0 leaves the network as it is."""
    epochs: int = Field(default=10, ge=0, le=1000)
    """Passes over the target's labelled rows, more where they are few."""
    rate: float = Field(default=2e-3, gt=0, le=1)
    """Learning rate of these passes."""


def fit_labels(view: "LabelView", params: AdaptersParams, watcher: Watcher) -> "Classifier":
    """Weights A + U V of both layers, A frozen as the sources taught it, U V of low rank from the target's
    labels. Only the target's rows go through the corrected hidden layer.
    """
    from dataclasses import replace

    from xscene_core.transfer.labels.finishing import FINISH, Start, finish_labels, tuned
    from xscene_core.transfer.labels.network import AdaptedNetwork, LabelNetwork
    from xscene_core.transfer.labels.network_recipe import copied, drawing

    def finish(start: Start) -> tuple[LabelNetwork, dict[str, float]]:
        if params.rank == 0:
            return start.network, {}
        with drawing(view.seed + 3):
            adapted = AdaptedNetwork(copied(start.network), params.rank)
        training = replace(FINISH, epochs=params.epochs, rate=params.rate)
        return tuned(start, training, watcher, adapted), {"trained_parameters": adapted.corrections()}

    return finish_labels("adapters", view, finish, watcher)


register(
    Method(
        name="adapters",
        family="model",
        summary="The network as the sources taught it, with low-rank corrections for the target",
        source="Hu et al. (2022), LoRA: low-rank adaptation of large language models",
        params=AdaptersParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="How the recommender compares items already is a low-rank correction of their content, so "
        "fine-tune is this method for rankings.",
        zero={"rank": 0},
        zero_is=("source-only", {"head": "network"}),
    )
)
