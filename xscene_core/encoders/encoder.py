"""What every encoder offers, and how one is named."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.errors import InputError
from xscene_core.watcher import Watcher

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns items into vectors. ``fit`` sees the items of all scenes of a task, never who chose them."""

    name: str
    """Says everything that changes the result, versions included: it is part of cache keys."""
    joint: bool
    """Whether a scene's vectors depend on the other scenes that ``fit`` saw."""

    def fit(self, scenes: list[pd.DataFrame], watcher: Watcher) -> None: ...

    def encode(self, items: pd.DataFrame, watcher: Watcher) -> Vectors:
        """(I, d) float32 vectors, rows of any length."""


def encoder_named(name: str) -> list[Encoder]:
    """The parts of ``name``: ``minilm``, ``tfidf``, ``attributes``, ``st:MODEL``, or several joined by ``+``;
    ``mlm``, ``pictures`` and ``pairs`` are pre-trained on the scenes' own catalogues.

    Raises
    ------
    InputError : an unknown or repeated part.
    """
    from xscene_core.encoders.attributes import Attributes
    from xscene_core.encoders.contrasted_pairs import ContrastedPairs
    from xscene_core.encoders.denoised_pictures import DenoisedPictures
    from xscene_core.encoders.masked_language import MaskedLanguage
    from xscene_core.encoders.sentences import MINILM, Sentences
    from xscene_core.encoders.tfidf import TfIdf

    known: dict[str, Callable[[], Encoder]] = {
        "tfidf": TfIdf,
        "attributes": Attributes,
        "minilm": lambda: Sentences(MINILM),
        "mlm": MaskedLanguage,
        "pictures": DenoisedPictures,
        "pairs": ContrastedPairs,
    }
    parts = [part.strip() for part in name.split("+")]
    if len(set(parts)) < len(parts):
        raise InputError(f"The encoder {name[:60]!r} names a part twice", where="encoder")
    encoders: list[Encoder] = []
    for part in parts:
        if part.startswith("st:") and len(part) > 3:
            encoders.append(Sentences(part[3:]))
        elif part in known:
            encoders.append(known[part]())
        else:
            raise InputError(
                f"There is no encoder {part[:60]!r}",
                where="encoder",
                todo=f"Use {', '.join(known)}, st:MODEL (a sentence-transformers model), or a sum such as "
                "minilm+attributes.",
            )
    return encoders


def without_pictures(name: str) -> str:
    """The encoder ``name`` without the parts that look at nothing but pictures, empty where none would be
    left."""
    parts = zip(name.split("+"), encoder_named(name), strict=True)
    return "+".join(text for text, part in parts if getattr(part, "picture_columns", None) != slice(None))


def reads_pictures(name: str) -> bool:
    """Whether a part of the encoder ``name`` looks at pictures."""
    return any(getattr(part, "reads_pictures", False) for part in encoder_named(name))
