"""How far apart scenes lie in the space the model works in, as numbers: before any projection.

All functions take arrays of vectors of one space, (n_s, d) per scene. Randomness (which rows, which
folds, which permutations) comes from ``seed`` alone; global random state is left untouched.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

Vectors = npt.NDArray[np.float32] | npt.NDArray[np.float64]
Kind = Literal["mixing", "proxy_a_distance", "mmd", "coral"]
KINDS: tuple[Kind, ...] = ("mixing", "proxy_a_distance", "mmd", "coral")

LIMIT = 600
"""Rows per scene that are looked at; more are drawn at random without replacement. One pair of scenes
of 384 dimensions then takes about a third of a second."""
NEIGHBOURS = 15
_FOLDS = 5
_WIDEST = 2.0
_PERMUTATIONS = 199


def sample(vectors: Vectors, limit: int, seed: int) -> npt.NDArray[np.float64]:
    """At most ``limit`` rows, drawn without replacement and kept in order, as float64."""
    rows = np.asarray(vectors, dtype=np.float64)
    if len(rows) <= limit:
        return rows
    return rows[np.sort(np.random.default_rng(seed).choice(len(rows), limit, replace=False))]


def scene_mixing(scenes: Sequence[Vectors], k: int = NEIGHBOURS, seed: int = 0, limit: int = LIMIT) -> float:
    """How well scenes mix: 0 where no neighbour is foreign, 1 where scene does not matter at all.

    For each point, the share of its ``k`` nearest others (Euclidean; equal to cosine order for vectors of
    unit length) from another scene, divided by the share expected by chance (N - n_s) / (N - 1);
    averaged within each scene, then over scenes, so that a small scene counts as much as a large one.
    NaN where a scene is empty or fewer than two scenes are given. Points at equal distance (duplicates
    across scenes) are counted in a seeded random order, so that file order cannot matter.
    """
    from sklearn.neighbors import NearestNeighbors

    parts = [sample(part, limit, seed) for part in scenes]
    if len(parts) < 2 or min(map(len, parts)) == 0:
        return float("nan")
    points, scene = np.concatenate(parts), np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    shuffled = np.random.default_rng(seed).permutation(len(points))
    points, scene = points[shuffled], scene[shuffled]
    k = min(k, len(points) - 1)
    found = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(points).kneighbors(return_distance=False)
    foreign = (scene[found] != scene[:, None]).mean(axis=1)
    shares = [
        foreign[scene == s].mean() * (len(points) - 1) / (len(points) - len(part))
        for s, part in enumerate(parts)
    ]
    return float(np.mean(shares))


def proxy_a_distance(source: Vectors, target: Vectors, seed: int = 0, limit: int = LIMIT) -> float:
    """2 (1 - 2 error) of a linear classifier that tells the two apart, clipped at 0 (Ben-David et al. 2007).

    0: it cannot; 2: it never errs. Ridge classifier on standardised vectors, classes weighted equally;
    the error is the mean of both classes' errors over 5 stratified cross-validation folds (fewer for
    fewer than 5 points, NaN below 2), so that unequal sizes do not look like separation.
    """
    from sklearn.linear_model import RidgeClassifier
    from sklearn.metrics import balanced_accuracy_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    left, right = sample(source, limit, seed), sample(target, limit, seed)
    folds = min(_FOLDS, len(left), len(right))
    if folds < 2:
        return float("nan")
    points, labels = np.concatenate([left, right]), np.repeat([0, 1], [len(left), len(right)])
    classifier = make_pipeline(StandardScaler(), RidgeClassifier(class_weight="balanced"))
    cut = StratifiedKFold(folds, shuffle=True, random_state=seed)
    error = 1 - balanced_accuracy_score(labels, cross_val_predict(classifier, points, labels, cv=cut))
    return float(max(0.0, 2 * (1 - 2 * error)))


def mmd(source: Vectors, target: Vectors, seed: int = 0, limit: int = LIMIT) -> float:
    """Squared maximum mean discrepancy, the unbiased U-statistic (Gretton et al. 2012, eq. 3).

    Mean of Gaussian kernels exp(-|x - y|^2 / 2 w^2) with w = 0.5, 1 and 2 times the median distance of the
    pooled points. About 0 (slightly negative at times) where both are equal in distribution; NaN below
    2 points a side.
    """
    return mmd_test(source, target, seed, limit, permutations=0)[0]


def mmd_test(
    source: Vectors, target: Vectors, seed: int = 0, limit: int = LIMIT, permutations: int = _PERMUTATIONS
) -> tuple[float, float]:
    """:func:`mmd`, and p that source and target are one distribution: its rank among permuted scene labels.

    One-sided, (1 + how many permuted values reach the observed) / (1 + permutations); exact level,
    since the kernel width comes from the pooled points. NaN below 2 points a side.
    """
    left, right = sample(source, limit, seed), sample(target, limit, seed)
    if min(len(left), len(right)) < 2:
        return float("nan"), float("nan")
    n = len(left) + len(right)
    random = np.random.default_rng([seed, 2])
    orders = np.stack([np.arange(n), *(random.permutation(n) for _ in range(permutations))])
    first = (orders < len(left)).T.astype(np.float64)
    values = _mmd_of(_kernel(np.concatenate([left, right])), first)
    slack = 1e-12 * max(1.0, abs(float(values[0])))
    return float(values[0]), float(np.count_nonzero(values >= values[0] - slack) / len(values))


def coral_distance(source: Vectors, target: Vectors) -> float:
    """||Cs - Ct||_F^2 / (4 d^2) of the covariance matrices (Sun & Saenko 2016, eq. 1).

    Uses all rows given: the cost is linear in them. NaN below 2 points a side.
    """
    left, right = np.asarray(source, dtype=np.float64), np.asarray(target, dtype=np.float64)
    if min(len(left), len(right)) < 2:
        return float("nan")
    gap = np.atleast_2d(np.cov(left, rowvar=False)) - np.atleast_2d(np.cov(right, rowvar=False))
    return float(np.sum(gap**2) / (4 * left.shape[1] ** 2))


def distance(kind: Kind, source: Vectors, target: Vectors, seed: int = 0, limit: int = LIMIT) -> float:
    """One of the four numbers by name."""
    if kind == "mixing":
        return scene_mixing([source, target], seed=seed, limit=limit)
    if kind == "proxy_a_distance":
        return proxy_a_distance(source, target, seed, limit)
    if kind == "mmd":
        return mmd(source, target, seed, limit)
    return coral_distance(source, target)


def summarise(
    vectors_by_scene: Mapping[str, Vectors], target: str, seed: int = 0, limit: int = LIMIT
) -> dict[str, float]:
    """All numbers of the target against its sources; NaN where there is too little to tell.

    ``mixing``, ``proxy_a_distance``, ``mmd``, ``coral``, ``mmd_p``: target against all sources pooled
    (each source gives at most ``limit`` / number of sources rows, so that none drowns the others).
    With several sources also ``mixing/NAME`` and so on for each. ``n/NAME``: rows looked at for its own
    comparison.
    """
    sources = {name: rows for name, rows in vectors_by_scene.items() if name != target}
    answer = vectors_by_scene[target]
    pooled = np.concatenate([sample(rows, max(1, limit // len(sources)), seed) for rows in sources.values()])
    found: dict[str, float] = {
        "mixing": scene_mixing([pooled, answer], seed=seed, limit=limit),
        "proxy_a_distance": proxy_a_distance(pooled, answer, seed, limit),
        "coral": coral_distance(pooled, answer),
    }
    found["mmd"], found["mmd_p"] = mmd_test(pooled, answer, seed, limit)
    if len(sources) > 1:
        for name, rows in sources.items():
            found |= {f"{kind}/{name}": distance(kind, rows, answer, seed, limit) for kind in KINDS}
    return found | {f"n/{name}": float(min(len(rows), limit)) for name, rows in vectors_by_scene.items()}


def distance_matrix(
    vectors_by_scene: Mapping[str, Vectors], kind: Kind, seed: int = 0, limit: int = LIMIT
) -> pd.DataFrame:
    """(S, S) symmetric table of one number for every pair of scenes, named on both axes.

    The diagonal is what a scene has to itself by definition: 1 for mixing, 0 for the distances.
    """
    names = list(vectors_by_scene)
    table = np.full((len(names), len(names)), 1.0 if kind == "mixing" else 0.0)
    drawn = [sample(vectors_by_scene[name], limit, seed) for name in names]
    for a in range(len(names)):
        for b in range(a):
            table[a, b] = table[b, a] = distance(kind, drawn[a], drawn[b], seed, limit)
    return pd.DataFrame(table, index=names, columns=names)


def _kernel(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(N, N) mean of the Gaussian kernels, with a diagonal of 0: a U-statistic pairs no point with itself."""
    lengths = np.sum(points**2, axis=1)
    squares = np.maximum(lengths[:, None] + lengths - 2 * points @ points.T, 0.0)
    pairs = squares[np.triu_indices(len(points), 1)]
    median = float(np.median(pairs)) or float(pairs.mean()) or 1.0  # many duplicates: the mean, or any width
    wide = np.exp(-squares / (2 * _WIDEST**2 * median))
    total = (
        wide + wide**4 + wide**16
    ) / 3  # halving the width is the fourth power: one exponential for three
    np.fill_diagonal(total, 0.0)
    return np.asarray(total)


def _mmd_of(kernel: npt.NDArray[np.float64], first: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(B,) unbiased MMD^2 for B ways to call points "first" (1) or "second" (0), given as (N, B)."""
    n, second = first.sum(axis=0), 1.0 - first
    m = len(first) - n
    onto_first = kernel @ first
    within_first = np.sum(first * onto_first, axis=0)
    across = np.sum(second * onto_first, axis=0)
    within_second = kernel.sum() - within_first - 2 * across
    answer = within_first / (n * (n - 1)) + within_second / (m * (m - 1)) - 2 * across / (n * m)
    return np.asarray(answer)
