"""The adversarial penalties of label tasks: a discriminator behind gradient reversal."""

from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from xscene_core.models.adversary import Discriminator, reverse, schedule
from xscene_core.models.device import device
from xscene_core.transfer.labels.classifier import Classifier
from xscene_core.transfer.labels.draws import Draws
from xscene_core.transfer.labels.network import LabelNetwork
from xscene_core.transfer.labels.network_recipe import NetworkRecipe, Objective, Training, learn_network
from xscene_core.transfer.labels.views import LabelView
from xscene_core.watcher import Watcher


class AdversaryParams(Protocol):
    """What DANN's and CDAN's parameters have in common."""

    @property
    def strength(self) -> float: ...
    @property
    def rows(self) -> int: ...
    @property
    def epochs(self) -> int: ...
    @property
    def rate(self) -> float: ...


class Confusion:
    """DANN's penalty: the discriminator's cross-entropy over the scenes, behind the reversal.

    last : share of drawn rows whose scene the discriminator told right in the latest step.
    """

    def __init__(self, draws: Draws, discriminator: Discriminator, strength: float) -> None:
        self.draws, self.discriminator, self.strength = draws, discriminator, strength
        self.last = float("nan")

    def __call__(self, network: LabelNetwork, loss: Tensor, done: float) -> Tensor:
        return loss + self.penalty(network, done)

    def penalty(self, network: LabelNetwork, done: float) -> Tensor:
        """() cross-entropy of the scenes; its gradient on the network is reversed."""
        places = self.draws.places(network)
        features = self.features(network, torch.cat(places))
        scenes = torch.arange(len(places), device=features.device).repeat_interleave(self.draws.size)
        logits = self.discriminator(reverse(features, self.strength * schedule(done)))
        self.last = float((logits.detach().argmax(1) == scenes).float().mean())
        losses = F.cross_entropy(logits, scenes, reduction="none")
        weights = self.weights(network, torch.cat(places), done)
        return losses.mean() if weights is None else (losses * weights).sum() / weights.sum()

    def features(self, network: LabelNetwork, places: Tensor) -> Tensor:
        """What the discriminator sees of placed rows (n, h)."""
        return places

    def weights(self, network: LabelNetwork, places: Tensor, done: float) -> Tensor | None:
        """(n,) how much each row counts, or None for all alike."""
        return None


class ConditionalConfusion(Confusion):
    """CDAN's penalty: the discriminator sees f (x) softmax(g), g without gradient (Long et al., 2018).

    entropy : whether sure predictions count more, 1 + exp(-H(g)), also reversed as in CDAN+E: the weights
    carry no gradient here, so that they only weigh.
    """

    def __init__(self, draws: Draws, discriminator: Discriminator, strength: float, entropy: bool) -> None:
        super().__init__(draws, discriminator, strength)
        self.entropy = entropy

    def features(self, network: LabelNetwork, places: Tensor) -> Tensor:
        chances = _chances(network, places)
        return torch.einsum("nc,nh->nch", chances, places).flatten(1)

    def weights(self, network: LabelNetwork, places: Tensor, done: float) -> Tensor | None:
        if not self.entropy:
            return None
        chances = _chances(network, places)
        return 1 + torch.exp(torch.special.entr(chances).sum(dim=1).neg())


def _chances(network: LabelNetwork, places: Tensor) -> Tensor:
    """(n, C) probabilities, not logits, and without a gradient."""
    with torch.no_grad():
        return network.logits(places).softmax(dim=1)


def learn_confused(
    name: str,
    view: LabelView,
    params: AdversaryParams,
    make: Callable[[Draws, LabelNetwork], Confusion],
    watcher: Watcher,
) -> Classifier:
    """The network learned from the labels against a discriminator; at strength 0 from the labels alone."""
    made: list[Confusion] = []

    def build(network: LabelNetwork) -> tuple[Objective, list[nn.Parameter]]:
        made.append(make(Draws(view, params.rows, 11), network))
        return made[0], list(made[0].discriminator.parameters())

    training = Training(epochs=params.epochs, own_rate=params.rate)
    wanted = params.strength > 0 and len(view.target) > 0
    fitted = learn_network(name, view, NetworkRecipe("both", build if wanted else None, training), watcher)
    if made:
        fitted.facts["discriminator_accuracy"] = made[0].last
    return fitted


def discriminator(dimension: int, view: LabelView, hidden: int) -> Discriminator:
    """One that tells the view's scenes from ``dimension`` features."""
    return Discriminator(dimension, len(view.sources) + 1, hidden).to(device())
