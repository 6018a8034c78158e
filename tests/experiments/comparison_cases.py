"""A small run store on disk for tests of comparisons: real records, real rank files, methods of their own."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from xscene_core.errors import InputError
from xscene_core.experiments.record import RunRecord
from xscene_core.experiments.spec import RunSpec, TaskSpec

TASK = TaskSpec(sources=("apparel",), target="jewelry", budget="30")


@dataclass
class Shelf:
    """Stands where the run store stands."""

    folder: Path
    records: dict[str, RunRecord] = field(default_factory=dict)

    def get(self, run_id):
        if run_id not in self.records:
            raise InputError(f"There is no run {run_id!r}")
        return self.records[run_id]

    def list(self, status=None, task_key=None, *, limit=200):
        return [
            record
            for record in reversed(self.records.values())
            if status in (None, record.status) and task_key in (None, record.spec.task.key)
        ][:limit]

    def add(
        self, method, ranks=None, *, task=TASK, params=None, history=None, seen=None, people=None, **more
    ):
        """A finished run with these ranks; ``status`` and other fields of the record may be given."""
        number = len(self.records)
        folder = self.folder / f"run{number}"
        folder.mkdir()
        if ranks is not None:
            n = len(ranks)
            pd.DataFrame(
                {
                    "user_id": people if people is not None else [f"u{k}" for k in range(n)],
                    "item_id": [f"i{k % 7}" for k in range(n)],
                    "rank": np.asarray(ranks, dtype=np.float64),
                    "history": np.asarray(
                        history if history is not None else 1 + np.arange(n) % 14, dtype=np.int32
                    ),
                    "seen": np.asarray(seen if seen is not None else np.arange(n) % 10, dtype=np.int64),
                }
            ).to_parquet(folder / "ranks.parquet")
        record = RunRecord(
            run_id=f"run{number}",
            spec=RunSpec(task=task, method=method, params=params or {}),
            status="finished",
            group="g",
            created=float(number),
            folder=folder,
            log=folder / "worker.log",
            stands_for=method,
            seconds=2.0,
            peak_mb=300.0,
        )
        self.records[record.run_id] = replace(record, **more)
        return record.run_id


def worse(ranks, share=0.3, seed=0):
    """The same ranks, pushed out of the first ten for a share of the people."""
    random = np.random.default_rng(seed)
    return np.where(random.random(len(ranks)) < share, ranks + 40, ranks)


def better(ranks, share=0.3, seed=0):
    """The same ranks, improved to 2 for a share of the people."""
    random = np.random.default_rng(seed)
    return np.where(random.random(len(ranks)) < share, np.minimum(ranks, 2), ranks)


def ranks_of(n=400, seed=0):
    """Ranks as a fair method has them: many beyond ten, some within."""
    return np.ceil(np.random.default_rng(seed).pareto(0.6, n) * 8 + 0.01)
