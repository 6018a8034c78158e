"""The fitted recommender of every trained method: a network, blended with simpler evidence."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import numpy as np
import scipy.sparse as sp
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from xscene_core.models.batches import padded
from xscene_core.models.device import device
from xscene_core.models.item_knn import item_neighbours
from xscene_core.models.network import Network, Shape
from xscene_core.models.similarity import choice_matrix, content_people
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.fitted import Fitted, Scores, read_words, scene_of
from xscene_core.transfer.views import TrainingView

EVIDENCE = ("network", "content", "item-knn", "popularity")
NETWORK_ALONE = np.array([1.0, 0.0, 0.0, 0.0])
CONTENT_ALONE = np.array([0.0, 1.0, 0.0, 0.0])
CONTENT_SCALE = 8.0
NEIGHBOURS = 100


class Trained(Fitted):
    """score = w_0 network + w_1 content similarity + w_2 item-kNN + w_3 log popularity.

    mapped : scene -> (I, d) content vectors as the network sees them, where a feature map changed them.
    own : (I, d) corrections of the target's items, or None.
    weights : (4,) float64, see ``EVIDENCE``.
    """

    def __init__(
        self, name: str, view: TrainingView, network: Network, own: Tensor | None, mapped: dict[str, Scores]
    ) -> None:
        self.name = name
        super().__init__(view)
        self.network, self.own, self.mapped = network.eval(), own, mapped
        self.weights = NETWORK_ALONE
        self._placed: dict[str, Scores] = {}

    @cached_property
    def _neighbours(self) -> sp.csr_matrix:
        return item_neighbours(self.view.target.sequences, len(self.view.target.item_ids), NEIGHBOURS)

    def forget(self) -> None:
        """Places items anew from now on: the network has changed."""
        self._placed.clear()

    def score(self, histories: Sequences) -> Scores:
        kinds = self.evidence(histories)
        return np.asarray(
            sum(np.float32(w) * kind() for w, kind in zip(self.weights, kinds, strict=True) if w > 0)
            + np.zeros((len(histories), len(self.view.target.item_ids)), dtype=np.float32),
            dtype=np.float32,
        )

    def evidence(self, histories: Sequences) -> list[Callable[[], Scores]]:
        """The four kinds of scores of all target items, each computed when called."""
        target = self.view.target
        return [
            lambda: self.place_people(histories, target.name) @ self.represent(target.name).T,
            lambda: CONTENT_SCALE * content_people(histories, target.vectors) @ target.vectors.T,
            lambda: np.asarray(
                (choice_matrix(histories, len(target.item_ids)) @ self._neighbours).toarray(), np.float32
            ),
            lambda: np.tile(np.log1p(target.counts).astype(np.float32), (len(histories), 1)),
        ]

    def score_new(self, histories: Sequences, scene: str, vectors: Scores) -> Scores:
        content = content_people(histories, scene_of(self.view, scene).vectors)
        placed = self._place(torch.from_numpy(vectors).to(device()), None)
        network = self.place_people(histories, scene) @ placed.T
        return np.asarray(
            np.float32(self.weights[0]) * network
            + np.float32(self.weights[1] * CONTENT_SCALE) * (content @ vectors.T),
            dtype=np.float32,
        )

    def represent(self, scene: str) -> Scores:
        if scene not in self._placed:
            own = self.own if scene == self.view.target.name else None
            self._placed[scene] = self._place(torch.from_numpy(self._vectors(scene)).to(device()), own)
        return self._placed[scene]

    def represent_people(self, histories: Sequences, scene: str) -> Scores:
        people = self.place_people(histories, scene)
        return (people / np.maximum(np.linalg.norm(people, axis=1, keepdims=True), 1e-9)).astype(np.float32)

    def place_people(self, histories: Sequences, scene: str) -> Scores:
        """(Q, d) people times the network's scale, so that a product with placed items is its logit."""
        with torch.no_grad():
            items = torch.from_numpy(self.represent(scene)).to(device())
            rows, kept = padded(histories, self.network.shape.length)
            people = self.network.place_people(items[torch.from_numpy(rows).to(device())])
            last = torch.from_numpy(np.maximum(kept, 1) - 1).to(device())
            found = people[torch.arange(len(rows), device=device()), last] * self.network.scale()
            found[torch.from_numpy(kept == 0).to(device())] = 0.0
            return np.asarray(found.float().cpu().numpy(), dtype=np.float32)

    def save(self, folder: Path) -> None:
        super().save(folder)
        tensors = {f"network.{name}": value for name, value in self.network.state_dict().items()}
        if self.own is not None:
            tensors["own"] = self.own.detach()
        tensors["weights"] = torch.from_numpy(self.weights)
        changed = {
            f"mapped.{name}": torch.from_numpy(np.ascontiguousarray(rows))
            for name, rows in self.mapped.items()
        }
        tensors = {name: value.cpu().contiguous() for name, value in (tensors | changed).items()}
        shape = {key: str(value) for key, value in self.network.shape.document().items()}
        save_file(tensors, folder / "model.safetensors", metadata=shape)

    def _vectors(self, scene: str) -> Scores:
        return self.mapped.get(scene, scene_of(self.view, scene).vectors)

    def _place(self, content: Tensor, own: Tensor | None) -> Scores:
        with torch.no_grad():
            return np.asarray(self.network.place_items(content, own).float().cpu().numpy())


def load_trained(name: str, folder: Path, view: TrainingView) -> Trained:
    """Reads what ``Trained.save`` wrote, to the same scores."""
    from safetensors import safe_open

    with safe_open(folder / "model.safetensors", framework="pt") as file:
        kept = file.metadata()
    whole = {key: int(kept[key]) for key in ("dim", "inner", "rank", "layers", "heads", "length")}
    tensors = load_file(folder / "model.safetensors", device=str(device()))
    network = Network(Shape(**whole, dropout=float(kept["dropout"]))).to(device())
    network.load_state_dict({key[8:]: value for key, value in tensors.items() if key.startswith("network.")})
    mapped = {key[7:]: value.cpu().numpy() for key, value in tensors.items() if key.startswith("mapped.")}
    own = nn.Parameter(tensors["own"]) if "own" in tensors else None
    fitted = Trained(name, view, network, own, mapped)
    fitted.weights = np.asarray(tensors["weights"].cpu().numpy(), dtype=np.float64)
    read_words(folder, fitted)
    return fitted
