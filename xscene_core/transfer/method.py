"""What every transfer method is: a small recipe with ``fit``, found by its name in the registry."""

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, ValidationError

from xscene_core.errors import InputError
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Watcher

Family = Literal["baseline", "schedule", "feature", "instance", "adversarial", "chooser"]


class Params(BaseModel):
    """A method's parameters: typed, bounded, with defaults that work untuned."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Recommender(Protocol):
    """A fitted method."""

    reason: str
    """Why it recommends as it does, in one sentence: what was learned, kept, or refused."""
    facts: dict[str, float]
    """What was found while fitting (blend weights, chosen epoch, effective sample size, ...)."""
    stands_for: str
    """The method whose predictions these are: its own name, or the baseline it fell back to."""
    reference: str
    """The method without a source that its gain is measured against, where fitting chose it; else empty."""

    def score(self, histories: Sequences) -> npt.NDArray[np.float32]:
        """(Q, I) scores of every target item for Q people of the target scene; higher is better."""

    def score_new(
        self, histories: Sequences, scene: str, vectors: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.float32]:
        """(Q, M) scores of M items that no scene has, given content ``vectors`` (M, d), for people of
        ``scene`` (a source or the target). Raises ``InputError`` where content is not used."""

    def represent(self, scene: str) -> npt.NDArray[np.float32]:
        """(I, e) where the items of ``scene`` lie in the fitted space."""

    def represent_people(self, histories: Sequences, scene: str) -> npt.NDArray[np.float32]:
        """(Q, e) where people lie in that space."""

    def save(self, folder: Path) -> None:
        """Writes safetensors and JSON; ``Method.load`` reads them back to the same scores."""


@dataclass(frozen=True)
class Method:
    """One entry of the registry.

    reference : the method that is the same model on the same target data without the source, against
        which the transfer gain is measured; ``None`` for what uses no source.
    """

    name: str
    family: Family
    summary: str
    source: str
    params: type[Params]
    reference: str | None
    fit: Any
    """``fit(view: TrainingView, params: Params, watcher: Watcher) -> Recommender``"""
    load: Any
    """``load(folder: Path, view: TrainingView) -> Recommender``"""

    def run(self, view: TrainingView, params: dict[str, Any], watcher: Watcher) -> Recommender:
        """Checks ``params`` and fits."""
        return self.fit(view, self.check(params), watcher)

    def check(self, params: dict[str, Any]) -> Params:
        """The full parameters. Raises ``InputError`` naming the first bad one."""
        try:
            return self.params(**params)
        except ValidationError as error:
            first = error.errors()[0]
            known = ", ".join(self.params.model_fields) or "none"
            raise InputError(
                f"{first['msg']}",
                where=f"parameter {'.'.join(map(str, first['loc']))!r} of {self.name}",
                todo=f"Parameters of {self.name}: {known}.",
            ) from error


_REGISTRY: dict[str, Method] = {}


def register(method: Method) -> Method:
    """Adds ``method``; its file in ``transfer/methods`` calls this once on import."""
    if method.name in _REGISTRY:
        raise ValueError(f"two methods are named {method.name}")
    _REGISTRY[method.name] = method
    return method


@cache
def _import_all() -> None:
    from xscene_core.transfer import methods

    for module in pkgutil.iter_modules(methods.__path__):
        importlib.import_module(f"{methods.__name__}.{module.name}")


def methods() -> dict[str, Method]:
    """Every method by name, baselines first, in a stable order.

    Does not import torch: methods do that when they fit.
    """
    _import_all()
    rank = ["baseline", "schedule", "feature", "instance", "adversarial", "chooser"]
    return dict(sorted(_REGISTRY.items(), key=lambda entry: (rank.index(entry[1].family), entry[0])))


def find(name: str) -> Method:
    """Raises ``InputError`` with the closest known names."""
    known = methods()
    if name not in known:
        raise InputError(
            f"There is no method {name[:60]!r}", where="method", todo=f"Known methods: {', '.join(known)}."
        )
    return known[name]
