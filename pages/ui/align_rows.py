"""The points of the Align page of a run that labels rows: rows of all scenes, the target's right or wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from pages.ui.align_space import Space, fitted
from pages.ui.changed_rows import said_of
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.experiments.record import RunRecord
    from xscene_core.projection.picture import Picture
    from xscene_core.scenes.scene import Scene


def rows_of(picture: Picture, scenes: Mapping[str, Scene], run: RunRecord) -> Space:
    """Joins the points with the label table of each of ``scenes``, as the run saw them, and with what it
    predicted. The table has ``scene``, ``id`` (row number), ``title`` (the text), ``category`` (the label, ""
    where unknown), ``predicted`` ("" where not asked), ``outcome``, ``words`` and ``brand`` (always "")."""
    from xscene_core.scenes.labels import LabelColumn, labelled_rows

    label, parts = LabelColumn.parse(run.spec.task.label), []
    for at, name in enumerate(picture.scenes):
        rows = labelled_rows(scenes[name], label).iloc[picture.rows[picture.scene == at]]
        part = rows[["title", "label"]].rename(columns={"label": "category"})
        parts.append(part.assign(id=rows["row"].astype(str), scene=name, brand=""))
    table = pd.concat(parts, ignore_index=True)
    table["words"] = table["title"].str.split().str.len().astype(float)
    table["predicted"] = _predicted(table, picture.scenes[-1], run)
    table["outcome"] = _outcome(table)
    return fitted(picture, table, labelled=True)


def _predicted(table: pd.DataFrame, target: str, run: RunRecord) -> npt.NDArray[np.object_]:
    known = said_of(run)
    if known is None:
        return np.full(len(table), "", dtype=object)
    labels = dict(zip(known["row"].astype(str), known["predicted"], strict=True))
    return table["id"].map(labels).where(table["scene"] == target).fillna("").to_numpy(dtype=object)


def _outcome(table: pd.DataFrame) -> npt.NDArray[np.object_]:
    right = table["predicted"] == table["category"]
    asked = np.where(right, t("align.outcome_right"), t("align.outcome_wrong"))
    return np.where(table["predicted"] == "", t("align.outcome_unasked"), asked)
