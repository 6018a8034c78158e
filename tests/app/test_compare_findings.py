"""What a gain is called when several methods were tried."""

from types import SimpleNamespace
from typing import Any

from pages.ui.compare_findings import judge
from xscene_core.evaluation.statistics import Paired


def row(method: str, low: float, high: float, p: float) -> Any:
    gain = Paired((low + high) / 2, low, high, p, 0.5, 0.3, 0.2, 500)
    return SimpleNamespace(method=method, run=SimpleNamespace(run_id=method), gains={"ndcg@10": gain})


def called(*rows: Any) -> dict[str, str]:
    return {name: judged.finding for name, judged in judge(rows, "ndcg@10").items()}


def test_a_gain_that_does_not_outlast_the_correction_is_not_called_help() -> None:
    alone = called(row("coral", 0.001, 0.02, 0.03))
    assert alone == {"coral": "better"}
    several = called(row("coral", 0.001, 0.02, 0.03), row("dann", -0.01, 0.01, 0.8))
    assert several == {"coral": "lucky", "dann": "open"}


def test_a_gain_that_is_sure_stays_help_among_many() -> None:
    many = [row(f"method-{k}", -0.01, 0.01, 0.9) for k in range(8)]
    assert called(row("fine-tune", 0.01, 0.03, 0.0005), *many)["fine-tune"] == "better"


def test_harm_is_named_without_any_correction() -> None:
    harm = row("dann", -0.02, -0.001, 0.04)
    assert called(harm, *[row(f"method-{k}", -0.01, 0.01, 0.9) for k in range(8)])["dann"] == "worse"


def test_auto_was_named_before_the_test_and_bears_no_correction() -> None:
    assert called(row("auto", 0.001, 0.02, 0.03), row("dann", -0.01, 0.01, 0.8))["auto"] == "better"


def test_what_has_no_gain_in_this_metric_is_left_out() -> None:
    assert judge([row("coral", 0.001, 0.02, 0.03)], "mrr") == {}
