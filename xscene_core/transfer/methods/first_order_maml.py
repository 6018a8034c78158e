"""First-order MAML: as MAML, with the inner gradients treated as constants."""

from typing import TYPE_CHECKING

from xscene_core.transfer.method import Method, register
from xscene_core.transfer.methods.maml import MamlParams
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.learners import Learner
    from xscene_core.transfer.labels.views import LabelView


def fit_labels(view: "LabelView", params: MamlParams, watcher: Watcher) -> "Classifier":
    """MAML whose outer gradient is that at the adapted parameters: no second derivatives, less time."""
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
            first_order=True,
        )

    return meta_labels("first-order-maml", view, make, params, watcher)


register(
    Method(
        name="first-order-maml",
        family="meta",
        summary="MAML without second derivatives",
        source="Finn, Abbeel and Levine (2017); Nichol, Achiam and Schulman (2018)",
        params=MamlParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="Tasks of few rows need classes, and a ranking has none: use fine-tune there.",
    )
)
