"""Labels that a scene's tables hold: what may be learned from the words of a row."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from xscene_core.errors import InputError
from xscene_core.scenes.scene import Scene

TABLES = ("items", "reviews", "queries")
DERIVED = {"items": ("department",), "reviews": ("sentiment",), "queries": ("intent",)}
NO_LABEL = {"item_id", "user_id", "title", "description", "text", "query", "image", "timestamp", "price"}
LIKED, DISLIKED = 4.0, 2.0
"""Ratings of at least 4 are positive and of at most 2 negative; those between say neither (Blitzer, 2007)."""
MOST_CLASSES = 200


@dataclass(frozen=True)
class LabelColumn:
    """``reviews.sentiment``, ``items.category``, ``queries.intent`` or any other column with few values."""

    table: str
    column: str

    @classmethod
    def parse(cls, text: str) -> "LabelColumn":
        """Raises ``InputError`` unless it is ``TABLE.COLUMN``."""
        table, _, column = text.strip().partition(".")
        if table not in TABLES or not column:
            raise InputError(
                f"{text[:60]!r} does not name a label",
                where="label",
                todo="Give TABLE.COLUMN, such as reviews.sentiment, items.category or queries.intent.",
            )
        return cls(table, column)

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


def labels_of(scene: Scene) -> Iterator[LabelColumn]:
    """What could be learned in ``scene``: columns with at least two values, each in two rows."""
    for table in TABLES:
        frame = getattr(scene, table)
        if frame is None or not len(frame):
            continue
        for column in (*DERIVED.get(table, ()), *frame.columns):
            if column in NO_LABEL:
                continue
            counts = _values(scene, LabelColumn(table, column)).value_counts()
            if 2 <= len(counts) <= MOST_CLASSES and (counts >= 2).sum() >= 2:
                yield LabelColumn(table, column)


def labelled_rows(scene: Scene, label: LabelColumn) -> pd.DataFrame:
    """The rows of ``label.table`` as a table that encoders read: ``row`` (its number), ``title`` (the text),
    ``description``, ``category``, ``brand``, ``price`` and ``label`` (str, ``""`` where unknown).

    What the label is taken from is blank in the other columns.

    Raises
    ------
    InputError : the scene has no such table or column.
    """
    values = _values(scene, label)
    frame = getattr(scene, label.table)
    parts = ["description", "category", "brand", "price"]
    if label.table == "items":
        rows = frame[["title", *parts]].copy()
    else:
        own = frame["text"] if label.table == "reviews" else frame["query"]
        items = scene.items.set_index("item_id")
        rows = items.reindex(frame["item_id"])[parts].reset_index(drop=True)
        rows.insert(0, "title", own.fillna("").astype(str).to_numpy())
        rows["description"] = ""
        if label.column in ("sentiment", "rating", "intent"):
            rows[["category", "brand"]] = ""
            rows["price"] = float("nan")
        if label.table == "queries" and label.column == "relevance":
            titles = items["title"].reindex(frame["item_id"]).fillna("").to_numpy()
            rows["description"] = titles
    if label.column in ("category", "department"):
        rows["category"] = ""
    if label.column == "brand":
        rows["brand"] = ""
    for column in ("description", "category", "brand"):
        rows[column] = rows[column].fillna("")
    rows["row"] = range(len(rows))
    rows["label"] = values.to_numpy()
    return rows[["row", "title", *parts, "label"]].reset_index(drop=True)


def _values(scene: Scene, label: LabelColumn) -> pd.Series:
    """(n,) str, ``""`` where unknown, one for each row of the table."""
    frame = getattr(scene, label.table)
    if frame is None:
        raise InputError(
            f"{scene.name} has no {label.table}",
            where=f"label {label}",
            todo=f"Choose another label, or import {label.table}.",
        )
    if label.column == "sentiment" and label.table == "reviews":
        rating = frame["rating"]
        return (
            pd.Series("", index=frame.index)
            .mask(rating >= LIKED, "positive")
            .mask(rating <= DISLIKED, "negative")
        )
    if label.column == "department" and label.table == "items":
        return frame["category"].fillna("").astype(str).str.split(">").str[0].str.strip()
    if label.column == "intent" and label.table == "queries":
        return frame["item_id"].map(scene.items.set_index("item_id")["category"]).fillna("").astype(str)
    if label.column not in frame or label.column in NO_LABEL:
        known = ", ".join(map(str, labels_of(scene))) or "none"
        raise InputError(
            f"{label} is not a label of {scene.name}",
            where="label",
            todo=f"What can be learned there: {known}.",
        )
    values = frame[label.column]
    if pd.api.types.is_float_dtype(values):
        return values.map(lambda value: "" if pd.isna(value) else f"{value:g}").astype(str)
    return values.fillna("").astype(str)
