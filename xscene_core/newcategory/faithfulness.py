"""Whether the named reasons are the real ones: forgetting them must cost more than forgetting others.

For each person the earlier choices named behind the first offer are forgotten *together*, the run scores
again, and the loss is held against that of as many choices drawn at random from the same person's history
(comprehensiveness, DeYoung et al. 2020, "ERASER", eq. 1, with a random control). Reasons are found one
choice at a time, so this can fail: a method that keeps only the latest choices, or choices that stand in
for each other, would show here.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xscene_core.newcategory.appeal import Appeal, Floats
from xscene_core.newcategory.audience import Audience
from xscene_core.newcategory.fitted import FittedRun
from xscene_core.newcategory.reasons import Forgotten, Ints, forget_together, named

MOST_PEOPLE = 200
DRAWS = 5
FEWEST = 10


@dataclass(frozen=True)
class Faithfulness:
    """n people, of words and regions products; losses in standard deviations of the person's own scores.

    named, chance : mean loss when the named choices, or as many random ones, are forgotten.
    difference, low, high : mean of named minus chance and its 95 % t interval over people.
    p : one-sided paired t test of difference > 0.
    """

    n: int
    named: float
    chance: float
    difference: float
    low: float
    high: float
    p: float


def faithfulness(
    run: FittedRun,
    audience: Audience,
    vectors: Floats,
    appeal: Appeal,
    offers: Ints,
    forgotten: Forgotten,
    seed: int,
) -> Faithfulness | None:
    """The test over at most ``MOST_PEOPLE`` people whose reasons leave something else to forget.

    vectors (M, d), offers (P, N) new items by person, ``forgotten`` the choices forgotten one at a time for
    these offers. ``None`` where fewer than ``FEWEST`` people can be compared.
    """
    rng = np.random.default_rng(seed)
    order = np.argsort(forgotten.person, kind="stable")
    cuts = np.flatnonzero(np.diff(forgotten.person[order])) + 1
    groups: list[tuple[Ints, Ints]] = []
    for rows in np.split(order, cuts) if len(order) else []:
        because = rows[named(forgotten.drop[rows, 0])]
        if 0 < len(because) < len(rows):
            groups.append((rows, because))
    if len(groups) < FEWEST:
        return None
    picked = np.sort(rng.permutation(len(groups))[:MOST_PEOPLE])
    sets: list[Ints] = []
    for rows, because in (groups[at] for at in picked):
        sets += [because, *(rng.choice(rows, len(because), replace=False) for _ in range(DRAWS))]
    losses = _losses(run, audience, vectors, appeal, offers, forgotten, sets).reshape(-1, 1 + DRAWS)
    return compare(losses[:, 0], losses[:, 1:].mean(axis=1))


def _losses(
    run: FittedRun,
    audience: Audience,
    vectors: Floats,
    appeal: Appeal,
    offers: Ints,
    forgotten: Forgotten,
    sets: list[Ints],
) -> npt.NDArray[np.float64]:
    """(S,) loss of the first offer's score for each set of rows of ``forgotten``."""
    person = np.array([forgotten.person[rows[0]] for rows in sets], dtype=np.int64)
    first = offers[person, 0]
    used, column = np.unique(first, return_inverse=True)
    choices = [(forgotten.scene[rows], forgotten.item[rows]) for rows in sets]
    after = forget_together(run, audience, person, choices, vectors[used], appeal)
    return np.asarray(appeal.z[person, first] - after[np.arange(len(sets)), column], dtype=np.float64)


def compare(because: npt.NDArray[np.float64], chance: npt.NDArray[np.float64]) -> Faithfulness:
    """Paired (n,) losses of the named and of random ones."""
    from scipy.stats import ttest_1samp

    extra = because - chance
    test = ttest_1samp(extra, 0.0, alternative="greater")
    ends = ttest_1samp(extra, 0.0).confidence_interval(0.95)
    return Faithfulness(
        n=len(extra),
        named=float(because.mean()),
        chance=float(chance.mean()),
        difference=float(extra.mean()),
        low=float(ends.low),
        high=float(ends.high),
        p=float(test.pvalue),
    )
