"""Labelled rows say whether neighbourhoods tell classes apart, and manifold refuses where they do not."""

import numpy as np

from tests.transfer.labels.tasks import fit
from xscene_core.evaluation.statistics import Paired
from xscene_core.transfer.labels.neighbourhoods import neighbourhood_gap
from xscene_core.transfer.labels.views import HELD_BACK, LabelRows, LabelView

NAMES = ("no", "yes")


def column(seed: int, count: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """One column tells the classes; ninety others, which are larger, make rows near or far."""
    random = np.random.default_rng(seed)
    labels = (np.arange(count) % 2).astype(np.int64)
    features = 3 * random.standard_normal((count, 91))
    features[:, 0] = 2 * (2 * labels - 1) + random.standard_normal(count)
    return features, labels


def quarters(seed: int, count: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Opposite quarters of a circle are one class: no straight line tells them apart, nearness does."""
    random = np.random.default_rng(seed)
    labels = (np.arange(count) % 2).astype(np.int64)
    angle = (labels + 2 * random.integers(2, size=count) + random.uniform(0.1, 0.9, count)) * np.pi / 2
    found = np.column_stack([np.cos(angle), np.sin(angle)])
    return found + 0.05 * random.standard_normal(found.shape), labels


def view(make: object, known: int = 0) -> tuple[LabelView, np.ndarray]:
    own, labels = make(0)  # type: ignore[operator]
    wanted, answers = make(1)  # type: ignore[operator]
    hidden = np.where(np.arange(len(answers)) < known, answers, HELD_BACK)
    return LabelView((LabelRows("a", own, labels),), LabelRows("b", wanted + 0.1, hidden), NAMES, 0), answers


def gap_of(task: LabelView, columns: slice) -> Paired:
    """Of the neighbourhoods by these columns alone; the linear head sees all."""
    scenes = [*task.sources, task.target]
    found = neighbourhood_gap(scenes, [scene.features[:, columns] for scene in scenes], 2, 0.1, 0)
    assert found is not None
    assert found.n == len(task.source)
    return found


def test_the_gap_is_above_zero_where_nearness_tells_the_classes_and_below_where_one_column_does() -> None:
    assert gap_of(view(quarters)[0], slice(None)).low > 0.2
    assert gap_of(view(column)[0], slice(1, 20)).high < -0.2


def test_one_class_or_a_handful_of_rows_say_nothing() -> None:
    features, labels = quarters(0)
    alone = LabelRows("a", features, np.zeros_like(labels))
    few = LabelRows("a", features[:6], labels[:6])
    assert neighbourhood_gap([alone], [alone.features], 2, 0.1, 0) is None
    assert neighbourhood_gap([few], [few.features], 2, 0.1, 0) is None


def test_rows_without_a_label_are_not_asked() -> None:
    task, _ = view(quarters, known=40)
    found = neighbourhood_gap(
        [*task.sources, task.target], [task.sources[0].features, task.target.features], 2, 0.1, 0
    )
    assert found is not None
    assert found.n == len(task.sources[0]) + 40


def test_manifold_refuses_with_the_figures_and_is_then_the_plain_method_bit_for_bit() -> None:
    task, _ = view(column)
    refused, plain = fit("manifold", task), fit("source-only", task)
    assert refused.stands_for == "source-only"
    assert refused.reason.startswith("Refused")
    assert "%" in refused.reason
    asked = column(2)[0]
    np.testing.assert_array_equal(refused.probabilities(asked), plain.probabilities(asked))
    insisted = fit("manifold", task, refuse=False)
    assert insisted.stands_for == "manifold"
    assert not np.array_equal(insisted.predict(asked), plain.predict(asked))
    assert fit("manifold", view(column, known=30)[0]).stands_for == "pooled"


def test_manifold_learns_where_nearness_tells_the_classes() -> None:
    task, answers = view(quarters)
    found = fit("manifold", task)
    assert found.stands_for == "manifold"
    assert found.facts["neighbourhood_gap"] > 0.2
    assert (found.predict(task.target.features) == answers).mean() > 0.9
