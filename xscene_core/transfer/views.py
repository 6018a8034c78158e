"""What a method may see, and what only the evaluator sees."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from xscene_core.scenes.sequences import Sequences

if TYPE_CHECKING:
    from xscene_core.encoders.encoding import Encoding
    from xscene_core.models.checkpoints import Checkpoints


@dataclass(frozen=True)
class Questions:
    """ "What did this person choose next?" for Q people.

    histories : Q sequences, what each person chose before in the target. Somebody new to it has chosen
        nothing there; what they chose elsewhere stands under their id in the sources (``Elsewhere``).
    answers : (Q,) int32, the item row each chose next.
    """

    histories: Sequences
    answers: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.answers)

    @classmethod
    def first_of(cls, sequences: Sequences) -> "Questions":
        """What everybody chose first, asked without a history. Nobody's sequence may be empty."""
        everybody, starts = np.arange(len(sequences)), sequences.indptr[:-1]
        return cls(sequences.slice(everybody, starts, starts), sequences.items[starts])


@dataclass(frozen=True)
class SceneView:
    """One scene as a method sees it.

    vectors : (I, d) float32 content vectors, centred within the scene and of unit length.
    sequences : the choices that may be learned from.
    """

    name: str
    item_ids: npt.NDArray[np.object_]
    vectors: npt.NDArray[np.float32]
    sequences: Sequences

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """(I,) how often each item was chosen in ``sequences``."""
        return np.bincount(self.sequences.items, minlength=len(self.item_ids)).astype(np.int64)


@dataclass(frozen=True)
class TrainingView:
    """All that a method receives: held-back target labels do not exist in it.

    target.sequences : choices of the people within the budget, before their held-out choices.
    validation : the choice after those, of the same people; for choosing epochs, blends and methods.
    new_people : whether questions are about people new to the target, known from the sources alone. Then
        ``validation`` is about other people than those of ``target.sequences``.
    """

    sources: tuple[SceneView, ...]
    target: SceneView
    validation: Questions
    seed: int
    cache: Path | None = None
    """Where what was learned from the sources alone may be kept for the next run; not kept when None."""
    new_people: bool = False
    checkpoints: "Checkpoints | None" = None
    """Where trainings may write down how far they are; nowhere when None."""
    encoding: "Encoding | None" = None
    """How items became vectors, for methods that teach the encoder; None where only vectors are known."""

    def read_by(self, encoding: "Encoding") -> "TrainingView":
        """The same with the content vectors of ``encoding``."""
        vectors = encoding.vectors
        return replace(
            self,
            sources=tuple(replace(one, vectors=vectors[one.name]) for one in self.sources),
            target=replace(self.target, vectors=vectors[self.target.name]),
            encoding=encoding,
        )


@dataclass(frozen=True)
class TestView:
    """The sealed part: what every target person chose last. Only ``evaluation`` reads it."""

    __test__ = False  # not a pytest class

    questions: Questions
    seen_counts: npt.NDArray[np.int64]
    """(I,) how often each target item was chosen in what could be learned from."""
