"""What an appeal was worth on categories whose buyers are known.

One existing category at a time is treated as if it were new: its items are taken out of everybody's
history, the run scores them as unseen products, and people are sorted into fifths by their appeal. Then
we look who really chose from it, and what. ``lift`` of a fifth is its number of buyers over the number
expected from people with equally many other choices (indirect standardisation: who chose more has more
chances to be a buyer, and longer histories give flatter appeals); 1 means that the appeal told nothing.
``which`` is the share of pairs (a product that a buyer chose from it, one that the buyer did not) that are
in the right order; one half means that the run did not know what they would choose.

Limits, stated on screen: the run is *not* trained again, so it has seen these items (favourable); they
come from the scenes of the run, and a truly new category may be farther away (favourable). As a control,
the same people are sorted by the appeal of *another* category of the same scene: what is left of
the lift there has nothing to do with the category.

People are compared with those who made equally many other choices. Where all of these are buyers, or none
is, nothing can be compared, and they are left out; so is a category of which nobody can be compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xscene_core.evaluation.statistics import tail
from xscene_core.newcategory.appeal import among
from xscene_core.newcategory.unseen import Grouping, Unseen
from xscene_core.scenes.sequences import Sequences

BANDS = 5
LONGEST_STRATUM = 8
RESAMPLES = 2_000


@dataclass(frozen=True)
class Hidden:
    """One category that was treated as new.

    people, buyers, expected : (5,) per fifth of appeal, the lowest first; ``control_...`` the same people
    sorted by the appeal of other products.  auc : how often a buyer has a higher appeal than somebody
    with equally many other choices who is none.  which : (B,) per buyer, see above.
    """

    scene: str
    name: str
    people: npt.NDArray[np.int64]
    buyers: npt.NDArray[np.int64]
    expected: npt.NDArray[np.float64]
    control_people: npt.NDArray[np.int64]
    control_buyers: npt.NDArray[np.int64]
    control_expected: npt.NDArray[np.float64]
    auc: float
    which: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """lift, low, high : (5,) per fifth of appeal, the lowest first, with 95 % bootstrap limits over
    categories and people; ``control`` the same for the control. NaN where nothing could be measured."""

    hidden: tuple[Hidden, ...]
    grouping: Grouping
    lift: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    control: npt.NDArray[np.float64]
    """(3,) lift of the highest fifth in the control, low, high."""
    which: npt.NDArray[np.float64]
    """(3,) mean share of pairs in the right order over hidden categories, low, high."""

    @property
    def measured(self) -> bool:
        return len(self.hidden) >= 2 and bool(np.isfinite(self.lift).all())

    def tells(self, band: int) -> bool:
        """Whether the lift of ``band`` (0 lowest to 4 highest) differs from 1 beyond chance, and that of the
        highest too: one odd fifth among five proves nothing."""
        proven = self.measured and bool(self.low[BANDS - 1] > 1)
        return proven and bool(self.low[band] > 1 or self.high[band] < 1)

    @property
    def auc(self) -> float:
        return float(np.mean([one.auc for one in self.hidden])) if self.hidden else float("nan")


def calibrate(unseen: Sequence[Unseen], grouping: Grouping, seed: int) -> Calibration:
    """What the appeal was worth on the categories ``unseen``."""
    judged = (one for one in map(_judge, unseen) if one.people.any())
    return _summary(tuple(judged), grouping, seed)


def _judge(one: Unseen) -> Hidden:
    appeal, bought = one.z.mean(axis=1), one.bought
    stratum = strata(one.histories)
    usual = (np.bincount(stratum, bought.astype(np.float64)) / np.maximum(np.bincount(stratum), 1))[stratum]
    compared = (usual > 0) & (usual < 1)
    people, buyers, expected = _counts(band_of(among(appeal)), bought, usual, compared)
    control = _counts(band_of(among(one.elsewhere)), bought, usual, compared)
    return Hidden(
        scene=one.scene,
        name=one.name,
        people=people,
        buyers=buyers,
        expected=expected,
        control_people=control[0],
        control_buyers=control[1],
        control_expected=control[2],
        auc=auc_within(appeal, bought, stratum),
        which=_which(one.whole, one.rows[bought], one.items, one.z[bought]),
    )


def _counts(
    bands: npt.NDArray[np.int64],
    bought: npt.NDArray[np.bool_],
    usual: npt.NDArray[np.float64],
    compared: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """(5,) people, buyers and expected buyers of each fifth among those who can be ``compared``."""
    return (
        np.bincount(bands[compared], minlength=BANDS),
        np.bincount(bands[compared & bought], minlength=BANDS),
        np.bincount(bands[compared], usual[compared], minlength=BANDS).astype(np.float64),
    )


def strata(histories: Sequences) -> npt.NDArray[np.int64]:
    """(Q,) how many choices are known of each person, long histories together."""
    return np.minimum(histories.lengths, LONGEST_STRATUM)


def _which(
    histories: Sequences,
    buyers: npt.NDArray[np.int64],
    items: npt.NDArray[np.int64],
    z: npt.NDArray[np.floating],
) -> npt.NDArray[np.float64]:
    """Per buyer with something to compare: pairs (chosen, not chosen) of ``items`` in the right order."""
    shares = []
    for buyer, values in zip(buyers, z, strict=True):
        chosen = np.isin(items, histories.of(int(buyer)))
        if chosen.any() and not chosen.all():
            gap = values[chosen][:, None] - values[~chosen][None, :]
            shares.append(float((gap > 0).mean() + (gap == 0).mean() / 2))
    return np.array(shares)


def band_of(share: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """(P,) fifth of a share among people: 0 lowest to 4 highest."""
    return np.minimum((share * BANDS).astype(np.int64), BANDS - 1)


def auc_within(
    values: npt.NDArray[np.floating], positive: npt.NDArray[np.bool_], stratum: npt.NDArray[np.int64]
) -> float:
    """Share of (positive, negative) pairs within a stratum in which the positive is higher, ties half."""
    from scipy.stats import rankdata

    won, pairs = 0.0, 0
    for one in np.unique(stratum):
        inside = stratum == one
        good = int(positive[inside].sum())
        ranks = rankdata(values[inside])[positive[inside]]
        won += float(ranks.sum()) - good * (good + 1) / 2
        pairs += good * (int(inside.sum()) - good)
    return won / pairs if pairs else float("nan")


def _summary(hidden: tuple[Hidden, ...], grouping: Grouping, seed: int) -> Calibration:
    unknown = np.full(BANDS, np.nan)
    if len(hidden) < 2:
        return Calibration(hidden, grouping, unknown, unknown, unknown, *np.full((2, 3), np.nan))
    lift, low, high = _lift([(one.people, one.buyers, one.expected) for one in hidden], seed)
    control = _lift([(o.control_people, o.control_buyers, o.control_expected) for o in hidden], seed)
    which = _mean_which([one.which for one in hidden if len(one.which)], seed)
    return Calibration(hidden, grouping, lift, low, high, np.array([part[-1] for part in control]), which)


def _mean_which(found: Sequence[npt.NDArray[np.float64]], seed: int) -> npt.NDArray[np.float64]:
    """(3,) mean over categories of the mean of each, with 95 % limits from drawing categories with
    replacement and, within each, a normal error of its mean, expanded for few categories; NaN for fewer than
    two."""
    if len(found) < 2:
        return np.full(3, np.nan)
    rng = np.random.default_rng([seed, 5])
    means = np.array([one.mean() for one in found])
    errors = np.array([one.std() / np.sqrt(len(one)) for one in found])
    drawn = rng.integers(0, len(found), (RESAMPLES, len(found)))
    again = (means[drawn] + errors[drawn] * rng.standard_normal(drawn.shape)).mean(axis=1)
    outside = tail(len(found))
    return np.array([means.mean(), *np.quantile(again, [outside, 1 - outside])])


def _lift(
    counts: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]], seed: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Lift per fifth over all categories, and its 95 % limits from drawing categories with replacement and,
    within each fifth of each, its buyers anew, expanded for few categories. NaN where nobody is compared."""
    people, buyers, expected = (np.array(part) for part in zip(*counts, strict=True))
    rng = np.random.default_rng([seed, 4])
    drawn = rng.integers(0, len(people), (RESAMPLES, len(people)))
    again = rng.binomial(people[drawn], (buyers / np.maximum(people, 1))[drawn])
    resampled = again.sum(axis=1) / np.maximum(expected[drawn].sum(axis=1), 1e-9)
    outside = tail(len(people))
    low, high = np.quantile(resampled, [outside, 1 - outside], axis=0)
    total = np.where(expected.sum(axis=0) > 0, expected.sum(axis=0), np.nan)
    known = total > 0
    return buyers.sum(axis=0) / total, np.where(known, low, np.nan), np.where(known, high, np.nan)
