"""The regions of a product's picture, as pieces that can be covered (Zeiler and Fergus, 2014)."""

import io
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from PIL import Image

from xscene_core.encoders.pictures import decoded

GRID = 4


class Cell(NamedTuple):
    """One of ``GRID`` x ``GRID`` equal rectangles, counted from the upper left corner."""

    row: int
    column: int


def cells_of(picture: object) -> list[Cell]:
    """All cells of a picture, none where it cannot be read."""
    if decoded(picture) is None:
        return []
    return [Cell(row, column) for row in range(GRID) for column in range(GRID)]


def covered(picture: bytes, cells: Iterable[Cell]) -> bytes:
    """PNG of the picture with these cells in its own mean colour, so that covering them adds no contrast."""
    with Image.open(io.BytesIO(picture)) as opened:
        whole = opened.convert("RGBA")
    ground = Image.new("RGBA", whole.size, "white")
    ground.alpha_composite(whole)
    pixels = np.array(ground.convert("RGB"))
    mean = pixels.reshape(-1, 3).mean(axis=0).round().astype(np.uint8)
    rows, columns = (np.linspace(0, side, GRID + 1).round().astype(int) for side in pixels.shape[:2])
    for cell in cells:
        pixels[rows[cell.row] : rows[cell.row + 1], columns[cell.column] : columns[cell.column + 1]] = mean
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=1)
    return out.getvalue()
