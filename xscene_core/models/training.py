"""The one training loop: next-choice prediction over one or several scenes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from xscene_core.models.averaging import Averaged, Keeper
from xscene_core.models.batches import Batch, deal, read, windows
from xscene_core.models.checkpoints import Checkpoints
from xscene_core.models.course import Course, Log, key_of
from xscene_core.models.device import give_back_memory
from xscene_core.models.network import Network
from xscene_core.models.sequence import SequenceNetwork
from xscene_core.models.softmax import catalogue_loss
from xscene_core.scenes.sequences import Sequences
from xscene_core.watcher import Watcher

Placing = Network | SequenceNetwork
"""What puts items and people into one space, where their product times ``scale()`` is a score."""


@dataclass
class Corpus:
    """One scene to learn from, on one device.

    content : (I, d) content vectors. own : (I, d) corrections of single items, or None.
    weights : (U,) how much each person counts, mean 1.
    asked : only choices of the first so many items are predicted, and among these; None for all.
    """

    content: Tensor
    sequences: Sequences
    own: nn.Parameter | None = None
    weights: npt.NDArray[np.float32] | None = None
    asked: int | None = None
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
    checkpoints: Checkpoints | None = None,
) -> int:
    """Trains in place and keeps the parameters of the epoch with the highest ``check()``, the start included.

    Batches of all corpora are mixed; each predicts within its own scene's catalogue. The global random state
    is left as it was. With ``checkpoints`` a training of equal input that was interrupted there goes on,
    and ends with the numbers it would have had.

    Returns the number of epochs kept (0: no epoch was better than the start).
    """
    owns = [corpus.own for corpus in corpora if corpus.own is not None]
    log = Log(checkpoints, stage, lambda: _key(network, corpora, plan, seed, extra))
    finished = log.finished(network, owns, watcher)
    if finished is not None:
        watcher.progress(stage, 1.0)
        return finished
    for corpus in corpora:
        corpus.stretch(network.shape.length)
    optimiser = _optimiser(network, owns, extra, plan)
    keeper = Keeper(Averaged([*network.parameters(), *owns], plan.average), check)
    with torch.random.fork_rng(devices=_cuda_devices()):
        torch.manual_seed(seed)
        course = Course(network, owns, extra, optimiser, keeper, seed, penalty)
        log.resume(course, watcher)
        while course.epoch < plan.epochs:
            loss = _epoch(course, corpora, plan, penalty, stage, watcher, log)
            curve = _curve(course, watcher)
            curve(f"{stage}/loss", loss)
            give_back_memory()
            if keeper.look(course.epoch + 1, partial(curve, f"{stage}/check")) >= plan.patience:
                break
            course.next_epoch()
            log.note(course)
    watcher.progress(stage, 1.0)
    kept = keeper.restore()
    log.end(course, kept)
    return kept


def _optimiser(
    network: Placing, owns: Sequence[nn.Parameter], extra: Sequence[nn.Parameter], plan: Plan
) -> torch.optim.Optimizer:
    trained = list(network.parameters()) if plan.shared else []
    groups = [{"params": trained, "weight_decay": plan.decay}]
    if owns:
        groups.append({"params": list(owns), "weight_decay": 0.0, "lr": plan.own_rate})
    if extra:
        groups.append({"params": list(extra), "weight_decay": 0.0})
    return torch.optim.AdamW(groups, lr=plan.rate)


def _curve(course: Course, watcher: Watcher) -> Callable[[str, float], None]:
    def point(name: str, value: float) -> None:
        course.curves.append((name, value, course.epoch + 1))
        watcher.curve(name, value, course.epoch + 1)

    return point


def _epoch(
    course: Course,
    corpora: Sequence[Corpus],
    plan: Plan,
    penalty: Penalty | None,
    stage: str,
    watcher: Watcher,
    log: Log,
) -> float:
    """What is left of the epoch; the mean loss of all its steps."""
    network = course.network.train()
    todo, order = course.deal(partial(_deal, corpora, plan))
    trained = [one for group in course.optimiser.param_groups for one in group["params"]]
    while course.step < len(todo):
        done = (course.epoch + course.step / len(todo)) / plan.epochs
        watcher.progress(stage, done)
        corpus, rows = todo[order[course.step]]
        loss = _loss(network, corpus, read(corpus.sequences, corpus.cuts[rows]), plan, course.generator)
        if penalty is not None:
            loss = loss + penalty(network, course.generator, done)
        course.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trained, 1.0)
        course.optimiser.step()
        course.keeper.averaged.follow()
        course.total, course.step = course.total + float(loss.detach()), course.step + 1
        if course.step < len(todo):
            log.note(course)
    return course.total / max(len(todo), 1)


def _deal(
    corpora: Sequence[Corpus], plan: Plan, generator: np.random.Generator
) -> tuple[list[tuple[Corpus, npt.NDArray[np.int64]]], npt.NDArray[np.int64]]:
    """The batches of an epoch and the order they are taken in."""
    todo = [
        (corpus, rows)
        for corpus in corpora
        for rows in deal(corpus.sequences, corpus.cuts, plan.batch, generator)
    ]
    return todo, generator.permutation(len(todo))


def _key(
    network: Placing, corpora: Sequence[Corpus], plan: Plan, seed: int, extra: Sequence[nn.Parameter]
) -> str:
    """Tells trainings apart that must not go on from one another's checkpoints."""
    given: list[Tensor | npt.NDArray[Any] | None] = [*network.state_dict().values(), *extra]
    for corpus in corpora:
        people = corpus.sequences
        given += [corpus.content, people.indptr, people.items, corpus.weights]
        given += [None if corpus.own is None else corpus.own]
    place = corpora[0].content.device if corpora else None
    asked = [corpus.asked for corpus in corpora]
    settings = f"{network.shape} {plan} {asked} {seed} {torch.get_num_threads()} {place}"
    return key_of(settings, *given)


def _loss(
    network: Placing, corpus: Corpus, batch: Batch, plan: Plan, generator: np.random.Generator
) -> Tensor:
    """Cross-entropy of the next choice over the catalogue, or over drawn candidates when it is large.

    Of a large catalogue, ``plan.candidates`` items are drawn uniformly and stand for all others: their
    logits are raised by log(others / drawn) (sampled softmax, Jean et al., 2015).
    """
    device, drawn_count = corpus.content.device, plan.candidates
    count = len(corpus.content) if corpus.asked is None else corpus.asked
    predicted = batch[1] & (batch[0][:, 1:] < count)
    whole = count <= max(plan.full, drawn_count)
    items, real = torch.from_numpy(batch[0]).to(device), torch.from_numpy(predicted).to(device)
    weights = None
    if corpus.weights is not None:
        weights = torch.from_numpy(np.repeat(corpus.weights[batch[2]], predicted.sum(axis=1))).to(device)
    with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
        people = network.place_people(_place(network, corpus, items[:, :-1]))[real] * network.scale()
        answers = items[:, 1:][real]
        if whole:
            own_vectors = None if corpus.own is None else corpus.own[:count]
            catalogue = network.place_items(corpus.content[:count], own_vectors)
            return catalogue_loss(people, catalogue, answers, weights)
        drawn = torch.from_numpy(generator.choice(count, drawn_count, replace=False)).to(device)
        others = people @ _place(network, corpus, drawn).T
        others = others.masked_fill(drawn[None, :] == answers[:, None], -1e4).float()
        own = (people * _place(network, corpus, answers)).sum(-1, keepdim=True).float()
    logits = torch.cat([own, others + np.log((count - 1) / drawn_count)], dim=1)
    losses = F.cross_entropy(logits, torch.zeros_like(answers), reduction="none")
    return losses.mean() if weights is None else (losses * weights).mean()


def _place(network: Placing, corpus: Corpus, rows: Tensor) -> Tensor:
    own = None if corpus.own is None else corpus.own[rows]
    return network.place_items(corpus.content[rows], own)


def _cuda_devices() -> list[int]:
    return list(range(torch.cuda.device_count())) if torch.cuda.is_available() else []
