"""Pooled: batches of the sources and of the target in one training."""

from pathlib import Path
from typing import TYPE_CHECKING

from xscene_core.transfer.method import Method, Params, register
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView
    from xscene_core.transfer.recommender import Trained


def fit(view: TrainingView, params: Params, watcher: Watcher) -> "Trained":
    from xscene_core.transfer.learning import Recipe, learn

    return learn("pooled", view, Recipe("together"), watcher)


def load(folder: Path, view: TrainingView) -> "Trained":
    from xscene_core.transfer.recommender import load_trained

    return load_trained("pooled", folder, view)


def fit_labels(view: "LabelView", params: Params, watcher: Watcher) -> "Classifier":
    from xscene_core.transfer.labels.recipe import LabelRecipe, learn_labels

    return learn_labels("pooled", view, LabelRecipe())


register(
    Method(
        name="pooled",
        family="schedule",
        summary="Sources and target learned together as one scene",
        source="Daume (2007), the baseline ALL",
        params=Params,
        reference="target-only",
        fit=fit,
        load=load,
        fit_labels=fit_labels,
    )
)
