"""Tasks to learn learning from: small supports with questions, from scenes or from categories."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.func import vmap
from torch.nn import functional as F

from xscene_core.transfer.labels.learners import Learner, Support, Theta
from xscene_core.transfer.labels.network_recipe import drawing, tensor
from xscene_core.watcher import Watcher

Array = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Episodes:
    """T tasks of one size. support, query : (T, n, d), (T, m, d); their labels : (T, n), (T, m)."""

    support: Tensor
    support_labels: Tensor
    query: Tensor
    query_labels: Tensor

    def __len__(self) -> int:
        return len(self.support)


Sampler = Callable[[int, np.random.Generator], Episodes]
"""``sampler(count, generator)`` draws tasks."""


def category_episodes(rows: Array, labels: Numbers, ways: int, shots: int, asked: int) -> Sampler:
    """Tasks over ``ways`` categories drawn anew each time, ``shots`` rows each to learn from and ``asked`` to
    answer; which category has which number is drawn too (Vinyals et al., 2016).

    Categories with fewer than ``shots + 1`` rows are never drawn; one with fewer than ``shots + asked`` asks
    some rows more than once.
    """
    members = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    members = [own for own in members if len(own) > shots]
    if len(members) < ways:
        raise ValueError(f"{len(members)} categories have more than {shots} rows, {ways} are needed")
    held = tensor(rows)

    def draw(count: int, generator: np.random.Generator) -> Episodes:
        parts: list[tuple[Numbers, Numbers]] = []
        for _ in range(count):
            chosen = generator.choice(len(members), ways, replace=False)
            split = [_split(members[number], shots, asked, generator) for number in chosen]
            parts.append((np.concatenate([a for a, _ in split]), np.concatenate([b for _, b in split])))
        return _episodes(
            held,
            parts,
            np.tile(np.repeat(np.arange(ways), shots), (count, 1)),
            np.tile(np.repeat(np.arange(ways), asked), (count, 1)),
        )

    return draw


def scene_episodes(scenes: list[tuple[Array, Numbers]], shots: int, asked: int) -> Sampler:
    """Tasks that are scenes: one is drawn, and of each of its classes ``shots`` rows to learn from and
    ``asked`` to answer. Classes keep their numbers. A scene with fewer rows of a class draws some again.

    scenes : rows (n, d) with labels (n,); those without two classes of two rows each are left out.
    """
    starts = np.concatenate([[0], np.cumsum([len(rows) for rows, _ in scenes])])
    known: list[dict[int, Numbers]] = []
    for start, (_, labels) in zip(starts, scenes, strict=False):
        own = {int(label): start + np.flatnonzero(labels == label) for label in np.unique(labels)}
        own = {label: rows for label, rows in own.items() if len(rows) >= 2}
        if len(own) >= 2:
            known.append(own)
    if not known:
        raise ValueError("no scene has two classes of two rows")
    held = tensor(np.concatenate([rows for rows, _ in scenes]))
    most = max(len(own) for own in known)

    def draw(count: int, generator: np.random.Generator) -> Episodes:
        parts, supports, queries = [], [], []
        for _ in range(count):
            own = known[generator.integers(len(known))]
            # a scene with fewer classes repeats some, so that all tasks have one size
            classes = np.resize(generator.permutation(np.array(sorted(own))), most)
            split = [_split(own[int(label)], shots, asked, generator) for label in classes]
            parts.append((np.concatenate([a for a, _ in split]), np.concatenate([b for _, b in split])))
            supports.append(np.repeat(classes, shots))
            queries.append(np.repeat(classes, asked))
        return _episodes(held, parts, np.array(supports), np.array(queries))

    return draw


def _split(own: Numbers, shots: int, asked: int, generator: np.random.Generator) -> tuple[Numbers, Numbers]:
    """Rows to learn from and other rows to answer."""
    mixed = generator.permutation(own)
    cut = min(shots, len(mixed) - 1)
    return np.resize(mixed[:cut], shots), np.resize(mixed[cut:], asked)


def _episodes(
    held: Tensor, parts: list[tuple[Numbers, Numbers]], support_labels: Numbers, query_labels: Numbers
) -> Episodes:
    return Episodes(
        held[tensor(np.array([a for a, _ in parts]))],
        tensor(support_labels.astype(np.int64)),
        held[tensor(np.array([b for _, b in parts]))],
        tensor(query_labels.astype(np.int64)),
    )


def answers(learner: Learner, theta: Theta, episodes: Episodes) -> Tensor:
    """(T, m, C) logits of the questions, each task adapted to its own support."""

    def one(support: Tensor, labels: Tensor, query: Tensor) -> Tensor:
        weights = torch.ones_like(labels, dtype=support.dtype)
        return learner.logits(learner.adapt(theta, Support(support, labels, weights)), query)

    return vmap(one)(episodes.support, episodes.support_labels, episodes.query)


def outer_loss(learner: Learner, theta: Theta, episodes: Episodes) -> Tensor:
    """() mean cross-entropy of the questions after adaptation: its gradient reaches theta through it."""
    logits = answers(learner, theta, episodes)
    return F.cross_entropy(logits.flatten(0, 1), episodes.query_labels.flatten())


def accuracies(learner: Learner, episodes: Episodes, part: int = 50) -> npt.NDArray[np.float64]:
    """(T,) share of each task's questions answered right."""
    found = []
    with torch.no_grad():
        for start in range(0, len(episodes), part):
            tensors = vars(episodes).values()
            some = Episodes(*(value[start : start + part] for value in tensors))
            right = answers(learner, learner.theta(), some).argmax(dim=2) == some.query_labels
            found.append(right.double().mean(dim=1).cpu().numpy())
    return np.concatenate(found)


@dataclass(frozen=True)
class Schooling:
    """Meta-training: outer steps, tasks of a step, Adam's rate (falling to 0 along half a cosine)."""

    steps: int = 150
    tasks: int = 4
    rate: float = 1e-3
    look: int = 25
    """Steps between two looks at the check."""


def school(
    learner: Learner,
    sampler: Sampler,
    schooling: Schooling,
    seed: int,
    watcher: Watcher,
    check: Callable[[], float] | None = None,
) -> list[float]:
    """Meta-trains in place; with ``check`` the parameters of its highest value are kept, the start included.

    Returns the outer loss of every step.
    """
    optimiser = torch.optim.Adam(learner.parameters(), lr=schooling.rate)
    slow = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, max(schooling.steps, 1))
    generator = np.random.default_rng([seed, 17])
    losses: list[float] = []
    best, kept = (check() if check else -np.inf), _copied(learner)
    with drawing(seed + 4):
        for step in range(schooling.steps):
            watcher.progress("learn", step / schooling.steps)
            loss = outer_loss(learner, learner.theta(), sampler(schooling.tasks, generator))
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(learner.parameters(), 10.0)
            optimiser.step()
            slow.step()
            losses.append(float(loss.detach()))
            if check and (step + 1) % schooling.look == 0:
                watcher.curve("learn/loss", float(np.mean(losses[-schooling.look :])), step + 1)
                value = check()
                if value > best:
                    best, kept = value, _copied(learner)
    if check:
        learner.load_state_dict(kept)
    watcher.progress("learn", 1.0)
    return losses


def _copied(learner: Learner) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in learner.state_dict().items()}
