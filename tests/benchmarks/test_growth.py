"""How growth is measured: shares of an epoch, the ratio to linear, and a scene from Parquet end to end."""

import time
from argparse import Namespace

import numpy as np
import pytest

from benchmarks import growing, growth
from benchmarks.growing import Until, generated, grown
from xscene_core.errors import Cancelled


def test_time_that_grows_as_the_predictions_do_has_a_ratio_of_one() -> None:
    small = {"predictions": 100.0, "seconds": 2.0}
    assert growth.linear(small, {"predictions": 1600.0, "seconds": 32.0}, "seconds") == pytest.approx(1)
    assert growth.linear(small, {"predictions": 400.0, "seconds": 16.0}, "seconds") == pytest.approx(2)


def test_generated_histories_are_as_long_and_as_skewed_as_is_said() -> None:
    sequences = generated(40_000)
    assert sequences.lengths.min() >= 2
    assert sequences.lengths.max() <= 50
    assert sequences.lengths.mean() == pytest.approx(growing.MEAN, rel=0.05)
    counts = np.bincount(sequences.items, minlength=growing.ITEMS)
    assert counts[:200].sum() > 10 * counts[10_000:10_200].sum()


def test_a_size_is_measured_in_predictions_seconds_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "ITEMS", 300)
    found = grown(800)
    assert found["predictions"] == pytest.approx(found["interactions"] * 7 / 8, rel=0.1)
    assert found["processor_seconds"] > 0
    assert 0 < found["seconds"] < 60
    assert found["peak_mb"] >= found["peak_before_mb"] > 50


def test_a_part_of_an_epoch_is_timed_without_its_first_steps() -> None:
    watcher = Until(0.15)

    def work() -> None:
        for step in range(1000):
            watcher.progress("train", step / 1000)
            time.sleep(0.2 if step < Until.FIRST - 1 else 0.02)

    with pytest.raises(Cancelled):
        work()
    assert 0.15 < watcher.took < 2
    assert 0 < watcher.share < 0.02


def test_a_scene_from_parquet_is_imported_and_trained_for_a_part_of_an_epoch() -> None:
    rows = growth.run(None, Namespace(ten_million=True, rows=3000, seconds=0.4))
    found = {(row.name.rsplit(": ", 1)[1], row.metric): row.value for row in rows}
    assert found["import", "peak MB"] > 50
    assert found["the whole process", "peak MB"] > found["load, encode, split", "peak MiB"] / 2
    projected = [row for row in rows if "projected" in row.metric]
    assert len(projected) == 2
    for row in projected:
        assert "of an epoch trained" in row.name
        assert 0 < row.value < 1
