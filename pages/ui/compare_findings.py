"""What each gain of a comparison amounts to when all of its methods have been tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.ui.compare_figures import Finding, finding

if TYPE_CHECKING:
    from xscene_core.experiments.comparison import Row


@dataclass(frozen=True)
class Judged:
    """``p`` : two-sided, adjusted by Holm over all transfer methods of the comparison."""

    finding: Finding
    p: float


def judge(rows: Sequence[Row], metric: str) -> dict[str, Judged]:
    """Run id -> what its gain in ``metric`` amounts to, for all ``rows`` of one comparison that have one.

    By the rule of the verdict: a loss is named by its interval alone, for caution needs no correction; a
    gain must outlast Holm's correction, or the luckiest of many methods would be praised. ``auto`` was
    named before the test and bears none.
    """
    from xscene_core.evaluation.statistics import holm
    from xscene_core.experiments.verdict import ALPHA

    able = [row for row in rows if metric in row.gains]
    adjusted = holm([row.gains[metric].p for row in able])
    judged = {}
    for row, p in zip(able, adjusted, strict=True):
        alone = finding(row.gains[metric].low, row.gains[metric].high)
        lucky = alone == "better" and row.method != "auto" and not p <= ALPHA
        judged[row.run.run_id] = Judged("lucky" if lucky else alone, p)
    return judged
