"""Which encoder suits the texts at hand, judged by the texts alone."""

from collections.abc import Iterable

import pandas as pd

from xscene_core.encoders.item_text import item_texts

SUITED = "auto"
"""Stands for the encoder that ``suited_encoder`` names; replaced by it before a run is queued."""
LONG = 50.0
"""Words of the mean item above which a sentence model blurs what single words say."""
_LOOKED_AT = 500


def suited_encoder(scenes: Iterable[tuple[pd.DataFrame, str]]) -> str:
    """``minilm`` for short English texts, ``tfidf`` for long ones and for other languages.

    MiniLM was trained on English sentences. It places titles and keywords better than word counts do, but a
    catalogue text of a hundred words becomes one average in which a style or a material is lost.

    scenes : (item table, language of the card) of every scene of the task.
    """
    words = []
    for items, language in scenes:
        if language != "en":
            return "tfidf"
        texts = item_texts(items.iloc[:: max(1, len(items) // _LOOKED_AT)])
        words.append(sum(len(text.split()) for text in texts) / max(len(texts), 1))
    return "tfidf" if words and max(words) > LONG else "minilm"
