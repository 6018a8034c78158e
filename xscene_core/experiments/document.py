"""A comparison as plain data: for ``--json``, and as a table for a spreadsheet."""

import csv
import io
import math
from typing import Any

from xscene_core.evaluation.statistics import Interval, Paired
from xscene_core.experiments.buckets import Bucket
from xscene_core.experiments.comparison import Comparison, Row
from xscene_core.experiments.verdict import verdict


def document(comparison: Comparison) -> dict[str, Any]:
    """``{"task", "runs", "verdict", ...}``; what is not known is null, never NaN."""
    judged = verdict(comparison)
    return {
        "task": comparison.task.model_dump(mode="json") if comparison.task else {},
        "seeds": list(comparison.seeds),
        "people": comparison.n,
        "runs": [_run(row) for row in comparison.rows],
        "verdict": judged.text(),
        "case": judged.case,
    }


def to_csv(comparison: Comparison) -> bytes:
    """One line per row of the comparison, UTF-8 with signature."""
    lines = [_line(row) for row in comparison.rows]
    columns = list(dict.fromkeys(name for line in lines for name in line))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="")
    writer.writerow({name: _cell(name) for name in columns})
    writer.writerows({name: _cell(value) for name, value in line.items()} for line in lines)
    return out.getvalue().encode("utf-8-sig")


def _run(row: Row) -> dict[str, Any]:
    run, gain = row.run, row.gain
    return {
        "run_id": run.run_id,
        "method": row.method,
        "status": run.status,
        "metrics": {name: _interval(value) for name, value in row.metrics.items()},
        "transfer_gain": {name: _gain(value) for name, value in row.gains.items()},
        "negative_transfer": row.negative_transfer,
        "reason": run.reason or row.error,
        "seconds": _number(row.seconds),
        "peak_mb": _number(row.peak_mb),
        "stands_for": row.stands_for if row.metrics else "",
        "reference": row.reference,
        "reference_runs": list(row.reference_runs),
        "reference_differs": list(row.reference_differs),
        "p": _number(gain.p) if gain else None,
        "p_holm": _number(row.adjusted_p),
        "buckets": [_bucket(bucket) for bucket in row.buckets],
        "params": row.params,
        "error": row.error,
        "device": run.device,
        "added": row.added,
        "run_ids": list(row.run_ids),
        "seeds": [record.spec.task.seed for record in row.runs],
    }


def _interval(value: Interval) -> dict[str, float | None]:
    return {"value": _number(value.value), "low": _number(value.low), "high": _number(value.high)}


def _gain(value: Paired) -> dict[str, float | None]:
    return {
        "value": _number(value.value),
        "low": _number(value.low),
        "high": _number(value.high),
        "p": _number(value.p),
        "better_share": _number(value.better_share),
        "worse_share": _number(value.worse_share),
    }


def _bucket(bucket: Bucket) -> dict[str, Any]:
    shown = {
        "by": bucket.kind,
        "name": bucket.name,
        "from": bucket.low,
        "to": bucket.high,
        "people": bucket.n,
    }
    return {**shown, "gain": _gain(bucket.gain), "hurts": bucket.hurts}


def _line(row: Row) -> dict[str, Any]:
    line: dict[str, Any] = {"method": row.method, "status": row.run.status, "runs": " ".join(row.run_ids)}
    for name, value in row.metrics.items():
        line[name] = value.value
        if not math.isnan(value.low):
            line |= {f"{name} low": value.low, f"{name} high": value.high}
    for name, gain in row.gains.items():
        line |= {f"gain {name}": gain.value, f"gain {name} low": gain.low, f"gain {name} high": gain.high}
    if row.gain is not None:
        line |= {"better share": row.gain.better_share, "worse share": row.gain.worse_share, "p": row.gain.p}
        line |= {"p (Holm)": row.adjusted_p, f"negative transfer ({row.main})": row.negative_transfer}
    line |= {"reference": row.reference, "stands for": row.stands_for if row.metrics else ""}
    line |= {"seconds": row.seconds, "peak MiB": row.peak_mb}
    line |= {f"parameter {name}": value for name, value in row.params.items()}
    return line | {"reason": row.run.reason or row.error}


def _cell(value: Any) -> Any:
    """Numbers as they are; text that a spreadsheet would take for a formula gets an apostrophe in front."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool | int | float):
        return value
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
