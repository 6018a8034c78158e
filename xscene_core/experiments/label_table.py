"""What a finished label run left about every tested row: the file ``predictions.parquet``."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.errors import WorkError
from xscene_core.evaluation.labelling import METRICS, metric
from xscene_core.experiments.groupings import LABEL

if TYPE_CHECKING:
    from xscene_core.experiments.label_pipeline import PreparedLabels

FILE = "predictions.parquet"
_TEXT_KEPT = 300


@dataclass(frozen=True)
class LabelTable:
    """One row per tested row, in the order shared by all runs of one task.

    people : (m,) str, which row. answers, predicted : (m,) str labels. certainty : (m,) the probability that
    was given to the right label. history : (m,) words of the row. seen : (m,) rows of the same label that
    could be learned from in the target.
    """

    people: npt.NDArray[np.object_]
    answers: npt.NDArray[np.object_]
    predicted: npt.NDArray[np.object_]
    certainty: npt.NDArray[np.float64]
    history: npt.NDArray[np.int64]
    seen: npt.NDArray[np.int64]

    metrics = METRICS
    groupings = LABEL

    def __len__(self) -> int:
        return len(self.answers)

    def values(self, name: str) -> npt.NDArray[np.float64]:
        """(m,) the metric of each row."""
        names = np.unique(np.concatenate([self.answers, self.predicted]).astype(str))
        place = {label: number for number, label in enumerate(names)}
        answers = np.array([place[label] for label in self.answers], dtype=np.int64)
        predicted = np.array([place[label] for label in self.predicted], dtype=np.int64)
        return metric(name, answers, predicted, self.certainty)


def write_predictions(
    folder: Path,
    ready: "PreparedLabels",
    predicted: npt.NDArray[np.int64],
    certainty: npt.NDArray[np.float64],
) -> None:
    """``predictions.parquet``: row, text, label, predicted, certainty, words, seen."""
    test, classes = ready.test, np.array(ready.view.classes, dtype=object)
    texts = ready.tables[ready.view.target.name]["title"].to_numpy(dtype=object)[test.rows]
    pd.DataFrame(
        {
            "row": test.rows,
            "text": [str(text)[:_TEXT_KEPT] for text in texts],
            "label": classes[test.answers],
            "predicted": classes[predicted],
            "certainty": certainty,
            "words": np.array([len(str(text).split()) for text in texts], dtype=np.int32),
            "seen": test.learned[test.answers],
        }
    ).to_parquet(folder / FILE, index=False)


def read_predictions(folder: Path) -> LabelTable:
    """The table in the artifacts ``folder`` of a finished run.

    Raises
    ------
    WorkError : the file is missing or not readable.
    """
    path = folder / FILE
    try:
        table = pd.read_parquet(path, columns=["row", "label", "predicted", "certainty", "words", "seen"])
    except FileNotFoundError as error:
        raise _unusable(path, "The predictions of this run are missing") from error
    except (OSError, ValueError, KeyError) as error:
        raise _unusable(path, "The predictions of this run cannot be read") from error
    return LabelTable(
        table["row"].astype(str).to_numpy(dtype=object),
        table["label"].to_numpy(dtype=object),
        table["predicted"].to_numpy(dtype=object),
        table["certainty"].to_numpy(dtype=np.float64),
        table["words"].to_numpy(dtype=np.int64),
        table["seen"].to_numpy(dtype=np.int64),
    )


def _unusable(path: Path, what: str) -> WorkError:
    return WorkError(what, where=str(path), todo="Start the run again.")
