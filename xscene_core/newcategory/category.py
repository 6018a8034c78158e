"""A category that no scene has yet: a few words, or a list of products."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from xscene_core.errors import InputError
from xscene_core.scenes.scene import ITEM_COLUMNS

Kind = Literal["description", "ideas", "products"]

NAME_LENGTH = 120
TEXT_LENGTH = 20_000
LINE_LENGTH = 2_000
MOST_IDEAS = 500
MOST_PRODUCTS = 5_000


@dataclass(frozen=True)
class NewCategory:
    """What is to be placed.

    name : what people call it.
    items : (M, 7) the columns of a scene's item table, M >= 1, unique ``item_id``; where they are known also
        ``stock`` (float, pieces; 1 for an unnumbered yes, NaN unknown) and ``picture`` (PNG bytes or None).
    kind : ``description`` one text stands for the whole category (M = 1); ``ideas`` one line each;
        ``products`` an uploaded list.
    """

    name: str
    items: pd.DataFrame
    kind: Kind

    @property
    def key(self) -> str:
        """16 hex digits; equal for equal content."""
        columns = [*ITEM_COLUMNS, *(["stock"] if "stock" in self.items else [])]
        text = self.items.loc[:, columns].to_json(orient="values", force_ascii=True)
        digest = hashlib.sha256(f"{self.name}\n{self.kind}\n{text}".encode())
        for item, picture in zip(self.items["item_id"], self.items.get("picture", ()), strict=False):
            if isinstance(picture, bytes):
                digest.update(str(item).encode() + hashlib.sha256(picture).digest())
        return digest.hexdigest()[:16]


def from_words(name: str, text: str) -> NewCategory:
    """A category described in words.

    One line is a description of the whole category: it becomes one prototype item that stands for it.
    Several lines are one product idea each.

    Raises
    ------
    InputError : nothing was said, or too much.
    """
    name, lines = " ".join(name.split()), [line.strip() for line in text.splitlines() if line.strip()]
    if not name and not lines:
        raise InputError(
            "The category has no name and no description",
            where="description",
            todo="Say in a few words what it holds, or upload a product list.",
        )
    if len(name) > NAME_LENGTH:
        raise InputError(
            f"The name has {len(name):,} characters",
            where="name",
            todo=f"Use at most {NAME_LENGTH}; the description may be longer.",
        )
    if len(text) > TEXT_LENGTH:
        raise InputError(
            f"The description has {len(text):,} characters",
            where="description",
            todo=f"Use at most {TEXT_LENGTH:,}, or upload a product list.",
        )
    if len(lines) > MOST_IDEAS:
        raise InputError(
            f"The description has {len(lines):,} lines, and each counts as a product idea",
            where="description",
            todo=f"Give at most {MOST_IDEAS}, or upload a product list.",
        )
    if len(lines) <= 1:
        said = lines[0] if lines else ""
        title = name or _first_words(said)
        rows = [{"item_id": "prototype", "title": title, "description": said, "category": name}]
        return NewCategory(title, canonical(pd.DataFrame(rows)), "description")
    distinct = list(dict.fromkeys(lines))
    ideas = [
        {"item_id": f"idea-{row}", "title": line[:LINE_LENGTH], "category": name}
        for row, line in enumerate(distinct, start=1)
    ]
    return NewCategory(name or _first_words(lines[0]), canonical(pd.DataFrame(ideas)), "ideas")


def from_items(items: pd.DataFrame, name: str = "") -> NewCategory:
    """A category given as a product list with at least ``item_id`` and ``title``.

    Raises
    ------
    InputError : no rows, too many, a missing column, an empty title, or an id that occurs twice.
    """
    missing = [column for column in ("item_id", "title") if column not in items.columns]
    if missing:
        raise InputError(
            f"The product list has no column {' and no column '.join(missing)}",
            where=f"columns {', '.join(map(str, items.columns[:12]))}",
            todo="Say which of its columns holds it.",
        )
    if items.empty:
        raise InputError("The product list is empty", where="product list", todo="Give at least one product.")
    if len(items) > MOST_PRODUCTS:
        raise InputError(
            f"The product list has {len(items):,} products",
            where="product list",
            todo=f"Give at most {MOST_PRODUCTS:,}; a sample of the assortment says as much.",
        )
    table = canonical(items)
    blank = np.flatnonzero(table["title"].to_numpy() == "")
    if len(blank):
        raise InputError(
            f"{len(blank)} products have no title", where=f"row {blank[0] + 1}", todo="Give each a title."
        )
    twice = np.flatnonzero(table["item_id"].duplicated().to_numpy())
    if len(twice):
        raise InputError(
            f"The id {table['item_id'].iloc[twice[0]]!r} occurs twice",
            where=f"row {twice[0] + 1}",
            todo="Give each product its own id.",
        )
    if not name:
        known = table["category"][table["category"] != ""]
        name = str(known.mode().iloc[0]) if len(known) else "New category"
    return NewCategory(" ".join(name.split())[:NAME_LENGTH], table, "products")


def canonical(items: pd.DataFrame) -> pd.DataFrame:
    """``items`` with every column of a scene's item table: text ``""`` and price NaN where unknown; stock and
    pictures stay where there are any."""
    table = pd.DataFrame(index=range(len(items)))
    for column in ITEM_COLUMNS:
        given = items[column].reset_index(drop=True) if column in items else None
        if column == "price":
            table[column] = np.nan if given is None else pd.to_numeric(given, errors="coerce").astype(float)
        else:
            table[column] = "" if given is None else given.where(given.notna(), "").astype(str).str.strip()
    if "stock" in items:
        table["stock"] = pd.to_numeric(items["stock"].reset_index(drop=True), errors="coerce").astype(float)
    if "picture" in items:
        known = [one if isinstance(one, bytes) and one else None for one in items["picture"]]
        table["picture"] = pd.Series(known, dtype=object)
    return table


def already_known(items: pd.DataFrame, catalogues: Sequence[pd.DataFrame]) -> int:
    """How many of ``items`` carry an id that some catalogue has."""
    known = set().union(*(catalogue["item_id"] for catalogue in catalogues)) if catalogues else set()
    return int(items["item_id"].isin(known).sum())


def _first_words(text: str, most: int = 8) -> str:
    words = text.split()
    return (" ".join(words[:most]) + (" …" if len(words) > most else ""))[:NAME_LENGTH]
