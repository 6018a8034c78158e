"""Review sentiment with 400 features: twelve pairs, transductive."""

from pathlib import Path

from benchmarks.label_data import amazon400
from benchmarks.label_scores import table
from benchmarks.row import Row
from benchmarks.xscene import real


def run(data: Path | None) -> list[Row]:
    """Mean accuracy of every label method without target labels."""
    return table(amazon400(real(data, "amazon400").parent))
