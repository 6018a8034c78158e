"""Where new products lie in the run's content space, and where they would lie if they said less."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.errors import InputError
from xscene_core.newcategory.category import NewCategory, canonical
from xscene_core.newcategory.fitted import FittedRun

SILENT = 0.1
"""Length, beside the direction of no text, below which a unit vector says nothing."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Placed:
    """M new products.

    placed : (M, d) as the encoding places them, to judge how far they are from what is known.
    vectors : (M, d) what they say, to score with; of unit length, zero for what says nothing.

    Centring takes the catalogue's mean from every item, so short texts all lie towards the point of an item
    without any text, and different categories look alike (cosines of .5 to .9 between unrelated
    descriptions). What an item says is what is left without that direction (cosines about 0).
    """

    placed: Floats
    vectors: Floats
    _newcomers: Any
    _silence: Floats

    def beside(self, items: pd.DataFrame) -> Floats:
        """(N, d) what other items say, placed with the centre of these: the same products with a word or a
        part of the picture left out."""
        return _said(np.asarray(self._newcomers.beside(items), dtype=np.float32), self._silence)


def place(run: FittedRun, category: NewCategory) -> Placed:
    """Raises ``InputError`` where the products cannot be turned into numbers."""
    blank = canonical(pd.DataFrame([{"item_id": "", "title": ""}]))
    newcomers = run.encoding.newcomers(pd.concat([category.items, blank], ignore_index=True))
    found = np.asarray(newcomers.vectors, dtype=np.float32)
    if not np.isfinite(found).all():
        raise InputError("The products cannot be turned into numbers", todo="Check their text and prices.")
    placed, silence = found[:-1], found[-1]
    return Placed(placed, _said(placed, silence), newcomers, silence)


def _said(placed: Floats, silence: Floats) -> Floats:
    said = placed - (placed @ silence)[:, None] * silence
    length = np.linalg.norm(said, axis=1, keepdims=True)
    return np.where(length > SILENT, said / np.maximum(length, SILENT), 0).astype(np.float32)
