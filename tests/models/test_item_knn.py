"""Item neighbours against an implementation that shares no line with ours."""

from itertools import pairwise

import numpy as np
import pytest
from implicit.nearest_neighbours import TFIDFRecommender
from scipy import sparse

from xscene_core.models.item_knn import CHANCE, item_followers, item_neighbours
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


def test_followers_are_counted_pair_by_pair_and_in_one_direction() -> None:
    """The same as by loops over people and places, and nothing passes from one person to the next."""
    sequences = choices(3)
    counts = np.zeros((ITEMS, ITEMS))
    for person in range(len(sequences)):
        chosen = sequences.of(person)
        for before, after in pairwise(chosen):
            counts[before, after] += 1
    expected = counts / np.sqrt(
        (counts.sum(axis=1, keepdims=True) + CHANCE) * (counts.sum(axis=0, keepdims=True) + CHANCE)
    )
    found = item_followers(sequences, ITEMS).toarray()
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert not np.allclose(found, found.T)


def test_one_succession_says_less_than_many() -> None:
    once, often = (sequences_of_pairs([(0, 1)] * n) for n in (1, 50))
    assert item_followers(once, 2)[0, 1] < 0.3 < 0.9 < item_followers(often, 2)[0, 1]


def sequences_of_pairs(pairs: list[tuple[int, int]]) -> Sequences:
    people = np.array([f"u{k}" for k in range(len(pairs))], dtype=object)
    return Sequences(people, np.arange(len(pairs) + 1) * 2, np.array(pairs, np.int32).ravel())


def test_without_choices_nothing_follows() -> None:
    empty = Sequences(np.array([], dtype=object), np.zeros(1, np.int64), np.array([], np.int32))
    assert item_followers(empty, 3).shape == (3, 3)
    assert item_followers(empty, 3).nnz == 0
