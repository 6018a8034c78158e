"""Lists that do not repeat themselves: maximal marginal relevance.

Carbonell and Goldstein (1998), "The use of MMR, diversity-based reranking": from the products left, take

    argmax_i  (1 - diversity) * relevance_i  -  diversity * max_{j in list} cosine(i, j)

so 0 leaves the list as it is and 1 looks at likeness only. Relevance is scaled to 0..1 per person.
"""

import numpy as np
import numpy.typing as npt

PEOPLE_AT_ONCE = 128

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


def diversify(
    relevance: Floats, products: Ints, vectors: Floats, count: int, diversity: float, lead: Ints
) -> Ints:
    """(P, count) products of each list, -1 where there are no more.

    relevance (P, C), best first, -inf for what must not be listed; products (P, C) rows of ``vectors``
    (M, d), which have unit length or none; diversity 0 to 1; lead (P,) so many first places stay as they are,
    and the very first always does.
    """
    count = min(count, products.shape[1])
    if diversity == 0:
        usable = np.isfinite(relevance[:, :count])
        return np.where(usable, products[:, :count], -1).astype(np.int64)
    pieces = [
        _greedy(relevance[at], products[at], vectors, count, diversity, lead[at])
        for at in np.array_split(np.arange(len(products)), -(-len(products) // PEOPLE_AT_ONCE) or 1)
    ]
    return np.concatenate(pieces)


def _greedy(
    relevance: Floats, products: Ints, vectors: Floats, count: int, diversity: float, lead: Ints
) -> Ints:
    everybody = np.arange(len(products))
    content, value = vectors[products], _scaled(relevance, lead)
    free = np.isfinite(relevance)
    closest = np.full(relevance.shape, -np.inf, dtype=np.float32)
    result = np.full((len(products), count), -1, dtype=np.int64)
    for place in range(count):
        gain = (1 - diversity) * value - diversity * (closest if place else np.zeros_like(closest))
        best = np.argmax(np.where(free, gain, -np.inf), axis=1)
        best = np.where((place < lead) | (place == 0), place, best)
        known = free[everybody, best]
        result[known, place] = products[everybody, best][known]
        free[everybody, best] = False
        likeness = np.einsum("pcd,pd->pc", content, content[everybody, best])
        closest = np.maximum(closest, likeness)
    return result


def _scaled(relevance: Floats, lead: Ints) -> Floats:
    """0 to 1 per person over what may be listed, without the first ``lead``."""
    behind = np.arange(relevance.shape[1]) >= lead[:, None]
    counted = np.isfinite(relevance) & behind
    low = np.where(counted, relevance, np.inf).min(axis=1, keepdims=True)
    high = np.where(counted, relevance, -np.inf).max(axis=1, keepdims=True)
    span = np.where(high > low, high - low, 1)
    return np.where(counted, (relevance - np.where(np.isfinite(low), low, 0)) / span, 0).astype(np.float32)


def intra_list_similarity(lists: Ints, vectors: Floats) -> float:
    """Mean cosine of two products of the same list (Ziegler et al. 2005), over people with at least two; NaN
    where nobody has. lists (P, N), -1 for empty places."""
    filled = (lists >= 0).astype(np.float32)
    sums = np.zeros(len(lists))
    for at in np.array_split(np.arange(len(lists)), -(-len(lists) // PEOPLE_AT_ONCE) or 1):
        content = vectors[np.maximum(lists[at], 0)] * filled[at, :, None]
        own = np.square(content).sum(axis=(1, 2))
        sums[at] = np.square(content.sum(axis=1)).sum(axis=1) - own
    size = filled.sum(axis=1)
    several = size > 1
    return float((sums[several] / (size * (size - 1))[several]).mean()) if several.any() else float("nan")
