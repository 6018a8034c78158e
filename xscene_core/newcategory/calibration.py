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
the same people are sorted by the appeal of *another* hidden category of the same scene: what is left of
the lift there has nothing to do with the category.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from xscene_core.newcategory.appeal import Scale, among, scores, standardise, yardstick
from xscene_core.newcategory.audience import Audience, Strand
from xscene_core.newcategory.fitted import FittedRun, scene_views
from xscene_core.scenes.sequences import Sequences
from xscene_core.watcher import Watcher

BANDS = 5
MOST_HIDDEN = 12
FEWEST_BUYERS = 20
MOST_BUYERS = 2 / 3
FEWEST_ITEMS = 3
MOST_ITEMS = 50
LONGEST_STRATUM = 8
RESAMPLES = 2_000

Grouping = Literal["category", "similar products"]


@dataclass(frozen=True)
class Hidden:
    """One category that was treated as new.

    people, buyers, expected : (5,) per fifth of appeal, the lowest first; ``control_...`` the same people
    sorted by the appeal of another category.  auc : how often a buyer has a higher appeal than somebody
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
        return len(self.hidden) >= 2

    def tells(self, band: int) -> bool:
        """Whether the lift of ``band`` (0 lowest to 4 highest) differs from 1 beyond chance, and that of the
        highest too: one odd fifth among five proves nothing."""
        proven = self.measured and bool(self.low[BANDS - 1] > 1)
        return proven and bool(self.low[band] > 1 or self.high[band] < 1)

    @property
    def auc(self) -> float:
        return float(np.mean([one.auc for one in self.hidden])) if self.hidden else float("nan")


def calibrate(run: FittedRun, audience: Audience, seed: int, watcher: Watcher) -> Calibration:
    """Hides up to ``MOST_HIDDEN`` categories, one at a time, spread evenly over the scenes."""
    found: list[Hidden] = []
    groupings: list[Grouping] = []
    each = max(1, MOST_HIDDEN // max(1, len(audience.strands)))
    for done, strand in enumerate(audience.strands):
        watcher.progress("calibrate", done / len(audience.strands))
        groups, grouping = _groups(run, strand, seed)
        able = _able(strand, groups, np.random.default_rng([seed, done]))[:each]
        groupings.append(grouping)
        for place, group in enumerate(able):
            watcher.progress("calibrate", (done + place / len(able)) / len(audience.strands))
            other = able[(place + 1) % len(able)]
            found.append(_hide(run, strand, groups, group, other, seed))
    mostly: Grouping = "category" if groupings.count("category") * 2 >= len(groupings) else "similar products"
    return _summary(tuple(found), mostly, seed)


def _groups(run: FittedRun, strand: Strand, seed: int) -> tuple[npt.NDArray[np.object_], Grouping]:
    """(I,) the group of each item of the strand's scene: its category, else a cluster of similar items."""
    category = run.scenes[strand.scene].items["category"].to_numpy(dtype=object)
    names, counts = np.unique(category[category != ""].astype(str), return_counts=True)
    if (counts >= FEWEST_ITEMS).sum() >= 2 and len(names) < len(category) / 2:
        return category, "category"
    from sklearn.cluster import KMeans

    vectors = scene_views(run)[strand.scene].vectors
    count = int(np.clip(len(vectors) // 20, 2, 20))
    labels = KMeans(count, n_init=1, max_iter=50, random_state=seed).fit_predict(vectors)
    return np.array([f"group {label + 1}" for label in labels], dtype=object), "similar products"


def _able(strand: Strand, groups: npt.NDArray[np.object_], rng: np.random.Generator) -> list[str]:
    """Groups with enough items and buyers to be hidden, in random order."""
    histories = strand.histories
    chosen = groups[histories.items]
    person = np.repeat(np.arange(len(histories)), histories.lengths)
    able = []
    for name in np.unique(groups.astype(str)):
        if name == "" or (groups == name).sum() < FEWEST_ITEMS:
            continue
        inside = np.bincount(person[chosen == name], minlength=len(histories))
        buyers = ((inside > 0) & (inside < histories.lengths)).sum()
        if FEWEST_BUYERS <= buyers <= MOST_BUYERS * len(histories):
            able.append(str(name))
    return [able[place] for place in rng.permutation(len(able))]


def _hide(
    run: FittedRun, strand: Strand, groups: npt.NDArray[np.object_], group: str, other: str, seed: int
) -> Hidden:
    hidden = groups == group
    histories, rows = _without(strand.histories, hidden)
    bought = np.add.reduceat(hidden[strand.histories.items], strand.histories.indptr[:-1])[rows] > 0
    vectors = scene_views(run)[strand.scene].vectors
    rng = np.random.default_rng([seed, 3])
    new = np.sort(rng.permutation(np.flatnonzero(hidden))[:MOST_ITEMS])
    control = np.sort(rng.permutation(np.flatnonzero(groups == other))[:MOST_ITEMS])
    ruler = yardstick(run, seed, {strand.scene: hidden})
    all_scores = scores(run, strand.scene, histories, np.concatenate([ruler, vectors[new], vectors[control]]))
    known = all_scores[:, : len(ruler)]
    scale = Scale(known.mean(axis=1), np.maximum(known.std(axis=1), 1e-9))
    z = standardise(all_scores[:, len(ruler) :], scale)
    appeal, elsewhere = z[:, : len(new)].mean(axis=1), z[:, len(new) :].mean(axis=1)
    stratum = np.minimum(histories.lengths, LONGEST_STRATUM)
    usual = (np.bincount(stratum, bought.astype(np.float64)) / np.maximum(np.bincount(stratum), 1))[stratum]
    bands, control_bands = band_of(among(appeal)), band_of(among(elsewhere))
    return Hidden(
        scene=strand.scene,
        name=group,
        people=np.bincount(bands, minlength=BANDS),
        buyers=np.bincount(bands[bought], minlength=BANDS),
        expected=np.bincount(bands, usual, minlength=BANDS).astype(np.float64),
        control_people=np.bincount(control_bands, minlength=BANDS),
        control_buyers=np.bincount(control_bands[bought], minlength=BANDS),
        control_expected=np.bincount(control_bands, usual, minlength=BANDS).astype(np.float64),
        auc=_auc(appeal, bought, stratum),
        which=_which(strand.histories, rows[bought], new, z[bought, : len(new)]),
    )


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


def _without(histories: Sequences, hidden: npt.NDArray[np.bool_]) -> tuple[Sequences, npt.NDArray[np.int64]]:
    """The histories without hidden items, and the rows of the people who have something left."""
    keep = ~hidden[histories.items]
    person = np.repeat(np.arange(len(histories)), histories.lengths)[keep]
    lengths = np.bincount(person, minlength=len(histories))
    rows = np.flatnonzero(lengths)
    indptr = np.concatenate([[0], np.cumsum(lengths[rows])]).astype(np.int64)
    return Sequences(histories.people[rows], indptr, histories.items[keep]), rows


def _auc(
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


def _mean_which(found: list[npt.NDArray[np.float64]], seed: int) -> npt.NDArray[np.float64]:
    """Mean over categories, with 95 % limits from drawing categories with replacement and, within each, a
    normal error of its mean."""
    if len(found) < 2:
        return np.full(3, np.nan)
    rng = np.random.default_rng([seed, 5])
    means = np.array([one.mean() for one in found])
    errors = np.array([one.std() / np.sqrt(len(one)) for one in found])
    drawn = rng.integers(0, len(found), (RESAMPLES, len(found)))
    again = (means[drawn] + errors[drawn] * rng.standard_normal(drawn.shape)).mean(axis=1)
    return np.array([means.mean(), *np.quantile(again, [0.025, 0.975])])


def _lift(
    counts: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]], seed: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Lift per fifth over all categories, and its 95 % limits from drawing categories with replacement and,
    within each fifth of each, its buyers anew."""
    people, buyers, expected = (np.array(part) for part in zip(*counts, strict=True))
    rng = np.random.default_rng([seed, 4])
    drawn = rng.integers(0, len(people), (RESAMPLES, len(people)))
    again = rng.binomial(people[drawn], (buyers / np.maximum(people, 1))[drawn])
    resampled = again.sum(axis=1) / np.maximum(expected[drawn].sum(axis=1), 1e-9)
    low, high = np.quantile(resampled, [0.025, 0.975], axis=0)
    return buyers.sum(axis=0) / np.maximum(expected.sum(axis=0), 1e-9), low, high
