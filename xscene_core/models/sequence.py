"""The recommender's sequence network: what comes next depends on the order of what came before."""

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class SequenceShape:
    """Sizes of the network; ``dim`` is that of the content vectors, ``inner`` that of its own space."""

    dim: int
    inner: int = 128
    layers: int = 1
    heads: int = 2
    length: int = 50
    dropout: float = 0.3

    def document(self) -> dict[str, float]:
        return asdict(self)


class SequenceNetwork(nn.Module):
    """Causal self-attention over what a person chose (Kang and McAuley, 2018), items told by their content.

    An item with content vector x lies at s = A x + e: A shared by all scenes, so that it carries over, e an
    optional vector of this one item. A person who chose s_1 .. s_t lies at the last layer's h_t; the score is
    <h_t, s>. Learned by cross-entropy over the whole catalogue, without which it loses a fifth of its
    accuracy (Klenitskiy and Vasilev, 2023).
    """

    def __init__(self, shape: SequenceShape) -> None:
        super().__init__()
        self.shape = shape
        self.enter = nn.Linear(shape.dim, shape.inner)
        self.places = nn.Parameter(torch.randn(shape.length, shape.inner) * 0.02)
        self.blocks = nn.ModuleList([Block(shape) for _ in range(shape.layers)])
        self.leave = nn.LayerNorm(shape.inner)

    def place_items(self, content: Tensor, own: Tensor | None = None) -> Tensor:
        """(..., dim) content vectors, each item's own vector or none, to (..., inner)."""
        placed = self.enter(content)
        return placed if own is None else placed + own

    def place_people(self, chosen: Tensor) -> Tensor:
        """(B, L, inner) placed items, oldest first and padded at the end, to (B, L, inner)."""
        hidden = chosen + self.places[: chosen.shape[1]]
        hidden = F.dropout(hidden, self.shape.dropout, self.training)
        for block in self.blocks:
            hidden = block(hidden)
        return self.leave(hidden)

    def scale(self) -> Tensor:
        """() 1: the length of the vectors says how sure a score is."""
        return torch.ones((), device=self.places.device)


class Block(nn.Module):
    """Pre-norm causal self-attention and a feed-forward part (Vaswani et al., 2017)."""

    def __init__(self, shape: SequenceShape) -> None:
        super().__init__()
        self.heads, self.dropout = shape.heads, shape.dropout
        self.before_attention = nn.LayerNorm(shape.inner)
        self.before_forward = nn.LayerNorm(shape.inner)
        self.queries_keys_values = nn.Linear(shape.inner, 3 * shape.inner)
        self.mix = nn.Linear(shape.inner, shape.inner)
        self.forward_part = nn.Sequential(
            nn.Linear(shape.inner, 2 * shape.inner), nn.GELU(), nn.Linear(2 * shape.inner, shape.inner)
        )

    def forward(self, hidden: Tensor) -> Tensor:
        batch, length, width = hidden.shape
        packed = self.queries_keys_values(self.before_attention(hidden))
        queries, keys, values = packed.view(batch, length, 3, self.heads, width // self.heads).permute(
            2, 0, 3, 1, 4
        )
        mixed = F.scaled_dot_product_attention(queries, keys, values, is_causal=True)
        mixed = self.mix(mixed.transpose(1, 2).reshape(batch, length, width))
        hidden = hidden + F.dropout(mixed, self.dropout, self.training)
        return hidden + F.dropout(self.forward_part(self.before_forward(hidden)), self.dropout, self.training)
