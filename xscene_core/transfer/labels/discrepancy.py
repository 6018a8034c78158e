"""The penalties of learned feature maps: how far apart the scenes' hidden features lie."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from xscene_core.transfer.labels.classifier import Classifier
from xscene_core.transfer.labels.draws import Draws
from xscene_core.transfer.labels.network import LabelNetwork
from xscene_core.transfer.labels.network_recipe import NetworkRecipe, Objective, Training, learn_network
from xscene_core.transfer.labels.views import LabelView
from xscene_core.watcher import Watcher

Distance = Callable[[Tensor, Tensor], Tensor]
"""(n, d), (m, d) -> () how far apart two samples are."""


def coral_loss(source: Tensor, target: Tensor) -> Tensor:
    """() ||C_s - C_t||_F^2 / (4 d^2) of samples (n, d) and (m, d), covariances over n - 1 (Sun and Saenko,
    2016). It compares covariances, not means; with fewer rows than two there is none, so it is 0.
    """
    if min(len(source), len(target)) < 2:
        return source.new_zeros(())
    apart = torch.cov(source.T) - torch.cov(target.T)
    return apart.square().sum() / (4 * source.shape[1] ** 2)


def mmd_loss(source: Tensor, target: Tensor, bandwidths: tuple[float, ...]) -> Tensor:
    """() the unbiased U-statistic of squared MMD between samples (n, d) and (m, d), which may be negative.

    The kernel is the mean of exp(-||x - y||^2 / (b^2 median)) over ``bandwidths`` b; the median of squared
    distances of the pooled sample carries no gradient (Gretton et al., 2012; Long et al., 2015).
    """
    count, other = len(source), len(target)
    if min(count, other) < 2:
        return source.new_zeros(())
    pooled = torch.cat([source, target])
    squares = pooled.square().sum(dim=1)
    distances = (squares[:, None] + squares[None, :] - 2 * pooled @ pooled.T).clamp(min=0)
    with torch.no_grad():
        upper = torch.triu_indices(len(pooled), len(pooled), 1, device=pooled.device)
        median = distances[upper[0], upper[1]].median().clamp(min=1e-12)
    kernel = sum((torch.exp(-distances / (b * b * median)) for b in bandwidths), distances.new_zeros(()))
    kernel = (kernel - torch.diag(torch.diagonal(kernel))) / len(bandwidths)
    within = kernel[:count, :count].sum() / (count * (count - 1))
    beyond = kernel[count:, count:].sum() / (other * (other - 1))
    return within + beyond - 2 * kernel[:count, count:].mean()


class Discrepancy:
    """strength x mean distance of each source's hidden features to the target's, on drawn rows.

    last : the distance in the latest step, before it is multiplied.
    """

    def __init__(self, draws: Draws, distance: Distance, strength: float) -> None:
        self.draws, self.distance, self.strength = draws, distance, strength
        self.last = float("nan")

    def __call__(self, network: LabelNetwork, loss: Tensor, done: float) -> Tensor:
        return loss + self.penalty(network)

    def penalty(self, network: LabelNetwork) -> Tensor:
        """() strength x distance on the next rows."""
        *sources, target = self.draws.places(network)
        apart = torch.stack([self.distance(source, target) for source in sources]).mean()
        self.last = float(apart.detach())
        return self.strength * apart


def aligned_network(
    name: str,
    view: LabelView,
    distance: Distance,
    strength: float,
    rows: int,
    epochs: int,
    watcher: Watcher,
) -> Classifier:
    """The network learned from the labels and the distance together; at strength 0 from the labels alone."""
    made: list[Discrepancy] = []

    def build(network: LabelNetwork) -> tuple[Objective, list[nn.Parameter]]:
        made.append(Discrepancy(Draws(view, rows, 12), distance, strength))
        return made[0], []

    wanted = strength > 0 and len(view.target) > 0
    recipe = NetworkRecipe("both", build if wanted else None, Training(epochs=epochs))
    fitted = learn_network(name, view, recipe, watcher)
    if made:
        fitted.facts["last_distance"] = made[0].last
    return fitted
