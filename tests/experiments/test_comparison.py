import csv
import io
import json
from types import SimpleNamespace

import numpy as np
import pytest

from tests.experiments.comparison_cases import TASK, Shelf, better, ranks_of, worse
from xscene_core.errors import InputError, WorkError
from xscene_core.evaluation.ranking import metric
from xscene_core.evaluation.statistics import bootstrap_mean, holm, paired_difference
from xscene_core.experiments import references
from xscene_core.experiments.comparison import compare
from xscene_core.experiments.spec import TaskSpec

RANKS = ranks_of()


class Known:
    """A registry entry as far as comparisons look at it."""

    def __init__(self, family, reference=None, **defaults):
        self.family, self.reference, self.defaults = family, reference, defaults

    def check(self, params):
        full = {**self.defaults, **params}
        return SimpleNamespace(model_dump=lambda mode: full)


REGISTRY = {
    "popularity": Known("baseline"),
    "content": Known("baseline"),
    "target-only": Known("baseline", None, epochs=5, width=64),
    "fine-tune": Known("schedule", "target-only", epochs=5, width=64, penalty=0.1),
    "coral": Known("feature", "target-only", epochs=5, width=64),
    "auto": Known("chooser", "target-only"),
}


@pytest.fixture(autouse=True)
def _registry(monkeypatch):
    monkeypatch.setattr(references, "_method", REGISTRY.get)


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path)


def row_of(comparison, method):
    return next(row for row in comparison.rows if row.method == method)


def test_metrics_carry_the_intervals_of_the_people(shelf):
    run = shelf.add("content", RANKS, metrics={"coverage@10": 0.4})
    row = compare(shelf, [run]).rows[0]
    alone = bootstrap_mean(metric("ndcg@10", RANKS))
    assert row.metrics["ndcg@10"].value == pytest.approx(alone.value)
    assert row.metrics["ndcg@10"].low == pytest.approx(alone.low)
    assert row.metrics["recall@10"] == row.metrics["hr@10"]
    assert row.metrics["coverage@10"].value == 0.4
    assert np.isnan(row.metrics["coverage@10"].low)


def test_the_gain_is_the_paired_difference_to_the_same_model_without_the_source(shelf):
    base, tuned = shelf.add("target-only", RANKS), shelf.add("fine-tune", better(RANKS))
    row = row_of(compare(shelf, [tuned, base]), "fine-tune")
    alone = paired_difference(metric("ndcg@10", better(RANKS)), metric("ndcg@10", RANKS))
    assert row.reference == "target-only"
    assert row.gain.value == pytest.approx(alone.value)
    assert (row.gain.low, row.gain.high) == pytest.approx((alone.low, alone.high))
    assert row.gain.p == alone.p
    assert row.gain.better_share == alone.better_share
    assert row.negative_transfer is False


def test_a_loss_with_its_whole_interval_below_zero_is_negative_transfer(shelf):
    base, tuned = shelf.add("target-only", RANKS), shelf.add("fine-tune", worse(RANKS))
    assert row_of(compare(shelf, [tuned, base]), "fine-tune").negative_transfer is True


def test_baselines_have_no_gain_and_no_negative_transfer(shelf):
    row = compare(shelf, [shelf.add("target-only", RANKS)]).rows[0]
    assert row.gains == {}
    assert row.negative_transfer is None
    assert row.adjusted_p is None


def test_p_values_are_adjusted_over_the_transfer_methods(shelf):
    runs = [
        shelf.add("target-only", RANKS),
        shelf.add("fine-tune", better(RANKS, 0.05)),
        shelf.add("coral", worse(RANKS, 0.01)),
    ]
    rows = [row for row in compare(shelf, runs).rows if row.gain]
    assert [row.adjusted_p for row in rows] == holm([row.gain.p for row in rows])


def test_baselines_of_the_task_are_in_the_table_even_when_not_asked_for(shelf):
    shelf.add("popularity", worse(RANKS))
    shelf.add("target-only", RANKS)
    tuned = shelf.add("fine-tune", better(RANKS))
    comparison = compare(shelf, [tuned])
    assert [(row.method, row.added) for row in comparison.rows] == [
        ("fine-tune", False),
        ("target-only", True),
        ("popularity", True),
    ]
    assert len(compare(shelf, [tuned], with_baselines=False).rows) == 1
    assert compare(shelf, [tuned], with_baselines=False).rows[0].gain is not None


def test_the_reference_with_the_same_parameters_is_preferred(shelf):
    same = shelf.add("target-only", RANKS, params={"epochs": 9})
    shelf.add("target-only", worse(RANKS))
    tuned = shelf.add("fine-tune", better(RANKS), params={"epochs": 9})
    row = row_of(compare(shelf, [tuned]), "fine-tune")
    assert row.reference_runs == (same,)
    assert row.reference_differs == ()


def test_a_reference_that_differs_in_more_than_the_source_is_named(shelf):
    shelf.add("target-only", RANKS)
    tuned = shelf.add("fine-tune", better(RANKS), params={"epochs": 9})
    assert row_of(compare(shelf, [tuned]), "fine-tune").reference_differs == ("epochs",)


def test_with_no_target_data_the_reference_is_content_similarity(shelf):
    task = TASK.model_copy(update={"budget": "0"})
    shelf.add("content", RANKS, task=task)
    tuned = shelf.add("fine-tune", better(RANKS), task=task)
    assert row_of(compare(shelf, [tuned]), "fine-tune").reference == "content"


def test_auto_is_measured_against_the_baseline_it_named(shelf):
    shelf.add("target-only", RANKS)
    content = shelf.add("content", worse(RANKS, 0.1))
    auto = shelf.add("auto", better(RANKS), reference="content", stands_for="fine-tune")
    row = row_of(compare(shelf, [auto]), "auto")
    assert row.reference_runs == (content,)
    assert row.stands_for == "fine-tune"


def test_an_abstention_gains_exactly_nothing(shelf):
    shelf.add("content", RANKS)
    auto = shelf.add("auto", RANKS, reference="content", stands_for="content")
    row = row_of(compare(shelf, [auto]), "auto")
    assert (row.gain.value, row.gain.low, row.gain.high, row.gain.p) == (0.0, 0.0, 0.0, 1.0)
    assert row.negative_transfer is False


def test_without_its_reference_a_method_has_no_gain(shelf):
    row = compare(shelf, [shelf.add("fine-tune", RANKS)]).rows[0]
    assert row.gain is None
    assert row.negative_transfer is None


@pytest.mark.parametrize("status", ["queued", "running", "failed", "cancelled", "lost"])
def test_a_run_without_a_result_is_a_row_with_its_status(shelf, status):
    run = shelf.add("fine-tune", status=status, error="It ran out of memory.")
    row = compare(shelf, [run]).rows[0]
    assert row.run.status == status
    assert row.metrics == {}
    assert row.error == "It ran out of memory."


@pytest.mark.parametrize("damage", ["missing", "cut", "no numbers"])
def test_a_finished_run_with_damaged_ranks_is_a_row_with_a_sentence(shelf, damage):
    good = shelf.add("target-only", RANKS)
    bad = shelf.add("fine-tune", np.full(400, np.nan) if damage == "no numbers" else RANKS)
    file = shelf.get(bad).folder / "ranks.parquet"
    if damage == "missing":
        file.unlink()
    elif damage == "cut":
        file.write_bytes(file.read_bytes()[:100])
    row = row_of(compare(shelf, [good, bad]), "fine-tune")
    assert row.metrics == {}
    assert "ranks of this run" in row.error
    assert row_of(compare(shelf, [good, bad]), "target-only").metrics


def test_runs_of_different_tasks_are_refused_with_what_differs(shelf):
    one = shelf.add("content", RANKS)
    other = shelf.add("content", RANKS, task=TASK.model_copy(update={"budget": "10%"}))
    with pytest.raises(InputError, match=r"budget 30 and budget 10%"):
        compare(shelf, [one, other])
    changed = shelf.add("content", RANKS, task=TASK.model_copy(update={"fingerprints": (("apparel", "x"),)}))
    with pytest.raises(InputError, match="other content of the same scenes"):
        compare(shelf, [one, changed])


def test_finished_runs_about_different_people_are_refused(shelf):
    one = shelf.add("content", RANKS)
    other = shelf.add("target-only", RANKS, people=[f"v{k}" for k in range(400)])
    with pytest.raises(WorkError, match="different people"):
        compare(shelf, [one, other])


def test_an_unknown_run_is_the_stores_sentence(shelf):
    with pytest.raises(InputError, match="There is no run"):
        compare(shelf, ["nowhere"])


def test_nothing_to_compare_is_an_empty_comparison(shelf):
    document = compare(shelf, []).document()
    assert document["runs"] == []
    assert document["verdict"]


def test_only_parameters_that_differ_are_shown(shelf):
    runs = [
        shelf.add("target-only", RANKS),
        shelf.add("fine-tune", RANKS, params={"penalty": 0.5}),
        shelf.add("fine-tune", better(RANKS)),
    ]
    rows = compare(shelf, runs).rows
    assert [row.params for row in rows] == [{}, {"penalty": 0.5}, {"penalty": 0.1}]


def test_several_seeds_become_one_row_with_a_wider_interval(shelf):
    tasks = [TASK.model_copy(update={"seed": seed}) for seed in (0, 1, 2)]
    shift = [0.0, 0.15, 0.45]
    runs = []
    for task, share in zip(tasks, shift, strict=True):
        runs += [
            shelf.add("target-only", RANKS, task=task),
            shelf.add("fine-tune", better(RANKS, share), task=task),
        ]
    comparison = compare(shelf, runs)
    row = row_of(comparison, "fine-tune")
    assert comparison.seeds == (0, 1, 2)
    assert len(comparison.rows) == 2
    assert len(row.run_ids) == 3
    singles = [
        row_of(compare(shelf, [run]), "fine-tune").gain
        for run in runs
        if shelf.get(run).spec.method == "fine-tune"
    ]
    assert row.gain.value == pytest.approx(np.mean([gain.value for gain in singles]))
    assert row.gain.high - row.gain.low > singles[2].high - singles[2].low
    assert row.gain.low <= 0.3 * row.gain.value  # a resample may draw the first seed three times


def test_equal_seeds_give_the_interval_of_one(shelf):
    runs = []
    for seed in (0, 1):
        task = TASK.model_copy(update={"seed": seed})
        runs += [shelf.add("target-only", RANKS, task=task), shelf.add("fine-tune", better(RANKS), task=task)]
    both, one = (
        row_of(compare(shelf, runs), "fine-tune").gain,
        row_of(compare(shelf, runs[:2]), "fine-tune").gain,
    )
    assert (both.value, both.low, both.high) == pytest.approx((one.value, one.low, one.high))


def test_the_document_has_the_agreed_fields_and_no_nan(shelf):
    shelf.add("target-only", RANKS, metrics={"coverage@10": 0.5})
    runs = [shelf.add("fine-tune", better(RANKS)), shelf.add("coral", status="failed", error="No.")]
    document = compare(shelf, runs).document()
    text = json.dumps(document, allow_nan=False)
    assert {"task", "runs", "verdict"} <= set(json.loads(text))
    fields = {
        "run_id", "method", "status", "metrics", "transfer_gain", "negative_transfer", "reason", "seconds",
        "peak_mb",
    }  # fmt: skip
    assert all(fields <= set(run) for run in document["runs"])
    assert set(document["runs"][0]["metrics"]["ndcg@10"]) == {"value", "low", "high"}
    assert document["runs"][0]["transfer_gain"]["ndcg@10"]["low"] > 0
    assert document["runs"][2]["metrics"]["coverage@10"] == {"value": 0.5, "low": None, "high": None}
    assert document["task"] == TaskSpec.model_validate(document["task"]).model_dump(mode="json")


def test_one_test_person_gives_null_intervals(shelf):
    runs = [shelf.add("target-only", [3.0]), shelf.add("fine-tune", [1.0])]
    gain = compare(shelf, runs).document()["runs"][1]
    assert gain["transfer_gain"]["ndcg@10"]["low"] is None
    assert gain["negative_transfer"] is None


def test_the_csv_opens_in_a_spreadsheet_and_runs_no_formula(shelf):
    shelf.add("target-only", RANKS)
    run = shelf.add("fine-tune", worse(RANKS), reason='=HYPERLINK("http://x")')
    data = compare(shelf, [run]).to_csv()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0]["reason"].startswith("'=")
    assert float(rows[0]["gain ndcg@10"]) < 0
    assert not any(cell[:1] in "=@" for row in rows for cell in row.values() if cell)


def test_the_same_comparison_twice_is_the_same_to_the_last_digit(shelf):
    runs = [shelf.add("target-only", RANKS), shelf.add("fine-tune", better(RANKS))]
    assert compare(shelf, runs).document() == compare(shelf, runs).document()


def test_any_two_rows_can_be_compared(shelf):
    comparison = compare(shelf, [shelf.add("content", RANKS), shelf.add("popularity", worse(RANKS))])
    assert comparison.difference(comparison.rows[0], comparison.rows[1]).low > 0
