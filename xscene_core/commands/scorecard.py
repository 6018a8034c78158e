"""A comparison as text: the table of methods, what it means, and how to see it in the app."""

from typing import Any

from xscene_core.commands.output import duration, interval, table

LABEL = ["accuracy", "balanced_accuracy", "log_score"]
TITLES = {"accuracy": "accuracy", "balanced_accuracy": "balanced", "log_score": "log2 score"}


def scorecard(document: dict[str, Any], k: int = 10) -> str:
    """The text for a comparison document (see ``experiments.document``)."""
    task = document["task"]
    head = f"{' + '.join(task['sources'])} -> {task['target']}" if task else "No task"
    label = bool(task.get("label"))
    if task:
        head += f", label {task['label']}" if label else ""
        head += f", budget {task['budget']}, {task['split']}, encoder {task['encoder']}, seed {task['seed']}"
        head += (
            f", {document.get('people', 0):,} test {'rows' if label else 'people'}"
            if document.get("people")
            else ""
        )
    shown = LABEL if label else [f"ndcg@{k}", f"hr@{k}", "mrr"]
    main = "accuracy" if label else "ndcg@10"
    rows = [_row(run, shown, main) for run in document["runs"]]
    columns = ["run", "method", "status", *(TITLES.get(name, name.upper()) for name in shown)]
    columns += [f"transfer gain {TITLES.get(main, main.upper())}", "", "time", "MiB"]
    notes = [f"  {run['method']}: {run['reason']}" for run in document["runs"] if run.get("reason")]
    parts = [head, "", table(columns, rows), ""]
    if notes:
        parts += ["Why:", *notes, ""]
    return "\n".join([*parts, f"Verdict: {document['verdict']}"])


def _row(run: dict[str, Any], shown: list[str], main: str) -> list[str]:
    metrics = run.get("metrics", {})
    gain = run.get("transfer_gain", {}).get(main)
    seconds, peak = run.get("seconds"), run.get("peak_mb")
    return [
        run["run_id"][:8],
        run["method"] + (" (baseline)" if run.get("added") else ""),
        run["status"],
        *(interval(metrics.get(name)) for name in shown),
        interval(gain, signed=True),
        "NEGATIVE" if run.get("negative_transfer") else "",
        duration(seconds),
        "" if peak is None else f"{peak:,.0f}",
    ]
