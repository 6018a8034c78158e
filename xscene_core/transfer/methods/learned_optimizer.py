"""Learned optimiser: an LSTM learns how to change a classifier by its gradients."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from xscene_core.transfer.labels.meta_params import MetaParams
from xscene_core.transfer.method import Method, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.learners import Learner
    from xscene_core.transfer.labels.views import LabelView


class LearnedOptimizerParams(MetaParams):
    start: Literal["learned", "prototypes"] = "learned"
    """Whether a task's head starts as one learned head or as its class means."""
    cells: int = Field(default=8, ge=1, le=256)
    """Cells of the LSTM, which every coordinate of the head goes through on its own."""
    inner_steps: int = Field(default=5, ge=0, le=50)
    """Changes made on a task's own rows."""


def fit_labels(view: "LabelView", params: LearnedOptimizerParams, watcher: Watcher) -> "Classifier":
    """c_t = f_t c_(t-1) - i_t g_t: the head is an LSTM's cell state, its gates are learned over tasks."""
    from xscene_core.transfer.labels.learners import LearnedOptimizer
    from xscene_core.transfer.labels.meta import meta_labels

    def make(width: int, classes: int) -> "Learner":
        return LearnedOptimizer(
            width,
            classes,
            params.hidden,
            params.start,
            cells=params.cells,
            steps=params.inner_steps,
        )

    return meta_labels("learned-optimizer", view, make, params, watcher)


register(
    Method(
        name="learned-optimizer",
        family="meta",
        summary="An LSTM learns over the scenes how to change a classifier by its gradients",
        source="Ravi and Larochelle (2017); Andrychowicz et al. (2016)",
        params=LearnedOptimizerParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="Tasks of few rows need classes, and a ranking has none: use fine-tune there.",
    )
)
