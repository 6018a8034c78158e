"""Comparisons of methods that label rows, which come from the command line, on pages made for rankings."""

import os
from types import SimpleNamespace

import psutil
import pytest

from pages.ui import label_view
from pages.ui.compare_findings import judge
from tests.app.conftest import OpenPage
from xscene_core.evaluation.statistics import Interval, Paired
from xscene_core.experiments.process import this_host
from xscene_core.experiments.record import Worker
from xscene_core.experiments.spec import RunSpec, TaskSpec
from xscene_core.experiments.store import RunStore
from xscene_core.home import Home
from xscene_core.text import t

TASK = TaskSpec(sources=("apparel",), target="home", label="reviews.sentiment", encoder="tfidf")


@pytest.fixture
def labelled(stored_home: Home) -> RunStore:
    """A store whose only comparison labels rows; its one run failed."""
    store = RunStore(stored_home)
    run_id = store.submit(RunSpec(task=TASK, method="majority"), "labels")
    assert store.claim(run_id, Worker(this_host(), os.getpid(), psutil.Process().create_time()))
    store.end(store.get(run_id), "failed", error="There are no labels to learn from.")
    return store


@pytest.mark.parametrize("name", ["overview", "compare"])
def test_a_comparison_of_labels_is_shown_as_one(open_page: OpenPage, labelled: RunStore, name: str) -> None:
    app = open_page(name)
    assert any("reviews.sentiment" in option for option in app.selectbox(key="param.group").options)
    said = " ".join(part.value for part in (*app.caption, *app.markdown)).replace("\\", "")
    assert "Label reviews.sentiment" in said
    assert "no labels to learn from" in said


@pytest.mark.parametrize("name", ["align", "new_category"])
def test_pages_about_products_offer_no_run_that_labels_rows(
    open_page: OpenPage, labelled: RunStore, name: str
) -> None:
    app = open_page(name)
    assert t("app.empty_runs_text") in [part.value for part in app.markdown]


def test_a_line_of_the_table_has_the_mean_the_gain_and_the_finding() -> None:
    gain = Paired(0.04, 0.01, 0.07, 0.002, 0.1, 0.05, 0.85, 500)
    row = SimpleNamespace(
        method="coral",
        main="accuracy",
        transfers=True,
        metrics={"accuracy": Interval(0.9, 0.87, 0.93)},
        gain=gain,
        gains={"accuracy": gain},
        seconds=3.0,
        run=SimpleNamespace(run_id="r", reason="Aligned."),
    )
    line = label_view._line(row, judge([row], "accuracy"))  # type: ignore[list-item, arg-type]
    assert line["mean"] == 0.9
    assert line["gain_interval"] == "+0.0100 – +0.0700"
    assert line["finding"] == t("compare.finding_better")
