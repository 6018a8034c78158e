"""CPU time of label methods as a ratio to one logistic regression fit in the same run, one thread.

amazon400, books -> kitchen; a method's time is that of its final fit and of predicting the target. Each runs
three times in turn with the regression beside it, nothing remembered from before; the value is the median of
the ratios, low and high are their extremes.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.label_data import amazon400
from benchmarks.row import Row
from benchmarks.xscene import real
from xscene_core.transfer.labels.remembered import forget
from xscene_core.transfer.method import find
from xscene_core.watcher import Silent

REPEATS = 3
METHODS: dict[str, tuple[str, dict[str, Any]]] = {
    "source-only": ("source-only", {}),
    "coral": ("coral", {}),
    "joint-pca": ("joint-pca", {}),
    "subspace-alignment": ("subspace-alignment", {}),
    "structural-correspondence": ("structural-correspondence", {}),
    "self-training": ("self-training", {}),
    "manifold": ("manifold", {}),
    "density-ratio": ("density-ratio", {}),
    "rulsif": ("rulsif", {}),
    "kmm": ("kmm", {}),
    "optimal-transport": ("optimal-transport", {}),
    "optimal-transport linear": ("optimal-transport", {"plan": "linear"}),
    "tca linear": ("tca", {"kernel": "linear"}),
    "tca exact": ("tca", {"kernel": "gaussian", "mode": "exact"}),
    "tca nystrom": ("tca", {"kernel": "gaussian", "mode": "nystrom"}),
    "dann 10 epochs": ("dann", {"epochs": 10}),
}


def run(data: Path | None) -> list[Row]:
    """One ratio per method."""
    from sklearn.linear_model import LogisticRegression

    folder = real(data, "amazon400").parent
    pair = next(one for one in amazon400(folder) if one.name == "books->kitchen")
    source = pair.view.source
    torch.set_num_threads(1)

    def once() -> None:
        LogisticRegression(max_iter=1000).fit(source.features, source.labels)

    rows = []
    for name, (method, params) in METHODS.items():

        def work(method: str = method, params: dict[str, Any] = params) -> None:
            forget()
            find(method).run_labels(pair.view, params, Silent()).predict(pair.asked)

        work()  # imports and caches are not the method's
        times = [(cpu(work), cpu(once)) for _ in range(REPEATS)]
        ratios = np.array([own / plain for own, plain in times])
        seconds = float(np.median([own for own, _ in times]))
        rows.append(
            Row(name, "ratio", float(np.median(ratios)), float(ratios.min()), float(ratios.max()), seconds)
        )
    return rows


def cpu(work: Callable[[], None]) -> float:
    """CPU seconds of this process."""
    started = time.process_time()
    work()
    return time.process_time() - started
