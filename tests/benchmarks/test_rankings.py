"""What is taken out of a task before its methods see it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.cold_items import among_cold, asked_for, held_out, places, without
from benchmarks.few_shot import best_baseline, over_draws, stacked
from benchmarks.rankings import some, try_out, values_of, without_shared_people
from tests.transfer.worlds import histories, short_training, task, world
from xscene_core.models.checkpoints import Checkpoints
from xscene_core.transfer.method import Method, find
from xscene_core.transfer.views import Questions
from xscene_core.watcher import Silent


def test_cold_items_are_in_no_choice_that_is_learned_from_or_given_and_in_every_answer() -> None:
    view, test = task(*world())
    cold = held_out(len(view.target.item_ids), 0)
    assert 0 < cold.sum() < len(cold)
    thin, asked = without(view, cold), asked_for(test.questions, cold)
    for sequences in (thin.target.sequences, thin.validation.histories, asked.histories):
        assert not cold[sequences.items].any()
    assert not cold[thin.validation.answers].any()
    assert cold[asked.answers].all()
    kept = [item for item in view.target.sequences.items if not cold[item]]
    np.testing.assert_array_equal(thin.target.sequences.items, kept)
    assert list(thin.target.sequences.people) == list(view.target.sequences.people)
    for number in range(len(thin.target.sequences)):
        whole = view.target.sequences.of(number)
        np.testing.assert_array_equal(thin.target.sequences.of(number), whole[~cold[whole]])


def test_among_cold_items_a_warm_one_never_stands_before_a_cold_one() -> None:
    view, test = task(*world())
    cold = held_out(len(view.target.item_ids), 0)
    content = find("content").run(view, {}, Silent())
    asked = asked_for(test.questions, cold)
    whole, alone = values_of(content.score, asked), values_of(among_cold(content.score, cold), asked)
    assert (alone["ndcg@10"] >= whole["ndcg@10"]).all()


def test_people_of_the_target_are_in_no_source() -> None:
    view, test = task(*world())
    source = view.sources[0]
    names = source.sequences.people.copy()
    names[:2] = [view.target.sequences.people[0], test.questions.histories.people[-1]]
    shared = replace(source, sequences=replace(source.sequences, people=names))
    apart = without_shared_people(replace(view, sources=(shared,)), test.questions)
    np.testing.assert_array_equal(apart.sources[0].sequences.people, names[2:])


def test_the_same_people_are_drawn_every_time() -> None:
    questions = Questions(histories(*[[k] for k in range(30)]), np.arange(30, dtype=np.int32))
    one, other = some(questions, 7), some(questions, 7)
    np.testing.assert_array_equal(one.answers, other.answers)
    assert len(one) == 7
    assert some(questions, None) is questions


def test_draws_are_stacked_and_the_best_baseline_is_by_the_mean() -> None:
    draws = [
        {about: np.array([a, b]) for about in ("ndcg@10", "recall@10")} for a, b in ((0.0, 1.0), (1.0, 0.5))
    ]
    mean = stacked(draws)
    np.testing.assert_allclose(mean["ndcg@10"].mean(axis=1), [0.5, 0.75])
    none = {about: np.zeros(2) for about in mean}
    assert best_baseline({"popularity": none, "content": mean, "auto": draws[0]}) == "content"


def test_an_interval_over_draws_knows_that_draws_are_a_sample_too() -> None:
    random = np.random.default_rng(0)
    people = random.normal(size=(4000, 1))
    same, apart = np.tile(people, 5), people + np.array([-0.2, -0.1, 0.0, 0.1, 0.2])
    value, low, high = over_draws(same)
    assert value == pytest.approx(people.mean())
    assert high - low == pytest.approx(2 * 1.96 / np.sqrt(4000), rel=0.1)
    value, low, high = over_draws(apart)
    assert value == pytest.approx(people.mean())
    assert high - low > 0.2


def test_what_stands_for_auto_has_the_values_of_auto_itself() -> None:
    view, test = task(*world())
    with short_training(1):
        tried = try_out(view, test.questions, ("popularity", "content", "item-knn", "target-only", "auto"))
        alone = find("auto").run(view, {}, Silent())
    expected = values_of(alone.score, test.questions)
    np.testing.assert_array_equal(tried["auto"].values["ndcg@10"], expected["ndcg@10"])


def test_what_a_cell_was_worth_is_asked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    view, test = task(*world())
    kept = Checkpoints(tmp_path, "a cell")
    first = try_out(view, test.questions, ("popularity", "content"), kept=kept)
    monkeypatch.setattr(Method, "run", None)
    again = try_out(view, test.questions, ("content", "popularity"), kept=kept)
    for name, one in first.items():
        np.testing.assert_array_equal(again[name].values["recall@10"], one.values["recall@10"])
    with pytest.raises(TypeError):
        try_out(view, test.questions, ("content",), kept=Checkpoints(tmp_path, "another cell"))


def test_items_without_any_choice_get_the_places_that_the_scores_give_them() -> None:
    asked = Questions(histories([0], [1, 2]), np.array([3, 4], dtype=np.int32))
    scores = np.arange(24, dtype=np.float32)
    items = np.zeros(24, dtype=bool)
    items[[23, 2, 1]] = True
    rising = places(lambda people: np.tile(scores, (len(people), 1)), asked, items)
    falling = places(lambda people: np.tile(-scores, (len(people), 1)), asked, items)
    np.testing.assert_allclose(rising, [0.1, 0.1])
    np.testing.assert_allclose(falling, [0.2, 0.0])  # the second person has chosen both
