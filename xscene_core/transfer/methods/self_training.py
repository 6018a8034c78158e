"""Self-training: the classifier's surest answers on the target become labels that it learns from."""

from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator

from xscene_core.errors import InputError
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
    align: bool = True
    """Whether each scene's rows are taken from their own mean (always so on pivots)."""
    shares: Literal["predicted", "source", "given"] = "predicted"
    """How many rows of each class are learned from: as many as are answered with it, as in the sources, or by
    ``prior``. The last two are knowledge about the target that nobody may have."""
    prior: tuple[float, ...] = ()
    """Shares of the classes in the target, for ``given``."""
    weight: float = Field(default=1.0, ge=0, le=10)
    """Of an answered row beside a source row."""
    pivots: int = Field(default=500, ge=1, le=5000)
    noise: float = Field(default=0.98, ge=0, lt=1)

    @field_validator("prior", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split("+")) if isinstance(value, str) else value

    @field_validator("prior")
    @classmethod
    def _adds_up(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if value and (min(value) < 0 or abs(sum(value) - 1) > 1e-6):
            raise ValueError("the prior's shares must not be negative and must add up to 1")
        return value


def fit_labels(view: "LabelView", params: SelfTrainingParams, watcher: Watcher) -> "Classifier":
    """Classification EM with a growing share of rows (Celeux and Govaert, 1992; Zou et al., 2018).

    Each round answers the unlabelled target rows, ranks the rows answered with a class by their margin
    between the two likeliest classes, takes the first k/n of each, and learns again from them and from
    everything labelled. Where the answers crowd into one class, source-only is kept instead.
    """
    from xscene_core.transfer.labels.pivots import centred, pivot_space
    from xscene_core.transfer.labels.recipe import LabelRecipe
    from xscene_core.transfer.labels.rounds import train_on_answers

    recipe = LabelRecipe()
    if params.space == "pivots":
        recipe = LabelRecipe(maps=pivot_space(view, params.pivots, params.noise).maps)
    elif params.align and params.rounds and params.weight:
        recipe = LabelRecipe(maps=centred(view))
    return train_on_answers(
        "self-training", view, recipe, params.rounds, params.weight, _wanted(view, params), watcher
    )


def _wanted(view: "LabelView", params: SelfTrainingParams) -> "npt.NDArray[np.float64] | None":
    """(C,) shares of the classes; ``None`` where the answers' own are taken."""
    if params.shares == "given":
        if len(params.prior) != len(view.classes):
            raise InputError(
                f"There are {len(view.classes)} classes and {len(params.prior)} shares",
                where="parameter 'prior' of self-training",
                todo=f"Give one share each for {', '.join(view.classes[:20])}.",
            )
        return np.array(params.prior)
    if params.shares == "source":
        counts = np.bincount(view.source.labelled.labels, minlength=len(view.classes))
        return np.asarray(counts / max(counts.sum(), 1))
    return None


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
