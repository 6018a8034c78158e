"""Adapts the appeal of new products to the first orders and judgements: prototypes shrunk by empirical Bayes.

Without orders product j lies where its content puts it, and ``z[u, j]`` says how much it appeals to person u.
An order says that somebody like v chose j: the product moves towards v by a shrunk mean (a prototype, Snell
et al. 2017, with the zero-shot position as the prior, worth ``prior`` orders)::

    position[u, j]   = <u, sum_e w[j, e] s_e v_e> / (prior + sum_e w[j, e])
    popularity[j]    = log((prior + orders[j]) / (prior + refusals[j]))
    category[u]      = <u, sum_e s_e v_e> / (prior + E)
    z'[u, j] = z[u, j] + a (position[u, j] - its mean over j) + b (popularity[j] - its mean) + c category[u]

s_e is +1 for an order or a thumb up, -1 for a thumb down. An order also counts, with weight
``w[j, e] = spread * cosine+``, for products whose content is like that of the one ordered. Means over j are
taken off so that a and b order the products of a person, and c alone moves people. With a linear scorer and
a = 1 this *is* the score of the moved prototype; it needs no scorer, so every method is adapted in
milliseconds.
How strong a, b, c, the spread and the prior are is learned on hidden categories (``meta_learning``).
"""

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from xscene_core.newcategory.appeal import Floats

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Strengths:
    """How far orders move an appeal; all zero: not at all. ``prior`` counts in orders."""

    position: float = 0.0
    popularity: float = 0.0
    category: float = 0.0
    spread: float = 0.0
    prior: float = 5.0

    @property
    def moves(self) -> bool:
        """Whether orders change anything."""
        return bool(self.position or self.popularity or self.category)

    def document(self) -> dict[str, float]:
        return asdict(self)


@dataclass(frozen=True)
class Evidence:
    """E orders and judgements.

    product : (E,) row of the product.  sign : (E,) +1 or -1.  who : (E, e) where the person lies
    (``centred``), zero for somebody whom no scene knows: the order then counts for the popularity alone.
    """

    product: Ints
    sign: Floats
    who: Floats

    def __len__(self) -> int:
        return len(self.product)

    def first(self, count: int) -> "Evidence":
        """The first ``count`` of them."""
        return self.take(np.arange(min(count, len(self))))

    def take(self, rows: Ints) -> "Evidence":
        """These rows of it."""
        return Evidence(self.product[rows], self.sign[rows], self.who[rows])

    def sorted(self) -> "Evidence":
        """In an order that does not depend on the one given, so that sums are equal to the last bit."""
        keys = zip(self.product.tolist(), self.sign.tolist(), map(np.ndarray.tobytes, self.who), strict=True)
        order = [row for _, row in sorted((key, row) for row, key in enumerate(keys))]
        return Evidence(self.product[order], self.sign[order], self.who[order])


def centred(vectors: Floats, mean: Floats | None = None) -> Floats:
    """(P, e) directions from the mean of all, unit length: what sets one apart, not what all share.

    A row that is the mean itself stays zero.
    """
    apart = vectors - (vectors.mean(axis=0) if mean is None else mean)
    length = np.linalg.norm(apart, axis=1, keepdims=True)
    return np.asarray(np.where(length > 1e-6, apart / np.maximum(length, 1e-6), 0), dtype=np.float32)


def adapt(z: Floats, people: Floats, vectors: Floats, evidence: Evidence, strengths: Strengths) -> Floats:
    """(P, M) the appeal ``z`` after the ``evidence``; ``z`` itself where there is none.

    people (P, e) where they lie, ``centred``; vectors (M, d) content of the products, ``centred``.
    """
    if not len(evidence) or not strengths.moves:
        return z
    found = evidence.sorted()
    known = (np.abs(found.who).sum(axis=1) > 0).astype(np.float32)
    ordered, column = np.unique(found.product, return_inverse=True)
    near = _near(vectors, ordered, strengths.spread)
    result = z.copy()
    if strengths.popularity:
        chosen, refused = (near @ _count(column, part) for part in (found.sign > 0, found.sign < 0))
        popularity = np.log((strengths.prior + chosen) / (strengths.prior + refused))
        result += np.float32(strengths.popularity) * (popularity - popularity.mean()).astype(np.float32)
    if strengths.position:
        total = np.zeros((len(ordered), people.shape[1]), np.float32)
        np.add.at(total, column, found.sign[:, None] * found.who)
        weight = strengths.prior + near @ _count(column, known)
        place = (near @ total) / weight[:, None]
        result += np.float32(strengths.position) * (people @ (place - place.mean(axis=0)).T)
    if strengths.category:
        place = (found.sign[:, None] * found.who).sum(axis=0) / (strengths.prior + known.sum())
        result += np.float32(strengths.category) * (people @ place)[:, None]
    return result.astype(np.float32)


def _near(vectors: Floats, ordered: Ints, spread: float) -> Floats:
    """(M, K) how much an order of each of the K products ``ordered`` counts for each product."""
    near = np.zeros((len(vectors), len(ordered)), np.float32)
    if spread:
        near = np.float32(spread) * np.maximum(vectors @ vectors[ordered].T, 0)
    near[ordered, np.arange(len(ordered))] = 1.0
    return near


def _count(column: npt.NDArray[np.intp], weight: npt.NDArray[np.generic]) -> Floats:
    return np.bincount(column, weight.astype(np.float64), minlength=int(column.max()) + 1).astype(np.float32)
