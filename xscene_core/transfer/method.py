"""What every transfer method is: a small recipe with ``fit``, found by its name in the registry."""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, ValidationError

from xscene_core.errors import InputError
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.encoders.encoding import Encoding
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView

Family = Literal[
    "baseline",
    "schedule",
    "model",
    "feature",
    "instance",
    "adversarial",
    "multi-task",
    "self-training",
    "meta",
    "chooser",
]
Kind = Literal["ranking", "label"]
"""What a task learns: what somebody will choose next, or a label of a row."""


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
    encoding: "Encoding | None"
    """How new items become the vectors that ``score_new`` expects; None where only vectors are known."""

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
    fit, load : ranking tasks; ``fit_labels`` : label tasks. ``None`` where the method has no such form, and
    refusal : says why, in one sentence for the person who would choose it.
    zero : for label tasks, parameters with which it is ``zero_is`` (a method and its parameters) bit for bit;
        ``None`` where it has no strength that could be 0.
    """

    name: str
    family: Family
    summary: str
    source: str
    params: type[Params]
    reference: str | None
    fit: Any = None
    """``fit(view: TrainingView, params: Params, watcher: Watcher) -> Recommender``"""
    load: Any = None
    """``load(folder: Path, view: TrainingView) -> Recommender``"""
    fit_labels: Any = None
    """``fit_labels(view: LabelView, params: Params, watcher: Watcher) -> Classifier``"""
    refusal: str = ""
    zero: Mapping[str, Any] | None = None
    zero_is: tuple[str, Mapping[str, Any]] = ("source-only", {})

    def learns(self, kind: Kind) -> bool:
        """Whether it has a form for tasks of that kind."""
        return (self.fit if kind == "ranking" else self.fit_labels) is not None

    def run_labels(self, view: "LabelView", params: dict[str, Any], watcher: Watcher) -> "Classifier":
        """Checks ``params`` and fits a label task, on rows in canonical order.

        Raises
        ------
        InputError : bad parameters, no form for label tasks, or nothing to learn from.
        """
        from xscene_core.transfer.labels.views import canonical

        if self.fit_labels is None:
            raise InputError(self.refusal, where=f"method {self.name}", todo="Choose another method.")
        fitted: Classifier = self.fit_labels(canonical(view), self.check(params), watcher)
        return fitted

    def run(self, view: TrainingView, params: dict[str, Any], watcher: Watcher) -> Recommender:
        """Checks ``params`` and fits a ranking task.

        Raises
        ------
        InputError : bad parameters, or no form for ranking tasks.
        """
        if self.fit is None:
            raise InputError(self.refusal, where=f"method {self.name}", todo="Choose another method.")
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


def methods(kind: Kind | None = None) -> dict[str, Method]:
    """Every method by name, baselines first, in a stable order; with ``kind`` only those that learn it.

    Does not import torch: methods do that when they fit.
    """
    _import_all()
    rank = get_args(Family)
    known = sorted(_REGISTRY.items(), key=lambda entry: (rank.index(entry[1].family), entry[0]))
    return {name: method for name, method in known if kind is None or method.learns(kind)}


def find(name: str) -> Method:
    """Raises ``InputError`` with the closest known names."""
    known = methods()
    if name not in known:
        raise InputError(
            f"There is no method {name[:60]!r}", where="method", todo=f"Known methods: {', '.join(known)}."
        )
    return known[name]
