"""One recipe for every method whose labels a network learns: the same start, loop and pieces for all."""

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from xscene_core.models.device import device
from xscene_core.transfer.labels.classifier import Classifier
from xscene_core.transfer.labels.network import LabelNetwork, Rows, row_scale
from xscene_core.transfer.labels.recipe import LabelRecipe, Weights, gather, learn_labels, reason
from xscene_core.transfer.labels.views import Features, Labels, LabelView
from xscene_core.watcher import Watcher

Objective = Callable[[LabelNetwork, Tensor, float], Tensor]
"""``objective(network, loss of the labels, share of training done) -> ()`` what a step minimises instead."""
Build = Callable[[LabelNetwork], tuple[Objective, list[nn.Parameter]]]
"""The objective and the parameters of its own that it trains."""


@dataclass(frozen=True)
class Training:
    """How a network is trained: passes over the rows, rows of a step, learning rate (falling to 0 along half
    a cosine), AdamW's weight decay."""

    hidden: int = 64
    epochs: int = 10
    batch: int = 64
    rate: float = 2e-3
    decay: float = 1.0
    dropout: float = 0.5
    thinning: float = 0.0
    own_rate: float = 2e-3
    """Learning rate of what the objective trains of its own."""
    fewest: int = 300
    """Little data is passed over more often, until so many steps are made."""


@dataclass(frozen=True)
class NetworkRecipe:
    """What one method changes.

    learns : from whose labels, as in ``LabelRecipe``. objective : builds what is minimised instead of the
        labels' loss alone.
    """

    learns: Literal["sources", "both"] = "both"
    objective: Build | None = None
    training: Training = Training()


def learn_network(name: str, view: LabelView, recipe: NetworkRecipe, watcher: Watcher) -> Classifier:
    """Learns the network from the labelled rows that the recipe names.

    Raises
    ------
    InputError : there is no labelled row to learn from.
    """
    plain = LabelRecipe(recipe.learns)
    features, labels, weights = gather(view, plain)
    if len(np.unique(labels)) < 2:  # nothing, which is refused, or one class, which is always the answer
        return learn_labels(name, view, plain)
    network = taught(view, features, labels, weights, recipe, watcher)
    fitted = as_classifier(name, view, network, labels)
    fitted.facts |= {
        "rows_learned_from": float(len(labels)),
        "target_rows_learned_from": float(len(view.target.labelled)) if recipe.learns == "both" else 0.0,
    }
    fitted.reason = reason(view, recipe.learns)
    return fitted


def as_classifier(name: str, view: LabelView, network: LabelNetwork, labels: Labels) -> Classifier:
    """The network as pieces; a class without a row among ``labels`` is never predicted."""
    hidden = network.hidden_piece()
    maps = {rows.name: hidden for rows in (*view.sources, view.target)}
    return Classifier(name, view.target.name, dict(maps), network.head_piece(np.unique(labels)))


def taught(
    view: LabelView,
    features: Features,
    labels: Labels,
    weights: Weights,
    recipe: NetworkRecipe,
    watcher: Watcher,
) -> LabelNetwork:
    """The network, drawn from the view's seed, after learning from rows (n, d) and labels (n,)."""
    network = drawn_network(view, features, recipe.training)
    with drawing(view.seed + 1):
        objective, extra = recipe.objective(network) if recipe.objective else (None, [])
    rows = Learned(Rows(features), tensor(labels), tensor(weights.astype(np.float32)))
    train(network, rows, recipe.training, view.seed, "learn", watcher, objective, extra)
    return network


def drawn_network(view: LabelView, features: Features, training: Training) -> LabelNetwork:
    """The network at its start, drawn without touching the global random state."""
    with drawing(view.seed):
        made = LabelNetwork(
            features.shape[1],
            len(view.classes),
            training.hidden,
            row_scale(features),
            training.dropout,
            training.thinning,
        )
    return made.to(device())


@dataclass(frozen=True)
class Learned:
    """Rows with labels (n,) and weights (n,)."""

    rows: Rows
    labels: Tensor
    weights: Tensor

    def loss(self, network: LabelNetwork, rows: np.ndarray) -> Tensor:
        """() weighted mean cross-entropy of the rows with these numbers."""
        place = torch.from_numpy(rows).to(self.labels.device)
        losses = F.cross_entropy(network(self.rows.take(rows)), self.labels[place], reduction="none")
        return (losses * self.weights[place]).mean() / self.weights.mean()


def train(
    network: LabelNetwork,
    learned: Learned,
    training: Training,
    seed: int,
    stage: str,
    watcher: Watcher,
    objective: Objective | None = None,
    extra: Sequence[nn.Parameter] = (),
    after: Callable[[float], None] | None = None,
) -> None:
    """Trains in place what of ``network`` requires a gradient, and ``extra``.

    after : called with the learning rate after every step.
    """
    own = [parameter for parameter in network.parameters() if parameter.requires_grad]
    groups = [{"params": own, "lr": training.rate, "weight_decay": training.decay}]
    if extra:
        groups.append({"params": list(extra), "lr": training.own_rate, "weight_decay": 0.0})
    optimiser = torch.optim.AdamW(groups, fused=device().type != "mps")
    size = len(learned.rows)
    parts = -(-size // training.batch)
    epochs = max(training.epochs, -(-training.fewest // parts)) if training.epochs else 0
    rates = [group["lr"] for group in optimiser.param_groups]
    generator = np.random.default_rng([seed, 7])
    network.train()
    with drawing(seed + 2):
        for epoch in range(epochs):
            total = 0.0
            for step, rows in enumerate(np.array_split(generator.permutation(size), parts)):
                done = (epoch + step / parts) / epochs
                watcher.progress(stage, done)
                share = (1 + np.cos(np.pi * done)) / 2
                for group, rate in zip(optimiser.param_groups, rates, strict=True):
                    group["lr"] = rate * share
                loss = learned.loss(network, rows)
                whole = loss if objective is None else objective(network, loss, done)
                optimiser.zero_grad(set_to_none=True)
                whole.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                if after is not None:
                    after(training.rate * share)
                total += float(loss.detach())
            watcher.curve(f"{stage}/loss", total / parts, epoch + 1)
    watcher.progress(stage, 1.0)
    network.eval()


@contextmanager
def drawing(seed: int) -> Iterator[None]:
    """Torch draws from ``seed`` inside; the global random state is left as it was."""
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        yield


def copied(network: LabelNetwork) -> LabelNetwork:
    """The same network with parameters of its own."""
    return copy.deepcopy(network)


def tensor(array: np.ndarray) -> Tensor:
    """The array on the device."""
    return torch.from_numpy(array).to(device())
