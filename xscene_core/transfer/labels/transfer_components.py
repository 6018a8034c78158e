"""The eigenproblem of TCA: matrix-free and exact, or by landmarks with its error."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from xscene_core.errors import WorkError
from xscene_core.transfer.labels.pieces import Affine, Kernel, Piece
from xscene_core.transfer.labels.views import Matrix

EXACT = 2500
"""``auto`` is exact up to so many rows."""
TOLERANCE = 1e-6
Facts = dict[str, float]


def transfer_components(
    parts: list[Matrix],
    *,
    kernel: Literal["linear", "gaussian"],
    width: float,
    mu: float,
    dimension: int,
    mode: Literal["auto", "exact", "nystrom"],
    landmarks: int,
    seed: int,
) -> tuple[Piece, Facts]:
    """A piece to the components, and ``eigen_residual`` and, by landmarks, ``nystrom_error`` (the share of
    the kernel's trace that they miss).

    parts : rows (n_k, d) of each source, the target's last.

    Raises
    ------
    WorkError : the residual stays above 1e-6.
    """
    from xscene_core.transfer.methods.kmm import gaussian, median_distance

    rows = np.vstack(parts)
    gaps = _gaps([len(part) for part in parts])
    if kernel == "linear":
        centre = rows.mean(axis=0)
        scale = float(np.square(rows - centre).sum()) / len(rows) or 1.0
        factor = (rows - centre) / np.sqrt(scale)
        vectors, facts = components(lambda x: factor @ (factor.T @ x), gaps, mu, dimension, seed)
        matrix = factor.T @ vectors / np.sqrt(scale)
        return Affine(matrix, centre, np.zeros(matrix.shape[1])), facts
    span = width * median_distance(np.vstack(parts[:-1]), parts[-1], seed)
    if mode == "nystrom" or (mode == "auto" and len(rows) > EXACT):
        draw = np.random.default_rng([seed, 41])
        anchors = np.unique(rows[draw.permutation(len(rows))[:landmarks]], axis=0)
        square = gaussian(rows, anchors, span)
        matrix, facts = _by_landmarks(square, gaussian(anchors, anchors, span), gaps, mu, dimension)
    else:
        anchors, square = rows, gaussian(rows, rows, span)
        matrix, facts = components(lambda x: square @ x, gaps, mu, dimension, seed)
    return Kernel(anchors, matrix, square.mean(axis=0) @ matrix, span), facts


def _gaps(sizes: list[int]) -> Matrix:
    """(n, k) columns e with L = sum ee'."""
    found = np.zeros((sum(sizes), len(sizes) - 1))
    start = 0
    for column, size in enumerate(sizes[:-1]):
        found[start : start + size, column] = 1 / size
        start += size
    found[start:] = -1 / sizes[-1]
    return found


def components(
    apply: Callable[[Matrix], Matrix], gaps: Matrix, mu: float, dimension: int, seed: int
) -> tuple[Matrix, Facts]:
    """(n, e) W, given ``apply`` x -> Kx, and the largest relative residual |KHKw - l (KLK + mu I)w|.

    With V = KE (n, k) the constraint's matrix is VV' + mu I, whose inverse root is known in closed form, so
    the problem is an ordinary symmetric one and needs only products with K (Lanczos).
    """
    from scipy.sparse.linalg import LinearOperator, eigsh

    count = len(gaps)
    directions, sizes, _ = np.linalg.svd(apply(gaps), full_matrices=False)
    shrink = 1 / np.sqrt(1 + sizes**2 / mu) - 1

    def root(x: Matrix) -> Matrix:
        """(KLK + mu I)^-1/2 x."""
        turned = directions.T @ x
        return np.asarray((x + directions @ (shrink * turned.T).T) / np.sqrt(mu))

    def spread(x: Matrix) -> Matrix:
        """KHK x."""
        found = apply(x)
        return apply(found - found.mean(axis=0))

    def operator(x: Matrix) -> Matrix:
        return root(spread(root(x)))

    kept = min(dimension, count - 1)
    if count <= 3 * kept or count <= 200:
        whole = operator(np.eye(count))
        values, vectors = np.linalg.eigh((whole + whole.T) / 2)
    else:
        linear = LinearOperator((count, count), matvec=operator, matmat=operator, dtype=np.float64)
        start = np.random.default_rng([seed, 42]).standard_normal(count)
        values, vectors = eigsh(linear, k=kept, v0=start, tol=1e-9, ncv=min(count, 2 * kept + 20))
    order = np.argsort(-values)[:kept]
    order = order[values[order] > 1e-12 * max(float(values[order[0]]), 1e-300)]
    if not len(order):  # all rows are equal
        order = np.argsort(-values)[:1]
    values, weights = values[order], root(vectors[:, order])
    return weights, {"eigen_residual": _residual(spread, directions, sizes, mu, values, weights)}


def _residual(
    spread: Callable[[Matrix], Matrix],
    directions: Matrix,
    sizes: Matrix,
    mu: float,
    values: Matrix,
    weights: Matrix,
) -> float:
    inner = directions @ (sizes[:, None] ** 2 * (directions.T @ weights)) + mu * weights
    missing = np.linalg.norm(spread(weights) - inner * values, axis=0)
    scale = max(float(np.linalg.norm(inner[:, 0] * values[0])), 1e-300)
    found = float(missing.max()) / scale
    if not found <= TOLERANCE:
        raise WorkError(
            f"The components of TCA did not converge: residual {found:.1e}",
            where="method tca",
            todo="Choose fewer dimensions, a smaller kernel width, or mode nystrom.",
        )
    return found


def _by_landmarks(
    cross: Matrix, own: Matrix, gaps: Matrix, mu: float, dimension: int
) -> tuple[Matrix, Facts]:
    """(m, e) the matrix after k(x, landmarks): K is F F', F = cross own^-1/2 (Williams and Seeger, 2001).

    In g = F'W, of the landmarks' size, the problem is max g'(F'HF)g subject to g'(hh' + mu (F'F)^-1)g = I
    with h = F'e, the shortest W for a g being F (F'F)^-1 g. With F'F = RR' and g = Ry the constraint's matrix
    is mu I plus one of low rank, whose inverse root is known in closed form. ``own`` and F'F are given small
    diagonals so that landmarks that are nearly equal do no harm.
    """
    from scipy.linalg import cholesky, eigh, solve_triangular

    root = cholesky(own + 1e-9 * np.eye(len(own)), lower=True, check_finite=False)
    features = solve_triangular(root, cross.T, lower=True, check_finite=False).T
    gram = features.T @ features
    error = 1 - float(np.trace(gram)) / len(features)
    shift = features.mean(axis=0)
    spread = gram - len(features) * np.outer(shift, shift)  # F'HF
    gram.flat[:: len(gram) + 1] += 1e-10 * float(np.trace(gram))
    inner = cholesky(gram, lower=True, check_finite=False)
    wide = inner.T @ spread @ inner
    directions, sizes, _ = np.linalg.svd(inner.T @ (features.T @ gaps), full_matrices=False)
    shrink = 1 / np.sqrt(1 + sizes**2 / mu) - 1

    def apply_root(x: Matrix) -> Matrix:
        """(hh' + mu I)^-1/2 x, in y."""
        return np.asarray((x + directions @ (shrink[:, None] * (directions.T @ x))) / np.sqrt(mu))

    square = apply_root(apply_root(wide).T)
    size = min(dimension, len(square))
    values, found = eigh(
        (square + square.T) / 2, subset_by_index=[len(square) - size, len(square) - 1], check_finite=False
    )
    vectors = apply_root(found[:, ::-1])
    penalty = directions @ (sizes[:, None] ** 2 * (directions.T @ vectors)) + mu * vectors
    missing = np.linalg.norm(wide @ vectors - penalty * values[::-1], axis=0).max()
    scale = max(float(np.linalg.norm(wide @ vectors[:, 0])), 1e-300)
    back = solve_triangular(root, inner @ vectors, lower=True, trans="T", check_finite=False)
    return np.asarray(back), {"eigen_residual": float(missing) / scale, "nystrom_error": error}
