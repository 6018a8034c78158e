"""Item-to-item neighbours from who chose what, and from what was chosen right after what."""

import numpy as np
import scipy.sparse as sp

from xscene_core.models.similarity import choice_matrix
from xscene_core.scenes.sequences import Sequences

_ROWS = 1024
CHANCE = 3.0
"""Successions added to every item's number of them, so that one by chance counts little."""


def item_neighbours(sequences: Sequences, items: int, neighbours: int) -> sp.csr_matrix:
    """(I, I) sparse cosine similarities of items, the ``neighbours`` best of each row, itself among them.

    An item is a document whose terms are the people who chose it, weighted by sqrt(count) * idf with
    idf = ln(I) - ln(1 + items the person chose): a choice of somebody who chooses everything says little.
    The same tf-idf as in the library implicit. (An idf of the item itself would cancel in the cosine.)
    """
    chosen = choice_matrix(sequences, items)
    chosen_by_each = np.diff(chosen.indptr)
    rarity = np.log(max(items, 1)) - np.log1p(chosen_by_each)
    weighted = chosen.copy()
    weighted.data = np.sqrt(weighted.data) * np.repeat(rarity, chosen_by_each).astype(np.float32)
    weighted = weighted.tocsc()
    spread = np.diff(weighted.indptr)
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=0)).ravel())
    weighted.data /= np.repeat(np.maximum(lengths, 1e-12), spread).astype(np.float32)
    rows = weighted.T.tocsr()
    columns = rows.T.tocsr()
    blocks = [
        _keep_best(rows[start : start + _ROWS] @ columns, neighbours) for start in range(0, items, _ROWS)
    ]
    return sp.vstack(blocks).tocsr() if blocks else sp.csr_matrix((0, 0), dtype=np.float32)


def item_followers(sequences: Sequences, items: int) -> sp.csr_matrix:
    """(I, I) sparse: how often item j was chosen right after item i, over sqrt((n_i + CHANCE)(m_j + CHANCE)),
    where n_i choices came right after i and m_j right before j: a cosine of successions, shrunk.
    """
    person = np.repeat(np.arange(len(sequences)), sequences.lengths)
    before = np.flatnonzero(person[1:] == person[:-1])
    pairs = sequences.items[before], sequences.items[before + 1]
    counts = sp.csr_matrix((np.ones(len(before), np.float32), pairs), shape=(items, items))
    followed, following = (np.asarray(counts.sum(axis=axis)).ravel() + CHANCE for axis in (1, 0))
    shrunk = sp.diags(1 / np.sqrt(followed)) @ counts @ sp.diags(1 / np.sqrt(following))
    return sp.csr_matrix(shrunk, dtype=np.float32)


def _keep_best(block: sp.csr_matrix, neighbours: int) -> sp.csr_matrix:
    """The largest entries of each row, equal ones by column; their order in the row is by column."""
    block.sort_indices()
    row = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
    order = np.lexsort((block.indices, -block.data, row))
    place = np.arange(len(order)) - block.indptr[row]
    kept = np.sort(order[place < neighbours])
    return sp.csr_matrix((block.data[kept], (row[kept], block.indices[kept])), shape=block.shape)
