"""How good a classifier is on a target without labels: one number per criterion, higher is better.

Every criterion is a guess; ``benchmarks/negative_transfer.py`` measures how far guesses go wrong.
"""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

TEMPERATURE = 0.05
NEIGHBOURS_AMONG = 2000
"""At most so many rows are compared with each other."""


def importance_weighted(correct: Array, weights: Array) -> tuple[float, float]:
    """Accuracy on held-out source rows, weighted to look like the target, and its standard error.

    correct : (n,) 1 where right. weights : (n,) p_target / p_source. Self-normalised, which bounds it by 1
    (Sugiyama, Krauledat and Mueller, 2007; Owen, 2013, for the standard error).
    """
    share = weights / weights.sum()
    value = float(share @ correct)
    return value, float(np.sqrt(np.square(share) @ np.square(correct - value)))


def deep_embedded(correct: Array, weights: Array) -> float:
    """Importance-weighted accuracy with the weights' own mean as a control variate (You et al., 2019)."""
    weighted = weights * (1 - correct)
    spread = float(weights.var())
    eta = -float(np.cov(weighted, weights, bias=True)[0, 1]) / spread if spread > 0 else 0.0
    return 1.0 - float(weighted.mean() + eta * (weights.mean() - 1))


def information(chances: Array) -> float:
    """Diversity minus doubt, H(mean p) - mean H(p), as a share of the greatest possible (Krause, 2010).

    chances : (m, C). A constant prediction has 0, however sure it is.
    """
    classes = chances.shape[1]
    if classes < 2 or not len(chances):
        return 0.0
    return float((_entropy(chances.mean(axis=0)) - _entropy(chances).mean()) / np.log(classes))


def soft_neighbourhood_density(chances: Array, seed: int = 0) -> float:
    """Mean entropy of the softmax over each row's similarities to all others (Saito et al., 2021).

    Fooled by collapse: when all rows get the same prediction it is at its greatest. Offered for comparison,
    never used to choose.
    """
    rows = np.random.default_rng(seed).permutation(len(chances))[:NEIGHBOURS_AMONG]
    unit = chances[rows] / np.maximum(np.linalg.norm(chances[rows], axis=1, keepdims=True), 1e-12)
    alike = unit @ unit.T / TEMPERATURE
    np.fill_diagonal(alike, -np.inf)
    alike -= alike.max(axis=1, keepdims=True)
    shares = np.exp(alike)
    return float(_entropy(shares / shares.sum(axis=1, keepdims=True)).mean())


def kept_diversity(predicted: Labels, expected: Array) -> float:
    """How much of the classes' spread a prediction keeps, at most 1: entropy of its shares over that
    of the ``expected`` shares (C,). Near 0 it has collapsed.
    """
    shares = np.bincount(predicted, minlength=len(expected)) / max(len(predicted), 1)
    wanted = float(_entropy(expected))
    return 1.0 if wanted <= 0 else min(1.0, float(_entropy(shares)) / wanted)


def _entropy(chances: Array) -> Array:
    return np.asarray(-(chances * np.log(np.maximum(chances, 1e-12))).sum(axis=-1))
