"""The Compare page on real runs of two small scenes, and where there is nothing to compare."""

import pytest

from tests.app.conftest import OpenPage
from tests.conftest import Compared
from xscene_core.home import Home
from xscene_core.text import t


@pytest.fixture
def open_compare(compared: Compared, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    monkeypatch.setenv("XSCENE_HOME", str(compared.home.path))
    return open_page


def linked(app, name: str) -> str:
    """A parameter of the link, however the test client tells it."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def texts(app) -> str:
    return "\n".join([*(part.value for part in app.markdown), *(part.value for part in app.caption)])


def test_without_runs_it_says_what_to_do(open_page: OpenPage, stored_home: Home) -> None:
    app = open_page("compare")
    assert t("app.empty_runs_text") in texts(app)
    assert not app.selectbox


def test_every_finished_method_is_in_the_table_baselines_last(open_compare: OpenPage) -> None:
    table = open_compare("compare").dataframe[0].value
    assert set(table["method"]) == {"popularity", "content", "target-only", "fine-tune"}
    assert table["method"].iloc[0] == "fine-tune", "what learned from a source comes first"
    baselines = table[table["finding"] == t("compare.is_baseline")]
    assert set(baselines["method"]) == {"popularity", "content", "target-only"}
    assert table["mean"].between(0, 1).all()
    assert table["interval"].str.contains("–").all()
    assert table["gain"].notna().tolist() == [True, False, False, False]
    assert table["p"].notna().tolist() == [True, False, False, False]


def test_runs_without_numbers_are_listed_with_their_sentence(open_compare: OpenPage) -> None:
    app = open_compare("compare")
    said = texts(app)
    assert "The disk is full" in said.replace("\\", "")
    assert t("compare.no_numbers_cancelled") in said


def test_a_link_restores_metric_methods_and_groups_of_people(
    open_compare: OpenPage, compared: Compared
) -> None:
    app = open_compare("compare", metric="mrr", runs=compared.runs["fine-tune"][:8], buckets="popularity")
    assert app.selectbox(key="param.metric").value == "mrr"
    assert app.multiselect(key="param.runs").value == [compared.runs["fine-tune"][:8]]
    assert linked(app, "metric") == "mrr"
    assert linked(app, "buckets") == "popularity"


def test_another_metric_changes_the_numbers(open_compare: OpenPage) -> None:
    app = open_compare("compare")
    before = app.dataframe[0].value["mean"].tolist()
    app.selectbox(key="param.metric").select("hr@10").run()
    assert app.dataframe[0].value["mean"].tolist() != before
    assert linked(app, "metric") == "hr@10"


@pytest.mark.parametrize(
    "parameters",
    [
        {"metric": "accuracy"},
        {"group": "nothing"},
        {"runs": "zzz,;drop"},
        {"buckets": "<b>"},
        {"detail": "x" * 900},
    ],
)
def test_a_wrong_link_falls_back_to_what_is_there(open_compare: OpenPage, parameters) -> None:
    app = open_compare("compare", **parameters)
    assert app.selectbox(key="param.metric").value == "ndcg@10"
    assert len(app.dataframe[0].value) == 4


def test_details_tell_what_a_run_was(open_compare: OpenPage, compared: Compared) -> None:
    app = open_compare("compare", detail=compared.runs["target-only"][:8])
    details = app.table[0].value.iloc[:, 0]
    assert compared.runs["target-only"] in details[t("compare.detail_run")]
    assert details[t("compare.detail_reference")] == t("compare.detail_no_reference")
    assert details[t("compare.fact_items")] == "400"
    assert not [name for name in details.index if "_" in name], "numbers are named in words"


def test_numbers_of_several_scenes_keep_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    from pages.ui import compare_view, engine

    monkeypatch.setattr(engine, "titles", lambda: {"a": "Apparel", "b": "Books"})
    names = [compare_view._fact_name(name) for name in ("ridge/a", "ridge/b", "effective_rows/a", "ridge")]
    assert len(set(names)) == 4
    assert names[0] == f"Apparel: {names[3]}"
    assert names[2].count("Apparel") == 1
    assert compare_view._fact_name("unheard-of") == "`unheard-of`"


def test_while_runs_wait_nothing_is_said_to_be_missing(
    open_page: OpenPage, stored_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xscene_core.experiments.queue.launch", lambda *_: [])
    from xscene_core.experiments.spec import RunSpec, TaskSpec
    from xscene_core.experiments.store import RunStore

    task = TaskSpec(sources=("apparel",), target="home", encoder="tfidf")
    run = RunStore(stored_home).submit(RunSpec(task=task, method="content"), "waiting")
    app = open_page("compare", group="waiting")
    missing = t("compare.nothing_finished_title")
    assert missing not in texts(app)
    assert t("compare.unfinished_title") not in [part.value for part in app.subheader]
    RunStore(stored_home).cancel(run)
    assert missing in texts(app.run())
