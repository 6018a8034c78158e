"""A small world with a known answer: people like red, green or blue things, in two scenes."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xscene_core.errors import InputError
from xscene_core.newcategory.category import canonical
from xscene_core.scenes.scene import Scene, SceneCard
from xscene_core.scenes.sequences import Sequences, sequences_of
from xscene_core.transfer.views import Questions, SceneView, TestView, TrainingView

COLOURS = ("red", "green", "blue")
KINDS = ("lamp", "chair", "mug", "scarf")


class WordVectors:
    """Content vectors that can be checked by hand: one axis per colour and kind, unit length."""

    slow = sees_pictures = False

    def encode_new(self, items: pd.DataFrame) -> np.ndarray:
        words = [*COLOURS, *KINDS]
        text = items["title"].str.cat(items["description"], sep=" ").str.lower()
        counts = np.array([[line.split().count(word) for word in words] for line in text], dtype=np.float32)
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)

    def newcomers(self, items: pd.DataFrame) -> Any:
        return SimpleNamespace(vectors=self.encode_new(items), beside=self.encode_new)


@dataclass
class CosineRecommender:
    """Cosine between an item and the mean of a person's items."""

    vectors: dict[str, np.ndarray]
    content: bool = True
    reason: str = "content similarity"
    stands_for: str = "content"
    facts: dict[str, float] = field(default_factory=dict)

    def represent_people(self, histories: Sequences, scene: str) -> np.ndarray:
        return np.stack(
            [self.vectors[scene][histories.of(row)].mean(axis=0) for row in range(len(histories))]
        )

    def score_new(self, histories: Sequences, scene: str, vectors: np.ndarray) -> np.ndarray:
        if not self.content:
            raise InputError("popularity does not use content")
        people = self.represent_people(histories, scene)
        return (people / np.linalg.norm(people, axis=1, keepdims=True)) @ vectors.T


def make_scene(name: str, people: int, seed: int, prefix: str) -> Scene:
    rng = np.random.default_rng(seed)
    rows = [
        {
            "item_id": f"{name}-{colour}-{kind}-{number}",
            "title": f"{colour} {kind}",
            "category": kind,
            "brand": f"{colour} house",
        }
        for colour in COLOURS
        for kind in KINDS
        for number in range(4)
    ]
    items = canonical(pd.DataFrame(rows))
    chosen = []
    for person in range(people):
        likes = COLOURS[person % 3]
        own = np.flatnonzero(items["brand"] == f"{likes} house")
        count = int(rng.integers(2, 6))
        for place, row in enumerate(rng.choice(own, count, replace=False)):
            chosen.append((f"{prefix}{person:03d}", items["item_id"].iloc[row], place))
    table = pd.DataFrame(chosen, columns=["user_id", "item_id", "position"])
    table = table.assign(timestamp=pd.array([None] * len(table), dtype="Int64"), rating=np.nan, event="")
    card = SceneCard(name, name, "", "generated", "", "")
    return Scene(name, items, table.sort_values(["user_id", "position"], ignore_index=True), card, "0")


@pytest.fixture(scope="session")
def world() -> Any:
    """A fitted run on two scenes; people a000..a119 chose in both, b120.. only in the source."""
    target, source = make_scene("target", 120, 1, "a"), make_scene("source", 120, 2, "a")
    extra = make_scene("source", 180, 3, "b").interactions
    extra = extra[extra["user_id"] >= "b120"]
    joined = pd.concat([source.interactions, extra], ignore_index=True)
    source = Scene("source", source.items, joined, source.card, "0")
    scenes = {"target": target, "source": source}
    vectors = {name: WordVectors().encode_new(scene.items) for name, scene in scenes.items()}
    views = {
        name: SceneView(
            name, scene.items["item_id"].to_numpy(dtype=object), vectors[name], sequences_of(scene)
        )
        for name, scene in scenes.items()
    }
    nobody = sequences_of(target).take(np.array([], dtype=np.int64))
    questions = Questions(nobody, np.array([], dtype=np.int32))
    return SimpleNamespace(
        recommender=CosineRecommender(vectors),
        view=TrainingView((views["source"],), views["target"], questions, 0),
        test=TestView(questions, views["target"].counts),
        scenes=scenes,
        encoding=WordVectors(),
    )
