"""A learned network as a recommender of its own: it places items and people, and scores by their product."""

import numpy as np
import torch
from torch import Tensor

from xscene_core.models.batches import padded
from xscene_core.models.device import device
from xscene_core.models.training import Placing
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.elsewhere import Elsewhere
from xscene_core.transfer.fitted import Scores, scene_of
from xscene_core.transfer.views import TrainingView


class Tower:
    """One network over the scenes of a view.

    own : (I, d) what is special about single target items, or None.
    mapped : scene -> (I, d) content vectors as the network sees them, where a feature map changed them.
    """

    def __init__(
        self, view: TrainingView, network: Placing, own: Tensor | None, mapped: dict[str, Scores]
    ) -> None:
        self.view, self.network, self.own, self.mapped = view, network.eval(), own, mapped
        self._placed: dict[str, Scores] = {}
        self._elsewhere = Elsewhere(view)

    def forget(self) -> None:
        """Places items anew from now on: the network has changed."""
        self._placed.clear()

    def score(self, histories: Sequences) -> Scores:
        """(Q, I) logits of all target items."""
        target = self.view.target.name
        return np.asarray(self.place_people(histories, target) @ self.represent(target).T)

    def score_new(self, histories: Sequences, scene: str, vectors: Scores) -> Scores:
        """(Q, N) logits of items that no scene has, told by their content vectors."""
        placed = self._place(torch.from_numpy(vectors).to(device()), None)
        return np.asarray(self.place_people(histories, scene) @ placed.T)

    def represent(self, scene: str) -> Scores:
        """(I, d) placed items of ``scene``."""
        if scene not in self._placed:
            content = self.mapped.get(scene, scene_of(self.view, scene).vectors)
            own = self.own if scene == self.view.target.name else None
            self._placed[scene] = self._place(torch.from_numpy(content).to(device()), own)
        return self._placed[scene]

    def place_people(self, histories: Sequences, scene: str) -> Scores:
        """(Q, d) people times the network's scale, so that a product with placed items is its logit; zero
        without a history. Of somebody new to the target the history is what they chose in the sources."""
        placed = self.represent(scene)
        if scene == self.view.target.name and (histories.lengths == 0).any():
            histories = self._elsewhere.longer(histories)
            placed = np.vstack([self.represent(one.name) for one in self._elsewhere.scenes])
        return place_last(self.network, placed, histories)

    def _place(self, content: Tensor, own: Tensor | None) -> Scores:
        with torch.no_grad():
            return np.asarray(self.network.place_items(content, own).float().cpu().numpy())


def place_last(network: Placing, placed: Scores, histories: Sequences) -> Scores:
    """(Q, d) where people lie after their last choice among ``placed`` items (I, d), times the network's
    scale; zero without a history."""
    with torch.no_grad():
        items = torch.from_numpy(placed).to(device())
        rows, kept = padded(histories, network.shape.length)
        people = network.place_people(items[torch.from_numpy(rows).to(device())])
        last = torch.from_numpy(np.maximum(kept, 1) - 1).to(device())
        found = people[torch.arange(len(rows), device=device()), last] * network.scale()
        found[torch.from_numpy(kept == 0).to(device())] = 0.0
        return np.asarray(found.float().cpu().numpy(), dtype=np.float32)
