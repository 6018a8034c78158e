"""Which runs belong into a comparison: those asked for, the baselines of their task, and the references."""

from collections.abc import Sequence
from typing import Any, Protocol

from xscene_core.errors import InputError, XSceneError
from xscene_core.experiments.evidence import Table
from xscene_core.experiments.label_table import read_predictions
from xscene_core.experiments.ranks import read_ranks
from xscene_core.experiments.record import RunRecord
from xscene_core.experiments.references import reference_name, uses_source
from xscene_core.experiments.spec import TaskSpec


class Runs(Protocol):
    """The part of the run store that is read here."""

    def get(self, run_id: str) -> RunRecord:
        """One run."""

    def list(
        self, status: Any = None, task_key: str | None = None, *, limit: int = 200
    ) -> Sequence[RunRecord]:
        """Runs, newest first."""


def one_task(records: Sequence[RunRecord]) -> TaskSpec | None:
    """The task all ``records`` share, seed aside. Raises ``InputError`` naming what differs."""
    if not records:
        return None
    first = records[0].spec.task
    for record in records[1:]:
        other = record.spec.task
        different = [
            name
            for name in TaskSpec.model_fields
            if name != "seed" and getattr(first, name) != getattr(other, name)
        ]
        if different:
            name = different[0]
            raise InputError(
                "These runs are of different tasks, so their numbers are not about the same question: "
                f"{_shown(name, first)} and {_shown(name, other)}",
                where=f"runs {records[0].run_id[:8]} and {record.run_id[:8]}",
                todo="Compare runs with the same sources, target, budget, split, encoder and scene content.",
            )
    return first


def _shown(name: str, task: TaskSpec) -> str:
    value = getattr(task, name)
    if name == "fingerprints":
        return "other content of the same scenes"
    return f"{name} {'+'.join(value) if isinstance(value, tuple) else value}"


def known_runs(store: Runs, asked: Sequence[RunRecord]) -> list[RunRecord]:
    """``asked`` and every finished run of the same tasks, newest first after ``asked``."""
    found = {record.run_id: record for record in asked}
    for key in dict.fromkeys(record.spec.task.key for record in asked):
        for record in store.list(status="finished", task_key=key, limit=1000):
            found.setdefault(record.run_id, record)
    return list(found.values())


def missing_baselines(known: Sequence[RunRecord], asked: Sequence[RunRecord]) -> list[RunRecord]:
    """The newest finished run of each baseline that was not asked for, per seed; those made by the engine of
    ``asked`` first, then those with plain parameters."""
    engines = {record.engine for record in asked}
    present = {(record.spec.task.seed, record.spec.method) for record in asked}
    chosen: dict[tuple[int, str], RunRecord] = {}
    for record in sorted(
        known,
        key=lambda record: (record.engine not in engines, bool(record.spec.params), -record.created),
    ):
        place = record.spec.task.seed, record.spec.method
        if record.status == "finished" and not uses_source(record.spec) and place not in present:
            chosen.setdefault(place, record)
    return list(chosen.values())


def possible_references(known: Sequence[RunRecord], shown: Sequence[RunRecord]) -> list[RunRecord]:
    names = {reference_name(record) for record in shown if record.status == "finished"}
    return [record for record in known if record.status == "finished" and record.spec.method in names]


def _read(record: RunRecord) -> Table:
    return (read_predictions if record.spec.task.kind == "label" else read_ranks)(record.folder)


def rank_tables(records: Sequence[RunRecord]) -> tuple[dict[str, Table], dict[str, str]]:
    """The ranks of finished runs, and a sentence for each that left none."""
    tables: dict[str, Table] = {}
    errors: dict[str, str] = {}
    for record in records:
        if record.status == "finished" and record.run_id not in tables:
            try:
                tables[record.run_id] = _read(record)
            except XSceneError as error:
                errors[record.run_id] = str(error)
    return tables, errors
