"""The fitted recommender of every trained method: learned networks, blended with simpler evidence."""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
import scipy.sparse as sp
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from xscene_core.models.device import device
from xscene_core.models.item_knn import item_neighbours
from xscene_core.models.network import Network, Shape
from xscene_core.models.sequence import SequenceNetwork, SequenceShape
from xscene_core.models.similarity import choice_matrix, content_people
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.fitted import Fitted, Scores, read_words, scene_of
from xscene_core.transfer.tower import Tower
from xscene_core.transfer.views import TrainingView

EVIDENCE = ("network", "sequence", "content", "item-knn", "popularity")
NETWORK_ALONE = np.array([1.0, 0.0, 0.0, 0.0, 0.0])
CONTENT_ALONE = np.array([0.0, 0.0, 1.0, 0.0, 0.0])
CONTENT_SCALE = 8.0
NEIGHBOURS = 100
_Value = TypeVar("_Value")


class Trained(Fitted):
    """The sum of w_k times the evidence of kind k, see ``EVIDENCE``.

    tower : the content network, which every trained method has.
    sequence : the sequence network, where there were choices enough to learn one.
    weights : (5,) float64.
    """

    def __init__(self, name: str, view: TrainingView, tower: Tower, sequence: Tower | None = None) -> None:
        self.name = name
        super().__init__(view)
        self.tower, self.sequence = tower, sequence
        self.weights = NETWORK_ALONE

    @cached_property
    def _neighbours(self) -> sp.csr_matrix:
        return item_neighbours(self.view.target.sequences, len(self.view.target.item_ids), NEIGHBOURS)

    def score(self, histories: Sequences) -> Scores:
        kinds = self.evidence(histories)
        return np.asarray(
            sum(np.float32(w) * kind() for w, kind in zip(self.weights, kinds, strict=True) if w > 0)
            + np.zeros((len(histories), len(self.view.target.item_ids)), dtype=np.float32),
            dtype=np.float32,
        )

    def evidence(self, histories: Sequences) -> list[Callable[[], Scores]]:
        """The kinds of scores of all target items, each computed when called."""
        target = self.view.target
        shape = (len(histories), len(target.item_ids))
        return [
            lambda: self.tower.score(histories),
            lambda: self.sequence.score(histories) if self.sequence else np.zeros(shape, np.float32),
            lambda: np.asarray(CONTENT_SCALE * self.content(histories), np.float32),
            lambda: np.asarray(
                (choice_matrix(histories, len(target.item_ids)) @ self._neighbours).toarray(), np.float32
            ),
            lambda: np.tile(np.log1p(target.counts).astype(np.float32), (len(histories), 1)),
        ]

    def score_new(self, histories: Sequences, scene: str, vectors: Scores) -> Scores:
        found = np.zeros((len(histories), len(vectors)), dtype=np.float32)
        for weight, tower in zip(self.weights, (self.tower, self.sequence), strict=False):
            if tower is not None and weight > 0:
                found += np.float32(weight) * tower.score_new(histories, scene, vectors)
        content = content_people(histories, scene_of(self.view, scene).vectors)
        return np.asarray(found + np.float32(self.weights[2] * CONTENT_SCALE) * (content @ vectors.T))

    def represent(self, scene: str) -> Scores:
        return self.tower.represent(scene)

    def represent_people(self, histories: Sequences, scene: str) -> Scores:
        people = self.tower.place_people(histories, scene)
        return (people / np.maximum(np.linalg.norm(people, axis=1, keepdims=True), 1e-9)).astype(np.float32)

    def save(self, folder: Path) -> None:
        super().save(folder)
        tensors = {"weights": torch.from_numpy(self.weights)}
        shapes: dict[str, str] = {}
        for part, tower in (("network", self.tower), ("sequence", self.sequence)):
            if tower is not None:
                tensors |= {f"{part}.{key}": value for key, value in tower.network.state_dict().items()}
                tensors |= {} if tower.own is None else {f"own.{part}": tower.own.detach()}
                shapes |= {f"{part}.{key}": str(size) for key, size in tower.network.shape.document().items()}
        tensors |= {
            f"mapped.{name}": torch.from_numpy(np.ascontiguousarray(rows))
            for name, rows in self.tower.mapped.items()
        }
        tensors = {name: value.cpu().contiguous() for name, value in tensors.items()}
        save_file(tensors, folder / "model.safetensors", metadata=shapes)


def load_trained(name: str, folder: Path, view: TrainingView) -> Trained:
    """Reads what ``Trained.save`` wrote, to the same scores."""
    from safetensors import safe_open

    with safe_open(folder / "model.safetensors", framework="pt") as file:
        shapes = file.metadata()
    tensors = load_file(folder / "model.safetensors", device=str(device()))
    mapped = {key: value.cpu().numpy() for key, value in _under("mapped.", tensors).items()}
    towers = []
    for part, build in (("network", _network), ("sequence", _sequence)):
        kept = _under(f"{part}.", tensors)
        if kept:
            network = build(_under(f"{part}.", shapes)).to(device())
            network.load_state_dict(kept)
            own = tensors.get(f"own.{part}")
            towers.append(Tower(view, network, None if own is None else nn.Parameter(own), mapped))
    fitted = Trained(name, view, *towers)
    fitted.weights = np.asarray(tensors["weights"].cpu().numpy(), dtype=np.float64)
    read_words(folder, fitted)
    return fitted


def _under(prefix: str, found: Mapping[str, _Value]) -> dict[str, _Value]:
    return {key.removeprefix(prefix): value for key, value in found.items() if key.startswith(prefix)}


def _network(sizes: dict[str, str]) -> Network:
    return Network(Shape(**{key: int(value) for key, value in sizes.items()}))


def _sequence(sizes: dict[str, str]) -> SequenceNetwork:
    dropout = float(sizes["dropout"])
    whole = {key: int(value) for key, value in sizes.items() if key != "dropout"}
    return SequenceNetwork(SequenceShape(**whole, dropout=dropout))
