"""Several heads on one hidden layer: what each of them is asked, and how their losses are weighed."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from xscene_core.models.device import device
from xscene_core.transfer.labels.draws import Draws
from xscene_core.transfer.labels.network import LabelNetwork
from xscene_core.transfer.labels.network_recipe import tensor
from xscene_core.transfer.labels.recipe import reduction
from xscene_core.transfer.labels.views import LabelView, dense, stacked

Weighing = Literal["fixed", "uncertainty", "sum"]


class Head(Protocol):
    """One further task on drawn rows of all scenes."""

    name: str

    def loss(self, places: list[Tensor], rows: list[np.ndarray]) -> Tensor:
        """() mean loss. places : for each scene (n, h) hidden features of its rows with numbers ``rows``."""

    def parameters(self) -> list[nn.Parameter]:
        """What the head trains beside the hidden layer."""


class Membership:
    """Which scene a row is from."""

    name = "scene"

    def __init__(self, hidden: int, scenes: int) -> None:
        self.head = nn.Linear(hidden, scenes).to(device())

    def loss(self, places: list[Tensor], rows: list[np.ndarray]) -> Tensor:
        scenes = np.repeat(np.arange(len(places)), [len(numbers) for numbers in rows])
        return F.cross_entropy(self.head(torch.cat(places)), tensor(scenes))

    def parameters(self) -> list[nn.Parameter]:
        return list(self.head.parameters())


class Reconstruction:
    """A row's own features, from hidden ones with some dropped: (n, k) leading principal coordinates with
    spread 1, so that a loss of 1 is knowing nothing."""

    name = "reconstruction"

    def __init__(self, view: LabelView, hidden: int, coordinates: int) -> None:
        scenes = [rows.features for rows in (*view.sources, view.target) if len(rows)]
        whole = dense(reduction(view, coordinates)(stacked(scenes)))
        whole = whole - whole.mean(axis=0)
        whole = whole / np.maximum(whole.std(axis=0), 1e-9)
        stops = np.cumsum([part.shape[0] for part in scenes])[:-1]
        self.wanted = [tensor(part.astype(np.float32)) for part in np.split(whole, stops)]
        self.head = nn.Linear(hidden, whole.shape[1]).to(device())

    def loss(self, places: list[Tensor], rows: list[np.ndarray]) -> Tensor:
        wanted = torch.cat([self.wanted[scene][tensor(numbers)] for scene, numbers in enumerate(rows)])
        return F.mse_loss(self.head(torch.cat(places)), wanted)

    def parameters(self) -> list[nn.Parameter]:
        return list(self.head.parameters())


class Weights(nn.Module):
    """How the losses L_t of T tasks become one.

    ``"fixed"``: sum lambda_t L_t. ``"sum"``: sum L_t, the plain baseline. ``"uncertainty"``: sum
    exp(-s_t) L_t + s_t with s trained beside the network (Kendall et al., 2018), so that equal tasks get
    equal weights and a task that cannot be learned little.
    """

    def __init__(self, kind: Weighing, fixed: list[float]) -> None:
        super().__init__()
        self.kind = kind
        self.fixed = fixed
        self.log_variances = nn.Parameter(torch.zeros(len(fixed)))

    def forward(self, losses: list[Tensor]) -> Tensor:
        together = torch.stack(losses)
        if self.kind == "uncertainty":
            return (torch.exp(-self.log_variances) * together + self.log_variances).sum()
        return (together * together.new_tensor(self.values())).sum()

    def values(self) -> list[float]:
        """(T,) the weights as they are now."""
        if self.kind == "uncertainty":
            return [float(weight) for weight in torch.exp(-self.log_variances.detach())]
        return self.fixed if self.kind == "fixed" else [1.0] * len(self.fixed)


@dataclass
class Together:
    """The objective: the labels' loss and that of each further head, weighed.

    latest : the further heads' losses in the latest step, by name.
    """

    draws: Draws
    heads: tuple[Head, ...]
    weights: Weights
    latest: dict[str, float]

    def __call__(self, network: LabelNetwork, loss: Tensor, done: float) -> Tensor:
        rows = self.draws.numbers()
        places = [network.place(scene.take(own)) for scene, own in zip(self.draws.scenes, rows, strict=True)]
        losses = [head.loss(places, rows) for head in self.heads]
        self.latest = {head.name: float(own.detach()) for head, own in zip(self.heads, losses, strict=True)}
        return self.weights([loss, *losses])

    def parameters(self) -> list[nn.Parameter]:
        return [*self.weights.parameters(), *(own for head in self.heads for own in head.parameters())]
