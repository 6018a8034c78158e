"""L2-SP: fine-tuning that is pulled back to what the sources taught."""

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


class L2SpParams(Params):
    strength: float = Field(default=30.0, ge=0, le=1e12)
    """Weight of half the squared distance from the start; 0 is plain fine-tuning."""
    epochs: int = Field(default=10, ge=0, le=1000)
    """Passes over the target's labelled rows, more where they are few (label tasks only)."""
    rate: float = Field(default=1e-3, gt=0, le=1)
    """Learning rate of these passes (label tasks only)."""


def fit(view: TrainingView, params: L2SpParams, watcher: Watcher) -> "Trained":
    """The sources first, then the target's choices with the same penalty added to their loss."""
    from xscene_core.transfer.learning import Recipe, learn

    return learn("l2-sp", view, Recipe("first", anchor=params.strength), watcher)


def load(folder: Path, view: TrainingView) -> "Trained":
    from xscene_core.transfer.recommender import load_trained

    return load_trained("l2-sp", folder, view)


def fit_labels(view: "LabelView", params: L2SpParams, watcher: Watcher) -> "Classifier":
    """min L_target(theta) + strength / 2 ||theta - theta_0||^2, from theta_0 that the sources taught."""
    from dataclasses import replace

    from xscene_core.transfer.labels.finishing import FINISH, Start, finish_labels, tuned
    from xscene_core.transfer.labels.network import LabelNetwork

    def finish(start: Start) -> tuple[LabelNetwork, dict[str, float]]:
        training = replace(FINISH, epochs=params.epochs, rate=params.rate)
        return tuned(start, training, watcher, anchor=params.strength), {}

    return finish_labels("l2-sp", view, finish, watcher)


register(
    Method(
        name="l2-sp",
        family="model",
        summary="Fine-tuning that is pulled back to what the sources taught",
        source="Li, Grandvalet and Davoine (2018), explicit inductive bias for transfer learning",
        params=L2SpParams,
        reference="target-only",
        fit=fit,
        load=load,
        fit_labels=fit_labels,
        zero={"strength": 0},
        zero_is=("fine-tune", {}),
    )
)
