"""Thumbs up and down on an answer, kept with its question until they are learned.

``<home>/newcategory/<key>/judgements.json`` lists what was said, the latest last, so that it can be taken
back step by step. Learning asks a new question whose parent this one is; the judgements stay here, so that
going back loses nothing.
"""

import json
import time
from pathlib import Path

import numpy as np
import pandas as pd

from xscene_core.errors import InputError
from xscene_core.home import Home
from xscene_core.newcategory import desk
from xscene_core.newcategory.orders import WITHDRAWN, Orders

Said = tuple[str, str, str, int]
"""user_id, item_id, event (``up``, ``down``, or ``none`` to take back), seconds since 1970."""
MOST = 1_000


def say(home: Home, key: str, user_id: str, item_id: str, event: str) -> None:
    """Keeps a judgement at once; a later one of the same person and product replaces it.

    Raises
    ------
    InputError : an unknown question, or more than ``MOST`` judgements that are not learned.
    """
    desk.question(home, key)
    with desk.locked(desk.folder_of(home, key)) as folder:
        said = _read(folder)
        if len(said) >= MOST:
            raise InputError(
                f"{MOST:,} judgements are kept and not learned", where="judgements", todo="Update first."
            )
        _write(folder, [*said, (user_id, item_id, event, int(time.time()))])


def undo_last(home: Home, key: str) -> None:
    """Takes the latest judgement back."""
    with desk.locked(desk.folder_of(home, key)) as folder:
        _write(folder, _read(folder)[:-1])


def discard(home: Home, key: str) -> None:
    """Takes all judgements back."""
    with desk.locked(desk.folder_of(home, key)) as folder:
        _write(folder, [])


def pending(home: Home, key: str, learned: Orders) -> Orders:
    """What was said and is not learned: the last word on each person and product, where it differs from that
    among the orders ``learned``. A judgement taken back has the event ``none``."""
    said = pd.DataFrame(
        _read(desk.folder_of(home, key)), columns=["user_id", "item_id", "event", "timestamp"]
    )
    last = said.drop_duplicates(["user_id", "item_id"], keep="last")
    known = {
        (user, item): event
        for user, item, event in zip(
            *(learned.table[c] for c in ("user_id", "item_id", "event")), strict=True
        )
        if event != "order"
    }
    pairs = zip(last["user_id"], last["item_id"], strict=True)
    changed = [known.get(pair, WITHDRAWN) != event for pair, event in zip(pairs, last["event"], strict=True)]
    return Orders(last[np.array(changed, dtype=bool)].reset_index(drop=True).astype({"timestamp": "Int64"}))


def _read(folder: Path) -> list[Said]:
    """A torn file counts as empty."""
    try:
        told = json.loads((folder / "judgements.json").read_text(encoding="utf-8"))
        return [(str(user), str(item), str(event), int(when)) for user, item, event, when in told]
    except (OSError, ValueError, TypeError):
        return []


def _write(folder: Path, said: list[Said]) -> None:
    desk.write_json(folder / "judgements.json", said)
