"""How measurements are started, taken and printed."""

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.__main__ import main, names
from benchmarks.plain_sasrec import PlainSASRec, padded_rows, train, train_trimmed
from benchmarks.process import measure
from benchmarks.row import Row, as_json, as_markdown
from benchmarks.xscene import environment
from xscene_core.errors import WorkError
from xscene_core.scenes.sequences import Sequences

ROWS = [Row("a", "ndcg@10", 0.5, 0.4, 0.6, 12.0), Row("b", "ratio", float("nan"))]


def sequences(*choices: list[int]) -> Sequences:
    lengths = [len(of_one) for of_one in choices]
    people = np.array([f"u{k}" for k in range(len(choices))], dtype=object)
    flat = np.array([item for of_one in choices for item in of_one], dtype=np.int32)
    return Sequences(people, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), flat)


def test_an_unknown_name_lists_the_known_ones_and_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["speed"]) == 2
    said = capsys.readouterr().err
    assert all(name in said for name in names())


def test_no_name_ends_with_2() -> None:
    assert main([]) == 2


def test_a_data_folder_that_is_not_there_ends_with_2_and_a_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["acceptance-run", "--data", "/nowhere"]) == 2
    assert "/nowhere" in capsys.readouterr().err


def test_data_without_the_set_ends_with_2_and_names_the_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["in-scene", "--data", str(tmp_path)]) == 2
    assert "amazon2014_beauty_sports_toys" in capsys.readouterr().err


def test_json_has_the_agreed_shape_and_no_nan() -> None:
    document = json.loads(as_json("x", ROWS), parse_constant=lambda name: pytest.fail(name))
    assert document["benchmark"] == "x"
    assert all(set(row) == {"name", "metric", "value", "low", "high", "seconds"} for row in document["rows"])
    assert document["rows"][1]["value"] is None


def test_markdown_has_one_line_per_row() -> None:
    lines = as_markdown("x", ROWS).splitlines()
    assert lines[-2] == "| a | ndcg@10 | 0.5000 | 0.4000 | 0.6000 | 12.0 |"
    assert lines[-1] == "| b | ratio |  |  |  |  |"


def test_memory_of_child_processes_counts(tmp_path: Path) -> None:
    child = "import time; block = bytearray(120_000_000); time.sleep(1.5)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    measured = measure(
        [sys.executable, "-c", parent], home=tmp_path, cwd=tmp_path, environment=environment(), limit=60
    )
    assert measured.peak_mb > 120
    assert measured.seconds >= 1.5


def test_a_command_that_fails_is_an_error_with_its_words(tmp_path: Path) -> None:
    with pytest.raises(WorkError, match="no such luck"):
        measure(
            [sys.executable, "-c", "import sys; sys.exit('no such luck')"],
            home=tmp_path, cwd=tmp_path, environment=environment(), limit=60,
        )  # fmt: skip


def test_a_command_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(WorkError, match="more than 1 s"):
        measure(
            [sys.executable, "-c", "import time; time.sleep(60)"],
            home=tmp_path, cwd=tmp_path, environment=environment(), limit=1,
        )  # fmt: skip


@pytest.mark.parametrize("learn", [train, train_trimmed])
def test_plain_reference_loop_learns_a_fixed_order(learn: Any) -> None:
    import torch

    torch.manual_seed(0)
    walks = sequences(*([(start + step) % 12 for step in range(6)] for start in list(range(12)) * 4))
    model = PlainSASRec(12, dim=32, layers=1, heads=2, length=8, dropout=0.0)
    rows, optimiser = padded_rows(walks, 8, 12), torch.optim.Adam(model.parameters(), lr=1e-3)
    first = float(model.loss(torch.from_numpy(rows)).detach())
    for epoch in range(60):
        learn(model, optimiser, rows, size=16, seed=epoch)
    last = float(model.loss(torch.from_numpy(rows)).detach())
    assert abs(first - math.log(12)) < 0.3
    assert last < 0.5 * first
