"""Time estimates rest on real runs of similar size, or say that there are none."""

from pathlib import Path

import pytest

from xscene_core.experiments.estimate import estimate
from xscene_core.experiments.record import RunRecord
from xscene_core.experiments.spec import RunSpec, TaskSpec

SIZES = {"small": 1_000, "similar": 1_500, "huge": 90_000, "target": 1_000}


def task(source: str = "small", encoder: str = "tfidf") -> TaskSpec:
    return TaskSpec(sources=(source,), target="target", encoder=encoder)


def run(method: str, seconds: float, of: TaskSpec, status: str = "finished") -> RunRecord:
    spec = RunSpec(task=of, method=method)
    return RunRecord("id", spec, status, "group", 0.0, Path(), Path(), seconds=seconds)  # type: ignore[arg-type]


def test_is_unknown_until_every_method_has_a_comparable_run() -> None:
    guess = estimate(task(), ["coral", "dann"], [run("coral", 5, task())], SIZES, 2)
    assert guess.seconds is None
    assert guess.unknown == ("dann",)


def test_takes_the_median_of_runs_of_similar_size_and_the_same_encoder() -> None:
    others = [
        run("coral", 4, task()),
        run("coral", 6, task("similar")),
        run("coral", 8, task("similar")),
        run("coral", 900, task("huge")),
        run("coral", 900, task(encoder="minilm")),
        run("coral", 900, task(), status="failed"),
    ]
    guess = estimate(task(), ["coral"], others, SIZES, 2)
    assert guess.seconds == pytest.approx(6)
    assert guess.runs == 3


def test_spreads_methods_over_workers_but_never_below_the_longest() -> None:
    finished = [run("a", 10, task()), run("b", 10, task()), run("c", 30, task())]
    assert estimate(task(), ["a", "b", "c"], finished, SIZES, 1).seconds == pytest.approx(50)
    assert estimate(task(), ["a", "b", "c"], finished, SIZES, 2).seconds == pytest.approx(30)
