"""Self-training: the classifier's surest answers on the target become labels that it learns from."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from xscene_core.transfer.method import Method, Params, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView


class SelfTrainingParams(Params):
    rounds: int = Field(default=5, ge=0, le=50)
    """In round k of n the surest k/n of the target's rows are learned from."""
    space: Literal["pivots", "rows"] = "pivots"
    """What is learned on: predictions of pivots, as in structural-correspondence, or the rows as they are."""
    prior: Literal["none", "source"] = "none"
    """``none``: the surest share of the rows of each class as it is answered. ``source``: classes are made as
    frequent as in the sources, which is knowledge about the target that nobody may have."""
    weight: float = Field(default=1.0, ge=0, le=10)
    """Of an answered row beside a source row."""
    pivots: int = Field(default=500, ge=1, le=5000)
    noise: float = Field(default=0.98, ge=0, lt=1)


def fit_labels(view: "LabelView", params: SelfTrainingParams, watcher: Watcher) -> "Classifier":
    """Classification EM with a growing share of rows (Celeux and Govaert, 1992; Zou et al., 2018).

    Each round answers the unlabelled target rows, ranks the rows answered with a class by their margin
    between the two likeliest classes, takes the first k/n of each, and learns again from them and from
    everything labelled. Where the answers crowd into one class (the entropy of their shares falls below
    half of what it was at the start) the round is given up and the one before it kept.
    """
    from xscene_core.transfer.labels.pivots import pivot_space
    from xscene_core.transfer.labels.recipe import LabelRecipe
    from xscene_core.transfer.labels.rounds import train_on_answers

    recipe = LabelRecipe()
    if params.space == "pivots":
        recipe = LabelRecipe(maps=pivot_space(view, params.pivots, params.noise).maps)
    return train_on_answers(
        "self-training",
        view,
        recipe,
        rounds=params.rounds,
        weight=params.weight,
        source_shares=params.prior == "source",
        watcher=watcher,
    )


register(
    Method(
        name="self-training",
        family="self-training",
        summary="The surest answers on the target become labels, round by round",
        source="Zou et al. (2018), unsupervised domain adaptation via class-balanced self-training",
        params=SelfTrainingParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="A recommender's own answers as choices would only repeat what it already ranks first.",
        zero={"rounds": 0, "space": "rows"},
    )
)
