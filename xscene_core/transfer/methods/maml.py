"""MAML: a start is learned from which few gradient steps on a new scene go far."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from xscene_core.transfer.labels.meta_params import MetaParams
from xscene_core.transfer.method import Method, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.learners import Learner
    from xscene_core.transfer.labels.views import LabelView


class MamlParams(MetaParams):
    start: Literal["learned", "prototypes"] = "learned"
    """Whether a task's head starts as one learned head or as its class means."""
    inner_rate: float = Field(default=1.0, gt=0, le=100)
    """Learning rate of the inner steps, for logits of scale 1."""
    inner_steps: int = Field(default=3, ge=0, le=50)
    """Gradient steps on a task's own rows."""


def fit_labels(view: "LabelView", params: MamlParams, watcher: Watcher) -> "Classifier":
    """min over theta of sum_tasks L_query(theta - a grad L_support(theta)), with the outer gradient taken
    through the inner steps (second order).
    """
    from xscene_core.transfer.labels.learners import Maml
    from xscene_core.transfer.labels.meta import meta_labels

    def make(width: int, classes: int) -> "Learner":
        return Maml(
            width,
            classes,
            params.hidden,
            params.start,
            rate=params.inner_rate,
            steps=params.inner_steps,
            first_order=False,
        )

    return meta_labels("maml", view, make, params, watcher)


register(
    Method(
        name="maml",
        family="meta",
        summary="A start is learned from which few gradient steps on a new scene go far",
        source="Finn, Abbeel and Levine (2017), model-agnostic meta-learning",
        params=MamlParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="Tasks of few rows need classes, and a ranking has none: use fine-tune there.",
    )
)
