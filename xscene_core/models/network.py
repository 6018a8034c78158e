"""The recommender's content network: it starts as content similarity and can only be trained away from it."""

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
    rank: int = 64
    length: int = 32

    def document(self) -> dict[str, float]:
        return asdict(self)


class Network(nn.Module):
    """Items by their content plus a correction that is zero at the start; people as decayed means of them.

    An item with content vector x lies at z = unit(x + U V x + e): U, V a low-rank correction shared by all
    scenes, e an optional correction of this one item. A person who chose z_1 .. z_t lies at
    u = unit(sum_j g^(t-j) z_j). The score is scale * <u, z>. With U and e zero, as at the start, this is
    decayed cosine similarity.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.down = nn.Linear(shape.dim, shape.rank, bias=False)
        self.up = nn.Linear(shape.rank, shape.dim, bias=False)
        self.decay = nn.Parameter(torch.logit(torch.tensor(CONTENT_DECAY)))
        self.log_scale = nn.Parameter(torch.tensor(START_SCALE).log())
        nn.init.zeros_(self.up.weight)

    def place_items(self, content: Tensor, own: Tensor | None = None) -> Tensor:
        """(..., dim) content vectors, each item's own correction or none, to (..., dim) unit vectors."""
        moved = content + self.up(self.down(content))
        return F.normalize(moved if own is None else moved + own, dim=-1, eps=1e-6)

    def place_people(self, chosen: Tensor) -> Tensor:
        """(B, L, dim) placed items, oldest first, padded at the end, to (B, L, dim): after each choice."""
        steps = torch.arange(chosen.shape[1], device=chosen.device)
        back = (steps[:, None] - steps[None, :]).clamp(min=0)
        weights = torch.sigmoid(self.decay) ** back * (steps[:, None] >= steps[None, :])
        return F.normalize(weights.to(chosen.dtype) @ chosen, dim=-1, eps=1e-6)

    def scale(self) -> Tensor:
        """() what cosine similarity is multiplied by before the softmax, at most 100."""
        return self.log_scale.exp().clamp(max=100.0)
