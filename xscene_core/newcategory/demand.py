"""How much of the demand of a new category each of its products may expect, with intervals that are tested.

A product's demand is its number of orders over the mean of the category's products: 1 is an average product.
Before any order it is expected from the appeal alone,

    s_j = mean over people of softmax(z_p)_j,      expected_j  ~  s_j^b,

with b >= 0 learned on hidden categories by multinomial likelihood (0: appeal says nothing about demand, and
every product is expected to be average). The interval is expected_j times the quantiles of actual over
expected demand of the hidden categories' products, each category counting the same (split conformal
prediction, Vovk et al., 2005, with whole categories left out). How often such intervals hold is measured:
for each hidden category in turn with everything learned on the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import softmax
from scipy.stats import rankdata

from xscene_core.evaluation.statistics import bootstrap_mean
from xscene_core.newcategory.unseen import Unseen

Values = npt.NDArray[np.float64]
NOMINAL = 0.8
FEWEST_CATEGORIES, FEWEST_PRODUCTS = 4, 3
STRONGEST = 4.0


@dataclass(frozen=True)
class Known:
    """One hidden category: (M,) the share of demand that appeal gives each product, and its orders."""

    share: Values
    orders: Values

    @property
    def actual(self) -> Values:
        """(M,) demand, 1 for the average product."""
        return np.asarray(self.orders / self.orders.mean())


@dataclass(frozen=True)
class Demand:
    """(M,) expected demand of the new products with its interval; None where nothing could be learned.

    facts : ``strength`` is b; ``coverage`` how often the intervals held on hidden categories, with 95 %
        limits over ``categories``; ``order`` the mean rank correlation of expected and actual demand there.
    """

    expected: Values
    low: Values
    high: Values
    facts: dict[str, Any]


def demand(unseen: Sequence[Unseen], z: npt.NDArray[np.floating], seed: int) -> Demand | None:
    """z : (P, M) appeal of the new products to people; M > 1, since demand is within the category."""
    known = [one for one in map(_known, unseen) if one is not None]
    if len(known) < FEWEST_CATEGORIES or z.shape[1] < 2:
        return None
    strength, low, high = _learned(known)
    expected = _expected(_share(z), strength)
    return Demand(expected, expected * low, expected * high, _measured(known, seed) | {"strength": strength})


def _known(one: Unseen) -> Known | None:
    chosen = np.bincount(one.whole.items, minlength=int(one.items.max()) + 1)[one.items].astype(float)
    if len(one.items) < FEWEST_PRODUCTS or not chosen.sum():
        return None
    return Known(_share(one.z), chosen)


def _share(z: npt.NDArray[np.floating]) -> Values:
    return np.asarray(softmax(z.astype(np.float64), axis=1).mean(axis=0))


def _expected(share: Values, strength: float) -> Values:
    raised = share**strength
    return np.asarray(raised / raised.mean())


def _learned(known: Sequence[Known]) -> tuple[float, float, float]:
    """b, and the lower and upper quantile of actual over expected demand."""

    def surprise(strength: float) -> float:
        return -sum(
            float(one.actual @ np.log(_expected(one.share, strength))) / len(one.actual) for one in known
        )

    strength = float(minimize_scalar(surprise, bounds=(0.0, STRONGEST), method="bounded").x)
    ratios = [one.actual / _expected(one.share, strength) for one in known]
    weights = np.concatenate([np.full(len(one), 1 / len(one)) for one in ratios])
    tail = (1 - NOMINAL) / 2
    low, high = _quantiles(np.concatenate(ratios), weights / weights.sum(), (tail, 1 - tail))
    return strength, low, high


def _quantiles(values: Values, weights: Values, shares: tuple[float, float]) -> tuple[float, float]:
    """The largest value with at most the lower share below it, the smallest with the upper share up to it."""
    order = np.argsort(values, kind="stable")
    upto = np.cumsum(weights[order])
    first, last = (int(np.searchsorted(upto, share)) for share in (shares[0] + 1e-12, shares[1] - 1e-12))
    end = len(values) - 1
    return float(values[order[min(first, end)]]), float(values[order[min(last, end)]])


def _measured(known: Sequence[Known], seed: int) -> dict[str, Any]:
    """Coverage and rank correlation on each hidden category with everything learned on the others."""
    held, order = [], []
    for number, one in enumerate(known):
        strength, low, high = _learned([*known[:number], *known[number + 1 :]])
        expected = _expected(one.share, strength)
        held.append(float(((expected * low <= one.actual) & (one.actual <= expected * high)).mean()))
        order.append(_correlation(one.share, one.actual))
    coverage = bootstrap_mean(np.array(held), seed=seed)
    ranks = bootstrap_mean(np.array(order), seed=seed)
    return {
        "nominal": NOMINAL,
        "categories": len(known),
        "coverage": [coverage.value, max(0.0, coverage.low), min(1.0, coverage.high)],  # it is a share
        "order": [ranks.value, ranks.low, ranks.high],
    }


def _correlation(one: Values, other: Values) -> float:
    """Spearman's rank correlation; 0 where one of the two is all equal."""
    ranks = np.stack([rankdata(one), rankdata(other)])
    spread = ranks.std(axis=1)
    return float(np.corrcoef(ranks)[0, 1]) if (spread > 0).all() else 0.0
