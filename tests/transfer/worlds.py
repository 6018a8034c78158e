"""Tiny scenes with taste in them, and the shortest training that still is training."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from xscene_core.scenes.scene import INTERACTION_COLUMNS, ITEM_COLUMNS, Scene, SceneCard
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.budget import Budget
from xscene_core.transfer.task import prepare
from xscene_core.transfer.views import TestView, TrainingView

DIMENSION = 12
Vectors = dict[str, npt.NDArray[np.float32]]


def unit(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    centred = rows - rows.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    return (centred / np.maximum(lengths, 1e-9)).astype(np.float32)


def scene_of_choices(name: str, items: Sequence[str], choices: dict[str, Sequence[str]]) -> Scene:
    """A scene in which each person chose the named items in that order, one a day."""
    table = pd.DataFrame({"item_id": list(items), "title": [f"Item {item}" for item in items]})
    for column in ITEM_COLUMNS[2:]:
        table[column] = np.nan if column == "price" else ""
    rows = [
        (person, item, 1_500_000_000 + 86_400 * place, place, np.nan, "")
        for person, chosen in choices.items()
        for place, item in enumerate(chosen)
    ]
    interactions = pd.DataFrame(rows, columns=list(INTERACTION_COLUMNS)).astype(
        {"user_id": str, "item_id": str, "timestamp": "Int64", "position": "int64", "event": str}
    )
    card = SceneCard(name, name, "", "generated", "for a test", "none")
    return Scene(name, table, interactions, card, fingerprint=name)


def tasteful(
    name: str, seed: int, items: int = 40, people: int = 60
) -> tuple[Scene, npt.NDArray[np.float32]]:
    """A scene whose people like one of four kinds of items, and the items' content vectors."""
    random = np.random.default_rng(seed)
    kinds = np.random.default_rng(7).standard_normal((4, DIMENSION))
    kind = np.arange(items) % 4
    vectors = unit(kinds[kind] + 0.6 * random.standard_normal((items, DIMENSION)))
    ids = [f"{name}-{number:03d}" for number in random.permutation(items)]
    choices = {}
    for person in range(people):
        liked = np.where(kind == person % 4, 6.0, 1.0)
        count = min(int(random.integers(3, 8)), items)
        chosen = random.choice(items, count, replace=False, p=liked / liked.sum())
        choices[f"{name}-u{person:03d}"] = [ids[item] for item in chosen]
    return scene_of_choices(name, ids, choices), vectors


def world(people: int = 60, items: int = 40) -> tuple[dict[str, Scene], Vectors]:
    """Two sources and a target."""
    made = {
        name: tasteful(name, seed, items, people)
        for seed, name in enumerate(("source-a", "source-b", "target"))
    }
    return {name: one[0] for name, one in made.items()}, {name: one[1] for name, one in made.items()}


def task(
    scenes: dict[str, Scene],
    vectors: Vectors,
    budget: str = "24",
    seed: int = 3,
    protocol: Any = "leave-one-out",
) -> tuple[TrainingView, TestView]:
    return prepare(
        scenes,
        vectors,
        sources=("source-a", "source-b"),
        target="target",
        budget=Budget.parse(budget),
        protocol=protocol,
        seed=seed,
    )


def reordered(
    scene: Scene, vectors: npt.NDArray[np.float32], seed: int
) -> tuple[Scene, npt.NDArray[np.float32]]:
    """The same scene with its item rows, and the people in its interactions, in another order."""
    random = np.random.default_rng(seed)
    rows = random.permutation(len(scene.items))
    people = random.permutation(scene.interactions["user_id"].unique())
    place = {person: number for number, person in enumerate(people)}
    shuffled = scene.interactions.sort_values(
        "user_id", key=lambda ids: ids.map(place), kind="stable", ignore_index=True
    )
    items = scene.items.iloc[rows].reset_index(drop=True)
    return replace(scene, items=items, interactions=shuffled), vectors[rows]


def histories(*rows: Sequence[int]) -> Sequences:
    """People h0, h1, ... who chose these item rows."""
    lengths = [len(row) for row in rows]
    return Sequences(
        np.array([f"h{k}" for k in range(len(rows))], dtype=object),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.array([item for row in rows for item in row], dtype=np.int32),
    )


@contextmanager
def short_training(epochs: int = 2) -> Iterator[None]:
    """Every training ends after ``epochs`` passes, however few the choices: what is tested holds after any
    number of them."""
    from xscene_core.models import training
    from xscene_core.transfer import crossing, learning, pretraining

    whole: Callable[..., int] = training.train

    def short(network: Any, corpora: Any, plan: Any, **rest: Any) -> int:
        return whole(network, corpora, replace(plan, epochs=min(plan.epochs, epochs)), **rest)

    with pytest.MonkeyPatch.context() as patch:
        for module in (crossing, learning):
            patch.setattr(module, "FEWEST", 1)
        for module in (crossing, learning, pretraining):
            patch.setattr(module, "train", short, raising=False)
        yield
