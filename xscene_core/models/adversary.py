"""A discriminator of scenes and the gradient reversal in front of it."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from xscene_core.models.training import Placing


class Reversal(torch.autograd.Function):
    """The identity forwards; backwards the gradient times ``-strength`` (Ganin et al., 2016, eq. 14-17)."""

    @staticmethod
    def forward(context: Any, features: Tensor, strength: float) -> Tensor:
        context.strength = strength
        return features.view_as(features)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return -context.strength * gradients[0], None


def reverse(features: Tensor, strength: float) -> Tensor:
    return Reversal.apply(features, strength)  # type: ignore[no-untyped-call]


def schedule(done: float) -> float:
    """lambda_p = 2 / (1 + exp(-10 p)) - 1 for the share p of training done (Ganin et al., 2016)."""
    return float(2 / (1 + np.exp(-10 * done)) - 1)


class Discriminator(nn.Module):
    """(n, d) features to (n, S) logits of the scene they come from."""

    def __init__(self, dimension: int, scenes: int, hidden: int = 64) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(dimension, hidden), nn.ReLU(), nn.Linear(hidden, scenes))

    def forward(self, features: Tensor) -> Tensor:
        return self.layers(features)


class SceneConfusion:
    """The adversarial penalty: cross-entropy of the discriminator behind the reversal.

    The discriminator learns to tell the scenes of placed items; the item tower, through the reversal, to
    make that impossible. Scenes are drawn equally, so none wins by its size.

    content : one (I_s, d) tensor for each scene.
    """

    def __init__(
        self, content: list[Tensor], discriminator: Discriminator, strength: float, drawn: int, seed: int
    ) -> None:
        self.content, self.discriminator, self.strength, self.drawn = content, discriminator, strength, drawn
        self.generator = np.random.default_rng([seed, 11])

    def __call__(self, network: Placing, generator: np.random.Generator, done: float) -> Tensor:
        placed, labels = [], []
        for scene, content in enumerate(self.content):
            rows = torch.from_numpy(self.generator.integers(len(content), size=self.drawn)).to(content.device)
            placed.append(network.place_items(content[rows]))
            labels.append(torch.full((self.drawn,), scene, device=content.device))
        features = reverse(torch.cat(placed), self.strength * schedule(done))
        scale = features.shape[1] ** 0.5  # unit vectors have coordinates of about d^-1/2
        return F.cross_entropy(self.discriminator(features * scale), torch.cat(labels))
