"""Price, brand and category as a vector, without reading the text."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.encoders.encoder import Vectors
from xscene_core.watcher import Watcher

HASHED = 128
PRICE_STEPS = np.linspace(-2.5, 2.5, 11)


class Attributes:
    """Category path parts and brand by signed feature hashing (Weinberger et al., 2009), and price.

    The price is compared on a log scale within its scene (dear *here*), softly assigned to eleven steps
    half a standard deviation apart; an unknown price leaves them zero. Each block has length one or zero.
    """

    name = f"attributes-{HASHED}-1"
    joint = False

    def fit(self, scenes: list[pd.DataFrame], watcher: Watcher) -> None:
        return None

    def encode(self, items: pd.DataFrame, watcher: Watcher) -> Vectors:
        from sklearn.feature_extraction import FeatureHasher

        names = [
            [f"category={part.strip().lower()}" for part in str(category).split(">") if part.strip()]
            + ([f"brand={str(brand).strip().lower()}"] if str(brand).strip() else [])
            for category, brand in zip(items["category"].fillna(""), items["brand"].fillna(""), strict=True)
        ]
        hashed = FeatureHasher(HASHED, input_type="string").transform(names).toarray()
        return np.hstack([_unit(hashed), _unit(_price_steps(items["price"]))]).astype(np.float32)


def _price_steps(price: pd.Series) -> npt.NDArray[np.float64]:
    logs = np.log1p(price.to_numpy(dtype=np.float64))
    known = np.isfinite(logs)
    if not known.any():
        return np.zeros((len(logs), len(PRICE_STEPS)))
    spread = logs[known].std() or 1.0
    standard = (np.where(known, logs, 0) - logs[known].mean()) / spread
    near = np.exp(-0.5 * ((standard[:, None] - PRICE_STEPS) / 0.5) ** 2)
    return near * known[:, None]


def _unit(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
