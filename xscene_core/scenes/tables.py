"""The columns of every table of a scene, their types, and how a frame is brought to them."""

from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from xscene_core.errors import InputError
from xscene_core.scenes.scene import (
    DIALOGUE_COLUMNS,
    INTERACTION_COLUMNS,
    ITEM_COLUMNS,
    QUERY_COLUMNS,
    REVIEW_COLUMNS,
)

Kind = Literal["text", "number", "time", "whole", "bytes"]

_KINDS: dict[str, Kind] = {
    "price": "number",
    "rating": "number",
    "relevance": "number",
    "timestamp": "time",
    "position": "whole",
    "turn": "whole",
    "png": "bytes",
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "items": ITEM_COLUMNS,
    "interactions": INTERACTION_COLUMNS,
    "reviews": REVIEW_COLUMNS,
    "queries": QUERY_COLUMNS,
    "dialogues": DIALOGUE_COLUMNS,
    "images": ("item_id", "png"),
}
REQUIRED: dict[str, tuple[str, ...]] = {
    "items": ("item_id", "title"),
    "interactions": ("user_id", "item_id"),
    "reviews": ("item_id", "text"),
    "queries": ("query",),
    "dialogues": ("dialogue_id", "text"),
    "images": ("item_id", "png"),
}
_ARROW = {
    "text": pa.string(),
    "number": pa.float64(),
    "time": pa.int64(),
    "whole": pa.int64(),
    "bytes": pa.binary(),
}


def kind_of(column: str) -> Kind:
    """What a canonical column holds: text unless it is known otherwise."""
    return _KINDS.get(column, "text")


def arrow_schema(table: str) -> pa.Schema:
    """How ``table`` lies in a Parquet file."""
    return pa.schema([(column, _ARROW[kind_of(column)]) for column in COLUMNS[table]])


def canonical(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with exactly the canonical columns and types of ``table``; unknown values as in ``Scene``.

    Interactions are sorted by person, then time (position, else given order) and numbered anew.

    Raises
    ------
    InputError : a required column is missing or a value cannot have the column's type.
    """
    missing = [column for column in REQUIRED[table] if column not in frame]
    if missing:
        raise InputError(f"The column {missing[0]!r} is missing", where=f"table {table}")
    columns = {column: _typed(table, column, frame) for column in COLUMNS[table]}
    result = pd.DataFrame(columns).reset_index(drop=True)
    if table == "interactions":
        return _in_order(result, numbered="position" in frame)
    return result


def _typed(table: str, column: str, frame: pd.DataFrame) -> pd.Series:
    kind = kind_of(column)
    values = frame[column] if column in frame else pd.Series([None] * len(frame), index=frame.index)
    try:
        if kind == "number":
            return pd.to_numeric(values).astype("float64")
        if kind == "time":
            return pd.to_numeric(values).astype("Int64")
        if kind == "whole":
            return pd.to_numeric(values).astype("float64").fillna(0).astype("int64")
    except (TypeError, ValueError) as error:
        raise InputError(f"A value is not a number: {error}", where=f"{table}.{column}") from error
    if kind == "bytes":
        return values
    return values.astype("str").where(values.notna(), "").astype("str")


def _in_order(rows: pd.DataFrame, numbered: bool) -> pd.DataFrame:
    by = ["user_id"]
    if len(rows) and bool(rows["timestamp"].notna().all()):
        by.append("timestamp")
    elif numbered:
        by.append("position")
    rows = rows.sort_values(by, kind="stable", ignore_index=True)
    new_person = (rows["user_id"] != rows["user_id"].shift()).to_numpy(dtype=bool)
    order = np.arange(len(rows), dtype=np.int64)
    starts = np.maximum.accumulate(np.where(new_person, order, 0)) if len(rows) else order
    rows["position"] = order - starts
    return rows
