"""The figures of the Compare page, from plain numbers."""

from types import SimpleNamespace

import numpy as np
import pytest

from pages.ui import compare_view
from pages.ui.compare_buckets import Cell, bucket_map
from pages.ui.compare_costs import cost_plot
from pages.ui.compare_figures import Mark, dot_plot, finding, gain_plot
from xscene_core.evaluation.statistics import Interval
from xscene_core.text import t

MARKS = [
    Mark("dann", 0.01, 0.005, 0.015),
    Mark("fine-tune", 0.03, 0.02, 0.04),
    Mark("popularity", 0.05, 0.04, 0.06, baseline=True),
]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.1, 0.2, "better"),
        (-0.2, -0.1, "worse"),
        (-0.1, 0.1, "open"),
        (0.0, 0.1, "open"),
        (-0.1, 0.0, "open"),
        (0.0, 0.0, "same"),
    ],
)
def test_only_an_interval_wholly_on_one_side_of_zero_is_a_finding(low, high, expected) -> None:
    assert finding(low, high) == expected


def test_an_unknown_interval_is_no_finding() -> None:
    assert finding(float("nan"), float("nan")) == "open"


def test_baselines_stand_below_the_methods_even_where_they_are_better() -> None:
    axis = dot_plot(MARKS, "NDCG@10").layout.yaxis
    places = dict(zip(axis.ticktext, axis.tickvals, strict=True))
    assert places["fine-tune"] < places["dann"] < places["popularity"]
    assert places["popularity"] - places["dann"] > 1


def test_negative_transfer_is_named_in_words_and_in_the_colour_of_harm() -> None:
    marks = [Mark("dann", -0.02, -0.03, -0.01, finding="worse"), Mark("auto", 0.0, -0.01, 0.01)]
    figure = gain_plot(marks, "NDCG@10")
    said = {note.text: note.font.color for note in figure.layout.annotations}
    assert t("compare.finding_worse") in said
    assert said[t("compare.finding_worse")] != said[t("compare.finding_open")]
    assert figure.layout.shapes[0].x0 == figure.layout.shapes[0].x1 == 0


def test_zero_is_always_on_the_axis_of_gains() -> None:
    low, high = gain_plot([Mark("a", 0.5, 0.4, 0.6, finding="better")], "MRR").layout.xaxis.range
    assert low < 0 < high


def test_a_method_without_interval_is_drawn_as_a_point_alone() -> None:
    nan = float("nan")
    figure = dot_plot([Mark("a", 0.1, nan, nan), Mark("b", 0.2, 0.1, 0.3)], "HR@10")
    assert sum(trace.mode == "lines" for trace in figure.data) == 1
    assert np.isfinite(figure.layout.xaxis.range).all()


def test_cells_say_the_gain_the_number_of_people_and_the_finding() -> None:
    cells = [[Cell(0.01, 0.005, 0.02, 120), Cell(-0.01, -0.02, -0.005, 30), None]]
    heat = bucket_map(["auto"], ["1", "2", "3"], cells).data[0]
    assert "▲ +0.0100" in heat.text[0][0]
    assert "n 120" in heat.text[0][0]
    assert "▼ -0.0100" in heat.text[0][1]
    assert heat.text[0][2] == ""
    assert heat.zmin == -heat.zmax


def test_runs_of_equal_cost_and_quality_do_not_share_a_label_place() -> None:
    marks = [Mark(name, 0.1, 0.09, 0.11) for name in ("a", "b", "c")]
    sides = [trace.textposition for trace in cost_plot(marks, [2.0, 2.0, 2.0], "NDCG@10").data]
    assert len(set(sides)) == 3


def test_a_run_that_took_no_time_at_all_is_still_drawn() -> None:
    figure = cost_plot([Mark("a", 0.1, 0.09, 0.11)], [0.0], "NDCG@10")
    assert figure.data[0].x[0] > 0


def test_a_gain_that_is_small_beside_its_uncertainty_stays_pale() -> None:
    map_ = bucket_map(["coral"], ["4+"], [[Cell(0.001, -0.02, 0.022, 40)]]).data[0]
    assert map_.zmax == -map_.zmin == 0.022


def test_a_method_that_kept_a_model_without_a_source_is_not_drawn_as_transfer() -> None:
    mean = {"mrr": Interval(0.1, 0.05, 0.15)}
    rows = [
        SimpleNamespace(
            method="auto", stands_for=chosen, reference="popularity", transfers=True, params={}, metrics=mean,
            run=SimpleNamespace(run_id=chosen),
        )
        for chosen in ("popularity", "fine-tune")
    ]  # fmt: skip
    for row, baseline in zip(rows, (True, False), strict=True):
        (mark,) = compare_view.means([row], "mrr")
        assert mark.name == f"auto ({row.stands_for})"
        assert mark.baseline is baseline
