"""Item neighbours against an implementation that shares no line with ours."""

import numpy as np
import pytest
from implicit.nearest_neighbours import TFIDFRecommender
from scipy import sparse

from xscene_core.models.item_knn import item_neighbours
from xscene_core.scenes.sequences import Sequences

PEOPLE, ITEMS = 300, 60


def choices(seed: int) -> Sequences:
    """Active and passive people, popular and rare items, no repeats."""
    random = np.random.default_rng(seed)
    popular = 1 / np.arange(1, ITEMS + 1)
    lengths = random.integers(1, 25, PEOPLE)
    flat = [random.choice(ITEMS, n, replace=False, p=popular / popular.sum()) for n in lengths]
    people = np.array([f"u{k}" for k in range(PEOPLE)], dtype=object)
    indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return Sequences(people, indptr, np.concatenate(flat).astype(np.int32))


@pytest.mark.parametrize("seed", [0, 1])
def test_all_similarities_equal_those_of_implicit(seed: int) -> None:
    sequences = choices(seed)
    ones = np.ones(len(sequences.items))
    matrix = sparse.csr_matrix((ones, sequences.items, sequences.indptr), shape=(PEOPLE, ITEMS))
    theirs = TFIDFRecommender(K=ITEMS, num_threads=1)
    theirs.fit(matrix, show_progress=False)
    ours = item_neighbours(sequences, ITEMS, ITEMS).toarray()
    np.testing.assert_allclose(ours, theirs.similarity.toarray(), atol=1e-5)


def test_choices_of_people_who_choose_everything_count_less() -> None:
    """Items 0 and 1 share a picky person, items 2 and 3 one who chose nearly everything."""
    flat = [[0, 1], [2, 3, *range(4, 20)], [0], [1], [2], [3]]
    lengths = [len(one) for one in flat]
    people = np.array([f"u{k}" for k in range(len(flat))], dtype=object)
    indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    similar = item_neighbours(Sequences(people, indptr, np.concatenate(flat).astype(np.int32)), 40, 40)
    assert similar[0, 1] > similar[2, 3] > 0


def test_only_the_best_neighbours_are_kept() -> None:
    similar = item_neighbours(choices(0), ITEMS, 5)
    assert (np.diff(similar.indptr) <= 5).all()
    whole = item_neighbours(choices(0), ITEMS, ITEMS).toarray()
    for item in range(ITEMS):
        kept = similar[item].toarray().ravel()
        assert np.sort(kept[kept > 0])[0] >= np.sort(whole[item])[-5] - 1e-7
