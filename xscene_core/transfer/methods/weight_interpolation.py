"""Weight interpolation: between what the sources taught and where fine-tuning ended."""

from typing import TYPE_CHECKING

from pydantic import Field

from xscene_core.transfer.method import Method, Params, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


class WeightInterpolationParams(Params):
    share: float | None = Field(default=None, ge=0, le=1)
    """How far from the start (0) to the end (1) of fine-tuning; None lets the target's labelled rows say,
    each judged by weights that did not learn from it."""
    epochs: int = Field(default=10, ge=0, le=1000)
    """Passes over the target's labelled rows, more where they are few."""
    rate: float = Field(default=1e-3, gt=0, le=1)
    """Learning rate of these passes."""


def fit_labels(view: "LabelView", params: WeightInterpolationParams, watcher: Watcher) -> "Classifier":
    """theta = (1 - a) theta_0 + a theta_1, a by cross-validated log-likelihood of the target's labels."""
    from dataclasses import replace

    from xscene_core.transfer.labels.finishing import (
        FINISH,
        Start,
        between,
        chosen_share,
        finish_labels,
        tuned,
    )
    from xscene_core.transfer.labels.network import LabelNetwork

    training = replace(FINISH, epochs=params.epochs, rate=params.rate)

    def finish(start: Start) -> tuple[LabelNetwork, dict[str, float]]:
        share = params.share
        if share is None:
            share = chosen_share(start, training, SHARES, watcher)
        if share == 0:
            return start.network, {"share": 0.0}
        return between(start.network, tuned(start, training, watcher), share), {"share": share}

    return finish_labels("weight-interpolation", view, finish, watcher)


register(
    Method(
        name="weight-interpolation",
        family="model",
        summary="Weights between what the sources taught and where fine-tuning ended",
        source="Wortsman et al. (2022), robust fine-tuning of zero-shot models",
        params=WeightInterpolationParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="Fine-tune already stops between content similarity and what the sources taught, where "
        "held-out choices rank best, so it is this method for rankings.",
        zero={"share": 0},
        zero_is=("source-only", {"head": "network"}),
    )
)
