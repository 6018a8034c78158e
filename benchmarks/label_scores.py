"""Mean accuracy over pairs of domains for every label method, with paired intervals."""

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from benchmarks.label_data import Pair
from benchmarks.row import Row
from xscene_core.errors import InputError, XSceneError
from xscene_core.evaluation.statistics import Resampling
from xscene_core.transfer.labels.classifier import Classifier
from xscene_core.transfer.labels.recipe import LabelRecipe, learn_labels
from xscene_core.transfer.labels.views import LabelRows, LabelView, stacked
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
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "source-only network": ("source-only", {"head": "network"}),
    "tca gaussian": ("tca", {"kernel": "gaussian"}),
    "optimal-transport linear": ("optimal-transport", {"plan": "linear"}),
    "optimal-transport by class": ("optimal-transport", {"plan": "class"}),
    "self-training on rows": ("self-training", {"space": "rows"}),
    "self-training with the source's class prior": ("self-training", {"shares": "source"}),
}
"""Other forms of the methods; the last one's name says that it takes a class prior."""
NEAREST = "source-only nearest"
PLAIN = "source-only"
ORACLE = "oracle:target-trained"
RESAMPLES = 2000


def table(pairs: Iterable[Pair], names: Sequence[str] = METHODS, nearest: bool = False) -> list[Row]:
    """Percent right on the sealed rows, mean over pairs, and points gained over source-only.

    Intervals resample rows within each pair, the same for all methods, so that gains are paired. Rows in
    front of which stands ``oracle:`` learn from the target's own labels, what no method can know; ``peer:``
    is not ours. A method that fails on a pair has no mean over all of them, so its row says NaN. Seconds are
    wall clock; a decomposition that several methods begin with is paid by the first of them.
    """
    right: dict[str, list[np.ndarray]] = {name: [] for name in _shown(names, nearest)}
    seconds = dict.fromkeys(right, 0.0)
    for pair in pairs:
        for name in right:
            started = time.perf_counter()
            right[name].append(_right(pair, name))
            seconds[name] += time.perf_counter() - started
        best = max(float(parts[-1].mean()) for name, parts in right.items() if not name.startswith("oracle:"))
        print(f"{pair.name}: best {100 * best:.1f}", file=sys.stderr)
    sizes = [len(part) for part in next(iter(right.values()))]
    if not sizes:
        raise InputError("No pair of domains has rows to learn from and rows to ask")
    draws = {name: np.zeros(RESAMPLES) for name in right}
    for number, size in enumerate(sizes):  # 100 * mean over pairs of resampled means
        columns = np.column_stack([parts[number] for parts in right.values()])
        for name, drawn in zip(right, Resampling(size, number, RESAMPLES).means(columns).T, strict=True):
            draws[name] += 100 / len(sizes) * drawn
    rows = []
    plain = right.get(PLAIN)
    for name, parts in right.items():
        value = 100 * float(np.mean([part.mean() for part in parts]))
        rows.append(_row(name, "mean_accuracy", value, draws[name], seconds[name]))
        if plain is not None and name != PLAIN:
            gain = value - 100 * float(np.mean([part.mean() for part in plain]))
            rows.append(_row(name, "gain_over_source_only", gain, draws[name] - draws[PLAIN]))
    return rows


def known(names: Sequence[str]) -> tuple[str, ...]:
    """The names. Raises ``InputError`` for one that is no method and no other form of one."""
    for name in names:
        if name not in VARIANTS and name not in PEERS and name not in (NEAREST, ORACLE):
            method = find(name)
            if not method.learns("label"):
                raise InputError(method.refusal, where=f"method {name}", todo="Choose another method.")
    return tuple(names)


def _shown(names: Sequence[str], nearest: bool) -> list[str]:
    if tuple(names) != METHODS:
        return [*names, *([PLAIN] if PLAIN not in names else [])]
    extra = [*([NEAREST] if nearest else []), *VARIANTS, *PEERS, ORACLE]
    return [*names, *extra]


def _right(pair: Pair, name: str) -> np.ndarray:
    """(m,) 1 where right; NaN where the method cannot be used on this pair."""
    if name.startswith("oracle:"):
        return _target_trained(pair)
    if name in PEERS:
        return (PEERS[name](pair) == pair.answers) * 1.0
    method, params = (PLAIN, {"head": "nearest"}) if name == NEAREST else VARIANTS.get(name, (name, {}))
    try:
        said = find(method).run_labels(pair.view, params, Silent()).predict(pair.asked)
    except XSceneError as error:
        print(f"{pair.name}: {name}: {error}", file=sys.stderr)
        return np.full(len(pair.answers), np.nan)
    return (said == pair.answers) * 1.0


def nearest_neighbour(pair: Pair) -> np.ndarray:
    """scikit-learn's nearest neighbour among the source rows."""
    from sklearn.neighbors import KNeighborsClassifier

    source = pair.view.source.labelled
    return np.asarray(KNeighborsClassifier(1).fit(source.features, source.labels).predict(pair.asked))


def self_training(pair: Pair) -> np.ndarray:
    """scikit-learn's self-training around its logistic regression, both as they come."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.semi_supervised import SelfTrainingClassifier

    source, target = pair.view.source.labelled, pair.view.target
    model = SelfTrainingClassifier(LogisticRegression(max_iter=1000))
    rows = stacked([source.features, target.features])
    return np.asarray(model.fit(rows, np.concatenate([source.labels, target.labels])).predict(pair.asked))


PEERS: dict[str, Callable[[Pair], np.ndarray]] = {
    "peer:scikit-learn nearest neighbour": nearest_neighbour,
    "peer:scikit-learn self-training": self_training,
}


def _target_trained(pair: Pair) -> np.ndarray:
    """Our head on the true labels of the target's training rows, or where there are none of the asked rows,
    in five folds."""
    if pair.known is not None:
        rows = LabelRows("target", pair.view.target.features, pair.known)
        return (_head(rows, pair).predict(pair.asked) == pair.answers) * 1.0
    fold = np.random.default_rng(0).permutation(len(pair.answers)) % 5
    right = np.zeros(len(pair.answers))
    for number in range(5):
        seen, out = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        if len(seen) and len(out):
            rows = LabelRows("target", pair.asked[seen], pair.answers[seen])
            right[out] = _head(rows, pair).predict(pair.asked[out]) == pair.answers[out]
    return right


def _head(rows: LabelRows, pair: Pair) -> Classifier:
    view = LabelView((), rows, pair.view.classes, 0)
    return learn_labels("target-only", view, LabelRecipe("target"))


def _row(name: str, metric: str, value: float, drawn: np.ndarray, seconds: float | None = None) -> Row:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Row(name, metric, value, float(low), float(high), seconds)
