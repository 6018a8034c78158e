"""Comparisons of methods that label rows, on every page: real runs on the reviews of two small scenes."""

import os

import numpy as np
import pandas as pd
import psutil
import pytest

from pages.ui import changed_rows
from pages.ui.compare_figures import Mark, dot_plot
from pages.ui.wording import budget_words, label_words, metric_in_words, metric_name
from tests.app.conftest import OpenPage
from tests.conftest import Compared
from xscene_core.experiments.process import this_host
from xscene_core.experiments.record import Worker
from xscene_core.experiments.spec import RunSpec, TaskSpec
from xscene_core.experiments.store import RunStore
from xscene_core.home import Home
from xscene_core.text import catalogue, t

TASK = TaskSpec(sources=("apparel",), target="home", label="reviews.sentiment", encoder="tfidf")


@pytest.fixture
def open_labels(compared_labels: Compared, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    monkeypatch.setenv("XSCENE_HOME", str(compared_labels.home.path))
    return open_page


@pytest.fixture
def failed(stored_home: Home) -> RunStore:
    """A store whose only comparison labels rows; its one run failed."""
    store = RunStore(stored_home)
    run_id = store.submit(RunSpec(task=TASK, method="majority"), "labels")
    assert store.claim(run_id, Worker(this_host(), os.getpid(), psutil.Process().create_time()))
    store.end(store.get(run_id), "failed", error="There are no labels to learn from.")
    return store


def texts(app) -> str:
    parts = [*(part.value for part in app.markdown), *(part.value for part in app.caption)]
    return "\n".join(parts).replace("\\", "")


def html(app) -> str:
    return "\n".join(str(part.proto.body) for part in app.get("html"))


@pytest.mark.parametrize("name", ["overview", "compare"])
def test_a_comparison_without_numbers_is_still_named(
    open_page: OpenPage, failed: RunStore, name: str
) -> None:
    app = open_page(name)
    assert any("review sentiment" in option for option in app.selectbox(key="param.group").options)
    assert name == "overview" or "no labels to learn from" in texts(app)


def test_a_new_category_is_not_offered_runs_that_label_rows(open_page: OpenPage, failed: RunStore) -> None:
    assert t("app.empty_runs_text") in [part.value for part in open_page("new_category").markdown]


def test_compare_shows_accuracy_gain_and_macro_f1_of_every_method(open_labels: OpenPage) -> None:
    table = open_labels("compare").dataframe[0].value
    assert set(table["method"]) == {"majority", "target-only", "source-only", "pooled", "coral"}
    baselines = table[table["finding"] == t("compare.is_baseline")]
    assert set(baselines["method"]) == {"majority", "target-only"}
    assert table["macro_f1"].between(0, 1).all()
    assert "coverage" not in table
    assert table["gain"].notna().sum() == 3


def test_compare_offers_the_metrics_and_groups_of_labels(open_labels: OpenPage) -> None:
    app = open_labels("compare", metric="log_score", buckets="examples")
    assert app.selectbox(key="param.metric").value == "log_score"
    assert (app.dataframe[0].value["mean"] <= 0).all(), "bits below certainty"
    assert app.get_by_key("param.buckets").value == "examples"
    other = open_labels("compare", metric="ndcg@10", buckets="popularity")
    assert other.selectbox(key="param.metric").value == "accuracy"
    assert other.get_by_key("param.buckets").value == "words"
    assert "people" not in texts(other), "a label task has rows"


def test_the_figure_of_a_negative_metric_shows_it() -> None:
    low, _ = dot_plot(
        [Mark("a", -2.0, -2.5, -1.5), Mark("b", -1.0, -1.2, -0.8)], "Log score"
    ).layout.xaxis.range
    assert low < -2.5


def test_overview_says_the_verdict_and_shows_rows_that_really_changed(
    open_labels: OpenPage, compared_labels: Compared
) -> None:
    from xscene_core.experiments.comparison import compare
    from xscene_core.experiments.verdict import verdict

    found = compare(RunStore(compared_labels.home), list(compared_labels.runs.values()))
    said = verdict(found)
    app = open_labels("overview")
    assert said.text() in texts(app)
    assert t("overview.figure_better_label") in html(app)
    assert said.row is not None
    assert said.row.gain is not None
    folder = RunStore(compared_labels.home).get(compared_labels.runs["target-only"]).folder
    before = pd.read_parquet(folder / "predictions.parquet")
    after = pd.read_parquet(said.row.run.folder / "predictions.parquet")
    right = (after["predicted"] == after["label"]) & (before["predicted"] != before["label"])
    title = t("overview.rows_better", method=said.row.method, reference="target-only", n=f"{right.sum():,}")
    assert title in texts(app)
    quotes = html(app).split('class="xs-words"')[1:]
    assert quotes, "something changed, so some rows are shown"
    shown = [quote.split(">", 1)[1].split("<")[0] for quote in quotes]
    from html import unescape

    assert {unescape(text) for text in shown} <= {text[: changed_rows.LONGEST] for text in after["text"]}


def test_other_rows_are_one_click_away_and_in_the_link(open_labels: OpenPage) -> None:
    app = open_labels("overview")
    before = html(app)
    app.button(key="overview.rows_others").click().run()
    assert html(app) != before
    assert app.query_params["rows"] in ("1", ["1"])


def test_changes_are_rows_that_exactly_one_of_two_runs_got_right() -> None:
    rows = pd.DataFrame({"row": range(5), "text": list("abcdb"), "label": ["x", "x", "y", "y", "x"]})
    before, after = rows.assign(predicted=list("xyyxy")), rows.assign(predicted=list("yxyxx"))
    found = changed_rows.changes(before, after)
    assert found is not None
    assert sorted(found["text"]) == ["a", "b"]
    assert found.set_index("text")["right"].to_dict() == {"a": False, "b": True}
    assert found.set_index("text")["alike"].to_dict() == {"a": 1, "b": 2}
    assert changed_rows.changes(before, None) is None


def test_align_shows_rows_with_their_label_and_whether_they_are_right(
    open_labels: OpenPage, compared_labels: Compared
) -> None:
    from xscene_core.projection import control
    from xscene_core.projection.job import run

    record = RunStore(compared_labels.home).get(compared_labels.runs["coral"])
    compared_labels.home.projections.mkdir(exist_ok=True)
    assert run(compared_labels.home, control.Wish(record.folder, "items", "pca", 0)).state == "ready"
    where = {"run": record.run_id, "drawing": "pca", "in": "small-electronics"}
    app = open_labels("align", **where, colour="error")
    said = texts(app)
    assert t("align.people_none_label", label="review rating") in said
    listed = app.dataframe[0].value
    known = pd.read_parquet(record.folder / "predictions.parquet").astype({"row": str}).set_index("row")
    assert len(listed) == len(known)
    assert (known.loc[listed["id"], "label"].to_numpy() == listed["category"].to_numpy()).all()
    assert (known.loc[listed["id"], "predicted"].to_numpy() == listed["predicted"].to_numpy()).all()
    wrong = int((known["predicted"] != known["label"]).sum())
    assert (listed["outcome"] == t("align.outcome_wrong")).sum() == wrong > 0
    assert f"{t('align.outcome_wrong')} <span" in html(app)
    open_labels("align", **where, colour="category", points="people")


def test_align_begins_with_a_run_that_learned_from_a_source(
    open_labels: OpenPage, compared_labels: Compared
) -> None:
    chosen = open_labels("align", drawing="pca").selectbox(key="param.run").value
    assert chosen in {compared_labels.runs[name] for name in ("source-only", "pooled", "coral")}


def test_labels_metrics_and_budgets_have_words() -> None:
    assert label_words("reviews.sentiment") == "review sentiment"
    assert label_words("items.main_colour") == "main colour of products"
    assert metric_name("balanced_accuracy") == "Balanced accuracy"
    assert metric_in_words("accuracy") == "accuracy"
    assert metric_in_words("ndcg@10") == metric_name("ndcg@10") == "NDCG@10"
    assert "row" in budget_words("10%", "label")
    assert "people" in budget_words("10%")


def test_every_group_of_people_and_rows_has_words() -> None:
    from pages.ui.compare_buckets import bucket_words
    from xscene_core.evaluation.statistics import Paired
    from xscene_core.experiments.buckets import Bucket, groups
    from xscene_core.experiments.groupings import LABEL, RANKING

    nothing = Paired(0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1)
    several = np.arange(12)
    for kinds in (RANKING, LABEL):
        for seen in (several, several * 0, several * 0 + 3, several % 2 + 1):
            for group in groups(several, seen, kinds):
                bucket = Bucket(group.kind, group.name, group.low, group.high, 1, nothing)
                assert bucket_words(bucket)
    assert "compare.examples_never" in catalogue()
