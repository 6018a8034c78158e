"""Which shopper of the test people to show, chosen by a rule and not by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from xscene_core.experiments.ranks import RankTable


@dataclass(frozen=True)
class Shopper:
    """One test person: what they chose next, and where two methods had put it in the whole catalogue."""

    user_id: str
    answer: str
    before: float
    after: float
    history: int


def in_order(before: RankTable, after: RankTable, listed: set[str]) -> list[Shopper]:
    """Everybody with a stored list, the most typical first.

    Typical is a change of rank close to the median change, both as factors: log(before / after). Half of
    all test people gain more, half less. Unlike the gain in NDCG@10 it is rarely tied at 0. Ties are in
    a fixed random order, so that ids do not decide.

    before, after : two runs of one task, row for row the same people.
    """
    change = np.log(before.ranks / after.ranks)
    distance = np.abs(change - np.median(change)) if len(change) else change
    shuffled = np.random.default_rng(0).permutation(len(distance))
    order = shuffled[np.argsort(distance[shuffled], kind="stable")]
    return [
        Shopper(
            before.people[row],
            before.answers[row],
            float(before.ranks[row]),
            float(after.ranks[row]),
            int(before.history[row]),
        )
        for row in order
        if before.people[row] in listed
    ]


def find(people: list[Shopper], user_id: str) -> int | None:
    """Position of the person with this id (spaces around it do not matter), if there is one."""
    wanted = user_id.strip()
    return next((at for at, person in enumerate(people) if person.user_id == wanted), None)


def stranger(people: list[Shopper], random: np.random.Generator) -> int:
    """Anybody."""
    return int(random.integers(len(people)))


def top_of(top: pd.DataFrame, user_id: str, shown: int) -> list[str]:
    """The first ``shown`` item ids that ``top.parquet`` holds for the person, best first."""
    rows = top[top["user_id"] == user_id].sort_values("place")
    return rows["item_id"].head(shown).tolist()
