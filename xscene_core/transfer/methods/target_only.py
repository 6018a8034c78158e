"""Target-only: the recommender without any source, what every transfer has to beat."""

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

    return learn("target-only", view, Recipe("none"), watcher)


def load(folder: Path, view: TrainingView) -> "Trained":
    from xscene_core.transfer.recommender import load_trained

    return load_trained("target-only", folder, view)


def fit_labels(view: "LabelView", params: Params, watcher: Watcher) -> "Classifier":
    from xscene_core.transfer.labels.recipe import LabelRecipe, learn_labels

    return learn_labels("target-only", view, LabelRecipe("target"))


register(
    Method(
        name="target-only",
        family="baseline",
        summary="The same model learned from the target alone",
        source="Kang and McAuley (2018), self-attentive sequential recommendation",
        params=Params,
        reference=None,
        fit=fit,
        load=load,
        fit_labels=fit_labels,
    )
)
