"""Texts and pictures in one space, learned from which belongs to which."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xscene_core.encoders.encoder import Vectors
from xscene_core.encoders.item_text import item_texts
from xscene_core.encoders.learned import Learned, batches, nothing_to_read
from xscene_core.encoders.pictures import COLUMN, known_pictures, picture_array
from xscene_core.encoders.vocabulary import FIRST, numbers, vocabulary
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.models.vision import Pairs

MOST_WORDS, LENGTH, STEPS, RATE = 8000, 128, 600, 2e-3


class ContrastedPairs(Learned):
    """Contrastive text-picture pairs with the symmetric InfoNCE loss (Radford et al., 2021).

    An item's vector is its text's beside its picture's; the half that is missing is zero.
    """

    name = "pairs-1"
    reads_pictures = True
    picture_columns = slice(64, None)

    def prepare(self, items: pd.DataFrame) -> None:
        if len(known_pictures(items)) < 2:
            raise nothing_to_read("pairs", "pictures")
        self.words = vocabulary(item_texts(items), MOST_WORDS)

    def build(self) -> "Pairs":
        from xscene_core.models.vision import Pairs

        self._network = Pairs(FIRST + len(self.words))
        return self._network

    def learn(self, items: pd.DataFrame, watcher: Watcher) -> None:
        import torch
        from torch.nn.functional import cross_entropy

        from xscene_core.models.device import device

        known = items.iloc[known_pictures(items)]
        pictures = torch.from_numpy(picture_array(known[COLUMN])).to(device())
        texts = torch.from_numpy(numbers(item_texts(known), self.words, LENGTH)).to(device())
        optimiser = torch.optim.AdamW(self._network.parameters(), lr=RATE, weight_decay=0.01)
        for step, batch in enumerate(batches(len(known), STEPS)):
            watcher.progress("encode", 0.9 * step / STEPS)
            rows = torch.from_numpy(batch).to(device())
            alike = self._network.texts(texts[rows]) @ self._network.pictures(pictures[rows]).T
            alike = alike * self._network.scale.exp().clamp(max=100.0)
            own = torch.arange(len(batch), device=device())
            loss = (cross_entropy(alike, own) + cross_entropy(alike.T, own)) / 2
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            if step % 20 == 0:
                watcher.curve("encode/loss", float(loss.detach()), step)

    def encode(self, items: pd.DataFrame, watcher: Watcher) -> Vectors:
        import torch

        from xscene_core.models.device import device
        from xscene_core.models.vision import PICTURE

        rows = known_pictures(items)
        found = np.zeros((len(items), 2 * PICTURE), dtype=np.float32)
        texts = numbers(item_texts(items), self.words, LENGTH)
        said = np.flatnonzero(texts.any(axis=1))
        with torch.no_grad():
            if len(said):
                found[said, :PICTURE] = self._network.texts(torch.from_numpy(texts[said]).to(device())).cpu()
            if len(rows):
                pictures = torch.from_numpy(picture_array(items[COLUMN].iloc[rows])).to(device())
                found[rows, PICTURE:] = self._network.pictures(pictures).cpu().numpy()
        return found
