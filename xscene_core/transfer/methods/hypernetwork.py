"""Hypernetwork: a network makes the classifier's weights from the rows of a class."""

from typing import TYPE_CHECKING

from pydantic import Field

from xscene_core.transfer.labels.meta_params import MetaParams
from xscene_core.transfer.method import Method, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.learners import Learner
    from xscene_core.transfer.labels.views import LabelView


class HypernetworkParams(MetaParams):
    inner: int = Field(default=64, ge=1, le=1024)
    """Hidden units of the network that makes the weights."""


def fit_labels(view: "LabelView", params: HypernetworkParams, watcher: Watcher) -> "Classifier":
    """(w_c, b_c) = (2 m_c, -||m_c||^2) + G(m_c, mean of all m), m_c the class's mean place; G is learned over
    tasks and starts as zero, which is the nearest class mean.
    """
    from xscene_core.transfer.labels.learners import Hypernetwork
    from xscene_core.transfer.labels.meta import meta_labels

    def make(width: int, classes: int) -> "Learner":
        return Hypernetwork(width, classes, params.hidden, inner=params.inner)

    return meta_labels("hypernetwork", view, make, params, watcher)


register(
    Method(
        name="hypernetwork",
        family="meta",
        summary="A network makes the classifier's weights from the labelled rows",
        source="Ha, Dai and Le (2017), hypernetworks; Gidaris and Komodakis (2018)",
        params=HypernetworkParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="Tasks of few rows need classes, and a ranking has none: use fine-tune there.",
    )
)
