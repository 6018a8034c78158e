"""Multi-task: the labels are learned together with other tasks, which the target's rows take part in."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from xscene_core.transfer.method import Method, Params, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from torch import nn

    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.heads import Head
    from xscene_core.transfer.labels.network import LabelNetwork
    from xscene_core.transfer.labels.network_recipe import Objective
    from xscene_core.transfer.labels.views import LabelView


class MultiTaskParams(Params):
    weighing: Literal["fixed", "uncertainty", "sum"] = "fixed"
    """The lambdas below, weights learned from each task's uncertainty, or every head's loss counted once."""
    reconstruction: float = Field(default=0.3, ge=0, le=100)
    """lambda of restoring a row's own features; 0 leaves the head out."""
    scene: float = Field(default=0.0, ge=0, le=100)
    """lambda of telling which scene a row is from; 0 leaves the head out."""
    coordinates: int = Field(default=50, ge=1, le=1000)
    """How many principal coordinates of a row are restored."""
    rows: int = Field(default=64, ge=2, le=8192)
    """Rows of each scene that the further heads see at every step."""
    epochs: int = Field(default=10, ge=1, le=1000)
    """Passes over the labelled rows."""


def fit_labels(view: "LabelView", params: MultiTaskParams, watcher: Watcher) -> "Classifier":
    """min sum_t lambda_t L_t over one hidden layer and a head for each task: the label of rows that have one,
    and of all rows, the target's included, their own features and perhaps their scene.
    """
    from xscene_core.transfer.labels.draws import Draws
    from xscene_core.transfer.labels.heads import Membership, Reconstruction, Together, Weights
    from xscene_core.transfer.labels.network_recipe import NetworkRecipe, Training, learn_network

    made: list[Together] = []

    def build(network: "LabelNetwork") -> "tuple[Objective, list[nn.Parameter]]":
        hidden = network.head.in_features
        heads: list[Head] = []
        if params.reconstruction > 0:
            heads.append(Reconstruction(view, hidden, params.coordinates))
        if params.scene > 0:
            heads.append(Membership(hidden, len(view.sources) + 1))
        lambdas = {"reconstruction": params.reconstruction, "scene": params.scene}
        weights = Weights(params.weighing, [1.0, *(lambdas[head.name] for head in heads)])
        together = Together(Draws(view, params.rows, 13), tuple(heads), weights.to(network.shift.device), {})
        made.append(together)
        return together, together.parameters()

    wanted = params.reconstruction > 0 or params.scene > 0
    training = Training(epochs=params.epochs)
    recipe = NetworkRecipe("both", build if wanted else None, training)
    fitted = learn_network("multi-task", view, recipe, watcher)
    for together in made:
        names = ("label", *(head.name for head in together.heads))
        weights = zip(names, together.weights.values(), strict=True)
        fitted.facts |= {f"weight/{name}": weight for name, weight in weights}
        fitted.facts |= {f"loss/{name}": loss for name, loss in together.latest.items()}
    return fitted


register(
    Method(
        name="multi-task",
        family="multi-task",
        summary="The labels and further tasks on the rows of all scenes are learned by one network",
        source="Caruana (1997), multitask learning; Kendall et al. (2018), uncertainty weighting",
        params=MultiTaskParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="Rankings learn from one kind of choice; pooled is their joint training over scenes.",
        zero={"reconstruction": 0, "scene": 0},
        zero_is=("source-only", {"head": "network"}),
    )
)
