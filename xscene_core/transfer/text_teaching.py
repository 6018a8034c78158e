"""What people choose together in the sources teaches a sentence encoder what matters in an item's text."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from xscene_core.encoders.item_text import item_texts
from xscene_core.encoders.sentences import Sentences, TaughtSentences
from xscene_core.models.batches import padded
from xscene_core.models.checkpoints import Checkpoints
from xscene_core.models.course import optimiser_arrays, restore_optimiser
from xscene_core.models.device import device
from xscene_core.models.similarity import CONTENT_DECAY
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.pretraining import bytes_of, kept_model, machine_key
from xscene_core.transfer.views import SceneView, TrainingView
from xscene_core.watcher import Watcher

STAGE = "pretrain-text"
AT_ONCE = 64
"""Texts that go through the network together, of similar length."""


@dataclass(frozen=True)
class Course:
    """How to teach: each of ``steps`` looks at up to ``window`` choices of ``people``, and of each text at
    the first ``tokens``."""

    steps: int = 300
    people: int = 64
    window: int = 8
    tokens: int = 32
    layers: int = 2
    rate: float = 1e-4
    warm_up: int = 50
    temperature: float = 0.05


COURSE = Course()


def sentences_of(view: TrainingView) -> Sentences | None:
    """The sentence encoder behind the view's vectors that can be taught; None where there is none."""
    parts = view.encoding.parts if view.encoding else []
    return next((part.encoder for part in parts if isinstance(part.encoder, Sentences)), None)


def can_be_taught(view: TrainingView) -> bool:
    """Whether there is a sentence encoder, and a source to teach it."""
    return sentences_of(view) is not None and bool(teachers(view))


def teachers(view: TrainingView) -> list[SceneView]:
    """The sources in which somebody chose twice."""
    return [one for one in view.sources if (one.sequences.lengths >= 2).any()]


def taught_by_sources(view: TrainingView, watcher: Watcher) -> TrainingView:
    """The view as an encoder reads it that the sources have taught; the same where none can be."""
    encoder, scenes = sentences_of(view), teachers(view)
    if encoder is None or not scenes:
        return view
    taught = teach(view, encoder, scenes, COURSE, watcher)
    return read_with(view, taught, watcher) if taught else view


def teach(
    view: TrainingView, encoder: Sentences, scenes: Sequence[SceneView], course: Course, watcher: Watcher
) -> dict[str, Tensor]:
    """The parameters that ``scenes`` teach the encoder, kept for the next time that the same do; none where
    it has no stack of layers that makes its vectors."""
    assert view.encoding is not None
    people = [(item_texts(view.encoding.items[one.name]), one.sequences) for one in scenes]
    key = _key(encoder, people, course, view.seed)
    log = _Log(view.checkpoints, key)
    return kept_model(
        view.cache, key, lambda: _teach(encoder, people, course, view.seed, watcher, log), watcher, STAGE
    )


def read_with(view: TrainingView, taught: dict[str, Tensor], watcher: Watcher) -> TrainingView:
    """The view as its sentence encoder reads it with the parameters ``taught``."""
    base = sentences_of(view)
    assert base is not None
    assert view.encoding is not None
    encoders = [part.encoder for part in view.encoding.parts]
    known = [TaughtSentences(base, taught) if one is base else one for one in encoders]
    return view.read_by(view.encoding.read_by(known, watcher))


def taught_of(view: TrainingView) -> dict[str, Tensor]:
    """What the view's sentence encoder was taught; empty where nothing."""
    encoder = sentences_of(view)
    return dict(encoder.taught) if isinstance(encoder, TaughtSentences) else {}


class _Log:
    """Where teaching stands, written down now and then: a run that was killed goes on from there."""

    def __init__(self, checkpoints: Checkpoints | None, key: str) -> None:
        self._checkpoints, self._key, self._since = checkpoints, key, time.monotonic()

    def resume(self, learned: dict[str, nn.Parameter], optimiser: torch.optim.Optimizer) -> int:
        """Puts back what ``note`` wrote; the step that comes next."""
        found = self._checkpoints.read(STAGE) if self._checkpoints else None
        if self._checkpoints is None or found is None or found[1].get("key") != self._key:
            return 0
        arrays, words = found
        with torch.no_grad():
            for name, parameter in learned.items():
                parameter.copy_(torch.from_numpy(arrays[name]))
        restore_optimiser(optimiser, arrays)
        step = int(words["step"])
        self._checkpoints.resumed.append(0)  # it is one pass
        self._checkpoints.say(f"{STAGE}: resumed from step {step}")
        return step

    def note(self, learned: dict[str, nn.Parameter], optimiser: torch.optim.Optimizer, step: int) -> None:
        """Writes when it is time; ``step`` comes next."""
        if self._checkpoints is None or not self._checkpoints.due(self._since):
            return
        arrays = {name: parameter.detach().cpu().numpy() for name, parameter in learned.items()}
        words = {"key": self._key, "step": step}
        self._checkpoints.write(STAGE, arrays | optimiser_arrays(optimiser), words)
        self._since = time.monotonic()


def _key(encoder: Sentences, scenes: Sequence[tuple[list[str], Sequences]], course: Course, seed: int) -> str:
    digest = hashlib.sha256(f"{machine_key()} {encoder.name} {course} {seed}".encode())
    for texts, choices in scenes:
        digest.update("\0".join(texts).encode() + bytes_of(choices))
    return digest.hexdigest()[:32]


def _teach(
    encoder: Sentences,
    scenes: Sequence[tuple[list[str], Sequences]],
    course: Course,
    seed: int,
    watcher: Watcher,
    log: _Log,
) -> dict[str, Tensor]:
    """The last layers' parameters after the course.

    A person who chose items with vectors z_1 .. z_t of unit length lies at u = unit(sum_j g^(t-j) z_j), as
    content similarity has it, and the next choice is told from all other items of the batch:

        -log softmax(<u, z> / temperature) [the next choice]

    (InfoNCE, van den Oord et al., 2018; for item texts Li et al., 2023, and Hou et al., 2024). What the
    person chose before is no candidate. Scenes are drawn by the root of their choices, so that none drowns
    another.
    """
    network = encoder.loaded().float().to(device()).eval()
    learned = _last_layers(network, course.layers)
    if not learned:
        return {}
    network.max_seq_length = min(network.max_seq_length or course.tokens, course.tokens)
    optimiser = torch.optim.AdamW(learned.values(), lr=course.rate, weight_decay=0.01)
    begin = log.resume(learned, optimiser)
    size = np.sqrt([len(choices.items) for _, choices in scenes])
    for step in range(begin, course.steps):
        watcher.progress(STAGE, step / course.steps)
        generator = np.random.default_rng([seed, 31, step])
        texts, choices = scenes[generator.choice(len(scenes), p=size / size.sum())]
        loss = _loss(network, texts, _windows(choices, course, generator), course.temperature)
        if not loss.requires_grad:  # the layers are of another part of the model
            return {}
        for group in optimiser.param_groups:
            group["lr"] = course.rate * min(1, (step + 1) / course.warm_up) * (1 - step / course.steps)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        if step % 10 == 0:
            watcher.curve(f"{STAGE}/loss", float(loss.detach()), step)
        log.note(learned, optimiser, step + 1)
    watcher.progress(STAGE, 1.0)
    return {name: parameter.detach().cpu().clone() for name, parameter in learned.items()}


def _last_layers(network: nn.Module, layers: int) -> dict[str, nn.Parameter]:
    """The parameters of the last layers of the longest stack, which alone are learned."""
    stacks = [one for one in network.modules() if isinstance(one, nn.ModuleList)]
    last = max(stacks, key=len, default=nn.ModuleList())[-layers:]
    wanted = {id(parameter) for layer in last for parameter in layer.parameters()}
    learned = {}
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(id(parameter) in wanted)
        if id(parameter) in wanted:
            learned[name] = parameter
    return learned


def _windows(choices: Sequences, course: Course, generator: np.random.Generator) -> Sequences:
    """Stretches of at most ``course.window`` choices of drawn people."""
    able = np.flatnonzero(choices.lengths >= 2)
    people = generator.choice(able, min(course.people, len(able)), replace=False)
    lengths = np.minimum(choices.lengths[people], course.window)
    starts = choices.indptr[people] + generator.integers(choices.lengths[people] - lengths + 1)
    return choices.slice(people, starts, starts + lengths)


def _loss(network: Any, texts: Sequence[str], people: Sequences, temperature: float) -> Tensor:
    rows, lengths = padded(people, int(people.lengths.max()))
    items, places = np.unique(rows, return_inverse=True)
    placed = F.normalize(embed(network, [texts[item] for item in items]), dim=-1)
    at = torch.from_numpy(places.reshape(rows.shape)).to(device())
    width = rows.shape[1]
    steps = torch.arange(width, device=device())
    back = (steps[:, None] - steps[None, :]).clamp(min=0)
    decays = CONTENT_DECAY**back * (steps[:, None] >= steps[None, :])
    standing = F.normalize(decays @ placed[at], dim=-1)[:, :-1]
    chosen = F.one_hot(at, len(items)).cumsum(dim=1)[:, :-1] > 0
    real = steps[None, 1:] < torch.from_numpy(lengths).to(device())[:, None]
    answers = at[:, 1:][real]
    logits = (standing[real] @ placed.T) / temperature
    ruled_out = chosen[real].scatter(1, answers[:, None], value=False)
    return F.cross_entropy(logits.masked_fill(ruled_out, -1e4).float(), answers)


def embed(network: Any, texts: Sequence[str]) -> Tensor:
    """(N, d) vectors of texts, with gradients."""
    from sentence_transformers.util import batch_to_device

    order = np.argsort([len(text) for text in texts], kind="stable")
    parts = []
    for start in range(0, len(order), AT_ONCE):
        batch = network.preprocess([texts[row] for row in order[start : start + AT_ONCE]])
        parts.append(network(batch_to_device(batch, device()))["sentence_embedding"])
    return torch.cat(parts)[torch.from_numpy(np.argsort(order))]
