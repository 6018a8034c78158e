"""Lists for people: the best of all scores, without what was chosen, by either way of finding them."""

import numpy as np
import pytest

from tests.transfer.test_new_people import views
from tests.transfer.worlds import short_training
from xscene_core.evaluation.ranking import best
from xscene_core.transfer import lists
from xscene_core.transfer.lists import Lists
from xscene_core.transfer.method import find
from xscene_core.watcher import Silent


@pytest.fixture(scope="module")
def fitted():  # type: ignore[no-untyped-def]
    view, test = views()
    with short_training(1):
        found = find("target-only").run(view, {}, Silent())
    found.weights = np.array([1.0, 0.5, 0.7, 0.3, 0.2])
    return found, test.questions.histories, view.target.sequences


def test_lists_hold_the_best_scores_without_earlier_choices(fitted) -> None:  # type: ignore[no-untyped-def]
    recommender, _, people = fitted
    rows, scores = Lists(recommender, 40).top(people, 5)
    whole = recommender.score(people)
    for person in range(len(people)):
        whole[person, people.of(person)] = -np.inf
    np.testing.assert_array_equal(rows, best(whole, 5))
    np.testing.assert_allclose(scores, np.take_along_axis(whole, rows, axis=1))


def test_a_search_through_a_large_catalogue_gives_the_same_lists(fitted, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    recommender, new, people = fitted
    for asked in (people, new):
        rows, scores = Lists(recommender, 40).top(asked, 7)
        with monkeypatch.context() as patch:
            patch.setattr(lists, "MANY_ITEMS", 1)
            found, values = Lists(recommender, 40).top(asked, 7)
        np.testing.assert_allclose(values, scores, rtol=1e-4, atol=1e-4)
        assert (found == rows).mean() > 0.99  # equal sums may change places with their rounding


def test_somebody_who_has_nearly_everything_gets_a_shorter_list(fitted) -> None:  # type: ignore[no-untyped-def]
    from tests.transfer.worlds import histories

    rows, scores = Lists(fitted[0], 40).top(histories(range(38)), 5)
    assert sorted(rows[0, :2]) == [38, 39]
    assert (rows[0, 2:] == -1).all()
    assert np.isneginf(scores[0, 2:]).all()
