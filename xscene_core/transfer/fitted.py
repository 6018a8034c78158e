"""What all fitted methods share: their words, and content as the space to fall back on."""

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from xscene_core.errors import InputError
from xscene_core.models.similarity import content_people
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.elsewhere import Elsewhere
from xscene_core.transfer.views import SceneView, TrainingView

if TYPE_CHECKING:
    from xscene_core.encoders.encoding import Encoding

Scores = npt.NDArray[np.float32]


class Fitted:
    """A fitted method; see ``method.Recommender`` for what each verb promises."""

    name = ""

    def __init__(self, view: TrainingView) -> None:
        self.view = view
        self.reason = ""
        self.facts: dict[str, float] = {}
        self.stands_for = self.name
        self.reference = ""

    @property
    def encoding(self) -> "Encoding | None":
        """How new items become the vectors that it expects; None where only vectors are known."""
        return self.view.encoding

    @cached_property
    def elsewhere(self) -> Elsewhere:
        """What people chose in the sources."""
        return Elsewhere(self.view)

    def content(self, histories: Sequences) -> Scores:
        """(Q, I) cosine of target items and what each person chose last; elsewhere where nothing here."""
        target = self.view.target
        return np.asarray(Fitted.represent_people(self, histories, target.name) @ target.vectors.T)

    def score(self, histories: Sequences) -> Scores:
        raise NotImplementedError

    def score_new(self, histories: Sequences, scene: str, vectors: Scores) -> Scores:
        raise InputError(
            f"The method {self.name} knows items only by who chose them, so it cannot score new ones",
            where="run",
            todo="Choose a run of content, target-only, fine-tune, taught-text or auto.",
        )

    def represent(self, scene: str) -> Scores:
        return scene_of(self.view, scene).vectors

    def represent_people(self, histories: Sequences, scene: str) -> Scores:
        """(Q, d) decayed means of what they chose: elsewhere, where they are new to the target."""
        vectors = scene_of(self.view, scene).vectors
        if scene != self.view.target.name:
            return content_people(histories, vectors)
        return self.elsewhere.place(histories, {one.name: one.vectors for one in self.elsewhere.scenes})

    def save(self, folder: Path) -> None:
        write_words(folder, self)


def scene_of(view: TrainingView, name: str) -> SceneView:
    """The view of the scene ``name``. Raises ``InputError`` where the task has no such scene."""
    for scene in (view.target, *view.sources):
        if scene.name == name:
            return scene
    raise InputError(f"The run does not know the scene {name!r}", where="scene")


def write_words(folder: Path, fitted: Fitted) -> None:
    """``fitted.json``: reason, facts, what it stands for and its reference."""
    folder.mkdir(parents=True, exist_ok=True)
    words = {
        "reason": fitted.reason,
        "facts": fitted.facts,
        "stands_for": fitted.stands_for,
        "reference": fitted.reference,
    }
    (folder / "fitted.json").write_text(json.dumps(words), encoding="utf-8")


def read_words(folder: Path, fitted: Fitted) -> None:
    """Puts back what ``write_words`` wrote."""
    for key, value in json.loads((folder / "fitted.json").read_text(encoding="utf-8")).items():
        setattr(fitted, key, value)


def read_number(folder: Path, fact: str, otherwise: float | None = None) -> float:
    """One number among the facts that ``write_words`` wrote; ``otherwise`` where an earlier version did not.

    Raises ``KeyError`` where it is missing and nothing stands for it.
    """
    facts = json.loads((folder / "fitted.json").read_text(encoding="utf-8"))["facts"]
    return float(facts[fact] if otherwise is None else facts.get(fact, otherwise))
