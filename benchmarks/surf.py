"""Object classes, Office-Caltech10 with SURF features: twelve pairs, transductive, with 1-NN as published."""

from pathlib import Path

from benchmarks.label_data import surf
from benchmarks.label_scores import table
from benchmarks.row import Row
from benchmarks.xscene import real


def run(data: Path | None) -> list[Row]:
    """Mean accuracy of every label method without target labels."""
    return table(surf(real(data, "office_caltech_surf").parent), nearest=True)
