"""Words and character n-grams, weighted by rarity, reduced by latent semantic analysis."""

from typing import Any

import numpy as np
import pandas as pd

from xscene_core.encoders.encoder import Vectors
from xscene_core.encoders.item_text import item_texts
from xscene_core.watcher import Watcher

DIMENSION = 256


class TfIdf:
    """Sublinear tf-idf of words (1-2) and of characters (3-5, inside words), then truncated SVD.

    The vocabulary is that of all scenes of the task, target text included: text is no label, and this is
    said in the scorecard. Source: Deerwester et al. (1990), through scikit-learn.
    """

    name = f"tfidf-{DIMENSION}-1"
    joint = True

    def __init__(self) -> None:
        self._pipeline: Any = None

    def fit(self, scenes: list[pd.DataFrame], watcher: Watcher) -> None:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline, make_union

        watcher.progress("encode", 0.0)
        texts = [text for items in scenes for text in item_texts(items)]
        shared: dict[str, Any] = {"sublinear_tf": True, "dtype": np.float32, "max_features": 50_000}
        rare = 2 if len(texts) > 20 else 1
        words = TfidfVectorizer(ngram_range=(1, 2), min_df=rare, token_pattern=r"(?u)\b\w+\b", **shared)
        pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=rare, **shared)
        counts = make_union(words, pieces)
        features = self._count(counts, texts)
        watcher.progress("encode", 0.5)
        dimension = min(DIMENSION, min(features.shape) - 1)
        reduce = TruncatedSVD(dimension, random_state=0).fit(features) if dimension >= 1 else None
        self._pipeline = make_pipeline(counts, reduce or "passthrough")
        watcher.progress("encode", 0.9)

    def encode(self, items: pd.DataFrame, watcher: Watcher) -> Vectors:
        features = self._pipeline.transform(item_texts(items))
        dense = features.toarray() if hasattr(features, "toarray") else features
        return np.asarray(dense, dtype=np.float32)

    @staticmethod
    def _count(counts: Any, texts: list[str]) -> Any:
        from xscene_core.errors import InputError

        try:
            return counts.fit_transform(texts)
        except ValueError as error:
            raise InputError(
                "The items have no words to compare",
                where="encoder tfidf",
                todo="Give items titles or descriptions, or use the encoder attributes.",
            ) from error
