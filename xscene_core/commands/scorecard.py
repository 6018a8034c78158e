"""A comparison as text: the table of methods, what it means, and how to see it in the app."""

from typing import Any

from xscene_core.commands.output import duration, interval, table


def scorecard(document: dict[str, Any], k: int = 10) -> str:
    """The text for a comparison document (see ``experiments.document``)."""
    task = document["task"]
    head = f"{' + '.join(task['sources'])} -> {task['target']}" if task else "No task"
    if task:
        head += f", budget {task['budget']}, {task['split']}, encoder {task['encoder']}, seed {task['seed']}"
        head += f", {document.get('people', 0):,} test people" if document.get("people") else ""
    rows = [_row(run, k) for run in document["runs"]]
    columns = [
        "run",
        "method",
        "status",
        f"NDCG@{k}",
        f"HR@{k}",
        "MRR",
        "transfer gain NDCG@10",
        "",
        "time",
        "MiB",
    ]
    notes = [f"  {run['method']}: {run['reason']}" for run in document["runs"] if run.get("reason")]
    parts = [head, "", table(columns, rows), ""]
    if notes:
        parts += ["Why:", *notes, ""]
    return "\n".join([*parts, f"Verdict: {document['verdict']}"])


def _row(run: dict[str, Any], k: int) -> list[str]:
    metrics = run.get("metrics", {})
    gain = run.get("transfer_gain", {}).get("ndcg@10")
    seconds, peak = run.get("seconds"), run.get("peak_mb")
    return [
        run["run_id"][:8],
        run["method"] + (" (baseline)" if run.get("added") else ""),
        run["status"],
        interval(metrics.get(f"ndcg@{k}")),
        interval(metrics.get(f"hr@{k}")),
        interval(metrics.get("mrr")),
        interval(gain, signed=True),
        "NEGATIVE" if run.get("negative_transfer") else "",
        duration(seconds),
        "" if peak is None else f"{peak:,.0f}",
    ]
