"""Before any training: how much of what a source teaches can be expected to hold in a target.

Features are (n, d) arrays in one space, labels (n,) class numbers.
"""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


def h_score(features: Array, labels: Labels, shrinkage: float = 0.1) -> float:
    """tr(cov(f)^-1 cov(E[f|y])): how far classes lie apart in units of the spread (Bao et al., 2019).

    The covariance is shrunk towards a multiple of the identity, so that more features than rows are fine.
    """
    centred = features - features.mean(axis=0)
    spread = centred.T @ centred / len(features)
    size = np.trace(spread) / len(spread)
    spread = (1 - shrinkage) * spread + shrinkage * max(size, 1e-12) * np.eye(len(spread))
    means = np.vstack([centred[labels == number].mean(axis=0) for number in np.unique(labels)])
    counts = np.unique(labels, return_counts=True)[1]
    between = (means * (counts / len(labels))[:, None]).T @ means
    return float(np.trace(np.linalg.solve(spread, between)))


def leep(chances: Array, labels: Labels) -> float:
    """Log expected empirical prediction of target ``labels`` from the source classes' ``chances`` (n, Z):
    mean log sum_z p(y|z) p(z|x), p(y|z) from the joint counts (Nguyen et al., 2020). At most 0.
    """
    classes = np.eye(labels.max() + 1)[labels]
    joint = classes.T @ chances / len(labels)
    given = joint / np.maximum(joint.sum(axis=0, keepdims=True), 1e-12)
    expected = chances @ given.T
    return float(np.log(np.maximum(expected[np.arange(len(labels)), labels], 1e-12)).mean())


def log_me(features: Array, labels: Labels, rounds: int = 50) -> float:
    """Log marginal evidence per row of a linear model of each class's indicator, mean over classes.

    Precisions alpha (of the weights) and beta (of the noise) by MacKay's fixed point in the basis of the
    singular vectors (You et al., 2021).
    """
    left, scale, _ = np.linalg.svd(features, full_matrices=False)
    squares = np.square(scale)
    found = []
    for number in np.unique(labels):
        wanted = (labels == number).astype(np.float64)
        found.append(
            _evidence(
                left.T @ wanted, float(wanted @ wanted), squares, len(features), features.shape[1], rounds
            )
        )
    return float(np.mean(found))


def _evidence(
    projected: Array, length: float, squares: Array, rows: int, dimension: int, rounds: int
) -> float:
    alpha = beta = 1.0
    for _ in range(rounds):
        shrunk = beta * squares / (alpha + beta * squares)
        gamma = float(shrunk.sum())
        means = float((np.square(shrunk * projected) / np.maximum(squares, 1e-12)).sum())
        left_over = length - float((np.square(projected) * (2 * shrunk - np.square(shrunk))).sum())
        before = alpha, beta
        alpha = gamma / max(means, 1e-12)
        beta = max(rows - gamma, 1e-9) / max(left_over, 1e-12)
        if np.allclose(before, (alpha, beta), rtol=1e-6):
            break
    shrunk = beta * squares / (alpha + beta * squares)
    means = float((np.square(shrunk * projected) / np.maximum(squares, 1e-12)).sum())
    left_over = length - float((np.square(projected) * (2 * shrunk - np.square(shrunk))).sum())
    log_det = float(np.log(alpha + beta * squares).sum()) + max(dimension - len(squares), 0) * np.log(alpha)
    evidence = dimension * np.log(alpha) + rows * np.log(beta) - rows * np.log(2 * np.pi)
    evidence -= beta * left_over + alpha * means + log_det
    return float(evidence) / (2 * rows)


def dataset_distance(source: Array, own: Labels, target: Array, wanted: Labels) -> float:
    """Optimal-transport dataset distance: cost |x - x'|^2 + W2^2 between the classes' Gaussians with diagonal
    covariance (Alvarez-Melis and Fusi, 2020), entropic plan, at most 1,000 rows of each side; the root.
    """
    import ot

    source, own = source[:1000], own[:1000]
    target, wanted = target[:1000], wanted[:1000]
    between = {
        (a, b): _gaussians(source[own == a], target[wanted == b])
        for a in np.unique(own)
        for b in np.unique(wanted)
    }
    classes = np.array([[between[a, b] for b in wanted] for a in own])
    cost = _squared(source, target)
    cost = cost + classes
    scale = max(float(np.median(cost)), 1e-12)
    plan = ot.sinkhorn(
        ot.unif(len(own)),
        ot.unif(len(wanted)),
        cost / scale,
        reg=0.1,
        method="sinkhorn_log",
        stopThr=1e-6,
    )
    return float(np.sqrt((plan * cost).sum()))


def _squared(a: Array, b: Array) -> Array:
    found = np.square(a).sum(axis=1)[:, None] + np.square(b).sum(axis=1)[None] - 2 * a @ b.T
    return np.maximum(found, 0)


def _gaussians(a: Array, b: Array) -> float:
    return float(
        np.square(a.mean(axis=0) - b.mean(axis=0)).sum() + np.square(a.std(axis=0) - b.std(axis=0)).sum()
    )
