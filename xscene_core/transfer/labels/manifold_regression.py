"""Regularised least squares on a graph, with classes of the target taken from the answers of the round
before."""

from typing import Protocol

import numpy as np
import scipy.sparse as sp

from xscene_core.transfer.labels.pieces import Chain, Kernel, Piece, Positive
from xscene_core.transfer.labels.rounds import COLLAPSED, entropy_of_shares
from xscene_core.transfer.labels.views import HELD_BACK, Labels, Matrix
from xscene_core.watcher import Watcher

Facts = dict[str, float]


class Settings(Protocol):
    """See ``methods.manifold``."""

    alignment: float
    smoothness: float
    ridge: float
    balance: float
    neighbours: int
    rounds: int
    landmarks: int


def fit_manifold(
    places: list[Matrix], labels: list[Labels], classes: int, params: Settings, seed: int, watcher: Watcher
) -> tuple[Piece, Facts]:
    """A head from places (n, e) to class shares, given those of each source and of the target last.

    The function is b in F = Phi b, Phi the kernel's features by landmarks (exact where all rows are
    landmarks), so each round solves one symmetric system of the landmarks' size: (Phi'(A + lambda M + rho
    L) Phi + eta I) b = Phi' A Y, A = 1 on labelled rows.
    """
    from scipy.linalg import cholesky, solve, solve_triangular
    from sklearn.metrics import pairwise_distances_argmin

    from xscene_core.transfer.methods.kmm import gaussian, median_distance

    rows, known = np.vstack(places), np.concatenate(labels)
    target = np.arange(len(rows)) >= len(rows) - len(places[-1])
    width = median_distance(np.vstack(places[:-1]), places[-1], seed) / np.sqrt(2)  # exp(-d^2 / median^2)
    drawn = np.random.default_rng([seed, 44]).permutation(len(rows))[: params.landmarks]
    anchors = np.unique(rows[drawn], axis=0)
    own = gaussian(anchors, anchors, width) + 1e-9 * np.eye(len(anchors))  # near landmarks do no harm
    root = cholesky(own, lower=True, check_finite=False)
    cross = gaussian(rows, anchors, width)
    features = solve_triangular(root, cross.T, lower=True, check_finite=False).T
    told = known != HELD_BACK
    aims = np.zeros((len(rows), classes))
    aims[told, known[told]] = 1
    smooth = laplacian(rows, params.neighbours)
    fixed = features[told].T @ features[told] + params.smoothness * features.T @ (smooth @ features)
    fixed += params.ridge * np.eye(len(fixed))
    wanted = features.T @ aims
    nearest = pairwise_distances_argmin(rows[target], rows[told & ~target])
    start = np.where(told[target], known[target], known[told & ~target][nearest])
    floor = COLLAPSED * entropy_of_shares(known[told], classes)
    answers, found, done, collapsed = start, None, 0, False
    for number in range(params.rounds):
        watcher.progress("align", number / params.rounds)
        gaps = discrepancies(known, answers, target, classes, params.balance)
        pulled = features.T @ gaps
        pull = params.alignment / max(float(np.linalg.norm(gaps.T @ gaps)), 1e-300)
        weights = solve(fixed + pull * pulled @ pulled.T, wanted, assume_a="pos")
        after = (features[target] @ weights).argmax(axis=1)
        if found is not None and entropy_of_shares(after, classes) < floor:
            collapsed = True
            break
        found, done = weights, number + 1
        settled, answers = np.array_equal(after, answers), after
        if settled:
            break
    assert found is not None
    shares = solve_triangular(root, found, lower=True, trans="T")
    head = Chain((Kernel(anchors, shares, np.zeros(classes), width), Positive()))
    facts = {
        "rounds": float(done),
        "collapsed": float(collapsed),
        "answers_changed": float((answers != start).mean()),
        "landmarks": float(len(anchors)),
    }
    return head, facts


def laplacian(rows: Matrix, neighbours: int) -> sp.csr_matrix:
    """(n, n) I - D^-1/2 W D^-1/2, W the positive cosines of each row with its nearest, made symmetric."""
    from sklearn.neighbors import NearestNeighbors

    count = min(neighbours, len(rows) - 1)
    found = NearestNeighbors(n_neighbors=count + 1).fit(rows).kneighbors(return_distance=False)
    own = np.repeat(np.arange(len(rows)), count + 1)
    other = found.ravel()
    cosine = np.maximum(np.einsum("ij,ij->i", rows[own], rows[other]), 0) * (own != other)
    weights = sp.csr_matrix((cosine, (own, other)), shape=(len(rows), len(rows)))
    weights = weights.maximum(weights.T)
    degree = np.asarray(weights.sum(axis=1)).ravel()
    scale = sp.diags(1 / np.sqrt(np.maximum(degree, 1e-12)))
    return sp.csr_matrix(sp.eye(len(rows)) - scale @ weights @ scale)


def discrepancies(known: Labels, answers: Labels, target: np.ndarray, classes: int, balance: float) -> Matrix:
    """(n, 1 + C) columns e with M = sum ee': 1/n_s on source rows and -1/n_t on target rows, of all rows
    and of each class, the target's taken from ``answers``; a class that one side lacks has no column's
    worth.
    """
    found = np.zeros((len(known), 1 + classes))
    found[~target, 0], found[target, 0] = 1 / (~target).sum(), -1 / target.sum()
    found[:, 0] *= np.sqrt((1 - balance) * classes)
    place = np.flatnonzero(target)
    for number in range(classes):
        own, other = np.flatnonzero(~target & (known == number)), place[answers == number]
        if len(own) and len(other):
            found[own, 1 + number] = np.sqrt(balance) / len(own)
            found[other, 1 + number] = -np.sqrt(balance) / len(other)
    return found
