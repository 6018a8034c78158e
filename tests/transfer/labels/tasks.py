"""Small label tasks that the tests share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from xscene_core.transfer.labels.classifier import Classifier
from xscene_core.transfer.labels.views import HELD_BACK, LabelRows, LabelView
from xscene_core.transfer.method import find
from xscene_core.watcher import Silent

CLASSES = ("no", "yes", "maybe")


def rows(seed: int, count: int = 60, columns: int = 8, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Three classes around their own centres, all moved by ``shift``."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    centres = np.random.default_rng(99).standard_normal((3, columns)) * 1.5
    return centres[labels] + random.standard_normal((count, columns)) + shift, labels.astype(np.int64)


def task(
    *, shift: float = 0.7, known: int = 12, sparse: bool = False, count: int = 60, seed: int = 0
) -> tuple[LabelView, np.ndarray, np.ndarray]:
    """A view with two sources, of whose target ``known`` rows have a label; rows asked, and their answers."""
    first, second = rows(1, count), rows(2, count // 2, shift=-shift / 2)
    wanted, answers = rows(3, 2 * count, shift=shift)
    parts = [first[0], second[0], wanted]
    if sparse:
        parts = [sp.csr_matrix(np.where(np.abs(part) > 1.0, part, 0.0)) for part in parts]
    hidden = answers[:count].copy()
    hidden[known:] = HELD_BACK
    view = LabelView(
        (LabelRows("a", parts[0], first[1]), LabelRows("b", parts[1], second[1])),
        LabelRows("t", parts[2][:count], hidden),
        CLASSES,
        seed,
    )
    return view, parts[2][count:], answers[count:]


def fit(name: str, view: LabelView, **params: object) -> Classifier:
    return find(name).run_labels(view, dict(params), Silent())


def quick(name: str) -> dict[str, Any]:
    """Parameters with which meta-training takes few steps."""
    return {"steps": 5} if find(name).family == "meta" else {}


@contextmanager
def short_training() -> Iterator[None]:
    """Every network's training ends after two passes."""
    from xscene_core.transfer.labels import finishing, network_recipe

    whole: Callable[..., None] = network_recipe.train

    def short(network: Any, learned: Any, training: Any, *rest: Any, **more: Any) -> None:
        least = replace(training, epochs=min(training.epochs, 2), fewest=1)
        whole(network, learned, least, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        for module in (network_recipe, finishing):
            patch.setattr(module, "train", short, raising=False)
        yield
