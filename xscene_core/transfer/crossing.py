"""What people choose in the target after what they chose in the sources, in order: one longer history."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from xscene_core.evaluation.ranking import rank_answers
from xscene_core.models.batches import padded
from xscene_core.models.device import device
from xscene_core.models.sequence import SequenceNetwork, SequenceShape
from xscene_core.models.training import Corpus, train
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.elsewhere import Elsewhere
from xscene_core.transfer.fitted import Scores
from xscene_core.transfer.learning import CHECKED, FEWEST, FOLLOW
from xscene_core.transfer.views import Questions, TrainingView
from xscene_core.watcher import Watcher

INNER = 64
BEFORE, AFTER = 30, 20
"""Choices of a person in the sources, the latest, and in the target, the first, that one history holds."""
FILE = "crossing.safetensors"


class Crossing:
    """A sequence network over the items of the target and of all sources, each told by its content and by a
    vector of its own; only choices in the target are predicted, among the items of the target.
    """

    def __init__(self, view: TrainingView) -> None:
        self.view, self.elsewhere = view, Elsewhere(view)
        self.items = len(view.target.item_ids)
        self.content = torch.from_numpy(np.vstack([one.vectors for one in self.elsewhere.scenes])).to(
            device()
        )
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(view.seed + 2)
            self.network = SequenceNetwork(SequenceShape(self.content.shape[1], INNER)).to(device())
        self.own = nn.Parameter(torch.zeros(len(self.content), INNER, device=device()))
        self._placed: torch.Tensor | None = None

    def learn(self, watcher: Watcher) -> int:
        """Trains until held-out choices are ranked no better; returns the epochs kept."""
        people = self.view.target.sequences
        rows = np.sort(
            np.random.default_rng([self.view.seed, 3]).permutation(len(self.view.validation))[:CHECKED]
        )
        asked = Questions(self.view.validation.histories.take(rows), self.view.validation.answers[rows])

        def check() -> float:
            self.network.eval()
            self._placed = None
            ranks, _ = rank_answers(self.score, asked)
            self.network.train()
            return float((1 / np.log2(1 + ranks)).mean())

        kept = train(
            self.network,
            [Corpus(self.content, self.elsewhere.before(people, BEFORE, AFTER), self.own, asked=self.items)],
            replace(FOLLOW, full=max(FOLLOW.full, self.items)),
            seed=self.view.seed,
            stage="adapt-order",
            watcher=watcher,
            check=check if len(asked) else None,
            checkpoints=self.view.checkpoints,
        )
        self.network.eval()
        self._placed = None
        return kept

    def score(self, histories: Sequences) -> Scores:
        """(Q, I) logits of all target items; zero for somebody of whom nothing is known."""
        longer = self.elsewhere.before(histories, BEFORE, histories.lengths.max(initial=0))
        rows, kept = padded(longer, self.network.shape.length)
        with torch.no_grad():
            if self._placed is None:
                self._placed = self.network.place_items(self.content, self.own)
            people = self.network.place_people(self._placed[torch.from_numpy(rows).to(device())])
            last = torch.from_numpy(np.maximum(kept, 1) - 1).to(device())
            found = people[torch.arange(len(rows), device=device()), last] @ self._placed[: self.items].T
            found[torch.from_numpy(kept == 0).to(device())] = 0.0
            return np.asarray(found.float().cpu().numpy())

    def save(self, folder: Path) -> None:
        """Writes safetensors."""
        tensors = {f"network.{name}": value for name, value in self.network.state_dict().items()}
        tensors["own"] = self.own.detach()
        save_file({name: value.cpu().contiguous() for name, value in tensors.items()}, folder / FILE)


def learn_crossing(view: TrainingView, watcher: Watcher) -> Crossing | None:
    """None where too few choices in the target follow choices in a source."""
    crossing, people = Crossing(view), view.target.sequences
    linked = crossing.elsewhere.before(people, 1, 0).lengths > 0
    if int(people.lengths[linked].sum()) < FEWEST:
        return None
    crossing.learn(watcher)
    return crossing


def load_crossing(folder: Path, view: TrainingView) -> Crossing | None:
    """Reads what ``Crossing.save`` wrote; None where there was none."""
    if not (folder / FILE).exists():
        return None
    crossing, tensors = Crossing(view), load_file(folder / FILE, device=str(device()))
    with torch.no_grad():
        crossing.own.copy_(tensors.pop("own"))
    crossing.network.load_state_dict(
        {name.removeprefix("network."): value for name, value in tensors.items()}
    )
    crossing.network.eval()
    return crossing
