"""What the run over every method reports, and that it notices a method that is missing."""

import math
from typing import Any

import pytest

from benchmarks import every_method
from benchmarks.every_method import TRIALS, row, tried
from xscene_core.errors import WorkError
from xscene_core.home import Home
from xscene_core.transfer.method import methods

LABEL = next(trial for trial in TRIALS if trial.name == "sample label")


def finished(name: str) -> dict[str, Any]:
    accuracy = {"value": 0.7, "low": 0.6, "high": 0.8}
    return {
        "method": name,
        "run_id": name,
        "status": "finished",
        "metrics": {"accuracy": accuracy},
        "seconds": 3.0,
    }


def answering(monkeypatch: pytest.MonkeyPatch, missing: str) -> list[tuple[str, ...]]:
    """Commands are written down and answered as if they had run every method, ``missing`` left out of
    comparisons."""
    asked: list[tuple[str, ...]] = []

    def document(home: Home, *words: str) -> dict[str, Any]:
        asked.append(words)
        names = [name for name in methods("label") if words[0] == "run" or name != missing]
        return {"runs": [finished(name) for name in names]}

    monkeypatch.setattr(every_method, "document", document)
    return asked


def test_every_method_of_the_registry_is_run_and_compared(
    monkeypatch: pytest.MonkeyPatch, home: Home
) -> None:
    asked = answering(monkeypatch, missing="")
    rows = tried(home, LABEL)
    assert [row_.name.removeprefix("sample label: ") for row_ in rows] == list(methods("label"))
    assert asked[0][-1].split(",") == list(methods("label"))
    assert asked[1] == ("compare", *methods("label"))


def test_a_method_that_the_comparison_does_not_show_is_an_error(
    monkeypatch: pytest.MonkeyPatch, home: Home
) -> None:
    answering(monkeypatch, missing="coral")
    with pytest.raises(WorkError, match="does not show coral"):
        tried(home, LABEL)


def test_a_run_that_failed_has_no_number_and_its_reason_is_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    failed = {"method": "coral", "status": "failed", "error": "no such luck", "metrics": {}}
    assert math.isnan(row("task", "accuracy", failed).value)
    assert "no such luck" in capsys.readouterr().err
    assert row("task", "accuracy", finished("coral")).low == 0.6
