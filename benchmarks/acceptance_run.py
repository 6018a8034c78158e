"""Time and memory of one real comparison: Beauty from Sports and Toys, 10 % of the people, eight methods.

Everything counts: interpreter start, the command line, the queue and every worker process.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.process import measure
from benchmarks.row import Row
from benchmarks.xscene import ROOT, command, environment, real
from xscene_core.errors import WorkError
from xscene_core.home import Home

METHODS = "auto,popularity,content,item-knn,target-only,fine-tune,coral,dann"
LIMIT = 4 * 3600.0


def run(data: Path | None) -> list[Row]:
    """Import and comparison, then the scorecard of each method."""
    folder = real(data, "amazon2014_beauty_sports_toys")
    with TemporaryDirectory(prefix="xscene-bench-") as temporary:
        home = Home.resolve(temporary)
        importing = command(home, "scenes", "import", str(folder))
        importing += ["--scene-column", "domain", "--order-column", "position", "--map", "title=keyword_text"]
        imported = measure(importing, home=home.path, cwd=ROOT, environment=environment(), limit=LIMIT)
        comparing = command(home, "run", "--source", "Sports_and_Outdoors", "--source", "Toys_and_Games")
        comparing += ["--target", "Beauty", "--budget", "10%", "--method", METHODS, "--json"]
        compared = measure(comparing, home=home.path, cwd=ROOT, environment=environment(), limit=LIMIT)
    rows = [
        Row("import of three scenes", "seconds", imported.seconds, seconds=imported.seconds),
        Row("import of three scenes", "peak MB", imported.peak_mb, seconds=imported.seconds),
        Row("run of eight methods", "seconds", compared.seconds, seconds=compared.seconds),
        Row("run of eight methods", "peak MB", compared.peak_mb, seconds=compared.seconds),
    ]
    return rows + scorecard(json.loads(compared.output))


def scorecard(document: dict[str, Any]) -> list[Row]:
    """NDCG@10, HR@10, transfer gain, time and memory of each run of a ``run --json`` document.

    Raises
    ------
    WorkError : a run did not finish.
    """
    rows = []
    for run_ in document["runs"]:
        if run_["status"] != "finished":
            raise WorkError(f"{run_['method']} ended as {run_['status']}: {run_.get('reason')}")
        for name in ("ndcg@10", "hr@10"):
            value = run_["metrics"][name]
            rows.append(
                Row(run_["method"], name, value["value"], value["low"], value["high"], run_["seconds"])
            )
        gain = (run_.get("transfer_gain") or {}).get("ndcg@10")
        if gain:
            rows.append(Row(run_["method"], "ndcg@10 gain", gain["value"], gain["low"], gain["high"]))
        if run_.get("peak_mb"):
            rows.append(Row(run_["method"], "worker peak MB", run_["peak_mb"], seconds=run_["seconds"]))
    return rows
