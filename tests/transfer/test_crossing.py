"""Longer histories over scenes: what they hold, and that order across scenes is learned from them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.transfer.test_new_people import ITEMS, quality, views, world
from tests.transfer.worlds import histories, scene_of_choices, short_training, task, unit
from xscene_core.models.training import train
from xscene_core.transfer import crossing
from xscene_core.transfer.crossing import learn_crossing, load_crossing
from xscene_core.transfer.elsewhere import Elsewhere
from xscene_core.transfer.method import find
from xscene_core.transfer.methods.bridge import EVIDENCE, Bridged
from xscene_core.transfer.views import TestView, TrainingView
from xscene_core.watcher import Silent


def successors(people: int = 300, items: int = 30) -> tuple[TrainingView, TestView]:
    """Whoever chose item k last in the source chooses item k first in the target, then k + 1; contents are
    noise, and no two people choose the same before."""
    random = np.random.default_rng(0)
    scenes, vectors = {}, {}
    for name in ("source-a", "source-b", "target"):
        ids = [f"{name}-{number:02d}" for number in range(items)]
        choices = {}
        for person in range(people if name != "source-b" else 3):
            last = person % items
            if name == "target":
                chosen = [last, (last + 1) % items, (last + 2) % items]
            else:
                others = np.setdiff1d(np.arange(items), [last])
                chosen = [*random.choice(others, 4, replace=False), last]
            choices[f"u{person:03d}"] = [ids[item] for item in chosen]
        scenes[name] = scene_of_choices(name, ids, choices)
        vectors[name] = unit(random.standard_normal((items, 12)))
    later = scenes["target"].interactions.copy()
    later["timestamp"] += 100 * 86_400
    scenes["target"] = replace(scenes["target"], interactions=later)
    return task(scenes, vectors, budget="all", protocol="new-people")


def test_a_history_holds_the_last_choices_elsewhere_and_then_the_first_here() -> None:
    scenes, vectors = world()
    view, _ = task(scenes, vectors, budget="all", protocol="new-people")
    elsewhere, source = Elsewhere(view), view.sources[0].sequences
    only = next(one for one in source.people if one not in set(view.sources[1].sequences.people))
    asked = replace(histories([5, 6, 7], [8]), people=np.array([only, "nobody"], dtype=object))
    before = elsewhere.before(asked, 2, 2)
    theirs = source.of(source.people.tolist().index(only))
    assert before.of(0).tolist() == [*(theirs[-2:] + ITEMS), 5, 6]
    assert before.of(1).tolist() == [8]


def test_what_was_chosen_last_elsewhere_tells_what_is_chosen_first_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fast = replace(crossing.FOLLOW, rate=1e-2, own_rate=1e-2, batch=128)
    monkeypatch.setattr(crossing, "FOLLOW", fast)  # few people need larger steps
    monkeypatch.setattr(crossing, "train", train)  # and all of them
    view, test = successors()
    with_order = quality("bridge", view, test)
    without = quality("bridge", view, test, order=False)
    assert with_order > 0.6
    assert with_order > 1.5 * without


def test_nothing_is_learned_where_nobody_is_shared() -> None:
    view, _ = views()
    strangers = replace(
        view,
        sources=tuple(
            replace(one, sequences=replace(one.sequences, people="x" + one.sequences.people))
            for one in view.sources
        ),
    )
    with short_training(1):
        assert learn_crossing(strangers, Silent()) is None
        assert learn_crossing(view, Silent()) is not None


def test_what_was_saved_scores_the_same(tmp_path: Path) -> None:
    view, test = views()
    with short_training(1):
        learned = learn_crossing(view, Silent())
        fitted = find("bridge").run(view, {}, Silent())
    assert learned is not None
    learned.save(tmp_path)
    loaded = load_crossing(tmp_path, view)
    assert loaded is not None
    asked = test.questions.histories
    np.testing.assert_array_equal(loaded.score(asked), learned.score(asked))
    fitted.save(tmp_path)
    np.testing.assert_allclose(
        find("bridge").load(tmp_path, view).score(asked), fitted.score(asked), rtol=1e-5
    )


def test_a_bridge_saved_before_there_was_a_mapping_is_read_without_one(tmp_path: Path) -> None:
    view, test = views()
    fitted = find("bridge").run(view, {"order": False}, Silent())
    fitted.save(tmp_path)
    words = json.loads((tmp_path / "fitted.json").read_text())
    del words["facts"]["weight_mapping"]
    (tmp_path / "fitted.json").write_text(json.dumps(words))
    found = find("bridge").load(tmp_path, view).score(test.questions.histories)
    assert isinstance(fitted, Bridged)
    fitted.weights[EVIDENCE.index("mapping")] = 0.0
    np.testing.assert_allclose(found, fitted.score(test.questions.histories), rtol=1e-5)


def test_somebody_unknown_gets_no_score() -> None:
    view, _ = views()
    with short_training(1):
        learned = learn_crossing(view, Silent())
    assert learned is not None
    nobody = replace(histories([]), people=np.array(["nobody"], dtype=object))
    assert not learned.score(nobody).any()


def test_only_choices_in_the_target_are_predicted(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(crossing, "train", lambda network, corpora, plan, **rest: seen.append(corpora) or 0)
    monkeypatch.setattr(crossing, "FEWEST", 1)
    view, _ = views()
    learn_crossing(view, Silent())
    assert [one.asked for one in seen[0]] == [ITEMS]
