"""A bridge between scenes, made of the people who were in both: what is chosen there tells what here.

No training: a regression over shared people and a walk over the graph of all people and items, both solved
with sparse products, so memory grows with the choices and not with people x people or items x items.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Scores = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
KINDS = ("ridge", "walk", "popularity")
TOLERANCE, MOST_STEPS = 1e-6, 200
"""Of the conjugate gradients: relative residual, and products until it gives up getting closer."""
SCALED_BY = 256
"""So many people's evidence sets the scale of a kind."""


@dataclass(frozen=True)
class BridgeShape:
    """rarity : power of idf = ln(U / people who chose it) by which a source item counts in the regression.
    ridge : regularisation, in units of the mean squared length of a shared person's weighted history.
    steps : how often the walk goes from items to people and back.
    """

    rarity: float = 0.5
    ridge: float = 30.0
    steps: int = 2


class Bridge:
    """Three kinds of evidence for T target items, from what people chose in the sources alone.

    there : (U, S) sparse counts, what U people chose among the S items of all sources.
    here : (U, T) sparse counts, what the same people chose in the target; rows without choices in one of the
        two still tell the walk which items go together.
    """

    def __init__(self, there: sp.csr_matrix, here: sp.csr_matrix, shape: BridgeShape | None = None) -> None:
        self.shape = shape or BridgeShape()
        self.there, self.here = _float(there), _float(here)
        self.popularity = np.log1p(np.asarray(self.here.sum(axis=0)).ravel()).astype(np.float32)
        chosen_by = np.asarray((self.there > 0).sum(axis=0)).ravel()
        rarity = np.log(max(there.shape[0], 1) / np.maximum(chosen_by, 1)) ** self.shape.rarity
        self._rarity = sp.diags_array(rarity.astype(np.float32))
        both = np.flatnonzero((np.diff(self.there.indptr) > 0) & (np.diff(self.here.indptr) > 0))
        self.shared = both
        self._known, self._wanted = (self.there[both] @ self._rarity).tocsr(), self.here[both]

    def evidence(self, asked: sp.csr_matrix, own: sp.csr_matrix | None = None) -> list[Scores]:
        """The (Q, T) scores of each of ``KINDS``, each divided by its usual spread.

        asked : (Q, S) counts of what the people chose in the sources; own : (Q, T) in the target.
        The square root of the first two evens out the spread of small and large scores.
        """
        raw = [*self.plain(_float(asked), own), np.tile(self.popularity, (asked.shape[0], 1))]
        return [(kind / scale).astype(np.float32) for kind, scale in zip(raw, self.scales, strict=True)]

    def plain(self, asked: sp.csr_matrix, own: sp.csr_matrix | None = None) -> list[Scores]:
        """The square roots of :meth:`ridge` and :meth:`walk`."""
        return [np.sqrt(np.maximum(kind, 0.0)) for kind in (self.ridge(asked), self.walk(asked, own))]

    def ridge(self, asked: sp.csr_matrix) -> Scores:
        """(Q, T) kernel ridge regression of the target choices on the weighted source histories.

        lambda k (K + lambda I)^-1 Y with K = A A^T over the shared people's weighted histories A, k = a A^T
        and their target choices Y; the factor lambda makes scores of different lambda comparable. Solved
        for all Q at once by conjugate gradients (Hestenes & Stiefel, 1952): products with the sparse A alone.
        """
        known = self._known
        if known.shape[0] == 0:
            return np.zeros((asked.shape[0], self.here.shape[1]), dtype=np.float32)
        wanted = np.asarray((known @ (asked @ self._rarity).T).todense(), dtype=np.float64)
        mean = float(known.multiply(known).sum()) / known.shape[0]
        weight = max(self.shape.ridge * mean, 1e-12)
        solved = _conjugate(lambda x: known @ (known.T @ x) + weight * x, wanted)
        return np.asarray((self._wanted.T @ solved).T * weight, dtype=np.float32)

    def walk(self, asked: sp.csr_matrix, own: sp.csr_matrix | None = None) -> Scores:
        """(Q, T) where a walk from the person's items ends: x (W^T W)^steps, W = D_u^-1/2 J D_i^-1/2.

        J = [there | here] are all choices, shared people's and others', and D the numbers of choices; a
        low-pass filter of that graph (Shen et al., 2021). In the end an item's number of choices is put back.
        """
        graph, degrees = self._graph
        known = sp.csr_matrix((asked.shape[0], self.here.shape[1]), dtype=np.float32) if own is None else own
        start = sp.hstack([asked, known]).tocsr() @ sp.diags_array(degrees)
        place = np.asarray(start.T.todense(), dtype=np.float32)
        for _ in range(self.shape.steps):
            place = graph.T @ (graph @ place)
        ends = place[asked.shape[1] :].T
        return np.asarray(ends / np.maximum(degrees[asked.shape[1] :], 1e-12), dtype=np.float32)

    @cached_property
    def scales(self) -> npt.NDArray[np.float64]:
        """(3,) the spread of each kind over people who chose in a source; 1 where it has none."""
        able = np.flatnonzero(np.diff(self.there.indptr) > 0)
        some = able[np.linspace(0, len(able) - 1, min(SCALED_BY, len(able))).astype(np.int64)]
        raw = [*self.plain(self.there[some]), self.popularity] if len(some) else []
        spread = np.array(
            [float(kind.std(dtype=np.float64)) if kind.size else 0.0 for kind in raw] or [1.0] * 3
        )
        return np.where(spread > 1e-12, spread, 1.0)

    @cached_property
    def _graph(self) -> tuple[sp.csr_matrix, Scores]:
        """(U, S + T) normalised choices, and (S + T,) one over the root of each item's number of choices."""
        whole = sp.hstack([self.there, self.here]).tocsr()
        people, items = (np.asarray(whole.sum(axis=axis)).ravel() for axis in (1, 0))
        degrees = (1 / np.sqrt(np.maximum(items, 1))).astype(np.float32)
        active = (1 / np.sqrt(np.maximum(people, 1))).astype(np.float32)
        return (sp.diags_array(active) @ whole @ sp.diags_array(degrees)).tocsr(), degrees


def _conjugate(apply: Callable[[Floats], Floats], right: Floats) -> Floats:
    """(N, Q) solutions of a symmetric positive definite system, column by column at the same time."""
    found, residual = np.zeros_like(right), right.copy()
    along, size = residual.copy(), (residual**2).sum(axis=0)
    enough = TOLERANCE**2 * np.maximum(size, 1e-300)
    for _ in range(MOST_STEPS):
        going = size > enough
        if not going.any():
            break
        turned = apply(along)
        length = np.where(going, size / np.maximum((along * turned).sum(axis=0), 1e-300), 0.0)
        found += length * along
        residual -= length * turned
        before, size = size, (residual**2).sum(axis=0)
        along = residual + np.where(going, size / np.maximum(before, 1e-300), 0.0) * along
    return found


def _float(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """In compressed rows, as float32."""
    return sp.csr_matrix(matrix, dtype=np.float32)
