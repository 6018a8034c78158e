"""Items that nobody has chosen are weighed by themselves, and get the room that common weights give them."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.cold_items import held_out, without
from tests.transfer.worlds import histories, short_training, task, world
from xscene_core.transfer import learning, lists
from xscene_core.transfer.lists import Lists
from xscene_core.transfer.method import find
from xscene_core.transfer.recommender import Trained
from xscene_core.transfer.unchosen import PLACES, Unchosen, first, lifts, same_room, weigh_unchosen
from xscene_core.transfer.views import Questions, TrainingView
from xscene_core.watcher import Silent


@pytest.fixture(scope="module")
def fitted() -> Trained:
    view, _ = task(*world(people=200), budget="all")
    with short_training(2):
        found = find("target-only").run(without(view, held_out(len(view.target.item_ids), 0)), {}, Silent())
    assert isinstance(found, Trained)
    found.weights = np.array([1.0, 0.0, 0.2, 0.7, 0.3])
    found.unchosen = Unchosen(np.array([0.4, 0.1, 0.0, 1.4, 0.0]), 0.6)
    return found


def asked(fitted: Trained):  # type: ignore[no-untyped-def]
    return fitted.view.target.sequences.take(np.arange(20))


def test_the_score_is_the_weighted_sum_with_the_weights_of_each_item(fitted: Trained) -> None:
    kinds = [kind() for kind in fitted.evidence(asked(fitted))]
    unchosen = fitted.view.target.counts == 0
    assert unchosen.any()
    assert fitted.unchosen is not None
    common = sum(weight * kind for weight, kind in zip(fitted.weights, kinds, strict=True))
    theirs = sum(weight * kind for weight, kind in zip(fitted.unchosen.weights, kinds, strict=True))
    wanted = np.where(unchosen, theirs + fitted.unchosen.level, common)
    np.testing.assert_allclose(fitted.score(asked(fitted)), wanted, rtol=1e-4, atol=1e-4)


def test_a_search_and_a_saved_copy_give_the_same(fitted: Trained, monkeypatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    rows, scores = Lists(fitted, len(fitted.view.target.item_ids)).top(asked(fitted), 7)
    monkeypatch.setattr(lists, "MANY_ITEMS", 1)
    found, values = Lists(fitted, len(fitted.view.target.item_ids)).top(asked(fitted), 7)
    np.testing.assert_allclose(values, scores, rtol=1e-4, atol=1e-4)
    assert (found == rows).mean() > 0.99
    fitted.save(tmp_path)
    loaded = find("target-only").load(tmp_path, replace(fitted.view))
    np.testing.assert_array_equal(loaded.score(asked(fitted)), fitted.score(asked(fitted)))  # type: ignore[attr-defined]


def test_lifted_items_fill_the_room_they_had() -> None:
    random = np.random.default_rng(0)
    chosen = random.standard_normal((50, 30)).astype(np.float32)
    common, own = (random.standard_normal((50, 20)).astype(np.float32) * size for size in (1.0, 3.0))

    def room(scores: np.ndarray) -> int:
        return int((np.argsort(-np.hstack([chosen, scores]), axis=1)[:, :PLACES] >= 30).sum())

    level = same_room(*(lifts(first(chosen), first(one)) for one in (common, own)))
    assert room(own + level) == room(common)
    assert room(own) != room(common)


@pytest.mark.parametrize(("chosen", "unchosen"), [(4, 20), (20, 3), (2, 2)])
def test_fewer_items_than_places_are_no_error(chosen: int, unchosen: int) -> None:
    random = np.random.default_rng(1)
    known, common, own = (
        random.standard_normal((8, n)).astype(np.float32) for n in (chosen, unchosen, unchosen)
    )
    level = same_room(*(lifts(first(known), first(one)) for one in (common, own)))
    assert np.isfinite(level)
    if chosen + unchosen > PLACES:

        def room(scores: np.ndarray) -> int:
            return int((np.argsort(-np.hstack([known, scores]), axis=1)[:, :PLACES] >= chosen).sum())

        assert room(own + level) == room(common)


def questions(answers: np.ndarray, view: TrainingView) -> TrainingView:
    return replace(view, validation=Questions(histories(*([0] for _ in answers)), answers.astype(np.int32)))


def test_the_weight_that_drew_the_choices_is_found_again() -> None:
    view, _ = task(*world(people=200), budget="all")
    view = without(view, held_out(len(view.target.item_ids), 0))
    items, unchosen = len(view.target.item_ids), np.flatnonzero(view.target.counts == 0)
    random = np.random.default_rng(3)
    said, idle = random.standard_normal((2, items)).astype(np.float32)
    chance = np.exp(2 * said[unchosen])
    view = questions(random.choice(unchosen, 900, p=chance / chance.sum()), view)
    shelf = [np.tile(one, (len(view.validation), 1)) for one in (said, idle)]
    idle_alone = np.array([0.0, 1.0])
    found = weigh_unchosen(lambda people: [one[: len(people)] for one in shelf], view, idle_alone, idle_alone)
    assert found is not None
    np.testing.assert_allclose(found.weights / found.weights.sum(), [1, 0], atol=0.2)
    spread = (said * found.weights[0] + idle * found.weights[1])[unchosen].std()
    np.testing.assert_allclose(spread, idle[unchosen].std(), rtol=1e-3)


def test_without_held_out_choices_of_them_the_start_stays() -> None:
    view, _ = task(*world(people=200), budget="all")
    view = without(view, held_out(len(view.target.item_ids), 0))
    view = questions(np.flatnonzero(view.target.counts > 0)[:5], view)
    kinds = list(
        np.random.default_rng(4).standard_normal((2, 5, len(view.target.item_ids))).astype(np.float32)
    )
    start = np.array([1.0, 0.0])
    found = weigh_unchosen(lambda people: kinds, view, start, start)
    assert found is not None
    np.testing.assert_allclose(found.weights, start)
    assert weigh_unchosen(lambda people: kinds, view, start, np.zeros(2)) is None


def test_a_blend_weighs_them_and_content_alone_does_not(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    view, _ = task(*world(people=200), budget="all")
    view = without(view, held_out(len(view.target.item_ids), 0))
    for better in (True, False):
        values = iter([0.5, 0.6 if better else 0.4])
        with monkeypatch.context() as patch, short_training(1):
            patch.setattr(learning, "held_out_quality", lambda *_: lambda: next(values))  # noqa: B023
            patch.setattr(learning, "checker", lambda *_: lambda: 0.0)
            fitted = find("target-only").run(view, {}, Silent())
        assert isinstance(fitted, Trained)
        assert (fitted.unchosen is not None) == better
        assert ("unchosen_level" in fitted.facts) == better


def test_where_everything_was_chosen_nothing_is_weighed() -> None:
    view, _ = task(*world(people=200), budget="all")
    assert (view.target.counts > 0).all()
    assert weigh_unchosen(lambda people: [], view, np.ones(1), np.ones(1)) is None
