"""KMM: weights under which the source rows' mean in a kernel space is that of the target's."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from pydantic import Field

from xscene_core.transfer.method import Method, Params, register
from xscene_core.transfer.views import TrainingView
from xscene_core.transfer.weighting import Estimate, Estimator, learn_labels_weighted, learn_weighted
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView
    from xscene_core.transfer.recommender import Trained

Array = npt.NDArray[np.float64]


PIVOTS = 60
"""At most so many guesses of which weights are at a bound follow the gradient steps."""
PATIENCE = 5
"""So many guesses may be worse than the best before one weight at a time is exchanged."""


class KmmParams(Params):
    strength: float = Field(default=1.0, ge=0, le=1)
    """Exponent of the weights: 0 makes all equal."""
    bound: float = Field(default=10.0, ge=1, le=1000)
    """No row weighs more than this."""
    slack: float | None = Field(default=None, ge=0, le=1)
    """How far the mean weight may be from 1; (sqrt(n) - 1) / sqrt(n) where None, as in the paper."""
    ridge: float = Field(default=1.0, ge=0, le=1e4)
    """Weight of |w - 1|^2 beside a kernel whose diagonal is 1; 0 is the paper's form, which also follows what
    differs between two samples of one distribution."""
    width: float = Field(default=1.0, gt=0, le=100)
    """Kernel width as a multiple of the median distance."""
    steps: int = Field(default=60, ge=1, le=100_000)
    rows: int = Field(default=5000, ge=10, le=20_000)
    """Of more source rows a sample is weighted, and the others get the weight of the nearest of it: the
    kernel matrix takes 8 rows^2 bytes."""


def kernel_mean_matching(
    source: Array, target: Array, params: KmmParams, seed: int
) -> tuple[Array, dict[str, float]]:
    """(n,) weights, and the certificate.

    min_w 1/2 w'Kw - kappa'w + r/2 |w - 1|^2 with 0 <= w <= B and |sum w - n| <= n eps, where
    K_ij = k(x_i, x_j) and kappa_i = n/m sum_j k(x_i, t_j); Gaussian kernel (Huang et al., 2007). Solved by
    accelerated projected gradient with restarts (O'Donoghue and Candes, 2015), then exactly by pivoting.
    ``kkt_residual`` is max |w - P(w - gradient)|, 0 exactly at the optimum;
    ``objective_below_uniform`` is by how much the objective is below that of equal weights, per row.
    """
    chosen = np.sort(np.random.default_rng(seed).permutation(len(source))[: params.rows])
    rows, other = source[chosen], target
    if len(target) > 4 * params.rows:
        other = target[np.random.default_rng(seed + 1).permutation(len(target))[: 4 * params.rows]]
    count = len(rows)
    scale = params.width * median_distance(rows, other, seed)
    kernel = gaussian(rows, rows, scale)
    kappa = count * np.concatenate(
        [gaussian(rows[k : k + 1000], other, scale).mean(axis=1) for k in range(0, count, 1000)]
    )
    kernel.flat[:: count + 1] += params.ridge
    kappa += params.ridge
    slack = params.slack if params.slack is not None else (np.sqrt(count) - 1) / np.sqrt(count)
    weights = _minimise(kernel, kappa, params.bound, slack * count, params.steps)
    weights = _polish(kernel, kappa, weights, params.bound, slack * count)
    gradient = kernel @ weights - kappa
    moved = project(weights - gradient, params.bound, count, slack * count)

    def value(w: Array) -> float:
        return float(w @ (kernel @ w) / 2 - kappa @ w)

    facts = {
        "kkt_residual": float(np.abs(weights - moved).max()),
        "objective_below_uniform": (value(np.ones(count)) - value(weights)) / count,
    }
    if count < len(source):
        from sklearn.metrics import pairwise_distances_argmin

        weights = weights[pairwise_distances_argmin(source, rows)]
    return weights, facts


def gaussian(rows: Array, others: Array, scale: float) -> Array:
    """(n, m) exp(-|x - y|^2 / (2 scale^2))."""
    from sklearn.metrics import euclidean_distances

    squared = euclidean_distances(rows, others, squared=True)
    squared *= -0.5 / scale**2
    return np.asarray(np.exp(squared, out=squared))


def median_distance(rows: Array, others: Array, seed: int, most: int = 1000) -> float:
    """The median distance between different rows of both together, of ``most`` rows; 1 where it is 0."""
    from sklearn.metrics import euclidean_distances

    draw = np.random.default_rng(seed)
    parts = [part[np.sort(draw.permutation(len(part))[: most // 2])] for part in (rows, others)]
    together = np.vstack(parts)
    squared = euclidean_distances(together, squared=True)[np.triu_indices(len(together), 1)]
    found = squared[squared > 1e-12 * squared.max(initial=0)]  # equal rows differ by rounding
    return float(np.median(np.sqrt(found))) if len(found) else 1.0


def project(point: Array, bound: float, total: float, slack: float) -> Array:
    """The nearest w with 0 <= w <= bound and |sum w - total| <= slack (bisection on the multiplier)."""
    found = np.clip(point, 0, bound)
    size = found.sum()
    if abs(size - total) <= slack:
        return np.asarray(found)
    wanted = total + slack if size > total else total - slack
    low, high = float(point.min()) - bound, float(point.max())
    for _ in range(100):
        middle = (low + high) / 2
        if np.clip(point - middle, 0, bound).sum() > wanted:
            low = middle
        else:
            high = middle
    return np.asarray(np.clip(point - (low + high) / 2, 0, bound))


def _minimise(kernel: Array, kappa: Array, bound: float, slack: float, steps: int) -> Array:
    count = len(kappa)
    lipschitz = _largest_eigenvalue(kernel)
    weights = np.ones(count)
    ahead, pace = weights, 1.0
    for _ in range(steps):
        gradient = kernel @ ahead - kappa
        after = project(ahead - gradient / lipschitz, bound, count, slack)
        moved = after - weights
        if float(np.abs(after - ahead).max()) < 1e-8:
            return after
        if float((ahead - after) @ moved) > 0:  # the momentum points uphill: start it again
            ahead, pace = weights, 1.0
            if not float(np.abs(moved).max()) > 0:
                return after
            gradient = kernel @ ahead - kappa
            after = project(ahead - gradient / lipschitz, bound, count, slack)
            moved = after - weights
        faster = (1 + np.sqrt(1 + 4 * pace**2)) / 2
        weights, ahead, pace = after, after + (pace - 1) / faster * moved, faster
    return weights


def _polish(kernel: Array, kappa: Array, start: Array, bound: float, slack: float) -> Array:
    """The exact optimum while the constraint on the sum does not bind, by block principal pivoting (Judice
    and Pires, 1994): guess which weights are at a bound, solve for the others, exchange those whose weight
    or gradient has the wrong sign. Gives back ``start`` where the guesses do not settle or the sum binds.
    """
    from scipy.linalg import solve

    count = len(kappa)
    low, high = start <= 0, start >= bound
    fewest, patience = count + 1, PATIENCE
    for _ in range(PIVOTS):
        free = ~(low | high)
        weights = np.where(high, bound, 0.0)
        rest = kappa - kernel[:, high].sum(axis=1) * bound
        if free.any():
            inner = kernel[np.ix_(free, free)]
            inner.flat[:: len(inner) + 1] += 1e-10
            weights[free] = solve(inner, rest[free], assume_a="pos", overwrite_a=True, check_finite=False)
        gradient = kernel[:, free] @ weights[free] - rest
        under, over = free & (weights < -1e-12), free & (weights > bound + 1e-12)
        wrong = under | over | (low & (gradient < -1e-9)) | (high & (gradient > 1e-9))
        if not wrong.any():
            return weights if abs(weights.sum() - count) <= slack else start
        if wrong.sum() < fewest:
            fewest, patience = int(wrong.sum()), PATIENCE
        elif patience > 0:
            patience -= 1
        else:  # exchanging one at a time cannot cycle
            wrong &= np.arange(count) == np.flatnonzero(wrong)[-1]
        freed = wrong & (low | high)
        low, high = (low & ~freed) | (under & wrong), (high & ~freed) | (over & wrong)
    return start


def _largest_eigenvalue(kernel: Array) -> float:
    """An upper estimate by power iteration from the row sums, which a non-negative matrix converges from."""
    vector = kernel.sum(axis=1)
    for _ in range(20):
        vector = kernel @ (vector / np.linalg.norm(vector))
    return 1.05 * float(np.linalg.norm(vector))


def _estimator(view: "TrainingView | LabelView", params: KmmParams) -> Estimator:
    def estimate(source: Array, target: Array) -> Estimate:
        return kernel_mean_matching(source, target, params, view.seed)

    return estimate


def fit(view: TrainingView, params: KmmParams, watcher: Watcher) -> "Trained":
    return learn_weighted("kmm", view, params.strength, _estimator(view, params), watcher)


def load(folder: Path, view: TrainingView) -> "Trained":
    from xscene_core.transfer.recommender import load_trained

    return load_trained("kmm", folder, view)


def fit_labels(view: "LabelView", params: KmmParams, watcher: Watcher) -> "Classifier":
    return learn_labels_weighted("kmm", view, params.strength, _estimator(view, params), watcher)


register(
    Method(
        name="kmm",
        family="instance",
        summary="The sources are weighted until their kernel mean is the target's",
        source="Huang et al. (2007), correcting sample selection bias by unlabeled data",
        params=KmmParams,
        reference="target-only",
        fit=fit,
        load=load,
        fit_labels=fit_labels,
        zero={"strength": 0},
    )
)
