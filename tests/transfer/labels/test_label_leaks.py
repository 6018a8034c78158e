"""No label that is held back reaches a method: neither of the rows asked nor of those beyond the budget.

The same check is held against classifiers that cheat, so that it is known to notice.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.transfer.labels.tasks import CLASSES, quick, rows, short_training
from tests.transfer.leaks import on_the_shelf, same, shelve
from tests.transfer.worlds import scene_of_choices
from xscene_core.encoders.words import word_features
from xscene_core.scenes.labels import LabelColumn, labelled_rows
from xscene_core.scenes.scene import Scene
from xscene_core.transfer.budget import Budget
from xscene_core.transfer.labels.task import LabelTest, prepare_labels
from xscene_core.transfer.labels.views import LabelView
from xscene_core.transfer.method import find, methods
from xscene_core.watcher import Silent

ROWS, LABEL = 80, LabelColumn.parse("items.category")
Fit = Callable[[LabelView], Callable[[np.ndarray], np.ndarray]]
"""From all that a method is given to its probabilities for rows."""


def features() -> dict[str, np.ndarray]:
    return {name: rows(seed, ROWS, shift=0.7 * seed)[0] for seed, name in enumerate(("a", "b", "target"))}


def scenes() -> dict[str, Scene]:
    """Items whose category is to be learned; every item has words of its own."""
    found = {}
    for seed, name in enumerate(("a", "b", "target")):
        labels = rows(seed, ROWS)[1]
        scene = scene_of_choices(name, [f"{name}-{k}" for k in range(ROWS)], {"u": [f"{name}-0"] * 2})
        words = scene.items.assign(category=[CLASSES[label] for label in labels])
        found[name] = replace(scene, items=words)
    return found


def views(given: dict[str, Scene], budget: str = "15") -> tuple[LabelView, LabelTest]:
    tables = {name: labelled_rows(scene, LABEL) for name, scene in given.items()}
    return prepare_labels(
        tables, features(), sources=("a", "b"), target="target", budget=Budget.parse(budget), seed=0
    )


def with_held_back_replaced() -> dict[str, Scene]:
    """Other labels for all target rows but those within the budget."""
    given = scenes()
    view, _ = views(given)
    known = {tuple(row) for row in view.target.labelled.features}
    held = np.array([tuple(row) not in known for row in features()["target"]])
    assert held.sum() == ROWS - 15
    items = given["target"].items
    other = np.random.default_rng(4).permutation(items["category"].to_numpy())
    other = np.where(np.arange(ROWS) % 2, other, CLASSES[0])  # in other numbers too
    changed = items.assign(category=items["category"].mask(held, pd.Series(other)))
    return given | {"target": replace(given["target"], items=changed)}


def depends_on_held_back(fit: Fit) -> bool:
    """Whether other labels of the rows that are asked or beyond the budget change what a method says."""
    _, test = views(scenes())
    said = []
    for given in (scenes(), with_held_back_replaced()):
        shelve(given)
        said.append(fit(views(given)[0])(test.features))
    return not np.array_equal(*said)


def registered(name: str) -> Fit:
    return lambda view: find(name).run_labels(view, quick(name), Silent()).probabilities


def true_labels() -> np.ndarray:
    """The back door: every label of the target."""
    return np.array([sorted(CLASSES).index(label) for label in on_the_shelf("target").items["category"]])


def shares_of_everything(view: LabelView):
    """Knows how frequent each class is among the rows that are asked."""
    shares = np.bincount(true_labels(), minlength=len(CLASSES)) / ROWS
    return lambda asked: np.tile(shares, (len(asked), 1))


def memory(view: LabelView):
    """Looks the label of the nearest row up."""
    whole, labels = features()["target"], true_labels()

    def probabilities(asked: np.ndarray) -> np.ndarray:
        nearest = ((asked[:, None] - whole[None]) ** 2).sum(-1).argmin(axis=1)
        return np.eye(len(CLASSES))[labels[nearest]]

    return probabilities


@pytest.mark.parametrize("cheat", [shares_of_everything, memory])
def test_a_classifier_that_cheats_is_caught(cheat: Fit) -> None:
    assert depends_on_held_back(cheat)


def test_a_memory_of_all_labels_would_be_right_about_every_row() -> None:
    """So the check above is about the very labels that are asked."""
    shelve(scenes())
    view, test = views(scenes())
    np.testing.assert_array_equal(memory(view)(test.features).argmax(axis=1), test.answers)


@pytest.mark.parametrize("name", list(methods("label")))
def test_predictions_do_not_depend_on_labels_that_are_held_back(name: str) -> None:
    with short_training():
        assert not depends_on_held_back(registered(name))


@pytest.mark.parametrize("budget", ["0", "15", "all"])
def test_a_view_is_the_same_whatever_the_labels_of_the_rows_asked_are(budget: str) -> None:
    given = scenes()
    view, test = views(given, budget)
    items = given["target"].items
    other = items["category"].to_numpy(dtype=object).copy()
    other[test.rows] = np.roll(other[test.rows], 1)
    spoiled = given | {"target": replace(given["target"], items=items.assign(category=other))}
    again, after = views(spoiled, budget)
    assert same(view, again)
    assert not np.array_equal(test.answers, after.answers)


def test_no_row_that_is_asked_is_in_the_view() -> None:
    view, test = views(scenes(), "all")
    seen = {tuple(row) for part in (*view.sources, view.target) for row in part.features}
    assert not seen & {tuple(row) for row in test.features}


def test_words_are_counted_without_looking_at_any_label() -> None:
    """Vocabulary and rarity see the words of the rows that are asked, which is allowed, and no label."""
    tables = [
        {name: labelled_rows(scene, LABEL) for name, scene in given.items()}
        for given in (scenes(), with_held_back_replaced())
    ]
    assert not tables[0]["target"]["label"].equals(tables[1]["target"]["label"])
    before, after = (word_features(one) for one in tables)
    for name in before:
        assert (before[name] != after[name]).nnz == 0
