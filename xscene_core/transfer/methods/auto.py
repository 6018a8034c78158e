"""Auto: rehearses candidates on held-out training data and transfers only where the evidence says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator

from xscene_core.evaluation.statistics import Paired, paired_difference
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.fitted import Fitted, Scores, read_words
from xscene_core.transfer.method import Method, Params, Recommender, find, register
from xscene_core.transfer.rehearsal import FEWEST, rehearse
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.encoders.encoding import Encoding
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView

BASELINES = ("popularity", "content", "item-knn", "target-only")
NEW_PEOPLE = "bridge"
"""Judged as well where people new to the target are asked for: it alone learns from their like."""
LEARNS = {"content": "target-only"}
"""What is kept in the place of a best baseline that is not surely better: target-only falls back to content
by itself where it learns nothing, and in the rehearsal it has a quarter fewer people than it will have."""
TAUGHT, PLAIN = "taught-text", "fine-tune"
"""The second is judged where the first would be the same: nothing teaches a sentence encoder."""


LABEL_CANDIDATES = ("self-training", "tca", "manifold")


class AutoParams(Params):
    candidates: tuple[str, ...] = (TAUGHT, "source-only")
    """Transfer methods to rehearse; the baselines always are (ranking tasks). Where no sentence encoder reads
    the texts, or new people are asked for, fine-tune stands for taught-text. Of those that held-out choices
    cannot tell apart the first counts: name what learns from the target first, since in the rehearsal it has
    a quarter fewer people than it will have."""
    label_candidates: tuple[str, ...] = LABEL_CANDIDATES
    """Methods to judge beside the plain ones (label tasks)."""
    confidence: float = Field(default=0.95, ge=0.5, lt=1)
    """Of the interval that must lie above zero, shared by all candidates (Bonferroni)."""

    @property
    def level(self) -> float:
        """Of one candidate's interval."""
        return 1 - (1 - self.confidence) / max(len(self.candidates), 1)

    @field_validator("candidates", "label_candidates", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split("+")) if isinstance(value, str) else value

    @field_validator("candidates")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name == "auto" or find(name).reference is None:
                raise ValueError(f"{name} is not a transfer method")
        return value

    @field_validator("label_candidates")
    @classmethod
    def _learn_labels(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name == "auto" or not find(name).learns("label"):
                raise ValueError(f"{name} does not learn labels")
        return value


@dataclass(frozen=True)
class Choice:
    """``chosen`` stands for the run; ``reference`` is the best method without a source."""

    chosen: str
    reference: str
    reason: str
    facts: dict[str, float]


def choose(
    values: Mapping[str, npt.NDArray[np.float64]],
    params: AutoParams,
    seed: int,
    learns: Mapping[str, str] = LEARNS,
) -> Choice:
    """The best candidate whose held-out gain over the best baseline is certain enough, else that baseline.

    values : method -> (P,) held-out quality of the same P people.
    learns : best baseline -> the baseline that is kept instead where it is not surely below it.
    """
    people = len(next(iter(values.values()), np.empty(0)))
    if people < FEWEST:
        return _too_few(people)
    means = {name: float(value.mean()) for name, value in values.items()}
    best = max((name for name in BASELINES if name in means), key=lambda name: means[name])
    level = params.level
    gains = {
        name: paired_difference(values[name], values[best], seed=seed, level=level)
        for name in params.candidates
    }
    facts = {"rehearsed_people": float(people)}
    facts |= {f"rehearsed/{name}": mean for name, mean in means.items()}
    sure = [name for name, gain in gains.items() if gain.low > 0]
    leading = max(sure or gains, key=lambda name: means[name], default="")
    if sure:
        chosen = next(name for name in params.candidates if _as_good(name, leading, best, values, seed))
        reason = _chose(leading, best, gains[leading], people, level, chosen)
        return Choice(chosen, best, reason, facts)
    learner = learns.get(best, best)
    kept = learner if learner in values and not _surely_below(learner, best, values, seed) else best
    return Choice(kept, kept, _abstained(leading, best, gains.get(leading), people, level, kept), facts)


def _too_few(people: int) -> Choice:
    return Choice(
        "content",
        "content",
        f"Abstained: only {people} people within the budget have held-out choices, too few to tell "
        "whether transfer helps, so content similarity is kept.",
        {"rehearsed_people": 0.0},
    )


def _as_good(
    name: str, leading: str, best: str, values: Mapping[str, npt.NDArray[np.float64]], seed: int
) -> bool:
    """Whether it does better than the best baseline, and is not surely below the leading candidate."""
    better = name == leading or float(values[name].mean()) > float(values[best].mean())
    return better and not _surely_below(name, leading, values, seed)


def _surely_below(name: str, other: str, values: Mapping[str, npt.NDArray[np.float64]], seed: int) -> bool:
    return paired_difference(values[other], values[name], seed=seed).low > 0


def _chose(leading: str, best: str, gain: Paired, people: int, level: float, chosen: str) -> str:
    said = (
        f"by NDCG@10 {gain.value:+.4f} ({level:.1%} interval {gain.low:+.4f} to {gain.high:+.4f}) on "
        f"held-out choices of {people} people"
    )
    if chosen == leading:
        return f"Chose {chosen}: it beat {best}, the best method without a source, {said}."
    return (
        f"Chose {chosen}: {leading} surely beat {best}, the best method without a source, {said}; {chosen} "
        "cannot be told apart from it there, and now learns from more people than in that trial."
    )


def _abstained(name: str, best: str, gain: Paired | None, people: int, level: float, baseline: str) -> str:
    kept = f"{baseline} is kept"
    if baseline != best:
        kept += f": {best} cannot be told apart from it there, and it now learns from more people"
    if gain is None:
        return f"Abstained: there is no transfer method to rehearse, so {kept}."
    hurt = " It would have hurt." if gain.high < 0 else ""
    return (
        f"Abstained: on held-out choices of {people} people no transfer surely beat {best}, the best method "
        f"without a source; the closest, {name}, differs by NDCG@10 {gain.value:+.4f} "
        f"({level:.1%} interval {gain.low:+.4f} to {gain.high:+.4f}).{hurt} {kept}."
    )


class Chosen(Fitted):
    """What was chosen, under the name of ``auto``."""

    name = "auto"

    def __init__(self, view: TrainingView, inner: Recommender, choice: Choice) -> None:
        super().__init__(view)
        self.inner = inner
        other = inner.stands_for not in (choice.chosen, "")
        self.reason = f"{choice.reason} {inner.reason}" if other else choice.reason
        self.facts = choice.facts | inner.facts
        self.stands_for, self.reference = choice.chosen, choice.reference

    @property
    def encoding(self) -> "Encoding | None":
        return self.inner.encoding

    def score(self, histories: Sequences) -> Scores:
        return self.inner.score(histories)

    def score_new(self, histories: Sequences, scene: str, vectors: Scores) -> Scores:
        return self.inner.score_new(histories, scene, vectors)

    def represent(self, scene: str) -> Scores:
        return self.inner.represent(scene)

    def represent_people(self, histories: Sequences, scene: str) -> Scores:
        return self.inner.represent_people(histories, scene)

    def save(self, folder: Path) -> None:
        super().save(folder)
        self.inner.save(folder / "chosen")


def decide(view: TrainingView, params: AutoParams, watcher: Watcher) -> Choice:
    """What the held-out choices of the people within the budget say for."""
    from xscene_core.transfer.text_teaching import can_be_taught

    if view.new_people and NEW_PEOPLE not in params.candidates:
        params = params.model_copy(update={"candidates": (*params.candidates, NEW_PEOPLE)})
    if view.new_people or not can_be_taught(view):
        plain = (PLAIN if name == TAUGHT else name for name in params.candidates)
        params = params.model_copy(update={"candidates": tuple(dict.fromkeys(plain))})
    people = len(view.validation)
    if people < FEWEST:
        return _too_few(people)
    values = rehearse(view, (*BASELINES, *params.candidates), watcher)
    return choose(values, params, view.seed, {} if view.new_people else LEARNS)


def fit(view: TrainingView, params: AutoParams, watcher: Watcher) -> Chosen:
    choice = decide(view, params, watcher)
    method = find(choice.chosen)
    return Chosen(view, method.fit(view, method.check({}), watcher), choice)


def fit_labels(view: "LabelView", params: AutoParams, watcher: Watcher) -> "Classifier":
    from xscene_core.transfer.labels.chooser import fit_auto

    return fit_auto(view, params.label_candidates, params.confidence, watcher)


def load(folder: Path, view: TrainingView) -> Chosen:
    words = Fitted(view)
    read_words(folder, words)
    inner = find(words.stands_for).load(folder / "chosen", view)
    fitted = Chosen(view, inner, Choice(words.stands_for, words.reference, words.reason, words.facts))
    read_words(folder, fitted)
    return fitted


register(
    Method(
        name="auto",
        family="chooser",
        summary="Rehearses everything on held-out training data; transfers only where it surely helps",
        source="",
        params=AutoParams,
        reference=None,
        fit=fit,
        load=load,
        fit_labels=fit_labels,
    )
)
