"""What a scene is: one place where people choose things."""

import re
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from xscene_core.errors import InputError

ITEM_COLUMNS = ("item_id", "title", "description", "category", "brand", "price", "image")
INTERACTION_COLUMNS = ("user_id", "item_id", "timestamp", "position", "rating", "event")
REVIEW_COLUMNS = ("user_id", "item_id", "text", "rating", "timestamp")
QUERY_COLUMNS = ("query", "item_id", "relevance")
DIALOGUE_COLUMNS = ("dialogue_id", "turn", "speaker", "text")

SCENE_NAME = re.compile(r"[^\W_][\w.-]{0,63}")


@dataclass(frozen=True)
class SceneCard:
    """What a reader should know about a scene before trusting it.

    ``origin`` is ``"generated"`` for sample scenes and ``"imported"`` otherwise; ``notes`` are the
    warnings counted at import (duplicates dropped, unknown items dropped, order doubtful, ...).
    """

    name: str
    title: str
    description: str
    origin: Literal["generated", "imported"]
    how: str
    licence: str
    language: str = "en"
    imported_at: str = ""
    items: int = 0
    people: int = 0
    interactions: int = 0
    has_time: bool = False
    has_images: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scene:
    """A validated scene. Tables are canonical: every column of the tuples above is present.

    items : unique ``item_id`` (str) and ``title`` (str, not empty); ``description``, ``category``,
        ``brand``, ``image`` are str, ``""`` where unknown; ``price`` float64 >= 0, NaN where unknown.
    interactions : sorted by person, then by time (``position`` where there is no time), ties in file
        order. ``user_id``, ``item_id`` str; ``timestamp`` Int64, seconds since 1970 UTC, NA where unknown;
        ``position`` int64, 0, 1, 2, ... within each person; ``rating`` float64 or NaN; ``event`` str.
    reviews, queries, dialogues : optional tables with the columns named above.
    fingerprint : sha256 hex of the content; equal content gives an equal fingerprint.
    """

    name: str
    items: pd.DataFrame
    interactions: pd.DataFrame
    card: SceneCard
    fingerprint: str
    reviews: pd.DataFrame | None = None
    queries: pd.DataFrame | None = None
    dialogues: pd.DataFrame | None = None
    extra: dict[str, pd.DataFrame] = field(default_factory=dict)


def check_name(name: str, where: str = "scene name") -> str:
    """``name`` itself when it can name a scene (and therefore a folder).

    Raises
    ------
    InputError : empty, longer than 64 characters, or with anything but letters, digits, ``_ . -``.
    """
    if not SCENE_NAME.fullmatch(name) or name.endswith("."):
        raise InputError(
            f"{name[:80]!r} cannot name a scene",
            where=where,
            todo="Use 1 to 64 letters, digits, '_', '-' or '.', beginning with a letter or digit.",
        )
    return name
