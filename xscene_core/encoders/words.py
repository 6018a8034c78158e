"""Words as they stand: sparse sublinear tf-idf, for label tasks."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from xscene_core.encoders.item_text import item_texts
from xscene_core.errors import InputError

WORDS = "words"
MOST = 20_000
TOKENS = r"(?u)[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+"
"""Words, and single characters of scripts that put no space between words."""


def word_features(rows: Mapping[str, pd.DataFrame], counted: Sequence[str] = ()) -> dict[str, Any]:
    """Scene -> (n, d) CSR of unit rows: uni- and bi-grams that occur in at least two rows of all scenes.

    Words and their rarity are counted in the tables ``counted``, by default in all, those to be predicted
    included: text is no label.

    Raises
    ------
    InputError : no word occurs twice.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = {name: item_texts(frame) for name, frame in rows.items()}
    every = [text for name in counted or texts for text in texts[name]]
    count = TfidfVectorizer(
        sublinear_tf=True, ngram_range=(1, 2), min_df=2, max_features=MOST, token_pattern=TOKENS
    )
    try:
        count.fit(every)
    except ValueError as error:
        raise InputError(
            "The rows have no words in common to learn from",
            where="encoder words",
            todo="Choose another label, or the encoder attributes.",
        ) from error
    return {name: count.transform(part).astype("float64") for name, part in texts.items()}
