"""A self-attentive sequential recommender as anybody would write it: the yardstick for training speed."""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from xscene_core.scenes.sequences import Sequences


class PlainSASRec(nn.Module):
    """Item and place embeddings, causal pre-norm transformer layers, tied output (Kang and McAuley, 2018)."""

    def __init__(self, items: int, *, dim: int, layers: int, heads: int, length: int, dropout: float) -> None:
        super().__init__()
        self.items = nn.Embedding(items + 1, dim, padding_idx=items)
        self.places = nn.Embedding(length, dim)
        for table in (self.items, self.places):
            nn.init.normal_(table.weight, std=0.02)
        layer = nn.TransformerEncoderLayer(
            dim, heads, 2 * dim, dropout, activation="gelu", batch_first=True, norm_first=True
        )
        self.dropout, self.left = dropout, nn.LayerNorm(dim)
        self.layers = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.register_buffer("causal", nn.Transformer.generate_square_subsequent_mask(length))

    def loss(self, rows: Tensor) -> Tensor:
        """Cross-entropy over the whole catalogue at every real position of (B, L + 1) rows, padded first."""
        given, wanted = rows[:, :-1], rows[:, 1:]
        hidden = self.hidden(given)
        real = (given != self.items.padding_idx) & (wanted != self.items.padding_idx)
        return F.cross_entropy(hidden[real] @ self.items.weight[:-1].T, wanted[real])

    def score(self, rows: Tensor) -> Tensor:
        """(B, L) rows, padded first, to (B, items) logits of what comes next."""
        return self.hidden(rows)[:, -1] @ self.items.weight[:-1].T

    def hidden(self, rows: Tensor) -> Tensor:
        """(B, L) rows to (B, L, dim), L at most ``length``: places count from the end."""
        width = rows.shape[1]
        entered = F.dropout(self.items(rows) + self.places.weight[-width:], self.dropout, self.training)
        return self.left(self.layers(entered, mask=self.causal[:width, :width], is_causal=True))


def padded_rows(sequences: Sequences, length: int, padding: int) -> npt.NDArray[np.int64]:
    """(U, length + 1) the last choices of each person, padded at the front."""
    rows = np.full((len(sequences), length + 1), padding, dtype=np.int64)
    for person in range(len(sequences)):
        last = sequences.of(person)[-(length + 1) :]
        rows[person, length + 1 - len(last) :] = last
    return rows


def train(
    model: PlainSASRec, optimiser: torch.optim.Optimizer, rows: npt.NDArray[np.int64], *, size: int, seed: int
) -> None:
    """One pass over the people in random order, ``size`` of them a step."""
    order = np.random.default_rng(seed).permutation(len(rows))
    for start in range(0, len(order), size):
        step(model, optimiser, rows[order[start : start + size]])


def train_trimmed(
    model: PlainSASRec, optimiser: torch.optim.Optimizer, rows: npt.NDArray[np.int64], *, size: int, seed: int
) -> None:
    """The same with people of similar length together and the padding that all of them share cut off."""
    random = np.random.default_rng(seed)
    padding = model.items.padding_idx
    lengths = (rows != padding).sum(axis=1)
    order = random.permutation(np.flatnonzero(lengths >= 2))
    order = order[np.argsort(lengths[order], kind="stable")]
    starts = np.arange(0, len(order), size)
    for start in random.permutation(starts).tolist():
        step(model, optimiser, trimmed(rows[order[start : start + size]], padding))


def trimmed(rows: npt.NDArray[np.int64], padding: int | None) -> npt.NDArray[np.int64]:
    """Without the first columns that hold nothing but padding; two stay."""
    first = int((rows != padding).any(axis=0).argmax())
    return rows[:, min(first, rows.shape[1] - 2) :]


def step(model: PlainSASRec, optimiser: torch.optim.Optimizer, rows: npt.NDArray[np.int64]) -> None:
    """One step on (B, L + 1) rows."""
    model.train()
    optimiser.zero_grad()
    model.loss(torch.from_numpy(rows).to(model.items.weight.device)).backward()
    optimiser.step()
