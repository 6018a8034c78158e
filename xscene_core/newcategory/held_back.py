"""Whether learning from the orders given helped on orders that were kept out of it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xscene_core.evaluation.statistics import paired_difference
from xscene_core.newcategory.adaptation import Evidence, Strengths, adapt
from xscene_core.newcategory.appeal import Floats

SHARE = 5
"""One in so many orders, the last ones, is kept out. Thumbs are not: who gave them saw the lists."""
FEWEST = 5


@dataclass(frozen=True)
class HeldBack:
    """events : orders kept out, by ``people`` whom the scenes know.  before, after : mean share, over these
    people, of pairs in the right order without any order and with the earlier ones; ``gain`` is after -
    before with its 95 % ``low`` and ``high``."""

    events: int
    people: int
    before: float
    after: float
    gain: float
    low: float
    high: float

    @property
    def worse(self) -> bool:
        return self.after < self.before


def try_held_back(
    z: Floats,
    people: Floats,
    vectors: Floats,
    person: npt.NDArray[np.int64],
    evidence: Evidence,
    ordered: npt.NDArray[np.bool_],
    strengths: Strengths,
    seed: int,
) -> HeldBack | None:
    """Learns from all but the last fifth of the orders, and is judged on these.

    z, people, vectors, evidence : as in ``adapt``; person (E,) their rows, -1 for people whom no scene knows,
    who cannot be judged; ordered (E,) which are orders, the others are thumbs. An ordered product should come
    before those that the person has no event with. ``None`` where fewer than ``FEWEST`` can be judged.
    """
    orders = np.flatnonzero(ordered)
    out = orders[len(orders) - len(orders) // SHARE :]
    late = out[person[out] >= 0]
    if len(late) < FEWEST:
        return None
    who, row = np.unique(person[late], return_inverse=True)
    own = np.zeros((len(who), z.shape[1]), bool)
    place = np.searchsorted(who, person)
    mine = (place < len(who)) & (who[np.minimum(place, len(who) - 1)] == person)
    own[place[mine], evidence.product[mine]] = True
    after = adapt(
        z[who], people[who], vectors, evidence.take(np.setdiff1d(np.arange(len(evidence)), out)), strengths
    )
    shares = [_shares(values, own, row, evidence.product[late]) for values in (z[who], after)]
    judged = np.isfinite(shares[0])
    if judged.sum() < FEWEST:
        return None
    counts = np.bincount(row[judged], minlength=len(who))
    means = [
        np.bincount(row[judged], one[judged], len(who))[counts > 0] / counts[counts > 0] for one in shares
    ]
    found = paired_difference(means[1], means[0], seed)
    return HeldBack(
        events=int(judged.sum()),
        people=int((counts > 0).sum()),
        before=float(means[0].mean()),
        after=float(means[1].mean()),
        gain=found.value,
        low=found.low,
        high=found.high,
    )


def _shares(
    z: Floats,
    own: npt.NDArray[np.bool_],
    row: npt.NDArray[np.intp],
    product: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """(L,) per order the share of the person's other products behind it, ties half."""
    gap = z[row, product][:, None] - z[row]
    others = ~own[row]
    count = others.sum(axis=1)
    won = ((gap > 0) & others).sum(axis=1) + ((gap == 0) & others).sum(axis=1) / 2
    return np.where(count > 0, won / np.maximum(count, 1), np.nan)
