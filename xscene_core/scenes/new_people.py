"""The split by people: some who are in the target and elsewhere are held back from the target entirely."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.errors import InputError
from xscene_core.scenes.scene import Scene
from xscene_core.scenes.sequences import Sequences

TEST_SHARE = 0.2
"""Of the people who can be asked; their target choices are sealed."""
FEWEST_SHARED = 2

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class NewPeople:
    """Who can be asked, as rows of the target's sequences, ascending.

    able : (E,) people with a choice in a source before their first one in the target. Where one of the two
        scenes has no time, any choice in that source counts: before and after cannot be told there.
    test : (n,) those of them who are sealed.
    """

    able: Rows
    test: Rows


def new_people(target: Sequences, sources: Mapping[str, Sequences], target_name: str, seed: int) -> NewPeople:
    """Draws the sealed people, ``TEST_SHARE`` of those who can be asked, by ``seed``.

    Raises
    ------
    InputError : fewer than two people of the target have a history in a source.
    """
    known = np.zeros(len(target), dtype=bool)
    for source in sources.values():
        early = until_first(source, target, target.people)
        place = pd.Index(early.people).get_indexer(pd.Index(target.people))
        known |= (place >= 0) & (early.lengths[place] > 0) if len(early) else False
    able = np.flatnonzero(known & (target.lengths > 0))
    if len(able) < FEWEST_SHARED:
        raise InputError(
            f"Nobody in {target_name} can be asked as a new person: {len(able)} of its people have chosen "
            "something in a source before",
            where="split",
            todo="Choose sources that share people with the target, or --split leave-one-out.",
        )
    drawn = np.random.default_rng([seed, 21]).permutation(able)
    return NewPeople(able, np.sort(drawn[: max(1, round(TEST_SHARE * len(able)))]))


def until_first(source: Sequences, target: Sequences, people: npt.NDArray[np.object_]) -> Sequences:
    """The source's choices, those of ``people`` only before their first choice in the target.

    Where one of the two has no time everything stays.
    """
    if source.times is None or target.times is None:
        return source
    moments = pd.Series(np.iinfo(np.int64).max, index=pd.Index(source.people))
    begun = np.flatnonzero((target.lengths > 0) & np.isin(target.people.astype(str), people.astype(str)))
    first = pd.Series(target.times[target.indptr[:-1][begun]], index=pd.Index(target.people[begun]))
    both = moments.index.intersection(first.index)
    moments.loc[both] = first.loc[both]
    limit = np.repeat(moments.to_numpy(), source.lengths)
    kept = np.concatenate([[0], np.cumsum(source.times < limit)])
    count = kept[source.indptr[1:]] - kept[source.indptr[:-1]]  # times ascend within a person
    starts = source.indptr[:-1]
    return source.slice(np.arange(len(source)), starts, starts + count)


def chosen_elsewhere(sources: Mapping[str, Scene], target: Scene, person: str) -> list[tuple[str, str]]:
    """Source and item of each choice by which somebody new to the target is known, see ``until_first``:
    by time where it is known, else source by source."""
    begun = target.interactions.loc[target.interactions["user_id"] == person, "timestamp"].min()
    parts = []
    for name, scene in sources.items():
        rows = scene.interactions[scene.interactions["user_id"] == person]
        if _timed(scene) and _timed(target):
            rows = rows[rows["timestamp"] < begun]
        parts.append(rows.assign(scene=name))
    chosen = pd.concat(parts)
    if all(_timed(sources[name]) for name in chosen["scene"].unique()):
        chosen = chosen.sort_values("timestamp", kind="stable")
    return list(zip(chosen["scene"], chosen["item_id"], strict=True))


def _timed(scene: Scene) -> bool:
    return bool(scene.interactions["timestamp"].notna().all())
