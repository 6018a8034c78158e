"""Any labelled table with several domains: which rows are asked, and what cannot be used."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.__main__ import main
from benchmarks.labels import domain_pairs, read
from xscene_core.errors import InputError
from xscene_core.transfer.labels.views import HELD_BACK

COLUMNS = ["words", "mood", "place"]


def table(folder: Path, split: list[str] | None = None) -> Path:
    """Sixty rows of two domains."""
    count = np.arange(60)
    frame = pd.DataFrame({"words": [f"good thing {k}" if k % 2 else f"bad thing {k}" for k in count]})
    frame["mood"], frame["place"] = count % 2, np.where(count < 30, "a", "b")
    if split:
        frame["part"] = [split[k % len(split)] for k in count // 2]
    file = folder / "table.csv"
    frame.to_csv(file, index=False)
    return file


def test_without_a_split_every_target_row_is_seen_unlabelled_and_asked(tmp_path: Path) -> None:
    found = list(domain_pairs(read(table(tmp_path), COLUMNS, None)))
    assert [pair.name for pair in found] == ["a->b", "b->a"]
    for pair in found:
        assert len(pair.answers) == len(pair.view.target) == 30
        assert (pair.view.target.labels == HELD_BACK).all()
        assert (pair.view.source.labels != HELD_BACK).all()
        assert pair.known is None


@pytest.mark.parametrize("split", [["train", "dev", "Test"], ["train", "train", "dev"]])
def test_rows_of_test_are_asked_or_else_those_that_are_not_of_train(tmp_path: Path, split: list[str]) -> None:
    for pair in domain_pairs(read(table(tmp_path, split), COLUMNS, "part")):
        assert len(pair.answers) == 10
        assert len(pair.view.target) == 20
        assert pair.known is not None


@pytest.mark.parametrize("split", [["test"], ["train"], ["dev", "valid"]])
def test_a_split_that_does_not_say_which_rows_are_asked_is_refused(tmp_path: Path, split: list[str]) -> None:
    with pytest.raises(InputError, match="does not say which rows are asked"):
        read(table(tmp_path, split), COLUMNS, "part")


def test_the_command_prints_the_methods_that_were_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--text", "words", "--label", "mood", "--domain", "place", "--methods", "majority,source-only"]
    assert main(["labels", "--table", str(table(tmp_path)), *words]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("| source-only | mean_accuracy | 100.0") for line in lines)
    assert main(["labels", "--table", str(tmp_path / "none.csv"), *words]) == 2
