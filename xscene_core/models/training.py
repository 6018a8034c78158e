"""The one training loop: next-choice prediction over one or several scenes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from xscene_core.models.batches import Batch, batches, windows
from xscene_core.models.network import Network
from xscene_core.models.sequence import SequenceNetwork
from xscene_core.models.softmax import catalogue_loss
from xscene_core.scenes.sequences import Sequences
from xscene_core.watcher import Watcher

SHARE = 10
"""At first the average takes in about the last tenth of all steps, later the last 1 / (1 - decay)."""
Placing = Network | SequenceNetwork
"""What puts items and people into one space, where their product times ``scale()`` is a score."""


@dataclass
class Corpus:
    """One scene to learn from, on one device.

    content : (I, d) content vectors. own : (I, d) corrections of single items, or None.
    weights : (U,) how much each person counts, mean 1.
    """

    content: Tensor
    sequences: Sequences
    own: nn.Parameter | None = None
    weights: npt.NDArray[np.float32] | None = None
    cuts: npt.NDArray[np.int64] = field(init=False)

    def stretch(self, length: int) -> None:
        """Cuts the sequences to the network's ``length``."""
        self.cuts = windows(self.sequences, length)


@dataclass(frozen=True)
class Plan:
    """How to train. ``batch`` counts predictions; ``patience`` epochs without a better check end it.

    Up to ``full`` items all are candidates of the softmax, in a larger catalogue ``candidates`` drawn ones.
    shared : whether the network is trained, or nothing but what is special about single items.
    average : what is checked and kept is the exponential average of the parameters with this decay per step
        (Polyak and Juditsky, 1992), which ranks better than where the last step happens to end; 0 for none.
    """

    epochs: int
    rate: float
    shared: bool = True
    own_rate: float = 2e-3
    decay: float = 0.01
    batch: int = 1024
    full: int = 5_000
    candidates: int = 2048
    patience: int = 3
    average: float = 0.99


Penalty = Callable[[Placing, np.random.Generator, float], Tensor]
"""``penalty(network, generator, share of training done) -> ()`` added to the loss of every step."""


def train(
    network: Placing,
    corpora: Sequence[Corpus],
    plan: Plan,
    *,
    seed: int,
    stage: str,
    watcher: Watcher,
    check: Callable[[], float] | None = None,
    penalty: Penalty | None = None,
    extra: Sequence[nn.Parameter] = (),
) -> int:
    """Trains in place and keeps the parameters of the epoch with the highest ``check()``, the start included.

    Batches of all corpora are mixed; each predicts within its own scene's catalogue. The global random state
    is left as it was.

    Returns the number of epochs kept (0: no epoch was better than the start).
    """
    owns = [corpus.own for corpus in corpora if corpus.own is not None]
    trained = list(network.parameters()) if plan.shared else []
    groups = [{"params": trained, "weight_decay": plan.decay}]
    if owns:
        groups.append({"params": owns, "weight_decay": 0.0, "lr": plan.own_rate})
    if extra:
        groups.append({"params": list(extra), "weight_decay": 0.0})
    optimiser = torch.optim.AdamW(groups, lr=plan.rate)
    for corpus in corpora:
        corpus.stretch(network.shape.length)
    generator = np.random.default_rng([seed, 7])
    averaged = _Averaged([*network.parameters(), *owns], plan.average)
    keeper = _Keeper(averaged, check)
    with torch.random.fork_rng(devices=_cuda_devices()):
        torch.manual_seed(seed)
        for epoch in range(plan.epochs):
            loss = _epoch(
                network, corpora, plan, optimiser, generator, penalty, epoch, stage, watcher, averaged
            )
            watcher.curve(f"{stage}/loss", loss, epoch + 1)
            if keeper.look(epoch + 1, stage, watcher) >= plan.patience:
                break
    watcher.progress(stage, 1.0)
    return keeper.restore()


class _Averaged:
    """Parameters and their exponential average, short at first so that it forgets the start."""

    def __init__(self, tensors: Sequence[Tensor], decay: float) -> None:
        self.tensors, self.decay, self.steps = list(tensors), decay, 0
        self.slow = self._copy()

    def follow(self) -> None:
        """Takes in the parameters after a step."""
        self.steps += 1
        decay = min(self.decay, self.steps / (self.steps + SHARE))
        with torch.no_grad():
            torch._foreach_lerp_(self.slow, [tensor.detach() for tensor in self.tensors], 1 - decay)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The average stands in the parameters' place meanwhile."""
        fast = self._copy()
        self.put(self.slow)
        try:
            yield
        finally:
            self.put(fast)

    def put(self, values: Sequence[Tensor]) -> None:
        """Sets the parameters."""
        with torch.no_grad():
            for tensor, value in zip(self.tensors, values, strict=True):
                tensor.copy_(value)

    def _copy(self) -> list[Tensor]:
        return [tensor.detach().clone() for tensor in self.tensors]


class _Keeper:
    """Remembers the best averaged parameters so far."""

    def __init__(self, averaged: _Averaged, check: Callable[[], float] | None) -> None:
        self.averaged, self.check = averaged, check
        self.best = check() if check else -np.inf
        self.epoch = self.latest = 0
        self.kept = [tensor.clone() for tensor in averaged.slow]

    def look(self, epoch: int, stage: str, watcher: Watcher) -> int:
        """Epochs since the best one."""
        self.latest = epoch
        if self.check is None:
            return 0
        with self.averaged.in_place():
            value = self.check()
        watcher.curve(f"{stage}/check", value, epoch)
        if value > self.best:
            self.best, self.epoch = value, epoch
            self.kept = [tensor.clone() for tensor in self.averaged.slow]
        return epoch - self.epoch

    def restore(self) -> int:
        """Puts the best in place, the last where nothing was checked; the number of its epoch."""
        self.averaged.put(self.averaged.slow if self.check is None else self.kept)
        return self.latest if self.check is None else self.epoch


def _epoch(
    network: Placing,
    corpora: Sequence[Corpus],
    plan: Plan,
    optimiser: torch.optim.Optimizer,
    generator: np.random.Generator,
    penalty: Penalty | None,
    epoch: int,
    stage: str,
    watcher: Watcher,
    averaged: _Averaged,
) -> float:
    network.train()
    todo = [
        (corpus, batch)
        for corpus in corpora
        for batch in batches(corpus.sequences, corpus.cuts, plan.batch, generator)
    ]
    total = 0.0
    for step, which in enumerate(generator.permutation(len(todo))):
        done = (epoch + step / len(todo)) / plan.epochs
        watcher.progress(stage, done)
        corpus, batch = todo[which]
        loss = _loss(network, corpus, batch, plan, generator)
        if penalty is not None:
            loss = loss + penalty(network, generator, done)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_([p for group in optimiser.param_groups for p in group["params"]], 1.0)
        optimiser.step()
        averaged.follow()
        total += float(loss.detach())
    return total / max(len(todo), 1)


def _loss(
    network: Placing, corpus: Corpus, batch: Batch, plan: Plan, generator: np.random.Generator
) -> Tensor:
    """Cross-entropy of the next choice over the catalogue, or over drawn candidates when it is large.

    Of a large catalogue, ``plan.candidates`` items are drawn uniformly and stand for all others: their
    logits are raised by log(others / drawn) (sampled softmax, Jean et al., 2015).
    """
    device, drawn_count = corpus.content.device, plan.candidates
    whole = len(corpus.content) <= max(plan.full, drawn_count)
    items, real = torch.from_numpy(batch[0]).to(device), torch.from_numpy(batch[1]).to(device)
    weights = None
    if corpus.weights is not None:
        weights = torch.from_numpy(np.repeat(corpus.weights[batch[2]], batch[1].sum(axis=1))).to(device)
    with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
        people = network.place_people(_place(network, corpus, items[:, :-1]))[real] * network.scale()
        answers = items[:, 1:][real]
        if whole:
            return catalogue_loss(people, network.place_items(corpus.content, corpus.own), answers, weights)
        drawn = torch.from_numpy(generator.choice(len(corpus.content), drawn_count, replace=False)).to(device)
        others = people @ _place(network, corpus, drawn).T
        others = others.masked_fill(drawn[None, :] == answers[:, None], -1e4).float()
        own = (people * _place(network, corpus, answers)).sum(-1, keepdim=True).float()
    logits = torch.cat([own, others + np.log((len(corpus.content) - 1) / drawn_count)], dim=1)
    losses = F.cross_entropy(logits, torch.zeros_like(answers), reduction="none")
    return losses.mean() if weights is None else (losses * weights).mean()


def _place(network: Placing, corpus: Corpus, rows: Tensor) -> Tensor:
    own = None if corpus.own is None else corpus.own[rows]
    return network.place_items(corpus.content[rows], own)


def _cuda_devices() -> list[int]:
    return list(range(torch.cuda.device_count())) if torch.cuda.is_available() else []
