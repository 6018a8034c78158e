"""Which run stands for "the same model on the same target data, without the source"."""

from collections.abc import Sequence
from typing import Any

from xscene_core.errors import XSceneError
from xscene_core.experiments.record import RunRecord
from xscene_core.experiments.spec import RunSpec
from xscene_core.transfer.method import Method, find

BASELINES = ("popularity", "content", "item-knn", "target-only")
"""Always run beside what was asked for: without them no number says whether transfer helped."""


def uses_source(name: str) -> bool:
    """Whether the method learns from the source scenes; a method no longer known counts unless a baseline."""
    method = _method(name)
    if method is None:
        return name not in BASELINES
    return method.reference is not None or method.family == "chooser"


def reference_name(record: RunRecord) -> str:
    """The method that a run's transfer gain is measured against; "" for what uses no source.

    What the run itself named comes first (``auto`` names the best method without a source that it found
    on held-out training data). Otherwise the registry's; with a budget of 0 there is no target data to
    train on, so the reference is content similarity.
    """
    if not uses_source(record.spec.method):
        return ""
    if record.reference:
        return record.reference
    if record.spec.task.budget in ("0", "0%"):
        return "content"
    method = _method(record.spec.method)
    return (method.reference if method else None) or "target-only"


def reference_run(record: RunRecord, known: Sequence[RunRecord]) -> RunRecord | None:
    """The finished run among ``known`` that is the reference of ``record``: same task and seed.

    Where a run fell back to its reference without using a source, it is its own reference and its gain is
    exactly 0. Of several candidates the one with the fewest :func:`differing` parameters, then the newest.
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
    return min(
        candidates, key=lambda other: (len(differing(record.spec, other.spec)), -other.created), default=None
    )


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
