"""A small network over rows of features, sparse or dense, and the pieces that it becomes once trained."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from xscene_core.models.device import device
from xscene_core.transfer.labels.pieces import Logistic, Piece
from xscene_core.transfer.labels.views import Features, Labels, Matrix

START = 0.2
"""Spread of hidden units at the start, for rows of length 1: small, so that unlearned features are quiet."""


@dataclass(frozen=True)
class Hidden(Piece):
    """x -> max(x matrix + shift, 0). matrix : (d, h), shift : (h,)."""

    matrix: Matrix
    shift: Matrix

    def __call__(self, features: Features) -> Matrix:
        return np.maximum(np.asarray(features @ self.matrix) + self.shift, 0.0)


@dataclass(frozen=True)
class Bag:
    """Sparse rows on one device: for row i, ``columns[starts[i]:starts[i + 1]]`` hold ``values``."""

    columns: Tensor
    starts: Tensor
    values: Tensor


class Rows:
    """Rows that batches are drawn from; sparse ones stay sparse."""

    def __init__(self, features: Features) -> None:
        self.length, self.width = features.shape
        self.sparse = features.astype(np.float32).tocsr() if sp.issparse(features) else None
        self.dense: Tensor | None = None
        if self.sparse is None:
            self.dense = torch.from_numpy(np.asarray(features, np.float32)).to(device())

    def __len__(self) -> int:
        return int(self.length)

    def take(self, rows: npt.NDArray[np.int64]) -> Tensor | Bag:
        """The rows with these numbers."""
        if self.dense is not None:
            return self.dense[torch.from_numpy(rows).to(device())]
        part: Any = self.sparse[rows]  # type: ignore[index]
        arrays = (part.indices.astype(np.int64), part.indptr[:-1].astype(np.int64), part.data)
        return Bag(*(torch.from_numpy(array).to(device()) for array in arrays))


def row_scale(features: Features) -> float:
    """The number that makes the mean squared length of rows (n, d) one."""
    size = float((np.square(features.data) if sp.issparse(features) else np.square(features)).sum())
    return float(1 / np.sqrt(max(size / max(features.shape[0], 1), 1e-12)))


class LabelNetwork(nn.Module):
    """One hidden layer and one linear head: logits relu(scale x A + a) B + b.

    No batch normalisation: it would mix the scenes' statistics.

    scale : what rows are multiplied by, see ``row_scale``. dropout : share of hidden units, and
    thinning : share of the entries of rows, that are dropped in training.
    """

    own_target = False
    """Whether the hidden layer has something that only the target's rows go through."""

    def __init__(
        self, width: int, classes: int, hidden: int, scale: float, dropout: float, thinning: float
    ) -> None:
        super().__init__()
        self.scale, self.dropout, self.thinning = scale, dropout, thinning
        self.enter = nn.Parameter(torch.randn(width, hidden) * START)
        self.shift = nn.Parameter(torch.zeros(hidden))
        self.head = nn.Linear(hidden, classes)

    def body(self) -> Tensor:
        """(d, h) weights of the hidden layer."""
        return self.enter

    def output(self) -> Tensor:
        """(C, h) weights of the head."""
        return self.head.weight

    def place(self, rows: Tensor | Bag) -> Tensor:
        """(n, h) hidden features."""
        if isinstance(rows, Bag):
            values = self._thinned(rows.values * self.scale)
            inner = F.embedding_bag(
                rows.columns, self.body(), rows.starts, mode="sum", per_sample_weights=values
            )
        else:
            inner = self._thinned(rows * self.scale) @ self.body()
        return F.dropout(torch.relu(inner + self.shift), self.dropout, self.training)

    def _thinned(self, entries: Tensor) -> Tensor:
        """Draws no mask where it would drop nothing: drawing is slow."""
        return F.dropout(entries, self.thinning, self.training) if self.thinning else entries

    def forward(self, rows: Tensor | Bag) -> Tensor:
        """(n, C) logits."""
        return self.logits(self.place(rows))

    def logits(self, places: Tensor) -> Tensor:
        """(n, C) logits of hidden features (n, h)."""
        return F.linear(places, self.output(), self.head.bias)

    def hidden_piece(self) -> Hidden:
        return Hidden(_array(self.body()) * self.scale, _array(self.shift))

    def head_piece(self, known: Labels) -> Logistic:
        """The head; a class that is not among ``known`` is never predicted."""
        intercept = np.full(self.head.out_features, -1e9)
        intercept[known] = _array(self.head.bias)[known]
        return Logistic(_array(self.output()).T.copy(), intercept)


def _array(tensor: Tensor) -> Matrix:
    return tensor.detach().cpu().numpy().astype(np.float64)


class AdaptedNetwork(LabelNetwork):
    """A trained network, frozen, whose two matrices get low-rank corrections U V (Hu et al., 2022).

    V is drawn and U is zero, so that it starts as the network that it adapts.
    """

    own_target = True

    def __init__(self, network: LabelNetwork, rank: int) -> None:
        nn.Module.__init__(self)
        self.scale, self.dropout, self.thinning = network.scale, network.dropout, network.thinning
        self.enter, self.shift, self.head = network.enter, network.shift, network.head
        self.requires_grad_(False)
        width, hidden = self.enter.shape
        classes = self.head.out_features
        self.body_up = nn.Parameter(self.enter.new_zeros(width, rank))
        self.body_down = nn.Parameter(_drawn(self.enter, rank, hidden))
        self.head_up = nn.Parameter(self.enter.new_zeros(classes, rank))
        self.head_down = nn.Parameter(_drawn(self.enter, rank, hidden))

    def body(self) -> Tensor:
        return self.enter + self.body_up @ self.body_down

    def output(self) -> Tensor:
        return self.head.weight + self.head_up @ self.head_down

    def corrections(self) -> float:
        """How many numbers are trained."""
        return float(sum(parameter.numel() for parameter in self.parameters() if parameter.requires_grad))


def _drawn(like: Tensor, rank: int, hidden: int) -> Tensor:
    return torch.randn(rank, hidden, device=like.device) / max(hidden, 1) ** 0.5
