"""Ranks by brute force and metrics by hand."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.transfer.worlds import histories
from xscene_core.errors import InputError, WorkError
from xscene_core.evaluation import ranking
from xscene_core.evaluation.ranking import best, coverage, metric, rank_answers
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.views import Questions


def questions(*asked: tuple[list[int], int]) -> Questions:
    return Questions(
        histories(*[row for row, _ in asked]), np.array([one for _, one in asked], dtype=np.int32)
    )


def fixed(scores: np.ndarray) -> Callable[[Sequences], np.ndarray]:
    """Gives person h<k> row k."""
    return lambda people: scores[[int(name[1:]) for name in people.people]]


def by_hand(scores: np.ndarray, history: list[int], answer: int) -> float:
    """Mean place of the answer over all ways to order equal scores."""
    rivals = [item for item in range(len(scores)) if item != answer and item not in history]
    before = sum(scores[item] > scores[answer] for item in rivals)
    equal = sum(scores[item] == scores[answer] for item in rivals)
    return 1 + before + equal / 2


@pytest.mark.parametrize("levels", [2, 5, 1000])
def test_ranks_equal_brute_force_also_with_ties(levels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "BATCH", 7)  # several batches
    random = np.random.default_rng(levels)
    scores = random.integers(0, levels, (30, 15)).astype(np.float32)
    asked = [
        (random.integers(0, 15, random.integers(0, 9)).tolist(), int(random.integers(0, 15)))
        for _ in range(30)
    ]
    ranks, lists = rank_answers(fixed(scores), questions(*asked), top=4)
    for k, (history, answer) in enumerate(asked):
        assert ranks[k] == by_hand(scores[k], history, answer)
        masked = scores[k].copy()
        masked[[item for item in history if item != answer]] = -np.inf
        assert lists[k].tolist() == np.argsort(-masked, kind="stable")[:4].tolist()


def test_a_constant_score_earns_the_middle_and_no_luck() -> None:
    ranks, _ = rank_answers(fixed(np.zeros((1, 11), np.float32)), questions(([], 0)))
    assert ranks.tolist() == [6.0]


def test_earlier_choices_are_no_rivals_and_an_answer_chosen_before_still_counts() -> None:
    scores = np.array([[9.0, 8.0, 7.0, 6.0]] * 2, dtype=np.float32)
    ranks, lists = rank_answers(fixed(scores), questions(([0, 1], 3), ([0, 3], 3)), top=2)
    assert ranks.tolist() == [2.0, 3.0]
    assert lists.tolist() == [[2, 3], [1, 2]]


def test_scores_that_are_not_numbers_are_refused() -> None:
    with pytest.raises(WorkError, match="not numbers"):
        rank_answers(fixed(np.full((1, 3), np.nan, np.float32)), questions(([], 0)))


def test_ranking_does_not_change_what_the_method_keeps() -> None:
    scores = np.arange(6, dtype=np.float32)[None]
    kept = scores.copy()
    rank_answers(lambda _: scores, questions(([2, 3], 1)), top=3)
    np.testing.assert_array_equal(scores, kept)


@pytest.mark.parametrize("top", [0, 1, 5, 9])
def test_lists_end_with_the_catalogue(top: int) -> None:
    _, lists = rank_answers(fixed(np.ones((2, 5), np.float32)), questions(([], 0), ([], 1)), top=top)
    assert lists.shape == (2, min(top, 5))
    assert lists[0].tolist() == list(range(min(top, 5)))


def test_nobody_asked_gives_empty_answers() -> None:
    ranks, lists = rank_answers(fixed(np.ones((0, 5), np.float32)), questions(), top=3)
    assert len(ranks) == len(lists) == 0


def test_the_best_are_those_of_a_stable_sort() -> None:
    random = np.random.default_rng(0)
    for _ in range(100):
        scores = random.integers(0, 4, (3, random.integers(1, 30))).astype(np.float32)
        top = int(random.integers(0, 35))
        np.testing.assert_array_equal(best(scores, top), np.argsort(-scores, axis=1, kind="stable")[:, :top])


def test_metrics_by_hand() -> None:
    ranks = np.array([1.0, 2.0, 2.5, 10.0, 10.5, 100.0])
    np.testing.assert_allclose(metric("hr@10", ranks), [1, 1, 1, 1, 0, 0])
    np.testing.assert_allclose(metric("recall@10", ranks), metric("hr@10", ranks))
    np.testing.assert_allclose(metric("hr@1", ranks), [1, 0, 0, 0, 0, 0])
    np.testing.assert_allclose(metric("mrr", ranks), [1, 0.5, 0.4, 0.1, 1 / 10.5, 0.01])
    wanted = [1, 1 / np.log2(3), 1 / np.log2(3.5), 1 / np.log2(11), 0, 0]
    np.testing.assert_allclose(metric("ndcg@10", ranks), wanted)
    np.testing.assert_allclose(metric("ndcg@2", ranks), [1, 1 / np.log2(3), 0, 0, 0, 0])


@pytest.mark.parametrize("name", ["ndcg", "ndcg@0", "ndcg@-1", "hr@1.5", "map@10", "", "hr@10 "])
def test_an_unknown_metric_is_a_sentence(name: str) -> None:
    with pytest.raises(InputError, match="There is no metric"):
        metric(name, np.array([1.0]))


def test_coverage_is_the_share_of_items_in_any_list() -> None:
    assert coverage(np.array([[0, 1], [1, 3]], dtype=np.int32), 12) == 0.25
    assert coverage(np.array([[0, -1], [1, -1]], dtype=np.int32), 4) == 0.5


def test_a_list_ends_where_nothing_is_left_that_was_not_chosen() -> None:
    _, lists = rank_answers(fixed(np.arange(4, dtype=np.float32)[None]), questions(([3, 0], 1)), top=4)
    assert lists.tolist() == [[2, 1, -1, -1]]


def test_ranks_do_not_depend_on_how_many_people_are_scored_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = np.random.default_rng(1).normal(size=(70, 9)).astype(np.float32)
    asked = questions(*(([person % 9], (person + 1) % 9) for person in range(70)))
    whole, lists = rank_answers(fixed(scores), asked, top=3)
    monkeypatch.setattr(ranking, "CELLS", 30)
    assert ranking.at_once(9) == 3
    assert ranking.at_once(1_000_000) == 1
    few, same = rank_answers(fixed(scores), asked, top=3)
    np.testing.assert_array_equal(few, whole)
    np.testing.assert_array_equal(same, lists)
