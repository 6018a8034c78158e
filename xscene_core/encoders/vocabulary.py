"""Texts as numbers of words."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from xscene_core.encoders.words import TOKENS

PAD, MASK, UNKNOWN = 0, 1, 2
FIRST = 3
"""Number of the first word."""
_TOKEN = re.compile(TOKENS)


def vocabulary(texts: Sequence[str], most: int) -> tuple[str, ...]:
    """The ``most`` words that occur in the most texts, in at least two; ties in alphabetical order."""
    counts = Counter(word for text in texts for word in set(_TOKEN.findall(text.lower())))
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return tuple(word for word, count in ranked[:most] if count > 1)


def numbers(texts: Sequence[str], words: Sequence[str], length: int) -> npt.NDArray[np.int64]:
    """(n, length) numbers of the first words of each text, ``PAD`` behind its end."""
    place = {word: number for number, word in enumerate(words, start=FIRST)}
    found = np.full((len(texts), length), PAD, dtype=np.int64)
    for row, text in enumerate(texts):
        own = [place.get(word, UNKNOWN) for word in _TOKEN.findall(text.lower())[:length]]
        found[row, : len(own)] = own
    return found
