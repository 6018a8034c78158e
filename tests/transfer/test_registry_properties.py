"""What must hold for every method of the registry, also for one that is added tomorrow."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sklearn
import torch

from tests.transfer.leaks import same
from tests.transfer.worlds import (
    histories,
    reordered,
    scene_of_choices,
    short_training,
    task,
    unit,
    world,
)
from xscene_core.errors import Cancelled, InputError
from xscene_core.evaluation.ranking import rank_answers
from xscene_core.text import catalogue
from xscene_core.transfer.method import Recommender, find, methods
from xscene_core.transfer.views import TestView, TrainingView
from xscene_core.watcher import Silent, StopAfter

NAMES = list(methods("ranking"))
TRAINED = [
    name for name, method in methods("ranking").items() if method.reference or name in ("target-only", "auto")
]
every_method = pytest.mark.parametrize("name", NAMES)


@cache
def views() -> tuple[TrainingView, TestView]:
    return task(*world())


@cache
def fitted(name: str) -> Recommender:
    """One fit of each method on the common task, shared by the tests that only look at it."""
    with short_training():
        return fit(name, views()[0])


def fit(name: str, view: TrainingView, **params: Any) -> Recommender:
    return find(name).run(view, params, Silent())


def scores(recommender: Recommender) -> np.ndarray:
    return recommender.score(views()[1].questions.histories)


# ---- the same input gives the same output -------------------------------------------------------------


@every_method
def test_a_second_fit_gives_the_same_scores_bit_for_bit_whatever_the_global_seeds(name: str) -> None:
    torch.manual_seed(12345)
    np.random.seed(54321)  # noqa: NPY002 - the very state that must not matter
    again = fit(name, views()[0])
    np.testing.assert_array_equal(scores(again), scores(fitted(name)))
    assert again.facts == fitted(name).facts
    assert again.reason == fitted(name).reason


@every_method
def test_every_fact_of_a_fit_has_words(name: str) -> None:
    """Compare shows them to people who do not read code."""
    wordless = [
        fact for fact in fitted(name).facts if f"compare.fact_{fact.partition('/')[0]}" not in catalogue()
    ]
    assert not wordless


@every_method
def test_saving_and_loading_keeps_every_answer_bit_for_bit(name: str, tmp_path: Path) -> None:
    view, test = views()
    before = fitted(name)
    before.save(tmp_path / "model")
    after = find(name).load(tmp_path / "model", view)
    people = test.questions.histories
    np.testing.assert_array_equal(after.score(people), before.score(people))
    for scene in (*view.sources, view.target):
        np.testing.assert_array_equal(after.represent(scene.name), before.represent(scene.name))
        np.testing.assert_array_equal(
            after.represent_people(scene.sequences, scene.name),
            before.represent_people(scene.sequences, scene.name),
        )
    assert (after.reason, after.facts) == (before.reason, before.facts)
    assert (after.stands_for, after.reference) == (before.stands_for, before.reference)


@every_method
def test_new_items_are_scored_alike_after_loading_or_refused_in_one_sentence(
    name: str, tmp_path: Path
) -> None:
    view, _ = views()
    before = fitted(name)
    new = unit(np.random.default_rng(1).standard_normal((5, view.target.vectors.shape[1])))
    before.save(tmp_path)
    after = find(name).load(tmp_path, view)
    for scene in (*view.sources, view.target):
        people = scene.sequences.take(np.arange(7))
        if not uses_content(before):
            for recommender in (before, after):
                with pytest.raises(InputError, match="cannot score new ones"):
                    recommender.score_new(people, scene.name, new)
            continue
        wanted = before.score_new(people, scene.name, new)
        assert wanted.shape == (7, 5)
        assert np.isfinite(wanted).all()
        np.testing.assert_array_equal(after.score_new(people, scene.name, new), wanted)


@every_method
def test_global_state_is_left_alone(name: str) -> None:
    def state() -> tuple[Any, ...]:
        numpy_state = np.random.get_state()  # noqa: NPY002
        return (
            torch.random.get_rng_state().tolist(),
            numpy_state[1].tolist(),  # type: ignore[index, union-attr]
            torch.get_num_threads(),
            torch.is_grad_enabled(),
            torch.get_default_dtype(),
            sklearn.get_config(),
        )

    before = state()
    scores(fit(name, views()[0]))
    assert state() == before


def uses_content(recommender: Recommender) -> bool:
    return recommender.stands_for not in ("popularity", "item-knn")


@every_method
def test_nothing_that_is_asked_changes_what_was_asked_about(name: str) -> None:
    """Views and questions are shared by all methods of a comparison: nobody may sort them in place."""
    view, test = task(*world())
    recommender = fit(name, view)
    scores(recommender)
    people = test.questions.histories
    recommender.score(people)
    for scene in (*view.sources, view.target):
        recommender.represent(scene.name)
        recommender.represent_people(scene.sequences, scene.name)
    fresh, fresh_test = task(*world())
    assert same(view, fresh)
    np.testing.assert_array_equal(people.items, fresh_test.questions.histories.items)
    np.testing.assert_array_equal(people.indptr, fresh_test.questions.histories.indptr)


# ---- the order of rows --------------------------------------------------------------------------------


@every_method
def test_the_order_of_item_rows_and_people_does_not_change_predictions(name: str) -> None:
    scenes, vectors = world()
    changed = {key: reordered(scenes[key], vectors[key], seed) for seed, key in enumerate(scenes)}
    view, test = task(
        {key: one[0] for key, one in changed.items()}, {key: one[1] for key, one in changed.items()}
    )
    original, questions = views()
    assert not np.array_equal(view.target.item_ids, original.target.item_ids)
    assert test.questions.histories.people.tolist() == questions.questions.histories.people.tolist()
    found = fit(name, view).score(test.questions.histories)
    column = {item: place for place, item in enumerate(view.target.item_ids)}
    back = [column[item] for item in original.target.item_ids]
    wanted = scores(fitted(name))
    np.testing.assert_allclose(found[:, back], wanted, atol=1e-3 * max(1.0, float(np.abs(wanted).max())))


# ---- zero strength ------------------------------------------------------------------------------------


def strengths() -> list[str]:
    return [name for name, method in methods("ranking").items() if "strength" in method.params.model_fields]


def test_the_aligning_methods_have_a_strength() -> None:
    assert {"coral", "density-ratio", "dann"} <= set(strengths())


@pytest.mark.parametrize("name", strengths())
def test_strength_zero_is_fine_tune_bit_for_bit_and_above_zero_shared_weights_differ(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the gates would leave out what such small scenes teach, and with it the difference
    monkeypatch.setattr("xscene_core.transfer.learning.SHARES", (1.0,))
    monkeypatch.setattr("xscene_core.models.averaging.Keeper.restore", lambda keeper: keeper.latest)
    with short_training():
        plain: Any = fit("fine-tune", views()[0])
        none: Any = fit(name, views()[0], strength=0.0)
        some: Any = fit(name, views()[0])
    np.testing.assert_array_equal(scores(none), scores(plain))

    def shared(recommender: Any) -> np.ndarray:
        return np.concatenate([p.detach().numpy().ravel() for p in recommender.tower.network.parameters()])

    np.testing.assert_array_equal(shared(none), shared(plain))
    assert np.abs(shared(some) - shared(plain)).max() > 0


# ---- little data --------------------------------------------------------------------------------------


def small_world(case: str) -> tuple[TrainingView, TestView]:
    scenes, vectors = world(people=12, items=40)
    ids = scenes["target"].items["item_id"].tolist()
    if case == "budget 0":
        return task(scenes, vectors, budget="0")
    if case == "one person":
        return task(scenes, vectors, budget="1")
    if case == "everybody has two choices":
        pairs = {f"u{k}": [ids[k], ids[k + 1]] for k in range(12)}
        return task(scenes | {"target": scene_of_choices("target", ids, pairs)}, vectors, budget="all")
    if case == "target of one item":
        alone = scene_of_choices("target", ids[:1], {"u0": [ids[0]] * 3, "u1": [ids[0]] * 2})
        return task(
            scenes | {"target": alone}, vectors | {"target": np.zeros((1, 12), np.float32)}, budget="all"
        )
    if case == "target of one person":
        return task(
            scenes | {"target": scene_of_choices("target", ids, {"u": ids[:6]})}, vectors, budget="all"
        )
    if case == "scenes of one item":
        tiny = {name: scene_of_choices(name, ["x"], {"u": ["x"] * 4}) for name in scenes}
        return task(tiny, {name: np.zeros((1, 12), np.float32) for name in tiny}, budget="all")
    if case == "source with nobody":
        other = scenes["source-a"].items["item_id"].tolist()
        return task(scenes | {"source-a": scene_of_choices("source-a", other, {})}, vectors)
    if case == "source of one person":
        other = scenes["source-a"].items["item_id"].tolist()
        return task(scenes | {"source-a": scene_of_choices("source-a", other, {"u": other[:5]})}, vectors)
    if case == "histories beyond the network":
        random = np.random.default_rng(0)
        long = {f"u{k}": [str(one) for one in random.choice(ids, 40 + k)] for k in range(12)}
        return task(scenes | {"target": scene_of_choices("target", ids, long)}, vectors, budget="all")
    raise AssertionError(case)


CASES = (
    "budget 0",
    "one person",
    "everybody has two choices",
    "target of one item",
    "target of one person",
    "scenes of one item",
    "source with nobody",
    "source of one person",
    "histories beyond the network",
)


@pytest.mark.parametrize("case", CASES)
@every_method
def test_little_data_gives_finite_scores_and_a_reason(name: str, case: str, tmp_path: Path) -> None:
    view, test = small_world(case)
    recommender = fit(name, view)
    found = recommender.score(test.questions.histories)
    assert found.shape == (len(test.questions), len(view.target.item_ids))
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    assert recommender.reason.endswith(".")
    assert all(np.isfinite(list(recommender.facts.values())))
    assert recommender.stands_for in methods()
    ranks, lists = rank_answers(recommender.score, test.questions, top=20)
    assert ((ranks >= 1) & (ranks <= len(view.target.item_ids))).all()
    assert lists.shape == (len(test.questions), min(20, len(view.target.item_ids)))
    recommender.save(tmp_path)
    np.testing.assert_array_equal(find(name).load(tmp_path, view).score(test.questions.histories), found)


@every_method
def test_a_person_without_a_history_and_nobody_at_all_are_scored(name: str) -> None:
    found = fitted(name).score(histories([], [0, 1], []))
    assert found.shape == (3, 40)
    assert np.isfinite(found).all()
    np.testing.assert_array_equal(found[0], found[2])
    assert fitted(name).score(histories()).shape == (0, 40)
    assert np.isfinite(fitted(name).represent_people(histories([], [0]), "target")).all()


@every_method
def test_an_unknown_scene_is_a_sentence(name: str) -> None:
    with pytest.raises(InputError, match="does not know the scene 'elsewhere'"):
        fitted(name).represent("elsewhere")


@every_method
def test_an_unknown_parameter_is_a_sentence(name: str) -> None:
    with pytest.raises(InputError, match=f"of {name}"):
        fit(name, views()[0], no_such_parameter=1)


@pytest.mark.parametrize("name", TRAINED)
@pytest.mark.parametrize("reports", [0, 3])
def test_training_stops_at_the_report_that_asks_it_to(name: str, reports: int) -> None:
    watcher = StopAfter(reports)
    with pytest.raises(Cancelled):
        find(name).run(views()[0], {}, watcher)
    assert watcher.left == -1, "it went on reporting after it was told to stop"


@pytest.mark.parametrize("name", TRAINED)
def test_progress_is_a_share_and_comes_at_least_once_for_each_pass(name: str) -> None:
    class Listening(Silent):
        def __init__(self) -> None:
            self.heard: list[tuple[str, float]] = []

        def progress(self, stage: str, fraction: float) -> None:
            self.heard.append((stage, fraction))

    watcher = Listening()
    find(name).run(views()[0], {}, watcher)
    assert len(watcher.heard) >= 2
    assert all(0 <= fraction <= 1 for _, fraction in watcher.heard)


@pytest.mark.parametrize("name", TRAINED)
def test_a_kept_source_model_gives_the_same_scores_as_a_fresh_one(name: str, tmp_path: Path) -> None:
    view = replace(views()[0], cache=tmp_path)
    first = scores(fit(name, view))
    np.testing.assert_array_equal(first, scores(fitted(name)))
    for kept in tmp_path.rglob("*.safetensors"):
        kept.write_bytes(kept.read_bytes()[:100])  # cut off: it is learned again
        break
    np.testing.assert_array_equal(scores(fit(name, view)), first)
    np.testing.assert_array_equal(scores(fit(name, view)), first)
