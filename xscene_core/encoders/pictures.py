"""Product pictures as arrays."""

import io
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

SIDE = 32
COLUMN = "picture"
"""Bytes of an item's picture, or None; present where an encoder asked for pictures."""


def known_pictures(items: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Rows of the items that have a picture that can be read."""
    if COLUMN not in items:
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero([decoded(data) is not None for data in items[COLUMN]])


def picture_array(items: Iterable[object]) -> npt.NDArray[np.float32]:
    """(n, 3, SIDE, SIDE) from 0 to 1."""
    found = [decoded(data) for data in items]
    return np.stack([np.zeros((3, SIDE, SIDE), np.float32) if one is None else one for one in found])


def decoded(data: object) -> npt.NDArray[np.float32] | None:
    """One picture on a white ground, None where there is none or it cannot be read."""
    from PIL import Image

    if not isinstance(data, bytes) or not data:
        return None
    try:
        with Image.open(io.BytesIO(data)) as opened:
            whole = opened.convert("RGBA").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
            ground = Image.new("RGBA", whole.size, "white")
            ground.alpha_composite(whole)
            return np.asarray(ground.convert("RGB"), np.float32).transpose(2, 0, 1) / np.float32(255)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
