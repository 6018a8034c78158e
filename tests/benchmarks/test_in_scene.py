"""Peers must get what we get: people's choices in their order."""

import numpy as np

from benchmarks.in_scene import _matrix
from tests.transfer.worlds import histories


def test_a_matrix_of_choices_leaves_the_order_of_the_choices_alone() -> None:
    sequences = histories([3, 1, 3, 0], [2], [])
    items, indptr = sequences.items.copy(), sequences.indptr.copy()
    matrix = _matrix(sequences, (3, 4))
    np.testing.assert_array_equal(matrix.toarray(), [[1, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 0]])
    np.testing.assert_array_equal(sequences.items, items)
    np.testing.assert_array_equal(sequences.indptr, indptr)
