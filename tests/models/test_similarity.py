"""People as decayed means of what they chose."""

import numpy as np

from tests.transfer.worlds import histories, unit
from xscene_core.models.similarity import CONTENT_DECAY, choice_matrix, content_people

VECTORS = unit(np.random.default_rng(0).standard_normal((9, 5)))


def test_people_equal_the_mean_written_out() -> None:
    rows = [[3], [1, 4, 1], [], [8, 0, 2, 5]]
    found = content_people(histories(*rows), VECTORS)
    for person, row in zip(found, rows, strict=True):
        total = sum(
            (CONTENT_DECAY ** (len(row) - 1 - k) * VECTORS[i] for k, i in enumerate(row)), np.zeros(5)
        )
        wanted = total / max(float(np.linalg.norm(total)), 1e-9)
        np.testing.assert_allclose(person, wanted, atol=1e-6)


def test_counting_leaves_choices_in_their_order() -> None:
    """Summing repeated entries of a sparse matrix sorts them where they lie."""
    people = histories([5, 1, 3, 1], [2, 0])
    counts = choice_matrix(people, 9).toarray()
    assert people.items.tolist() == [5, 1, 3, 1, 2, 0]
    assert people.indptr.tolist() == [0, 4, 6]
    assert counts[0].tolist() == [0, 2, 0, 1, 0, 1, 0, 0, 0]
    np.testing.assert_array_equal(content_people(people, VECTORS), content_people(people, VECTORS))
