"""Small convolutional networks over product pictures (B, 3, 32, 32) from 0 to 1."""

import torch
from torch import Tensor, nn

PICTURE = 64
"""Dimension of a picture's vector."""


def eye() -> nn.Sequential:
    """Pictures to vectors (B, 64)."""
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, stride=2, padding=1), nn.GELU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.GELU(),
        nn.Conv2d(32, 32, 3, stride=2, padding=1), nn.GELU(),
        nn.Flatten(), nn.Linear(32 * 4 * 4, PICTURE),
    )  # fmt: skip


def brush() -> nn.Sequential:
    """Vectors (B, 64) to pictures."""
    return nn.Sequential(
        nn.Linear(PICTURE, 32 * 4 * 4), nn.Unflatten(1, (32, 4, 4)), nn.GELU(),
        nn.ConvTranspose2d(32, 32, 4, stride=2, padding=1), nn.GELU(),
        nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.GELU(),
        nn.ConvTranspose2d(16, 3, 4, stride=2, padding=1), nn.Sigmoid(),
    )  # fmt: skip


class Autoencoder(nn.Module):
    """Pictures to pictures, through a vector."""

    def __init__(self) -> None:
        super().__init__()
        self.eye, self.brush = eye(), brush()

    def forward(self, pictures: Tensor) -> Tensor:
        painted: Tensor = self.brush(self.eye(pictures))
        return painted


class Pairs(nn.Module):
    """Texts (B, L) of word numbers and pictures, to one space of unit vectors (B, 64) each."""

    def __init__(self, words: int) -> None:
        super().__init__()
        self.words = nn.EmbeddingBag(words, 128, mode="mean", padding_idx=0)
        self.text = nn.Sequential(nn.Linear(128, 128), nn.GELU(), nn.Linear(128, PICTURE))
        self.eye = eye()
        self.scale = nn.Parameter(torch.tensor(2.0))

    def texts(self, rows: Tensor) -> Tensor:
        return nn.functional.normalize(self.text(self.words(rows)), dim=1)

    def pictures(self, pictures: Tensor) -> Tensor:
        return nn.functional.normalize(self.eye(pictures), dim=1)
