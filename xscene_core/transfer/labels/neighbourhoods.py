"""Whether near rows have the same class: what every method that spreads answers to neighbours takes for
granted, asked of labelled rows alone."""

import numpy as np
import numpy.typing as npt

from xscene_core.evaluation.statistics import Paired, paired_difference
from xscene_core.transfer.labels.recipe import fit_head
from xscene_core.transfer.labels.views import HELD_BACK, Features, LabelRows, Labels, Matrix, stacked

FOLDS = 5
MOST = 2000
"""Of more labelled rows a sample is asked."""
FEWEST = 10
WORSE = 0.5
"""Neighbourhoods are called worse where they are right less often and the paired test's two-sided p is below
this: at odds of more than three to one. Who spreads answers to neighbours has to show that it may."""


def neighbourhood_gap(
    rows: list[LabelRows], places: list[Matrix], classes: int, ridge: float, seed: int
) -> Paired | None:
    """How much more often a classifier by neighbourhood is right about a labelled row that it did not see
    than the plain linear head, over the same rows; ``None`` where there is too little to ask.

    By neighbourhood: kernel ridge regression on ``places`` (n, e), one array for each of ``rows``, with a
    Gaussian kernel of the median distance, which is ``fit_manifold`` without a graph and without a target.
    The linear head learns from the rows as they are. Where it is surely better, classes are told apart by
    single columns and not by which rows lie near (the cluster assumption; Chapelle, Schoelkopf and Zien,
    2006, chapter 1).
    """
    known = [np.flatnonzero(part.labels != HELD_BACK) for part in rows]
    labels = np.concatenate([part.labels[found] for part, found in zip(rows, known, strict=True)])
    if len(labels) < FEWEST or len(np.unique(labels)) < 2:
        return None
    features = stacked([part.features[found] for part, found in zip(rows, known, strict=True)])
    near = np.vstack([place[found] for place, found in zip(places, known, strict=True)])
    drawn = np.sort(np.random.default_rng([seed, 61]).permutation(len(labels))[:MOST])
    features, near, labels = features[drawn], near[drawn], labels[drawn]
    fold = np.random.default_rng([seed, 62]).permutation(len(labels)) % FOLDS
    return paired_difference(
        by_kernel(near, labels, classes, ridge, fold, seed),
        by_head(features, labels, classes, fold),
        seed=seed,
    )


def worse(gap: Paired) -> bool:
    """Whether the linear head is probably better than neighbourhoods."""
    return bool(gap.value < 0 and gap.p < WORSE)


def by_kernel(
    places: Matrix, labels: Labels, classes: int, ridge: float, fold: npt.NDArray[np.int64], seed: int
) -> Matrix:
    """(n,) 1 where kernel ridge regression that did not see the row's fold is right about it."""
    from scipy.linalg import solve

    from xscene_core.transfer.methods.kmm import gaussian, median_distance

    kernel = gaussian(places, places, median_distance(places, places, seed) / np.sqrt(2))
    aims = np.eye(classes)[labels]
    right = np.zeros(len(labels))
    for number in range(FOLDS):
        out, seen = fold == number, fold != number
        square = kernel[np.ix_(seen, seen)]
        square.flat[:: len(square) + 1] += ridge
        weights = solve(square, aims[seen], assume_a="pos", overwrite_a=True, check_finite=False)
        right[out] = (kernel[np.ix_(out, seen)] @ weights).argmax(axis=1) == labels[out]
    return right


def by_head(features: Features, labels: Labels, classes: int, fold: npt.NDArray[np.int64]) -> Matrix:
    """(n,) 1 where the plain head that did not see the row's fold is right about it."""
    right = np.zeros(len(labels))
    for number in range(FOLDS):
        out, seen = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        head = fit_head(features[seen], labels[seen], None, classes)
        right[out] = np.asarray(head(features[out])).argmax(axis=1) == labels[out]
    return right
