"""Source-only: learned from the sources and applied unchanged, even where it hurts."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from xscene_core.transfer.method import Method, Params, register
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView
    from xscene_core.transfer.recommender import Trained


class SourceOnlyParams(Params):
    head: Literal["logistic", "nearest", "network"] = "logistic"
    """What learns the labels (label tasks only)."""


def fit(view: TrainingView, params: SourceOnlyParams, watcher: Watcher) -> "Trained":
    from xscene_core.transfer.learning import Recipe, learn

    return learn("source-only", view, Recipe("first", adapt=False), watcher)


def load(folder: Path, view: TrainingView) -> "Trained":
    from xscene_core.transfer.recommender import load_trained

    return load_trained("source-only", folder, view)


def fit_labels(view: "LabelView", params: SourceOnlyParams, watcher: Watcher) -> "Classifier":
    from xscene_core.transfer.labels.recipe import LabelRecipe, learn_labels

    if params.head == "network":
        from xscene_core.transfer.labels.network_recipe import NetworkRecipe, learn_network

        return learn_network("source-only", view, NetworkRecipe("sources"), watcher)
    return learn_labels("source-only", view, LabelRecipe("sources", head=params.head))


register(
    Method(
        name="source-only",
        family="schedule",
        summary="Learned from the sources, applied to the target unchanged",
        source="Ding et al. (2021), zero-shot recommender systems",
        params=SourceOnlyParams,
        reference="target-only",
        fit=fit,
        load=load,
        fit_labels=fit_labels,
    )
)
