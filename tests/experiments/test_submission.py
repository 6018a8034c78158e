"""A submission is checked whole before anything starts, and never runs what is known already."""

import dataclasses
import os
import subprocess
import sys

import pytest

from xscene_core.errors import InputError
from xscene_core.experiments import submission
from xscene_core.experiments.process import worker_of
from xscene_core.experiments.references import BASELINES
from xscene_core.experiments.submission import (
    cancel_group,
    command_line,
    make_task,
    plan,
    submit_methods,
    wait,
)
from xscene_core.scenes.library import SceneLibrary

SUBMIT = """
import sys
from xscene_core.experiments import submission
from xscene_core.experiments.submission import make_task, submit_methods, wait
from xscene_core.home import Home
submission.baselines = lambda task: ("content",)
home = Home.resolve(sys.argv[1])
group = submit_methods(home, make_task(["apparel"], "home"), ["popularity"], command=sys.argv[2:])
print(group, *sorted(run.status for run in wait(home, group, command=sys.argv[2:])))
"""


@pytest.fixture
def library(home):
    return SceneLibrary(home)


@pytest.fixture
def waiting(monkeypatch):
    """Nothing starts: what is submitted stays in the queue."""
    monkeypatch.setattr(submission, "launch", lambda home, command: [])


def finish(store, run_id):
    store.claim(run_id, worker_of(os.getpid()))
    store.end(store.get(run_id), "finished", outcome={"metrics": {"ndcg@10": 0.1}})


def test_a_sentence_model_that_is_not_on_disk_is_refused_before_anything_is_queued(
    library, tmp_path, monkeypatch
):
    for model in ("nobody/nothing", "no such model", str(tmp_path)):
        with pytest.raises(InputError, match="is not on this machine"):
            plan(library, make_task(["apparel"], "home", encoder=f"st:{model}"), ["content"])
    (tmp_path / "modules.json").write_text("[]")
    assert plan(library, make_task(["apparel"], "home", encoder=f"st:{tmp_path}"), ["content"])
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    assert plan(library, make_task(["apparel"], "home", encoder="st:nobody/nothing"), ["content"])


def test_rows_that_all_hold_one_text_are_refused_before_anything_is_queued(library):
    whole = library.load("home")
    same = whole.reviews.assign(text="fine")
    library.save(dataclasses.replace(whole, name="parrots", reviews=same))
    with pytest.raises(InputError, match="hold 1 different texts; at least 10 are needed"):
        plan(library, make_task(["apparel"], "parrots", label="reviews.sentiment"), ["majority"])
    assert plan(library, make_task(["parrots"], "home", label="reviews.sentiment"), ["majority"])


@pytest.mark.parametrize(
    ("sources", "target", "fields", "sentence"),
    [
        (["apparel"], "apparel", {}, "both source and target"),
        ([], "home", {}, "at least one source"),
        (["apparel"], "home", {"budget": "a few"}, "budget 'a few' is not understood"),
        (["apparel"], "home", {"budget": "101%"}, "not understood"),
        (["apparel"], "home", {"seed": -1}, "seed"),
        (["apparel"], "home", {"split": "random"}, "split"),
    ],
)
def test_an_impossible_task_gets_a_sentence(sources, target, fields, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        make_task(sources, target, **fields)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("sources", "target", "methods", "params", "k", "sentence"),
    [
        (["aparel"], "home", ["content"], {}, 10, "apparel"),
        (["apparel"], "nowhere", ["content"], {}, 10, "nowhere"),
        (["apparel"], "../home", ["content"], {}, 10, "home"),
        (["apparel"], "home", ["magic"], {}, 10, "no method 'magic'"),
        (["apparel"], "home", [" "], {}, 10, "No method is given"),
        (["apparel"], "home", ["content"], {"content": {"nonsense": 1}}, 10, "nonsense"),
        (["apparel"], "home", ["content"], {"coral": {}}, 10, "coral"),
        (["apparel"], "home", ["content"], {}, 401, "home has 400 items"),
        (["apparel"], "home", ["content"], {}, 0, "A list of 0"),
    ],
)
def test_an_impossible_submission_gets_a_sentence_and_starts_nothing(
    runs, library, sources, target, methods, params, k, sentence
):
    with pytest.raises(InputError, match=sentence):
        submit_methods(runs.home, make_task(sources, target), methods, params, k=k)
    assert runs.store.list() == []


def without(library, name, interactions=None, items=None):
    """The library with another count in one card."""
    real = library.card
    changes = {"interactions": interactions, "items": items}
    changes = {field: value for field, value in changes.items() if value is not None}
    library.card = lambda one: dataclasses.replace(real(one), **changes) if one == name else real(one)
    return library


def test_a_budget_for_a_scene_without_interactions_gets_a_sentence(library):
    empty = without(library, "jewelry", interactions=0)
    with pytest.raises(InputError, match="nobody to spend the budget 10% on"):
        plan(empty, make_task(["apparel"], "jewelry"), ["content"])
    with pytest.raises(InputError, match="nothing to test on"):  # every run would fail, one after the other
        plan(empty, make_task(["apparel"], "jewelry", budget="0"), ["content"])


def test_a_target_in_which_nobody_chose_twice_or_without_time_gets_a_sentence(library, monkeypatch):
    real = library.card
    once = dataclasses.replace(real("jewelry"), people=60, interactions=60)
    monkeypatch.setattr(library, "card", lambda name: once if name == "jewelry" else real(name))
    with pytest.raises(InputError, match="Nobody in jewelry has chosen twice"):
        plan(library, make_task(["apparel"], "jewelry"), ["content"])
    timeless = dataclasses.replace(real("jewelry"), has_time=False)
    monkeypatch.setattr(library, "card", lambda name: timeless if name == "jewelry" else real(name))
    with pytest.raises(InputError, match="without a time"):
        plan(library, make_task(["apparel"], "jewelry", split="global-time"), ["content"])


def test_a_source_without_interactions_and_a_scene_of_one_item_get_a_sentence(library):
    with pytest.raises(InputError, match="nothing can be learned from it"):
        plan(without(library, "apparel", interactions=0), make_task(["apparel"], "home"), ["content"])
    with pytest.raises(InputError, match="fewer than two items"):
        plan(
            without(SceneLibrary(library.home), "home", items=1),
            make_task(["apparel"], "home"),
            ["content"],
            k=1,
        )


def test_baselines_always_run_beside_what_was_asked(library):
    specs = plan(library, make_task(["apparel"], "home"), ["Content", "content"])
    assert sorted(spec.method for spec in specs) == sorted(BASELINES)
    assert {name for spec in specs for name, _ in spec.task.fingerprints} == {"apparel", "home"}


def test_a_finished_baseline_is_shown_again_and_not_run_again(runs, waiting):
    task = make_task(["apparel"], "home")
    first = submit_methods(runs.home, task, ["content"])
    for run in runs.store.list(group=first):
        finish(runs.store, run.run_id)
    second = submit_methods(runs.home, task, ["content"])
    shown = {run.spec.method: run for run in runs.store.list(group=second)}
    assert set(shown) == set(BASELINES)
    assert {name for name, run in shown.items() if run.group == second} == {"content"}  # asked for: runs anew
    assert len(runs.store.list()) == len(BASELINES) + 1


def test_a_baseline_of_another_version_of_the_engine_is_run_again(runs, waiting, monkeypatch):
    task = make_task(["apparel"], "home")
    with monkeypatch.context() as older:
        older.setattr("xscene_core.experiments.store.engine", lambda: "an older one")
        first = submit_methods(runs.home, task, ["content"])
        for run in runs.store.list(group=first):
            finish(runs.store, run.run_id)
    second = submit_methods(runs.home, task, ["content"])
    assert all(run.group == second for run in runs.store.list(group=second))


def test_a_baseline_on_another_seed_or_content_is_run(runs, waiting):
    for run in runs.store.list(group=submit_methods(runs.home, make_task(["apparel"], "home"), ["content"])):
        finish(runs.store, run.run_id)
    other = submit_methods(runs.home, make_task(["apparel"], "home", seed=1), ["content"])
    assert all(run.group == other for run in runs.store.list(group=other))


def test_cancelling_a_submission_leaves_the_runs_of_others_alone(runs, waiting):
    task = make_task(["apparel"], "home")
    mine, theirs = (submit_methods(runs.home, task, ["content"]) for _ in range(2))
    cancel_group(runs.home, mine)
    assert {run.status for run in runs.store.list(group=mine)} == {"cancelled"}
    assert {run.status for run in runs.store.list(group=theirs)} == {"queued"}


def test_two_submitters_at_once_both_get_all_their_runs(runs):
    words = [sys.executable, "-c", SUBMIT, str(runs.home.path), *runs.command]
    both = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [process.communicate(timeout=300)[0].split() for process in both]
    assert answers[0][0] != answers[1][0]
    assert [answer[1:] for answer in answers] == [["finished"] * 2] * 2
    assert runs.attempts(0) == len(runs.store.list()) in (3, 4)  # the later one may find a baseline finished


def test_a_submission_says_how_to_repeat_it(library):
    task = make_task(["apparel", "store"], "home", budget="30", seed=3)
    specs = plan(library, task, ["content"])[:1]
    text = command_line(specs)
    assert "--source apparel --source store --target home" in text
    assert "--budget 30" in text
    assert "--seed 3" in text


def test_waiting_for_nothing_returns_at_once(runs):
    assert wait(runs.home, "nothing") == []


def test_an_unknown_encoder_is_refused_before_anything_starts(runs):
    with pytest.raises(InputError, match="no encoder 'word2vec'"):
        submit_methods(runs.home, make_task(["apparel"], "home", encoder="word2vec"), ["content"])
    assert runs.store.list() == []


def test_new_people_need_somebody_who_is_in_a_source_too(library):
    with pytest.raises(InputError, match="Nobody in store can be asked as a new person"):
        plan(library, make_task(["attractions"], "store", split="new-people"), ["bridge"])
    specs = plan(library, make_task(["apparel"], "store", split="new-people"), ["bridge"])
    assert {spec.task.split for spec in specs} == {"new-people"}
    assert "--split new-people" in command_line(specs)
