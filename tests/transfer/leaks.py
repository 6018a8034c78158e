"""Does a method depend on what is sealed? One check, for registered methods and for those that cheat."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from tests.transfer.worlds import task, tasteful
from xscene_core.home import Home
from xscene_core.scenes.library import SceneLibrary
from xscene_core.scenes.scene import Scene
from xscene_core.scenes.sequences import Sequences, sequences_of
from xscene_core.scenes.splits import time_cuts
from xscene_core.transfer.views import TestView, TrainingView

DAY = 86_400
BUDGET = "40"
Scenes = dict[str, Scene]
Fit = Callable[[TrainingView], Callable[[Sequences], np.ndarray]]
"""From all that a method is given to what it says about people."""


def same(one: Any, other: Any) -> bool:
    """Whether nobody can tell the two apart: views and sequences are compared down to their numbers."""
    if is_dataclass(one) and type(one) is type(other):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and np.array_equal(one, other)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


@cache
def world() -> tuple[Scenes, dict[str, np.ndarray]]:
    """Two sources and a target that share their people; the target opens on the third day of the sources."""
    scenes, vectors = {}, {}
    for seed, name in enumerate(("source-a", "source-b", "target")):
        scene, vectors[name] = tasteful(name, seed)
        rows = scene.interactions.copy()
        rows["user_id"] = rows["user_id"].str.removeprefix(f"{name}-")
        rows["timestamp"] += 2 * DAY if name == "target" else 0
        scenes[name] = replace(scene, interactions=rows)
    return scenes, vectors


def views(scenes: Scenes, protocol: str) -> tuple[TrainingView, TestView]:
    return task(scenes, world()[1], budget=BUDGET, protocol=protocol)


def with_sealed_replaced(scenes: Scenes, protocol: str) -> Scenes:
    """Everything that must not be seen replaced by other items: answers of the test, all that comes after
    them, and what sources must not tell."""
    target = sequences_of(scenes["target"])
    rows = scenes["target"].interactions
    _, test = views(scenes, protocol)
    if protocol == "leave-one-out":
        last = rows["user_id"] != rows["user_id"].shift(-1)
        return scenes | {"target": replaced(scenes["target"], last)}
    if protocol == "global-time":
        early, late = time_cuts(target)
        found = {"target": replaced(scenes["target"], rows["timestamp"] >= late)}
        for name in ("source-a", "source-b"):
            found[name] = replaced(scenes[name], scenes[name].interactions["timestamp"] >= early)
        return found
    asked = test.questions.histories.people
    found = {"target": replaced(scenes["target"], rows["user_id"].isin(asked))}
    first = dict(zip(target.people, target.times[target.indptr[:-1]], strict=True))  # type: ignore[index]
    for name in ("source-a", "source-b"):
        theirs = scenes[name].interactions
        opened = theirs["user_id"].map(first)
        found[name] = replaced(scenes[name], theirs["user_id"].isin(asked) & (theirs["timestamp"] >= opened))
    return found


def replaced(scene: Scene, rows: "pd.Series[bool]") -> Scene:
    """The scene with other items in these rows of its interactions."""
    random = np.random.default_rng(99)
    ids = scene.items["item_id"].to_numpy(dtype=object)
    mask = rows.to_numpy(dtype=bool)
    assert mask.any()
    chosen = scene.interactions["item_id"].to_numpy(dtype=object).copy()
    chosen[mask] = random.choice(ids, int(mask.sum()))
    return replace(scene, interactions=scene.interactions.assign(item_id=pd.Series(chosen, dtype=str)))


def shelve(scenes: Mapping[str, Scene]) -> None:
    """Puts the scenes where a method that looks beyond its view would find them."""
    library = SceneLibrary(Home.resolve())
    for scene in scenes.values():
        library.save(scene, overwrite=scene.name in library.names())


def on_the_shelf(name: str) -> Scene:
    """The back door: a scene with everything that was ever chosen in it."""
    return SceneLibrary(Home.resolve()).load(name)


def said(fit: Fit, scenes: Scenes, protocol: str) -> np.ndarray:
    """What a method says of the people of the test, whatever their answers are in ``scenes``."""
    shelve(scenes)
    people = views(world()[0], protocol)[1].questions.histories
    return fit(views(scenes, protocol)[0])(people)


def depends_on_the_sealed(fit: Fit, protocol: str = "leave-one-out") -> bool:
    """Whether other answers of the test, and other choices after them, change what a method says."""
    scenes = world()[0]
    spoiled = with_sealed_replaced(scenes, protocol)
    assert not same(
        views(spoiled, protocol)[1].questions.answers, views(scenes, protocol)[1].questions.answers
    )
    return not np.array_equal(said(fit, scenes, protocol), said(fit, spoiled, protocol))
