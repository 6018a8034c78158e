"""Mean accuracy over pairs of domains for every label method, with paired intervals."""

import time
from collections.abc import Iterable, Sequence

import numpy as np

from benchmarks.label_data import Pair
from benchmarks.row import Row
from xscene_core.errors import XSceneError
from xscene_core.transfer.labels.recipe import LabelRecipe, learn_labels
from xscene_core.transfer.labels.views import LabelRows, LabelView
from xscene_core.transfer.method import find
from xscene_core.watcher import Silent

METHODS = (
    "majority",
    "source-only",
    "joint-pca",
    "subspace-alignment",
    "tca",
    "lda-map",
    "coral",
    "optimal-transport",
    "deep-coral",
    "mmd",
    "structural-correspondence",
    "density-ratio",
    "nearest-weights",
    "kmm",
    "rulsif",
    "dann",
    "cdan",
    "multi-task",
    "self-training",
    "manifold",
    "auto",
)
"""Those that need no labelled target row."""
RESAMPLES = 2000


def table(pairs: Iterable[Pair], names: Sequence[str] = METHODS, nearest: bool = False) -> list[Row]:
    """Percent right on the sealed rows, mean over pairs; the interval resamples rows within each pair.

    ``oracle:target-trained`` learns from the target's own labels by five folds: what no method can know. A
    method that fails on a pair has no mean over all of them, so its row says NaN.
    """
    right: dict[str, list[np.ndarray]] = {name: [] for name in _shown(names, nearest)}
    seconds = dict.fromkeys(right, 0.0)
    for pair in pairs:
        for name in right:
            started = time.perf_counter()
            right[name].append(_right(pair, name))
            seconds[name] += time.perf_counter() - started
    return [_row(name, parts, seconds[name]) for name, parts in right.items()]


def _shown(names: Sequence[str], nearest: bool) -> list[str]:
    return [*names, *(["source-only nearest"] if nearest else []), "oracle:target-trained"]


def _right(pair: Pair, name: str) -> np.ndarray:
    """(m,) 1 where right; NaN where the method cannot be used on this pair."""
    if name.startswith("oracle:"):
        return _target_trained(pair)
    method, params = (name.split()[0], {"head": "nearest"}) if name.endswith("nearest") else (name, {})
    try:
        said = find(method).run_labels(pair.view, params, Silent()).predict(pair.asked)
    except XSceneError:
        return np.full(len(pair.answers), np.nan)
    return (said == pair.answers) * 1.0


def _target_trained(pair: Pair) -> np.ndarray:
    """Five folds over the sealed rows."""
    fold = np.random.default_rng(0).permutation(len(pair.answers)) % 5
    right = np.zeros(len(pair.answers))
    for number in range(5):
        seen, out = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        rows = LabelRows("target", pair.asked[seen], pair.answers[seen])
        view = LabelView((), rows, pair.view.classes, 0)
        fitted = learn_labels("target-only", view, LabelRecipe("target"))
        right[out] = fitted.predict(pair.asked[out]) == pair.answers[out]
    return right


def _row(name: str, parts: list[np.ndarray], seconds: float) -> Row:
    random = np.random.default_rng(0)
    drawn = np.mean(
        [random.choice(part, (RESAMPLES, len(part))).mean(axis=1) for part in parts if len(part)], axis=0
    )
    low, high = np.quantile(drawn, [0.025, 0.975])
    value = float(np.mean([part.mean() for part in parts]))
    return Row(name, "mean_accuracy", 100 * value, 100 * float(low), 100 * float(high), seconds)
