"""Review sentiment, the files of Ganin et al. (2016): twelve pairs, tested on the target's own test files."""

from pathlib import Path

from benchmarks.label_data import ganin
from benchmarks.label_scores import table
from benchmarks.row import Row
from benchmarks.xscene import real


def run(data: Path | None) -> list[Row]:
    """Mean accuracy of every label method without target labels."""
    return table(ganin(real(data, "sentiment_blitzer").parent))
