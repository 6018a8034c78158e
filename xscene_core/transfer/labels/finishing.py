"""From the sources to the target by few labels: what every fine-tuning method has in common."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from xscene_core.transfer.labels.classifier import Classifier
from xscene_core.transfer.labels.network import LabelNetwork, Rows
from xscene_core.transfer.labels.network_recipe import (
    Learned,
    NetworkRecipe,
    Training,
    as_classifier,
    copied,
    drawn_network,
    taught,
    tensor,
    train,
)
from xscene_core.transfer.labels.pieces import Logistic
from xscene_core.transfer.labels.recipe import LabelRecipe, fit_head, gather, learn_labels, reason
from xscene_core.transfer.labels.views import LabelRows, LabelView
from xscene_core.watcher import Watcher

FINISH = Training(epochs=10, rate=1e-3, decay=0.0, fewest=100)


@dataclass(frozen=True)
class Start:
    """What the sources taught: the network, and the view with its target rows that may be learned from."""

    view: LabelView
    network: LabelNetwork
    target: LabelRows


Finish = Callable[[Start], tuple[LabelNetwork, dict[str, float]]]
"""The network after the target's labels, and what was found on the way."""


def finish_labels(name: str, view: LabelView, finish: Finish, watcher: Watcher) -> Classifier:
    """Learns the network from the sources, then ``finish`` from the target's labels within the budget.

    Without any this is source-only, and says so. Sources without two classes teach nothing: then it starts
    from the untrained network.
    """
    target = view.target.labelled
    features, labels, weights = gather(view, LabelRecipe("sources"))
    known = np.concatenate([labels, target.labels])
    if len(np.unique(known)) < 2:
        return learn_labels(name, view, LabelRecipe("both"))
    if len(target) == 0:
        fitted = _as_it_is(name, view, taught(view, features, labels, weights, SOURCES, watcher), labels)
        fitted.stands_for = "source-only"
        return fitted
    if len(np.unique(labels)) < 2:
        network = drawn_network(view, target.features, SOURCES.training)
    else:
        network = taught(view, features, labels, weights, SOURCES, watcher)
    finished, facts = finish(Start(view, network, target))
    fitted = as_classifier(name, view, finished, known)
    for rows in view.sources:  # where only the target's rows got something of their own, sources stay
        fitted.maps[rows.name] = network.hidden_piece() if finished.own_target else finished.hidden_piece()
    fitted.facts = facts | {
        "rows_learned_from": float(len(known)),
        "target_rows_learned_from": float(len(target)),
        "moved": distance(finished, network),
    }
    fitted.reason = reason(view, "both")
    return fitted


SOURCES = NetworkRecipe("sources")


def _as_it_is(name: str, view: LabelView, network: LabelNetwork, labels: np.ndarray) -> Classifier:
    fitted = as_classifier(name, view, network, labels)
    fitted.facts = {"rows_learned_from": float(len(labels)), "target_rows_learned_from": 0.0}
    sources = " and ".join(rows.name for rows in view.sources)
    fitted.reason = f"{view.target.name} has no labelled row to learn from, so this is {sources} unchanged."
    return fitted


def tuned(
    start: Start,
    training: Training,
    watcher: Watcher,
    network: LabelNetwork | None = None,
    anchor: float = 0.0,
) -> LabelNetwork:
    """A copy of the start (or ``network`` itself) trained on the target's labelled rows by a new optimiser.

    anchor : strength of 1/2 ||theta - theta_0||^2 towards the start, see ``Anchor``.
    """
    network = copied(start.network) if network is None else network
    rows = Rows(start.target.features)
    weights = torch.ones(len(rows), device=network.shift.device)
    after = Anchor(network, anchor) if anchor > 0 else None
    learned = Learned(rows, tensor(start.target.labels), weights)
    train(network, learned, training, start.view.seed, "adapt", watcher, after=after)
    return network


class Anchor:
    """L2-SP (Li et al., 2018): the penalty strength / 2 ||theta - theta_0||^2 towards the start, not to 0.

    Taken as a proximal step after the optimiser's, theta_0 + (theta - theta_0) / (1 + rate strength), so that
    it is stable however strong it is: in the limit theta is theta_0.
    """

    def __init__(self, network: LabelNetwork, strength: float) -> None:
        self.trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
        self.start = [parameter.detach().clone() for parameter in self.trained]
        self.strength = strength

    def __call__(self, rate: float) -> None:
        with torch.no_grad():
            for parameter, start in zip(self.trained, self.start, strict=True):
                parameter.copy_(start + (parameter - start) / (1 + rate * self.strength))


def between(one: LabelNetwork, other: LabelNetwork, share: float) -> LabelNetwork:
    """The network whose parameters lie at ``share`` of the way (Wortsman et al., 2022)."""
    made = copied(one)
    with torch.no_grad():
        for parameter, end in zip(made.parameters(), other.parameters(), strict=True):
            parameter.lerp_(end, share)
    return made


def distance(one: LabelNetwork, other: LabelNetwork) -> float:
    """Euclidean distance between the weights of two networks."""
    parts: list[Tensor] = [one.body() - other.body(), one.shift - other.shift]
    parts += [one.output() - other.output(), one.head.bias - other.head.bias]
    return float(torch.cat([part.detach().flatten() for part in parts]).norm())


def chosen_share(
    start: Start, training: Training, shares: tuple[float, ...], watcher: Watcher, folds: int = 3
) -> float:
    """The share of the way with the highest cross-validated log-likelihood of the target's labelled rows.

    Ties go to the smallest share; with fewer than ``2 folds`` rows it is 0.5, since they cannot tell.
    """
    count = len(start.target)
    if count < 2 * folds:
        return 0.5
    total = np.zeros(len(shares))
    for fold in range(folds):
        held = np.arange(fold, count, folds)  # rows stand in the order of their digests, which is no order
        rows = start.target.take(held)
        rest = replace(start, target=start.target.take(np.setdiff1d(np.arange(count), held)))
        end = tuned(rest, training, watcher)
        total += [log_likelihood(between(start.network, end, share), rows) for share in shares]
    return shares[int(np.argmax(total))]


def log_likelihood(network: LabelNetwork, rows: LabelRows) -> float:
    """Sum over rows (n, d) of the log-probability of their labels."""
    with torch.no_grad():
        logits = network.eval()(Rows(rows.features).take(np.arange(len(rows))))
        return -float(F.cross_entropy(logits, tensor(rows.labels), reduction="sum"))


def new_head(start: Start, strength: float) -> LabelNetwork:
    """The start with a logistic head learned from the target's labelled rows alone, features untouched."""
    network = copied(start.network)
    places = network.hidden_piece()(start.target.features)
    head = fit_head(places, start.target.labels, None, network.head.out_features, strength=strength)
    if isinstance(head, Logistic):
        with torch.no_grad():
            network.head.weight.copy_(torch.from_numpy(head.coefficients.T))
            network.head.bias.copy_(torch.from_numpy(head.intercept))
    return network
