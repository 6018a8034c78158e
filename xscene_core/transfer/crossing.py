"""What people choose in the target after what they chose in the sources, in order: one longer history."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from xscene_core.models.device import device
from xscene_core.models.sequence import SequenceNetwork, SequenceShape
from xscene_core.models.training import Corpus, train
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.elsewhere import Elsewhere
from xscene_core.transfer.fitted import Scores
from xscene_core.transfer.learning import FEWEST, FOLLOW, checker
from xscene_core.transfer.tower import place_last
from xscene_core.transfer.views import TrainingView
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
        self._placed: Scores | None = None

    def learn(self, watcher: Watcher) -> int:
        """Trains until held-out choices are ranked no better; returns the epochs kept."""
        people, asked = self.view.target.sequences, self.view.validation
        kept = train(
            self.network,
            [Corpus(self.content, self.elsewhere.before(people, BEFORE, AFTER), self.own, asked=self.items)],
            replace(FOLLOW, full=max(FOLLOW.full, self.items)),
            seed=self.view.seed,
            stage="adapt-order",
            watcher=watcher,
            check=checker(self, asked, self.view.seed) if len(asked) else None,
            checkpoints=self.view.checkpoints,
        )
        self.network.eval()
        self.forget()
        return kept

    def forget(self) -> None:
        """Places items anew from now on: the network has changed."""
        self._placed = None

    def score(self, histories: Sequences) -> Scores:
        """(Q, I) logits of all target items; zero for somebody of whom nothing is known."""
        longer = self.elsewhere.before(histories, BEFORE, histories.lengths.max(initial=0))
        if self._placed is None:
            with torch.no_grad():
                placed = self.network.place_items(self.content, self.own)
                self._placed = np.asarray(placed.float().cpu().numpy())
        people = place_last(self.network, self._placed, longer)
        return np.asarray(people @ self._placed[: self.items].T)

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
