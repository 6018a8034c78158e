"""The search through 8-bit codes finds exactly what the whole product finds."""

import numpy as np
import pytest

from xscene_core.models.search import ExactSearch


def drawn(items: int, dim: int, kind: str) -> np.ndarray:
    random = np.random.default_rng(0)
    rows = random.standard_normal((items, dim))
    if kind == "uneven":  # one number dwarfs the others, so that 8 bits keep little of them
        rows[:, 0] *= 1000
    if kind == "lengths":
        rows *= np.exp(2 * random.standard_normal((items, 1)))
    if kind == "equal":
        rows[items // 2 :] = rows[: items - items // 2]
    return rows.astype(np.float32)


@pytest.mark.parametrize("kind", ["even", "uneven", "lengths", "equal"])
def test_the_best_are_those_of_the_whole_product(kind: str) -> None:
    items = drawn(3_000, 24, kind)
    search, random = ExactSearch(items), np.random.default_rng(1)
    for _ in range(20):
        query = random.standard_normal(24).astype(np.float32)
        extra = np.where(random.random(3_000) < 0.01, 5.0, 0.0).astype(np.float32)
        without = random.integers(0, 3_000, 30)
        rows, sums = search.top(query, 20, extra, without)
        whole = items.astype(np.float64) @ query + extra
        whole[without] = -np.inf
        best = np.sort(whole)[::-1][:20]
        np.testing.assert_allclose(whole[rows], best, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(sums, best, rtol=1e-4, atol=1e-4)
        assert not set(rows) & set(without)
        assert len(set(rows)) == 20


def test_equal_items_come_in_the_order_of_their_rows() -> None:
    rows, _ = ExactSearch(np.ones((50, 4), np.float32)).top(np.ones(4, np.float32), 5)
    assert rows.tolist() == [0, 1, 2, 3, 4]


def test_nearly_all_items_are_never_read_in_full() -> None:
    items = drawn(20_000, 64, "even")
    search = ExactSearch(items)
    search.top(items[7], 10)
    assert search.looked_at < 1_000


def test_there_are_no_more_answers_than_candidates() -> None:
    search = ExactSearch(drawn(5, 4, "even"))
    rows, _ = search.top(np.ones(4, np.float32), 10, without=np.array([0, 3]))
    assert sorted(rows) == [1, 2, 4]
    nothing, _ = search.top(np.ones(4, np.float32), 10, without=np.arange(5))
    assert len(nothing) == 0


def test_a_query_of_zeros_ranks_by_what_is_added() -> None:
    extra = np.array([0.0, 2.0, 1.0], np.float32)
    rows, sums = ExactSearch(drawn(3, 4, "even")).top(np.zeros(4, np.float32), 2, extra)
    assert rows.tolist() == [1, 2]
    assert sums.tolist() == [2.0, 1.0]
