"""Prototypes: a space is learned in which a class is where its rows are on average."""

from typing import TYPE_CHECKING

from xscene_core.transfer.labels.meta_params import MetaParams
from xscene_core.transfer.method import Method, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.learners import Learner
    from xscene_core.transfer.labels.views import LabelView


def fit_labels(view: "LabelView", params: MetaParams, watcher: Watcher) -> "Classifier":
    """softmax of -scale ||f(x) - c_k||^2, c_k the mean of f over the class's rows, shrunk to the sources':
    (sum over n target rows + prior x source mean) / (n + prior).
    """
    from xscene_core.transfer.labels.learners import Prototypes
    from xscene_core.transfer.labels.meta import meta_labels

    def make(width: int, classes: int) -> "Learner":
        return Prototypes(width, classes, params.hidden, "prototypes")

    return meta_labels("prototypes", view, make, params, watcher)


register(
    Method(
        name="prototypes",
        family="meta",
        summary="A class is where its rows are on average, in a space learned for that",
        source="Snell, Swersky and Zemel (2017), prototypical networks for few-shot learning",
        params=MetaParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="Tasks of few rows need classes, and a ranking has none: use fine-tune there.",
    )
)
