"""The fitted recommender of every trained method: learned networks, blended with simpler evidence."""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from xscene_core.models.device import device
from xscene_core.models.item_knn import item_followers, item_neighbours
from xscene_core.models.network import Network, Shape
from xscene_core.models.sequence import SequenceNetwork, SequenceShape
from xscene_core.models.similarity import choice_matrix, content_people, unit
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.fitted import Fitted, Scores, read_words, scene_of
from xscene_core.transfer.stand_ins import stand_ins
from xscene_core.transfer.text_teaching import read_with, taught_of
from xscene_core.transfer.tower import Tower
from xscene_core.transfer.unchosen import Unchosen
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Silent

EVIDENCE = ("network", "sequence", "content", "item-knn", "popularity")
NETWORK_ALONE = np.array([1.0, 0.0, 0.0, 0.0, 0.0])
CONTENT_ALONE = np.array([0.0, 0.0, 1.0, 0.0, 0.0])
OF_THE_ITEM = np.array([1.0, 1.0, 1.0, 0.0, 0.0])
"""Kinds that tell an item by its own content; the others come from choices."""
CONTENT_SCALE = 8.0
NEIGHBOURS = 100
NEIGHBOURS_DECAY = 0.8
"""Weight of a choice, relative to the one after it, for what was chosen beside and right after it."""
_Value = TypeVar("_Value")


class Product(NamedTuple):
    """A kind of evidence that is a product: (Q, d) people with (I, d) items."""

    people: Callable[[Sequences], Scores]
    items: Callable[[], Scores]


class Trained(Fitted):
    """The sum of w_k times the evidence of kind k, see ``EVIDENCE``.

    tower : the content network, which every trained method has.
    sequence : the sequence network, where there were choices enough to learn one.
    weights : (5,) float64.
    unchosen : of items that nobody has chosen; None where they are scored as all others.
    """

    def __init__(self, name: str, view: TrainingView, tower: Tower, sequence: Tower | None = None) -> None:
        self.name = name
        super().__init__(view)
        self.tower, self.sequence = tower, sequence
        self.weights = NETWORK_ALONE
        self.unchosen: Unchosen | None = None
        self._stacked: tuple[tuple[float, ...], Scores] | None = None

    @cached_property
    def _neighbours(self) -> sp.csr_matrix:
        """(I, I) what was chosen by the same people, and what right after; unchosen items in the place of
        those that stand in for them."""
        people, items = self.view.target.sequences, len(self.view.target.item_ids)
        found = item_neighbours(people, items, NEIGHBOURS) + item_followers(people, items)
        return found if self.stand_ins is None else sp.csr_matrix(found @ self.stand_ins.T)

    @cached_property
    def stand_ins(self) -> sp.csr_matrix | None:
        """(I, I) who speaks for items that nobody has chosen, see ``transfer.stand_ins``."""
        return stand_ins(self.view.target.vectors, self.view.target.counts)

    def speak_for_unchosen(self) -> None:
        """Gives items that nobody has chosen the mean vector of those that stand in for them."""
        if self.stand_ins is None:
            return
        for tower in (self.tower, self.sequence):
            if tower is not None and tower.own is not None:
                own = self.stand_ins @ tower.own.detach().cpu().numpy()
                with torch.no_grad():
                    tower.own.copy_(torch.from_numpy(np.asarray(own, np.float32)))
                tower.forget()
        self._stacked = None

    def score(self, histories: Sequences) -> Scores:
        found = self.people_factors(histories) @ self.item_factors().T
        neighbourly = self.neighbourly(histories)
        return np.asarray(found if neighbourly is None else found + neighbourly.toarray(), np.float32)

    def evidence(self, histories: Sequences) -> list[Callable[[], Scores]]:
        """The kinds of scores of all target items, each computed when called."""
        products, items = self._products(), len(self.view.target.item_ids)
        kinds: dict[str, Callable[[], Scores]] = {
            kind: lambda product=product: product.people(histories) @ product.items().T  # type: ignore[misc]
            for kind, product in products.items()
        }
        kinds["item-knn"] = lambda: self._chosen_beside(histories).toarray()
        nothing = np.zeros((len(histories), items), np.float32)
        return [kinds.get(kind, lambda: nothing) for kind in EVIDENCE]

    def people_factors(self, histories: Sequences) -> Scores:
        """(Q, D) people, whose products with ``item_factors`` are all of the score but item-kNN."""
        products = self._products()
        parts = [np.float32(weight) * products[kind].people(histories) for kind, weight in self._used()]
        return np.hstack([*parts, np.ones((len(histories), 1), np.float32)])

    def item_factors(self) -> Scores:
        """(I, D) target items: the numbers of every kind of evidence that counts, side by side, and the level
        of those that nobody has chosen."""
        weighed = (*self.weights, *((*self.unchosen.weights, self.unchosen.level) if self.unchosen else ()))
        if self._stacked is None or self._stacked[0] != weighed:
            products = self._products()
            parts = [self._weighed(kind, products[kind].items()) for kind, _ in self._used()]
            level = np.float32(self.unchosen.level if self.unchosen else 0)
            column = np.where(self._unchosen_rows, level, np.float32(0))[:, None]
            self._stacked = weighed, np.hstack([*parts, column])
        return self._stacked[1]

    def neighbourly(self, histories: Sequences) -> sp.csr_matrix | None:
        """(Q, I) what item-kNN adds to the score, nearly all of it zero; None where it does not count."""
        weight = self._largest()[EVIDENCE.index("item-knn")]
        if weight == 0:
            return None
        found = self._chosen_beside(histories) * np.float32(weight)
        found.data = self._weighed("item-knn", found.data, found.indices)
        return found

    def _largest(self) -> npt.NDArray[np.float64]:
        """(5,) the larger of each kind's two weights: that of people's side of the product."""
        return self.weights if self.unchosen is None else np.maximum(self.weights, self.unchosen.weights)

    def _weighed(self, kind: str, found: Scores, rows: npt.NDArray[np.int32] | None = None) -> Scores:
        """``found`` of all items (or of items ``rows``) times their weight, relative to the larger one."""
        if self.unchosen is None:
            return found
        at = EVIDENCE.index(kind)
        own, unchosen = (
            np.float32(one[at] / self._largest()[at]) for one in (self.weights, self.unchosen.weights)
        )
        if rows is not None:
            return found * np.where(self._unchosen_rows[rows], unchosen, own)
        return found * np.where(self._unchosen_rows, unchosen, own)[:, None]

    @cached_property
    def _unchosen_rows(self) -> npt.NDArray[np.bool_]:
        return self.view.target.counts == 0

    def _chosen_beside(self, histories: Sequences) -> sp.csr_matrix:
        chosen = choice_matrix(histories, len(self.view.target.item_ids), NEIGHBOURS_DECAY)
        return sp.csr_matrix(chosen @ self._neighbours, dtype=np.float32)

    def _popularity(self) -> Scores:
        """(I,) logarithms of counts; of unchosen items those of their likes."""
        found = np.log1p(self.view.target.counts).astype(np.float32)
        return found if self.stand_ins is None else np.asarray(self.stand_ins @ found, np.float32)

    def _used(self) -> list[tuple[str, float]]:
        """Kinds of evidence that are products, with their weights above zero, see ``_largest``."""
        known, pairs = self._products(), zip(EVIDENCE, self._largest(), strict=True)
        return [(kind, float(weight)) for kind, weight in pairs if weight > 0 and kind in known]

    def _products(self) -> dict[str, Product]:
        target = self.view.target
        found = {"network": _of(self.tower, target.name)}
        if self.sequence is not None:
            found["sequence"] = _of(self.sequence, target.name)
        found["content"] = Product(
            lambda histories: CONTENT_SCALE * Fitted.represent_people(self, histories, target.name),
            lambda: target.vectors,
        )
        found["popularity"] = Product(
            lambda histories: np.ones((len(histories), 1), np.float32),
            lambda: self._popularity()[:, None],
        )
        return found

    def score_new(self, histories: Sequences, scene: str, vectors: Scores) -> Scores:
        """By the common weights: of items outside of the catalogue there are no stand-ins to weigh."""
        found = np.zeros((len(histories), len(vectors)), dtype=np.float32)
        for weight, tower in zip(self.weights, (self.tower, self.sequence), strict=False):
            if tower is not None and weight > 0:
                found += np.float32(weight) * tower.score_new(histories, scene, vectors)
        content = content_people(histories, scene_of(self.view, scene).vectors)
        return np.asarray(found + np.float32(self.weights[2] * CONTENT_SCALE) * (content @ vectors.T))

    def represent(self, scene: str) -> Scores:
        return self.tower.represent(scene)

    def represent_people(self, histories: Sequences, scene: str) -> Scores:
        return unit(self.tower.place_people(histories, scene))

    def save(self, folder: Path) -> None:
        super().save(folder)
        tensors = {"weights": torch.from_numpy(self.weights)}
        if self.unchosen is not None:
            tensors["unchosen"] = torch.from_numpy(np.append(self.unchosen.weights, self.unchosen.level))
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
        tensors |= {f"text.{name}": value for name, value in taught_of(self.view).items()}
        tensors = {name: value.cpu().contiguous() for name, value in tensors.items()}
        save_file(tensors, folder / "model.safetensors", metadata=shapes)


def load_trained(name: str, folder: Path, view: TrainingView) -> Trained:
    """Reads what ``Trained.save`` wrote, to the same scores."""
    from safetensors import safe_open

    with safe_open(folder / "model.safetensors", framework="pt") as file:
        shapes = file.metadata()
    tensors = load_file(folder / "model.safetensors")  # not every device knows the float64 of the weights
    if taught := _under("text.", tensors):
        view = read_with(view, taught, Silent())
    mapped = {key: value.cpu().numpy() for key, value in _under("mapped.", tensors).items()}
    towers = []
    for part, build in (("network", _network), ("sequence", _sequence)):
        kept = _under(f"{part}.", tensors)
        if kept:
            network = build(_under(f"{part}.", shapes)).to(device())
            network.load_state_dict(kept)
            own = tensors.get(f"own.{part}")
            towers.append(
                Tower(view, network, None if own is None else nn.Parameter(own.to(device())), mapped)
            )
    fitted = Trained(name, view, *towers)
    fitted.weights = np.asarray(tensors["weights"].cpu().numpy(), dtype=np.float64)
    if "unchosen" in tensors:
        *kinds, level = tensors["unchosen"].cpu().tolist()
        fitted.unchosen = Unchosen(np.array(kinds), level)
    read_words(folder, fitted)
    return fitted


def _of(tower: Tower, scene: str) -> Product:
    return Product(lambda histories: tower.place_people(histories, scene), lambda: tower.represent(scene))


def _under(prefix: str, found: Mapping[str, _Value]) -> dict[str, _Value]:
    return {key.removeprefix(prefix): value for key, value in found.items() if key.startswith(prefix)}


def _network(sizes: dict[str, str]) -> Network:
    return Network(Shape(**{key: int(value) for key, value in sizes.items()}))


def _sequence(sizes: dict[str, str]) -> SequenceNetwork:
    dropout = float(sizes["dropout"])
    whole = {key: int(value) for key, value in sizes.items() if key != "dropout"}
    return SequenceNetwork(SequenceShape(**whole, dropout=dropout))
