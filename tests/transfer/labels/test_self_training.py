"""Self-training: gains where classes lie apart, stays where it must, and says when it collapsed."""

import numpy as np
import pytest

from xscene_core.errors import InputError
from xscene_core.transfer.labels.rounds import surest
from xscene_core.transfer.labels.views import HELD_BACK, LabelRows, LabelView
from xscene_core.transfer.method import find
from xscene_core.watcher import Silent


def cloud(seed: int, n: int, turn: float, shares: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Two classes whose line of separation is turned by ``turn``."""
    random = np.random.default_rng(seed)
    labels = (np.arange(n) < n * shares).astype(np.int64)
    rows = random.standard_normal((n, 2)) * 0.5
    rows += np.where(labels == 1, 1, -1)[:, None] * np.array([np.cos(turn), np.sin(turn)]) * 1.5
    return rows, labels


def view(turn: float = 1.0, shares: float = 0.5) -> tuple[LabelView, np.ndarray]:
    own, labels = cloud(0, 300, 0.0)
    wanted, answers = cloud(1, 300, turn, shares)
    hidden = np.full(len(answers), HELD_BACK)
    return LabelView(
        (LabelRows("a", own, labels),), LabelRows("b", wanted, hidden), ("no", "yes"), 0
    ), answers


def right(task: LabelView, answers: np.ndarray, method: str, **params: object) -> float:
    fitted = find(method).run_labels(task, params, Silent())
    return float((fitted.predict(task.target.features) == answers).mean())


def test_it_follows_a_turned_boundary_that_source_only_misses() -> None:
    task, answers = view(turn=1.2)
    assert right(task, answers, "self-training") > right(task, answers, "source-only") + 0.02


def test_a_known_class_prior_helps_where_the_shares_have_changed() -> None:
    task, answers = view(turn=0.9, shares=0.9)
    given = right(task, answers, "self-training", shares="given", prior=(0.1, 0.9))
    assert given >= right(task, answers, "self-training", shares="predicted")


def test_a_prior_for_another_number_of_classes_is_refused() -> None:
    task, _ = view()
    with pytest.raises(InputError, match="2 classes and 3 shares"):
        find("self-training").run_labels(task, {"shares": "given", "prior": (0.2, 0.3, 0.5)}, Silent())
    with pytest.raises(InputError, match="add up to 1"):
        find("self-training").check({"prior": "0.9+0.9"})


def test_a_collapse_is_reported_and_nothing_of_it_is_kept() -> None:
    """Every target row lies far on one side, and nothing moves the means together."""
    task, _ = view()
    far = LabelRows("b", task.target.features + 30.0, task.target.labels)
    moved = LabelView(task.sources, far, task.classes, 0)
    fitted = find("self-training").run_labels(moved, {"align": False, "space": "rows"}, Silent())
    assert fitted.reason.startswith("Collapsed")
    assert fitted.stands_for == "source-only"
    assert fitted.facts["collapsed"] == 1.0
    plain = find("source-only").run_labels(moved, {}, Silent())
    np.testing.assert_array_equal(fitted.probabilities(far.features), plain.probabilities(far.features))


def test_the_surest_of_each_class_are_taken() -> None:
    chances = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.45, 0.55]])
    rows, labels = surest(chances, 0.5, None)
    assert rows.tolist() == [0, 2]
    assert labels.tolist() == [0, 1]
    rows, labels = surest(chances, 1.0, np.array([0.75, 0.25]))
    assert np.bincount(labels).tolist() == [3, 1]
