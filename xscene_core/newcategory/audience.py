"""The people a new category is placed for: those of the target and of the sources, each once."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xscene_core.errors import InputError
from xscene_core.scenes.scene import Scene
from xscene_core.scenes.sequences import Sequences, sequences_of


@dataclass(frozen=True)
class Strand:
    """What Q of the people chose in one scene.

    histories : Q sequences of item rows of ``scene``, none of them empty.
    owner : (Q,) int64, the row of ``Audience.ids`` each belongs to.
    weight : (Q,) float64, the share of that person's choices made in this scene; sums to 1 per person.
    """

    scene: str
    histories: Sequences
    owner: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Audience:
    """P people and what they chose; somebody who chose in two scenes is one person with two strands.

    ids : (P,) str.  choices : (P,) int64.  strands : one per scene that has some of them.
    known : how many people each scene has, considered or not; ``everybody`` how many these are, each once.
    """

    ids: npt.NDArray[np.object_]
    choices: npt.NDArray[np.int64]
    strands: tuple[Strand, ...]
    known: dict[str, int]
    everybody: int

    def __len__(self) -> int:
        return len(self.ids)


def gather(
    scenes: dict[str, Scene],
    order: Iterable[str],
    *,
    most: int,
    seed: int,
    always: Iterable[str] = (),
) -> Audience:
    """At most ``most`` people of the scenes ``order`` (plus all of ``always``).

    Each scene gives an equal number, drawn at random with ``seed``; where one has fewer, the others
    fill up. All choices of a person count, in whichever of the scenes they were made.

    Raises
    ------
    InputError : nobody has chosen anything yet, or an id in ``always`` is unknown.
    """
    sequences = {name: sequences_of(scenes[name]) for name in order}
    ids = np.unique(np.concatenate([s.people.astype(str) for s in sequences.values()] or [np.array([], str)]))
    if not len(ids):
        raise InputError(
            "Nobody has chosen anything in these scenes yet",
            where=", ".join(sequences),
            todo="Choose a run whose scenes have interactions.",
        )
    rows = {name: np.searchsorted(ids, s.people.astype(str)) for name, s in sequences.items()}
    chosen = _draw(rows, len(ids), most, np.random.default_rng(seed))
    chosen[_positions(ids, list(always))] = True
    place = np.cumsum(chosen) - 1
    choices = np.zeros(int(chosen.sum()), dtype=np.int64)
    kept: dict[str, tuple[Sequences, npt.NDArray[np.int64]]] = {}
    for name, scene_sequences in sequences.items():
        take = np.flatnonzero(chosen[rows[name]] & (scene_sequences.lengths > 0))
        if len(take):
            owner = place[rows[name][take]]
            histories = scene_sequences.take(take)
            np.add.at(choices, owner, histories.lengths)
            kept[name] = (histories, owner)
    strands = tuple(
        Strand(name, histories, owner, histories.lengths / choices[owner])
        for name, (histories, owner) in kept.items()
    )
    known = {name: len(s) for name, s in sequences.items()}
    return Audience(ids[chosen].astype(object), choices, strands, known, len(ids))


def _draw(
    rows: dict[str, npt.NDArray[np.int64]], people: int, most: int, rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    chosen = np.zeros(people, dtype=bool)
    for done, name in enumerate(sorted(rows, key=lambda scene: len(rows[scene]))):
        room = (most - int(chosen.sum())) // (len(rows) - done)
        free = rows[name][~chosen[rows[name]]]
        chosen[rng.permutation(free)[: max(room, 0)]] = True
    return chosen


def _positions(ids: npt.NDArray[np.str_], wanted: list[str]) -> npt.NDArray[np.int64]:
    if not wanted:
        return np.array([], dtype=np.int64)
    at = np.minimum(np.searchsorted(ids, np.array(wanted, dtype=str)), len(ids) - 1)
    unknown = [name for name, found in zip(wanted, ids[at], strict=True) if name != found]
    if unknown:
        close = difflib.get_close_matches(unknown[0], ids.tolist(), n=3)
        raise InputError(
            f"{len(unknown)} of the people asked for have chosen nothing in these scenes",
            where=", ".join(name[:60] for name in unknown[:5]),
            todo=f"Close to the first: {', '.join(close)}." if close else "Check the ids.",
        )
    return at.astype(np.int64)
