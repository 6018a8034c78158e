"""What a finished run left about every test person: the file ``ranks.parquet``."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.errors import WorkError
from xscene_core.evaluation.ranking import metric
from xscene_core.experiments.groupings import RANKING

FILE = "ranks.parquet"
METRICS = ("ndcg@10", "hr@10", "mrr", "recall@10", "ndcg@20", "hr@1")
"""Metrics with intervals; every person has one answer, so recall@10 equals hr@10."""


@dataclass(frozen=True)
class RankTable:
    """One row per test person, in the order shared by all runs of one task.

    people, answers : (Q,) str, who was asked and what they chose.
    ranks : (Q,) float64, 1-based mid-rank of the answer in the whole catalogue without the history.
    history : (Q,) int64, number of earlier choices. seen : (Q,) how often the answer occurs in what could
        be learned from.
    """

    people: npt.NDArray[np.object_]
    answers: npt.NDArray[np.object_]
    ranks: npt.NDArray[np.float64]
    history: npt.NDArray[np.int64]
    seen: npt.NDArray[np.int64]

    metrics = METRICS
    groupings = RANKING

    def __len__(self) -> int:
        return len(self.ranks)

    def values(self, name: str) -> npt.NDArray[np.float64]:
        """(Q,) the metric of each person."""
        return metric(name, self.ranks)


def read_ranks(folder: Path) -> RankTable:
    """The table in the artifacts ``folder`` of a finished run.

    Raises
    ------
    WorkError : the file is missing, not readable, or holds ranks that are not numbers from 1 on.
    """
    path = folder / FILE
    try:
        table = pd.read_parquet(path, columns=["user_id", "item_id", "rank", "history", "seen"])
    except FileNotFoundError as error:
        raise _unusable(path, "The ranks of this run are missing") from error
    except (OSError, ValueError, KeyError) as error:  # pyarrow's own errors derive from these
        raise _unusable(path, "The ranks of this run cannot be read") from error
    ranks = table["rank"].to_numpy(dtype=np.float64)
    if not (ranks >= 1).all() or not np.isfinite(ranks).all():
        raise _unusable(path, "The ranks of this run are not all numbers from 1 on")
    return RankTable(
        table["user_id"].to_numpy(dtype=object),
        table["item_id"].to_numpy(dtype=object),
        ranks,
        table["history"].to_numpy(dtype=np.int64),
        table["seen"].to_numpy(dtype=np.int64),
    )


def _unusable(path: Path, what: str) -> WorkError:
    return WorkError(what, where=str(path), todo="Start the run again.")
