"""A small transformer that has learned the catalogues' language by filling in masked words."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.encoders.encoder import Vectors
from xscene_core.encoders.item_text import item_texts
from xscene_core.encoders.learned import SEED, Learned, batches, nothing_to_read
from xscene_core.encoders.vocabulary import FIRST, MASK, PAD, numbers, vocabulary
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.models.language import LanguageModel

MOST_WORDS, LENGTH, STEPS, RATE = 8000, 64, 600, 2e-3
MASKED = 0.15
"""Share of words to be filled in: 80 % of them hidden, 10 % replaced, 10 % left as they are."""


class MaskedLanguage(Learned):
    """Masked language model on the texts of the scenes at hand (Devlin et al., 2019), two layers.

    A text's vector is the mean of its words' last hidden states, words that are in every text counting less.
    """

    name = "mlm-1"

    def prepare(self, items: pd.DataFrame) -> None:
        self.words = vocabulary(item_texts(items), MOST_WORDS)
        if len(self.words) < 2:
            raise nothing_to_read("mlm", "words in common")
        rows = numbers(item_texts(items), self.words, LENGTH)
        seen = np.bincount(
            np.concatenate([np.unique(row) for row in rows]), minlength=FIRST + len(self.words)
        )
        self._weights = np.log((1 + len(rows)) / (1 + seen)).astype(np.float32)
        self._weights[:FIRST] = 0.0

    def build(self) -> "LanguageModel":
        from xscene_core.models.language import LanguageModel

        self._network = LanguageModel(FIRST + len(self.words), LENGTH)
        return self._network

    def learn(self, items: pd.DataFrame, watcher: Watcher) -> None:
        import torch
        from torch.nn.functional import cross_entropy

        from xscene_core.models.device import device

        rows = numbers(item_texts(items), self.words, LENGTH)
        random = np.random.default_rng(SEED)
        optimiser = torch.optim.AdamW(self._network.parameters(), lr=RATE, weight_decay=0.01)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=STEPS)
        for step, batch in enumerate(batches(len(rows), STEPS)):
            watcher.progress("encode", 0.9 * step / STEPS)
            given, asked = masked(rows[batch], FIRST + len(self.words), random)
            if not asked.any():
                continue
            said = self._network(*(torch.from_numpy(part).to(device()) for part in (given, asked)))
            loss = cross_entropy(said, torch.from_numpy(rows[batch][asked]).to(device()))
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            if step % 20 == 0:
                watcher.curve("encode/loss", float(loss.detach()), step)

    def encode(self, items: pd.DataFrame, watcher: Watcher) -> Vectors:
        import torch

        from xscene_core.models.device import device

        rows = numbers(item_texts(items), self.words, LENGTH)
        weights = self._weights[rows] + 1e-6 * (rows != PAD)
        weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
        parts = []
        with torch.no_grad():
            for start in range(0, len(rows), 256):
                hidden = self._network.hidden(torch.from_numpy(rows[start : start + 256]).to(device()))
                share = torch.from_numpy(weights[start : start + 256]).to(device())
                parts.append((hidden * share[..., None]).sum(dim=1).cpu().numpy())
        return np.concatenate(parts).astype(np.float32)


def masked(
    rows: npt.NDArray[np.int64], words: int, random: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """The rows with some words hidden or replaced, and which words are asked for."""
    asked = (random.random(rows.shape) < MASKED) & (rows >= FIRST)
    how = random.random(rows.shape)
    given = np.where(asked & (how < 0.8), MASK, rows)
    return np.where(asked & (how >= 0.9), random.integers(FIRST, words, rows.shape), given), asked
