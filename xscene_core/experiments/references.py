"""Which run stands for "the same model on the same target data, without the source"."""

from collections.abc import Sequence
from typing import Any

from xscene_core.errors import XSceneError
from xscene_core.experiments.record import RunRecord
from xscene_core.experiments.spec import RunSpec, TaskSpec
from xscene_core.transfer.method import Method, find

BASELINES = ("popularity", "content", "item-knn", "target-only")
LABEL_BASELINES = ("majority", "source-only", "target-only")
NOTHING = ("0", "0%")
"""Budgets that leave no target data to learn from."""


def baselines(task: TaskSpec) -> tuple[str, ...]:
    """Always run beside what was asked for: without them no number says whether transfer helped."""
    if task.kind == "ranking":
        return BASELINES
    return tuple(name for name in LABEL_BASELINES if name != "target-only" or task.budget not in NOTHING)


def uses_source(spec: RunSpec) -> bool:
    """Whether the run is one of transfer; with a method no longer known it counts unless a baseline.

    Of a label task without target labels ``source-only`` is the baseline that adaptation has to beat.
    """
    if spec.task.kind == "label":
        plain = ("majority", "target-only", *(("source-only",) if spec.task.budget in NOTHING else ()))
        return spec.method not in plain
    method = _method(spec.method)
    if method is None:
        return spec.method not in BASELINES
    return method.reference is not None or method.family == "chooser"


def reference_name(record: RunRecord) -> str:
    """The method that a run's transfer gain is measured against; "" for what uses no source.

    What the run itself named comes first (``auto`` names the best method without a source that it found
    on held-out training data). Otherwise the registry's; with a budget of 0 there is no target data to
    train on, so the reference is content similarity, and of a label task source-only: what is measured then
    is what adapting adds.
    """
    if not uses_source(record.spec):
        return ""
    if record.reference:
        return record.reference
    label = record.spec.task.kind == "label"
    if record.spec.task.budget in NOTHING:
        return "source-only" if label else "content"
    if label:
        return "target-only"
    method = _method(record.spec.method)
    return (method.reference if method else None) or "target-only"


def same_model(reference: str, task: TaskSpec) -> bool:
    """Whether ``reference`` is what a transfer method would be without the source.

    ``auto`` and ``bridge`` may be held against a method of another kind. Without target data the network is
    content similarity.
    """
    return reference == "target-only" or (reference == "content" and task.budget in NOTHING)


def reference_run(record: RunRecord, known: Sequence[RunRecord]) -> RunRecord | None:
    """The finished run among ``known`` that is the reference of ``record``: same task and seed.

    Where a run fell back to its reference without using a source, it is its own reference and its gain is
    exactly 0. Of several candidates one made by the same engine, then the one with the fewest
    :func:`differing` parameters, then the newest.
    """
    name = reference_name(record)
    if name and record.stands_for == name:
        return record
    candidates = [
        other
        for other in known
        if other.status == "finished"
        and other.spec.method == name
        and other.spec.task.key == record.spec.task.key
    ]

    def distance(other: RunRecord) -> tuple[bool, int, float]:
        return other.engine != record.engine, len(differing(record.spec, other.spec)), -other.created

    return min(candidates, key=distance, default=None)


def differing(spec: RunSpec, other: RunSpec) -> list[str]:
    """Names of the parameters that both methods have and that are not equal."""
    ours, theirs = full_params(spec), full_params(other)
    return [name for name in ours if name in theirs and ours[name] != theirs[name]]


def full_params(spec: RunSpec) -> dict[str, Any]:
    """All parameters with defaults; only what the spec says where its method is no longer known."""
    method = _method(spec.method)
    if method is None:
        return dict(spec.params)
    try:
        return method.check(spec.params).model_dump(mode="json")
    except XSceneError:
        return dict(spec.params)


def _method(name: str) -> Method | None:
    try:
        return find(name)
    except XSceneError:
        return None
