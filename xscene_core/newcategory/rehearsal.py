"""Hidden categories played through order by order: what the first k orders would have been worth.

The category's orders are taken in order of time (at random, where the scene has no time). The first half of
them, at most ``MOST_ORDERS``, may be revealed; the rest is judged, the same people and products for every k,
so that all differences are paired. What somebody ordered among the revealed is not judged again for that
person.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from xscene_core.newcategory.adaptation import Evidence, Strengths, adapt, centred
from xscene_core.newcategory.appeal import Floats
from xscene_core.newcategory.calibration import auc_within, strata
from xscene_core.newcategory.fitted import FittedRun, scene_views
from xscene_core.newcategory.unseen import Ints, Unseen

STEPS = (5, 10, 20, 50)
"""Numbers of orders that are tried."""
MOST_ORDERS = max(STEPS)
MOST_JUDGED = 250
"""Buyers judged per category: enough for a mean, and it bounds the time."""

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rehearsal:
    """One hidden category: Q people, M products, T of the people chose some of these later.

    z, people, vectors : (Q, M), (Q, e), (M, d) as ``adapt`` takes them.  revealed : the first orders.
    judged : (T,) rows of people.  chosen, open : (T, M) what each chose later, and what can be judged.
    later, fresh : (Q,) who chose later, and who is not among the revealed.  stratum : (Q,) see ``strata``.
    """

    scene: str
    name: str
    z: Floats
    people: Floats
    vectors: Floats
    revealed: Evidence
    judged: Ints
    chosen: Bools
    open: Bools
    later: Bools
    fresh: Bools
    stratum: Ints

    def steps(self) -> tuple[int, ...]:
        """The numbers of orders that this category has enough of."""
        return tuple(step for step in STEPS if step <= len(self.revealed))


@dataclass(frozen=True)
class Quality:
    """which, ndcg : (T,) per judged person: pairs (chosen later, not chosen) in the right order, and NDCG@10
    over the category's products."""

    which: npt.NDArray[np.float64]
    ndcg: npt.NDArray[np.float64]


def rehearse(run: FittedRun, one: Unseen, seed: int) -> Rehearsal | None:
    """``None`` where the category has fewer than twice the smallest number of orders, or nobody to judge."""
    rng = np.random.default_rng([seed, 6])
    person, product = _orders(one, rng)
    reveal = min(MOST_ORDERS, len(person) // 2)
    if reveal < STEPS[0]:
        return None
    shape = (len(one.rows), len(one.items))
    known, chosen = np.zeros(shape, bool), np.zeros(shape, bool)
    known[person[:reveal], product[:reveal]] = True
    chosen[person[reveal:], product[reveal:]] = True
    some = chosen.any(axis=1) & (~chosen & ~known).any(axis=1)
    judged = np.sort(rng.permutation(np.flatnonzero(some))[:MOST_JUDGED])
    if not len(judged):
        return None
    view = scene_views(run)[one.scene]
    people = run.recommender.represent_people(one.histories, one.scene)
    people = centred(people / np.maximum(np.linalg.norm(people, axis=1, keepdims=True), 1e-9))
    return Rehearsal(
        scene=one.scene,
        name=one.name,
        z=one.z,
        people=people,
        vectors=centred(view.vectors[one.items]),
        revealed=Evidence(product[:reveal], np.ones(reveal, np.float32), people[person[:reveal]]),
        judged=judged,
        chosen=chosen[judged],
        open=~known[judged],
        later=np.asarray(chosen.any(axis=1)),
        fresh=np.asarray(~known.any(axis=1)),
        stratum=strata(one.histories),
    )


def dealt(one: Rehearsal, rng: np.random.Generator) -> Rehearsal:
    """As a control: as many orders, of random products by random people. (With the products left as they
    were, how wanted each is would still be told, and rightly.)"""
    count, (people, products) = len(one.revealed), one.z.shape
    who = one.people[rng.integers(people, size=count)]
    return replace(one, revealed=Evidence(rng.integers(products, size=count), one.revealed.sign, who))


def measure_lists(one: Rehearsal, orders: int, strengths: Strengths) -> Quality:
    """Quality of the lists after the first ``orders`` orders."""
    at = one.judged
    z = adapt(one.z[at], one.people[at], one.vectors, one.revealed.first(orders), strengths)
    return Quality(*judge(z, one.chosen, one.open))


def measure_people(one: Rehearsal, orders: int, strengths: Strengths) -> float:
    """How often a later buyer is placed above somebody with equally many choices elsewhere who is none."""
    z = adapt(one.z, one.people, one.vectors, one.revealed.first(orders), strengths)
    at = one.fresh
    return auc_within(z[at].mean(axis=1), one.later[at], one.stratum[at])


def judge(z: Floats, chosen: Bools, open: Bools) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """(T,) share of pairs (chosen, not chosen) in the right order, ties half; (T,) NDCG@10, equal scores at
    the middle rank. Every row has an open product that is chosen and one that is not."""
    row, column = np.nonzero(chosen & open)
    value, others = z[row, column][:, None], z[row]
    usable = open[row]
    above = ((others > value) & usable).sum(axis=1)
    level = ((others == value) & usable).sum(axis=1)  # itself among them
    good, count = np.bincount(row, minlength=len(z)), open.sum(axis=1)
    below = np.bincount(row, count[row] - above - (level + 1) / 2, len(z)) - good * (good - 1) / 2
    place = 1 + above + (level - 1) / 2
    gain = np.bincount(row, np.where(place <= 10, 1 / np.log2(1 + place), 0), len(z))
    best = np.cumsum(1 / np.log2(2 + np.arange(10)))[np.minimum(good, 10) - 1]
    return below / (good * (count - good)), gain / best


def _orders(one: Unseen, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Person and product of each order of the category, the earliest first, repeated ones once."""
    column = np.full(int(one.whole.items.max(initial=0)) + 1, -1)
    inside = one.items[one.items < len(column)]
    column[inside] = np.arange(len(inside))
    row = np.full(len(one.whole), -1)
    row[one.rows] = np.arange(len(one.rows))
    person = row[np.repeat(np.arange(len(one.whole)), one.whole.lengths)]
    product = column[one.whole.items]
    at = np.flatnonzero((person >= 0) & (product >= 0))
    time = rng.permutation(len(at)) if one.whole.times is None else one.whole.times[at]
    at = at[np.argsort(time, kind="stable")]
    pair = person[at] * len(one.items) + product[at]
    first = np.sort(np.unique(pair, return_index=True)[1])
    return person[at][first].astype(np.int64), product[at][first].astype(np.int64)
