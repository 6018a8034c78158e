"""Before any training: which pairs of scenes are worth trying, and how well such advice did in past runs.

The prediction is the mean gain of past pairs, nearer ones counting more (Nadaraya, 1964; Watson, 1964), where
near means: as alike in words and in people. What is shown of the past is predicted without the pair itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xscene_core.evaluation.statistics import Interval, bootstrap_mean
from xscene_core.experiments.comparison import Comparison
from xscene_core.experiments.verdict import claimed

Array = npt.NDArray[np.float64]

FEWEST = 5
"""Past pairs below which nothing is predicted."""
WIDTHS = (0.05, 0.1, 0.2, 0.4)
"""Widths of the Gaussian window, in shares of words or people; the best on past pairs is used."""


@dataclass(frozen=True)
class Past:
    """One pair that was tried. alike : (2,) shares of words and of people. gain : of the method that the
    verdict is about, over its reference, in the main metric; ``sure`` where the interval excludes 0."""

    sources: tuple[str, ...]
    target: str
    label: str
    alike: tuple[float, float]
    gain: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Advice:
    """One pair that could be tried. expected : predicted gain; None where too little is known.
    near : how many past pairs the prediction rests on, effectively."""

    source: str
    target: str
    alike: tuple[float, float]
    expected: float | None
    near: float


@dataclass(frozen=True)
class Track:
    """How well past pairs were predicted without themselves.

    predicted, measured : (n,). right : share of pairs with the sign of the gain predicted right, with its
    interval; None with fewer than ``FEWEST`` pairs. error, plain_error : mean absolute error of the
    prediction, and of predicting the mean of the other pairs.
    """

    predicted: Array
    measured: Array
    right: Interval | None
    error: float
    plain_error: float

    @property
    def useful(self) -> bool:
        """Whether it predicted past pairs better than their mean does."""
        return self.right is not None and self.error < self.plain_error


def past_of(
    comparison: Comparison, words: Mapping[tuple[str, str], float], people: Mapping[tuple[str, str], float]
) -> Past | None:
    """What a comparison says about its pair; None where no gain was measured or a scene is gone.

    words, people : (source, target) -> overlap. Of several sources the most alike counts.
    """
    task = comparison.task
    transfers = [row for row in comparison.finished if row.transfers and row.gain is not None]
    if task is None or not transfers:
        return None
    pairs = [(source, task.target) for source in task.sources]
    if not all(pair in words for pair in pairs):
        return None
    gain = claimed(transfers).gain
    assert gain is not None
    alike = max(words[pair] for pair in pairs), max(people[pair] for pair in pairs)
    return Past(task.sources, task.target, task.label, alike, gain.value, gain.low, gain.high)


def advise(
    past: Sequence[Past], words: Mapping[tuple[str, str], float], people: Mapping[tuple[str, str], float]
) -> list[Advice]:
    """Every ordered pair of scenes, the most promising first, those without a prediction by likeness."""
    known = np.array([one.alike for one in past]).reshape(-1, 2)
    gains = np.array([one.gain for one in past])
    width = best_width(known, gains)
    found = []
    for source, target in words:
        alike = words[source, target], people[source, target]
        expected, near = predict(known, gains, np.array(alike), width)
        enough = len(past) >= FEWEST and near >= 1
        found.append(Advice(source, target, alike, expected if enough else None, near))
    return sorted(found, key=lambda one: (-(one.expected or 0.0), -sum(one.alike)))


def track(past: Sequence[Past]) -> Track:
    """Each past pair predicted from the others."""
    known = np.array([one.alike for one in past]).reshape(-1, 2)
    gains = np.array([one.gain for one in past])
    if len(past) < FEWEST:
        return Track(np.empty(0), gains, None, np.nan, np.nan)
    predicted = leave_one_out(known, gains, best_width(known, gains))
    others = (gains.sum() - gains) / (len(gains) - 1)
    right = bootstrap_mean((np.sign(predicted) == np.sign(gains)) * 1.0)
    return Track(
        predicted, gains, right, float(np.abs(predicted - gains).mean()), float(np.abs(others - gains).mean())
    )


def predict(known: Array, gains: Array, alike: Array, width: float) -> tuple[float, float]:
    """Weighted mean gain at ``alike`` and the effective number of pairs behind it; NaN without any."""
    weights = np.exp(-0.5 * np.square((known - alike) / width).sum(axis=1))
    total = float(weights.sum())
    if total < 1e-12:
        return float("nan"), 0.0
    return float(weights @ gains / total), total


def leave_one_out(known: Array, gains: Array, width: float) -> Array:
    """(n,) each pair predicted from the others; their mean where none is near."""
    found = np.empty(len(gains))
    for row in range(len(gains)):
        rest = np.arange(len(gains)) != row
        value, near = predict(known[rest], gains[rest], known[row], width)
        found[row] = value if near > 1e-6 else gains[rest].mean()
    return found


def best_width(known: Array, gains: Array) -> float:
    """The window that predicts past pairs best, each from the others."""
    if len(gains) < FEWEST:
        return WIDTHS[-1]
    errors = [np.abs(leave_one_out(known, gains, width) - gains).mean() for width in WIDTHS]
    return WIDTHS[int(np.argmin(errors))]
