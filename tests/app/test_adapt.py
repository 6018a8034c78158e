"""The Adapt page: a form that prevents what cannot work, work in progress, and the history of runs."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.wording import label_words
from tests.app.conftest import OpenPage, assert_calm
from xscene_core.experiments.process import this_host
from xscene_core.experiments.record import Worker
from xscene_core.experiments.spec import RunSpec, TaskSpec
from xscene_core.experiments.store import RunStore
from xscene_core.home import Home
from xscene_core.scenes.library import SceneLibrary
from xscene_core.text import t

TASK = TaskSpec(sources=("apparel",), target="home", encoder="tfidf")
LABELLED = {"sources": "apparel", "target": "electronics", "label": "reviews.sentiment"}


def words(app: AppTest) -> str:
    shown = [*app.markdown, *app.caption, *app.info, *app.error, *app.warning, *app.checkbox]
    return " ".join(str(getattr(element, "label", "")) + str(element.value) for element in shown)


def command(app: AppTest) -> list[str]:
    return next(shlex.split(block.value) for block in app.code if "xscene_core run" in block.value)


def labels_offered(app: AppTest) -> list[str]:
    """TABLE.COLUMN of every label of the chooser, "" for rankings."""
    shown = app.selectbox(key="param.label").options
    known = ("", "items.department", "items.category", "items.brand", "reviews.sentiment", "reviews.rating")
    return [label for label in known if label_words(label).capitalize() in shown]


def after(arguments: list[str], flag: str) -> list[str]:
    return [arguments[at + 1] for at, word in enumerate(arguments) if word == flag]


def me() -> Worker:
    return Worker(this_host(), os.getpid(), psutil.Process().create_time())


def finished(store: RunStore, method: str, group: str, seconds: float = 3.0) -> str:
    """A run as a worker leaves it."""
    run_id = store.submit(RunSpec(task=TASK, method=method), group)
    assert store.claim(run_id, me())
    outcome = {"metrics": {"ndcg@10": 0.1234, "hr@10": 0.2}, "reason": "It kept what it learned."}
    store.end(store.get(run_id), "finished", outcome=outcome, facts={"seconds": seconds, "peak_mb": 300.0})
    return run_id


@pytest.fixture
def sleeper() -> Iterator[Worker]:
    """A process that may be asked to stop in a worker's place."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield Worker(this_host(), process.pid, psutil.Process(process.pid).create_time())
    process.kill()
    process.wait()


def test_the_command_line_says_what_the_form_says(open_page: OpenPage) -> None:
    link = {"sources": "apparel,store", "target": "jewelry", "methods": "coral", "budget": "30", "seed": "7"}
    app = open_page("adapt", **link, encoder="minilm", split="global-time")
    arguments = command(app)
    assert after(arguments, "--source") == ["apparel", "store"]
    assert after(arguments, "--target") == ["jewelry"]
    assert after(arguments, "--method") == ["coral"]
    assert after(arguments, "--budget") == ["30"]
    assert after(arguments, "--seed") == ["7"]
    assert after(arguments, "--encoder") == ["minilm"]
    assert after(arguments, "--split") == ["global-time"]


def test_new_people_can_be_held_out_where_scenes_share_some_and_a_sentence_says_where_not(
    open_page: OpenPage,
) -> None:
    app = open_page("adapt", sources="apparel", target="store", split="new-people")
    assert after(command(app), "--split") == ["new-people"]
    assert not app.button(key="adapt.start").disabled
    app = open_page("adapt", sources="attractions", target="store", split="new-people")
    said = " ".join(str(one.value) for one in app.markdown)
    assert "nobody can be asked as a new person" in said
    assert app.button(key="adapt.start").disabled


@pytest.mark.parametrize("kind", ["ranking", "label"])
def test_what_cannot_do_the_task_is_refused_and_every_family_has_a_name(kind) -> None:
    from typing import get_args

    from pages.ui import method_form
    from xscene_core.text import catalogue
    from xscene_core.transfer.method import Family

    assert all(method.learns(kind) for method in method_form.offered(kind).values())
    assert "auto" in method_form.offered(kind)
    assert not [name for name, method in method_form.unable(kind).items() if not method.refusal]
    families = {*get_args(Family)} - {"baseline"}
    assert not [family for family in families if f"adapt.family_{family}" not in catalogue()]


def test_methods_that_cannot_do_the_task_are_greyed_out_with_the_reason(open_page: OpenPage) -> None:
    from pages.ui.errors import plain
    from xscene_core.transfer.method import find

    boxes = {str(box.key): box for box in open_page("adapt").checkbox}
    assert boxes["method.deep-coral.ranking"].disabled
    assert plain(find("deep-coral").refusal) in boxes["method.deep-coral.ranking"].label
    assert not boxes["method.coral"].disabled
    boxes = {str(box.key): box for box in open_page("adapt", **LABELLED).checkbox}
    assert not boxes["method.deep-coral"].disabled
    assert [key for key, box in boxes.items() if box.disabled] == [
        "method.bridge.label",
        "method.taught-text.label",
    ]
    for name in ("bridge", "taught-text"):
        assert plain(find(name).refusal) in boxes[f"method.{name}.label"].label


def test_a_link_restores_the_label_and_the_command_says_it(open_page: OpenPage) -> None:
    app = open_page("adapt", **LABELLED, methods="coral,dann", budget="0")
    arguments = command(app)
    assert after(arguments, "--label") == ["reviews.sentiment"]
    assert after(arguments, "--method") == ["coral,dann"]
    assert after(arguments, "--split") == []
    assert app.query_params["label"] in ("reviews.sentiment", ["reviews.sentiment"])
    assert "majority, source-only." in words(app), "without target labels there is no target-only"
    assert "Labelled target rows to learn from" in [control.label for control in app.get("button_group")]


def test_only_labels_that_all_scenes_have_are_offered(open_page: OpenPage) -> None:
    app = open_page("adapt", sources="apparel", target="store")
    assert "items.department" in labels_offered(app)
    app = open_page("adapt", sources="apparel,electronics", target="store", label="items.department")
    assert "items.department" not in labels_offered(app)
    assert "reviews.sentiment" in labels_offered(app)
    assert "do not all have product department" in words(app)
    assert after(command(app), "--label") == []


def test_choosing_a_label_offers_its_encoders_and_quick_methods(open_page: OpenPage) -> None:
    app = open_page("adapt", sources="apparel", target="electronics", methods="fine-tune", encoder="tfidf")
    app.selectbox(key="param.label").select("reviews.sentiment").run()
    assert_calm(app)
    assert after(command(app), "--method") == ["pooled,coral"]
    assert after(command(app), "--encoder") == ["auto"]
    app.selectbox(key="param.encoder").select("words").run()
    app.selectbox(key="param.label").select("").run()
    assert after(command(app), "--encoder") == ["tfidf"]
    assert after(command(app), "--label") == []


def test_starting_a_label_task_submits_it_and_the_history_speaks_of_rows(
    open_page: OpenPage, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xscene_core.experiments.submission.launch", lambda *arguments: [])
    monkeypatch.setattr("xscene_core.experiments.queue.launch", lambda *arguments: [])
    app = open_page("adapt", **LABELLED, methods="coral", budget="30")
    app.button(key="adapt.start").click().run()
    assert_calm(app)
    store = RunStore(home)
    runs = store.list()
    assert {run.spec.method for run in runs} == {"coral", "majority", "source-only", "target-only"}
    assert {run.spec.task.label for run in runs} == {"reviews.sentiment"}
    for run in runs:
        assert store.claim(run.run_id, me())
        outcome = {"metrics": {"accuracy": 0.75, "macro_f1": 0.5}, "reason": "Labels."}
        store.end(store.get(run.run_id), "finished", outcome=outcome, facts={"seconds": 6.0})
    app = open_page("adapt", **LABELLED, methods="coral", budget="30", group=runs[0].group)
    history = app.dataframe[-1].value
    assert set(history["score"]) == {0.75}
    assert set(history["metric"]) == {"Accuracy"}
    assert set(history["learns"]) == {"review sentiment"}
    assert set(history["budget"]) == {"30 labelled target rows"}
    assert app.dataframe[0].value["accuracy"].tolist() == [0.75] * 4
    assert "judged by 4 finished runs" in words(app)


def test_results_say_what_they_are_results_of(open_page: OpenPage, stored_home: Home) -> None:
    finished(RunStore(stored_home), "popularity", "a")
    app = open_page("adapt", sources="store", target="jewelry", group="a")
    line = next(
        caption.value for caption in app.caption if "methods" in caption.value and "→" in caption.value
    )
    assert "Apparel online → Home online" in line


def test_a_target_is_never_offered_as_its_own_source(open_page: OpenPage) -> None:
    app = open_page("adapt", sources="apparel,home", target="home")
    assert app.multiselect(key="param.sources").value == ["apparel"]
    assert "cannot be a source as well" in words(app)


def test_without_a_source_nothing_can_be_started_and_the_page_says_why(open_page: OpenPage) -> None:
    app = open_page("adapt", target="home")
    app.multiselect(key="param.sources").set_value([]).run()
    assert "Choose at least one source scene" in words(app)
    assert app.button(key="adapt.start").disabled


@pytest.mark.parametrize("budget", ["-3", "200%", "abc", "<b>", "1e9"])
def test_a_budget_that_makes_no_sense_is_explained(open_page: OpenPage, budget: str) -> None:
    app = open_page("adapt", sources="apparel", target="home", budget=budget)
    assert "is not understood" in words(app)
    assert app.button(key="adapt.start").disabled


def test_more_people_than_there_are_is_said_but_allowed(open_page: OpenPage) -> None:
    app = open_page("adapt", sources="apparel", target="jewelry", budget="500")
    assert "has only 60 people" in words(app)
    assert not app.button(key="adapt.start").disabled


@pytest.mark.parametrize("value", ["", "nonsense", "9" * 40, "<script>", "../../etc"])
def test_unusable_links_fall_back_to_what_works(open_page: OpenPage, value: str) -> None:
    names = ("sources", "target", "methods", "encoder", "split", "seed", "group", "status", "about")
    app = open_page("adapt", **dict.fromkeys(names, value))
    assert not app.button(key="adapt.start").disabled
    assert after(command(app), "--seed") == ["0"]


def test_a_preset_fills_in_methods_and_encoder(open_page: OpenPage) -> None:
    app = open_page("adapt")
    app.button(key="adapt.preset.thorough").click().run()
    assert_calm(app)
    methods = [box for box in app.checkbox if str(box.key).startswith("method.") and not box.disabled]
    assert methods
    assert all(box.value for box in methods)
    assert after(command(app), "--encoder") == ["auto"]


def test_there_is_no_time_estimate_before_anything_ran(open_page: OpenPage) -> None:
    assert "No time estimate yet" in words(open_page("adapt"))


def test_the_time_estimate_rests_on_finished_runs(open_page: OpenPage, home: Home) -> None:
    store = RunStore(home)
    for method in ("popularity", "content", "item-knn", "target-only", "fine-tune"):
        finished(store, method, "g1", seconds=8.0)
    app = open_page("adapt", sources="apparel", target="home", methods="fine-tune", encoder="tfidf")
    workers = 2 if (os.cpu_count() or 1) >= 2 else 1
    assert f"About {5 * 8 / workers:.0f} s, judged by 5 finished runs" in words(app)


def test_starting_submits_the_methods_and_the_baselines(
    open_page: OpenPage, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xscene_core.experiments.submission.launch", lambda *arguments: [])
    monkeypatch.setattr("xscene_core.experiments.queue.launch", lambda *arguments: [])
    app = open_page("adapt", sources="apparel", target="home", methods="fine-tune", encoder="tfidf")
    app.button(key="adapt.start").click().run()
    assert_calm(app)
    runs = RunStore(home).list()
    expected = {"fine-tune", "popularity", "content", "item-knn", "target-only"}
    assert {run.spec.method for run in runs} == expected
    assert {run.status for run in runs} == {"queued"}
    assert app.query_params["group"] in (runs[0].group, [runs[0].group])


def test_a_running_method_shows_its_stage_and_can_be_cancelled(
    open_page: OpenPage, home: Home, sleeper: Worker
) -> None:
    store = RunStore(home)
    run_id = store.submit(RunSpec(task=TASK, method="fine-tune"), "g1")
    assert store.claim(run_id, sleeper)
    live = {"stage": "adapt", "fraction": 0.62, "stage_seconds_left": 20.0}
    store.beat(store.get(run_id), live, [("adapt/check", 0.1, 0), ("adapt/check", 0.2, 1)])
    finished(store, "content", "g1")
    app = open_page("adapt", group="g1")
    doing = "adapting to the target · 62% · about 20 s left in this stage"
    assert [bar.text for bar in app.get("progress")] == [f"**fine-tune**: {doing}", doing]
    assert t("adapt.brief", ended=1, n=2, link="#work") in words(app)
    assert app.get("plotly_chart")
    app.button(key=f"jobs.cancel.{run_id}").click().run()
    now = store.get(run_id)
    assert now.cancelling or now.status == "cancelled"


def test_beside_the_start_stands_that_the_runs_have_ended(open_page: OpenPage, home: Home) -> None:
    finished(RunStore(home), "content", "g1")
    assert t("adapt.brief_ended", n=1, link="#work") in words(open_page("adapt"))


def test_runs_are_listed_newest_first_and_filtered_by_the_link(open_page: OpenPage, home: Home) -> None:
    store = RunStore(home)
    finished(store, "content", "g1")
    store.cancel(store.submit(RunSpec(task=TASK, method="coral"), "g2"))
    listed = open_page("adapt").dataframe[-1].value
    assert listed["method"].tolist() == ["coral", "content"]
    only = open_page("adapt", status="finished").dataframe[-1].value
    assert only["method"].tolist() == ["content"]
    assert only["score"].tolist() == [pytest.approx(0.1234)]


def test_results_say_why_a_run_failed(open_page: OpenPage, home: Home) -> None:
    store = RunStore(home)
    run_id = store.submit(RunSpec(task=TASK, method="coral"), "g1")
    assert store.claim(run_id, me())
    store.end(store.get(run_id), "failed", error="The disk is full.")
    table = open_page("adapt", group="g1").dataframe[0].value
    assert table["said"].tolist() == ["The disk is full."]


def test_one_scene_is_not_enough_and_the_page_says_so(open_page: OpenPage, home: Home) -> None:
    library = SceneLibrary(home)
    for name in library.names():
        library.remove(name)
    app = open_page("adapt")
    assert "No scenes here" in words(app)
