"""People as decayed means of what they chose, without a network."""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from xscene_core.scenes.sequences import Sequences

CONTENT_DECAY = 0.5
"""Weight of a choice relative to the one after it."""


def choice_matrix(sequences: Sequences, items: int, decay: float = 1.0) -> sp.csr_matrix:
    """(U, I) sparse: decay^(number of later choices) where the person chose the item, summed over repeats."""
    later = np.repeat(sequences.indptr[1:], sequences.lengths) - 1 - np.arange(len(sequences.items))
    weights = np.power(np.float32(decay), later, dtype=np.float32)
    flat = (weights, sequences.items.copy(), sequences.indptr.copy())  # summing sorts them where they lie
    matrix = sp.csr_matrix(flat, shape=(len(sequences), items))
    matrix.sum_duplicates()
    return matrix


def content_people(
    histories: Sequences, vectors: npt.NDArray[np.float32], decay: float = CONTENT_DECAY
) -> npt.NDArray[np.float32]:
    """(U, d) unit vectors: each person's choices, the latest counting most; zero without a history."""
    return unit(choice_matrix(histories, len(vectors), decay) @ vectors)


def unit(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The rows at length 1; zero stays zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
