"""What a progress bar says while a run works."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from pages.ui import new_category_work
from pages.ui.jobs import progress
from xscene_core.experiments.record import RunRecord, Worker
from xscene_core.experiments.spec import RunSpec, TaskSpec
from xscene_core.newcategory.desk import Status
from xscene_core.text import t

SPEC = RunSpec(task=TaskSpec(sources=("apparel",), target="home"), method="coral")


def running(**state: Any) -> RunRecord:
    known = {"started": 100.0, "stage": "adapt", "fraction": 0.5} | state
    return RunRecord("r", SPEC, "running", "g", 90.0, Path("f"), Path("l"), **known)


def test_the_bar_is_of_the_whole_run_where_its_length_is_known_and_survives_a_new_stage() -> None:
    share, words = progress(running(seconds_left=30.0, fraction=0.0), now=110.0)
    assert share == 0.25
    assert "25%" in words
    assert t("adapt.left", time="30 s") in words


def test_a_bar_of_a_stage_says_that_it_is_one() -> None:
    share, words = progress(running(), now=110.0)
    assert share == 0.5
    assert words == t("adapt.doing_stage", stage=t("adapt.stage_adapt"), share="50%")
    assert t("adapt.left_stage", time="4 s") in progress(running(stage_seconds_left=4.0), now=110.0)[1]


def test_before_the_first_stage_it_says_what_takes_so_long() -> None:
    assert progress(running(stage="", fraction=0.0), now=101.0) == (0.0, t("adapt.starting"))


def test_a_run_that_was_asked_to_stop_says_so() -> None:
    assert t("adapt.stopping") in progress(running(cancelling=True), now=101.0)[1]


def test_an_answer_at_work_says_what_is_left_of_all_or_of_the_stage() -> None:
    at_work = Status("running", "appeal", 0.5, worker=Worker("here", 1, started=100.0))
    assert new_category_work.progress(at_work, 110.0)[1] == t("new_category.stage_appeal")
    share, words = new_category_work.progress(replace(at_work, seconds_left=30.0), 110.0)
    assert share == 0.25
    assert t("adapt.left", time="30 s") in words
    assert (
        t("adapt.left_stage", time="4 s")
        in new_category_work.progress(replace(at_work, stage_seconds_left=4.0), 110.0)[1]
    )
    assert (
        t("new_category.stage_start") in new_category_work.progress(Status("running", "unheard of"), 1.0)[1]
    )
