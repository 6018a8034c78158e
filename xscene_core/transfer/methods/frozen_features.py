"""Frozen features: what the sources taught about features is kept, and only a new head is learned."""

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


class FrozenFeaturesParams(Params):
    ridge: float = Field(default=1.0, gt=0, le=1e6)
    """Penalty of the new head's weights, for features whose mean squared length is 1 (label tasks
    only)."""


def fit(view: TrainingView, params: FrozenFeaturesParams, watcher: Watcher) -> "Trained":
    """How items compare stays as the sources taught it; only single target items are corrected."""
    from xscene_core.transfer.learning import Recipe, learn

    return learn("frozen-features", view, Recipe("first", frozen=True), watcher)


def load(folder: Path, view: TrainingView) -> "Trained":
    from xscene_core.transfer.recommender import load_trained

    return load_trained("frozen-features", folder, view)


def fit_labels(view: "LabelView", params: FrozenFeaturesParams, watcher: Watcher) -> "Classifier":
    """Hidden features from the sources, frozen; a new logistic head from the target's labels alone.

    Where these show one class only, no head can be learned, and that of the sources stays.
    """
    from xscene_core.transfer.labels.finishing import Start, finish_labels, new_head
    from xscene_core.transfer.labels.network import LabelNetwork

    def finish(start: Start) -> tuple[LabelNetwork, dict[str, float]]:
        return new_head(start, 1 / params.ridge), {}

    return finish_labels("frozen-features", view, finish, watcher)


register(
    Method(
        name="frozen-features",
        family="model",
        summary="Features as the sources taught them, with a new head for the target",
        source="Yosinski et al. (2014), how transferable are features in deep neural networks?",
        params=FrozenFeaturesParams,
        reference="target-only",
        fit=fit,
        load=load,
        fit_labels=fit_labels,
    )
)
