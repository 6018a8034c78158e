"""The recommender's network: it starts as content similarity and can only be trained away from it."""

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from xscene_core.models.similarity import CONTENT_DECAY

START_SCALE = 8.0
"""Softmax scale of cosine similarity at the start; content alone is rarely surer than that."""


@dataclass(frozen=True)
class Shape:
    """Sizes of the network; ``dim`` is that of the content vectors."""

    dim: int
    inner: int = 128
    rank: int = 64
    layers: int = 1
    heads: int = 2
    length: int = 32
    dropout: float = 0.2

    def document(self) -> dict[str, float]:
        return asdict(self)


class Network(nn.Module):
    """Item tower and user tower, both the identity on content plus a correction that is zero at the start.

    An item with content vector x lies at z = unit(x + U V x + e): U, V a low-rank correction shared by all
    scenes, e an optional correction of this one item. A person who chose z_1 .. z_t lies at
    u = unit(sum_j g^(t-j) z_j) + W h_t, where h_t comes from causal self-attention (Kang and McAuley, 2018).
    The score is scale * <u, z>. With U, W and e zero, as at the start, this is decayed cosine similarity.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.down = nn.Linear(shape.dim, shape.rank, bias=False)
        self.up = nn.Linear(shape.rank, shape.dim, bias=False)
        self.enter = nn.Linear(shape.dim, shape.inner)
        self.places = nn.Parameter(torch.randn(shape.length, shape.inner) * 0.02)
        self.blocks = nn.ModuleList([Block(shape) for _ in range(shape.layers)])
        self.leave = nn.Linear(shape.inner, shape.dim, bias=False)
        self.decay = nn.Parameter(torch.logit(torch.tensor(CONTENT_DECAY)))
        self.log_scale = nn.Parameter(torch.tensor(START_SCALE).log())
        self.attends: Tensor
        self.register_buffer("attends", torch.tensor(False))
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.leave.weight)

    def metric(self) -> list[Tensor]:
        """The parameters of how items compare: few, linear, and what carries over to other scenes best."""
        return [self.up.weight, self.down.weight, self.decay, self.log_scale]

    def place_items(self, content: Tensor, own: Tensor | None = None) -> Tensor:
        """(..., dim) content vectors, each item's own correction or none, to (..., dim) unit vectors."""
        moved = content + self.up(self.down(content))
        return F.normalize(moved if own is None else moved + own, dim=-1, eps=1e-6)

    def place_people(self, chosen: Tensor) -> Tensor:
        """(B, L, dim) placed items, oldest first, padded at the end, to (B, L, dim): after each choice."""
        length = chosen.shape[1]
        steps = torch.arange(length, device=chosen.device)
        back = (steps[:, None] - steps[None, :]).clamp(min=0)
        weights = torch.sigmoid(self.decay) ** back * (steps[:, None] >= steps[None, :])
        content = F.normalize(weights.to(chosen.dtype) @ chosen, dim=-1, eps=1e-6)
        if not self.attends:  # never trained, so it adds exactly zero
            return content
        hidden = self.enter(chosen) + self.places[:length]
        for block in self.blocks:
            hidden = block(hidden)
        return content + self.leave(hidden)

    def scale(self) -> Tensor:
        """() what cosine similarity is multiplied by before the softmax, at most 100."""
        return self.log_scale.exp().clamp(max=100.0)


class Block(nn.Module):
    """Pre-norm causal self-attention and a feed-forward part (Vaswani et al., 2017)."""

    def __init__(self, shape: Shape) -> None:
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
