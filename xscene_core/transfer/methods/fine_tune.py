"""Fine-tune: the sources give the start, the target people the finish."""

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from xscene_core.transfer.method import Method, Params, register
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView
    from xscene_core.transfer.recommender import Trained


class FineTuneParams(Params):
    epochs: int = Field(default=10, ge=0, le=1000)
    """Passes over the target's labelled rows, more where they are few (label tasks only)."""
    rate: float = Field(default=1e-3, gt=0, le=1)
    """Learning rate of these passes (label tasks only)."""


def fit(view: TrainingView, params: FineTuneParams, watcher: Watcher) -> "Trained":
    from xscene_core.transfer.learning import Recipe, learn

    return learn("fine-tune", view, Recipe("first"), watcher)


def load(folder: Path, view: TrainingView) -> "Trained":
    from xscene_core.transfer.recommender import load_trained

    return load_trained("fine-tune", folder, view)


def fit_labels(view: "LabelView", params: FineTuneParams, watcher: Watcher) -> "Classifier":
    """theta_0 from the sources' labels, then the target's labels within the budget, all parameters."""
    from dataclasses import replace

    from xscene_core.transfer.labels.finishing import FINISH, Start, finish_labels, tuned
    from xscene_core.transfer.labels.network import LabelNetwork

    def finish(start: Start) -> tuple[LabelNetwork, dict[str, float]]:
        return tuned(start, replace(FINISH, epochs=params.epochs, rate=params.rate), watcher), {}

    return finish_labels("fine-tune", view, finish, watcher)


register(
    Method(
        name="fine-tune",
        family="schedule",
        summary="Learned from the sources first, then from the target",
        source="Yosinski et al. (2014)",
        params=FineTuneParams,
        reference="target-only",
        fit=fit,
        load=load,
        fit_labels=fit_labels,
        zero={"epochs": 0},
        zero_is=("source-only", {"head": "network"}),
    )
)
