"""One measured number, and how a benchmark's numbers are printed."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One measured number.

    name : what was measured, with the conditions that matter (scene, fit data, ties, size).
    metric : what the number is, with its unit where it has one ("ndcg@10", "peak MB", "ratio").
    low, high : 95 % interval, or for repeated timings the smallest and largest; None where there is none.
    seconds : wall-clock time it took to get the number, None where that means nothing.
    """

    name: str
    metric: str
    value: float
    low: float | None = None
    high: float | None = None
    seconds: float | None = None


def as_json(benchmark: str, rows: Sequence[Row]) -> str:
    """One JSON document; numbers that do not exist are null."""
    plain = [
        {key: None if isinstance(v, float) and not math.isfinite(v) else v for key, v in asdict(row).items()}
        for row in rows
    ]
    return json.dumps({"benchmark": benchmark, "rows": plain}, ensure_ascii=False, indent=2)


def as_markdown(benchmark: str, rows: Sequence[Row]) -> str:
    """A table with one line per number."""
    lines = [
        f"### {benchmark}",
        "",
        "| name | metric | value | low | high | seconds |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for row in rows:
        numbers = " | ".join(_number(v) for v in (row.value, row.low, row.high, row.seconds))
        lines.append(f"| {row.name} | {row.metric} | {numbers} |")
    return "\n".join(lines)


def _number(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return ""
    return f"{value:.4f}" if abs(value) < 10 else f"{value:,.1f}"
