"""Runs of one task side by side, judged person by person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isnan
from typing import Any

from xscene_core.evaluation.statistics import Interval, Paired, holm
from xscene_core.experiments.buckets import Bucket, gains
from xscene_core.experiments.candidates import (
    Runs,
    known_runs,
    missing_baselines,
    one_task,
    possible_references,
    rank_tables,
)
from xscene_core.experiments.evidence import MAIN, Evidence, Table
from xscene_core.experiments.record import RunRecord
from xscene_core.experiments.references import (
    differing,
    full_params,
    reference_name,
    reference_run,
    uses_source,
)
from xscene_core.experiments.spec import TaskSpec

PLAIN = ("coverage@10", "macro_f1")
"""Metrics of the whole run, not of a person: no interval."""


@dataclass(frozen=True)
class Row:
    """One method of a comparison: one run, or the runs of several seeds.

    runs : one record per seed; more than one only for finished runs.
    metrics : means with intervals; those of ``PLAIN`` without. Empty unless finished and readable.
    gains : per metric, this minus its reference over the same people; empty where there is none.
    reference : the method it is compared with (same model and target data, no source); "" for baselines.
    reference_runs : the runs that stand for it, in the order of ``runs``.
    reference_differs : parameters that both have and that are not equal: the gain includes their effect.
    adjusted_p : p of the main gain, Holm-adjusted over all transfer methods of the comparison.
    params : the values of the parameters that are not the same in all runs compared.
    error : why there are no numbers, in a sentence.
    added : not asked for, but a baseline of the same task: always in the table.
    """

    runs: tuple[RunRecord, ...]
    transfers: bool
    metrics: dict[str, Interval] = field(default_factory=dict)
    gains: dict[str, Paired] = field(default_factory=dict)
    reference: str = ""
    reference_runs: tuple[str, ...] = ()
    reference_differs: tuple[str, ...] = ()
    adjusted_p: float | None = None
    buckets: tuple[Bucket, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    added: bool = False

    @property
    def run(self) -> RunRecord:
        """The (first) run."""
        return self.runs[0]

    @property
    def run_ids(self) -> tuple[str, ...]:
        return tuple(run.run_id for run in self.runs)

    @property
    def method(self) -> str:
        return self.run.spec.method

    @property
    def gain(self) -> Paired | None:
        """The gain of the main metric over the reference."""
        return self.gains.get(self.main)

    @property
    def main(self) -> str:
        """The metric that decides: NDCG@10 of a ranking, accuracy of a label."""
        return MAIN[self.run.spec.task.kind]

    @property
    def negative_transfer(self) -> bool | None:
        """The whole 95 % interval of the gain lies below 0; None where no gain could be measured."""
        if self.gain is None or isnan(self.gain.high):
            return None
        return self.gain.high < 0

    @property
    def seconds(self) -> float | None:
        """Mean wall-clock seconds of its runs."""
        known = [run.seconds for run in self.runs if run.seconds is not None]
        return sum(known) / len(known) if known else None

    @property
    def peak_mb(self) -> float | None:
        """Highest memory of its runs, MiB."""
        return max((run.peak_mb for run in self.runs if run.peak_mb is not None), default=None)

    @property
    def stands_for(self) -> str:
        """Whose predictions these are: the method's own name or the baseline it fell back to."""
        names = {run.stands_for or run.spec.method for run in self.runs}
        return names.pop() if len(names) == 1 else self.method


@dataclass(frozen=True)
class Comparison:
    """Rows in the order asked for, baselines that were added last.

    task : of the first run; with several ``seeds`` all else is equal. n : test people.
    """

    task: TaskSpec | None
    seeds: tuple[int, ...]
    rows: tuple[Row, ...]
    evidence: Evidence

    @property
    def n(self) -> int:
        return self.evidence.n

    @property
    def finished(self) -> tuple[Row, ...]:
        """Rows with numbers."""
        return tuple(row for row in self.rows if row.metrics)

    def difference(self, a: Row, b: Row, name: str = "") -> Paired | None:
        """Paired a - b of any two rows with numbers over their common seeds, in the main metric unless named;
        None without one."""
        ours, theirs = ({run.spec.task.seed: run.run_id for run in row.runs} for row in (a, b))
        common = [seed for seed in ours if seed in theirs]
        if not (a.metrics and b.metrics and common):
            return None
        return self.evidence.difference(
            [ours[s] for s in common], [theirs[s] for s in common], name or a.main
        )

    def document(self) -> dict[str, Any]:
        """What ``compare --json`` prints: plain data without NaN."""
        from xscene_core.experiments.document import document

        return document(self)

    def to_csv(self) -> bytes:
        """The table for a spreadsheet: UTF-8 with signature, no cell is taken for a formula."""
        from xscene_core.experiments.document import to_csv

        return to_csv(self)


def compare(store: Runs, run_ids: Sequence[str], *, with_baselines: bool = True, seed: int = 0) -> Comparison:
    """Compares the runs ``run_ids``, which must be of one task; only the seed may differ.

    Runs with equal method and parameters on several seeds become one row. References, and with
    ``with_baselines`` the newest finished baselines of the task, are looked up in the store.
    A run that is not finished, failed, or left no readable ranks is a row without numbers.

    Raises
    ------
    InputError : the runs are of different tasks. What the store raises for an unknown run.
    WorkError : finished runs of one task are not about the same people.
    """
    asked = list({record.run_id: record for record in map(store.get, run_ids)}.values())
    task = one_task(asked)
    known = known_runs(store, asked)
    added = missing_baselines(known, asked) if with_baselines else []
    tables, errors = rank_tables([*asked, *added, *possible_references(known, [*asked, *added])])
    evidence = Evidence(tables, seed)
    readable = [record for record in known if record.run_id in tables]
    rows = [replace(row, added=row.runs[0] in added) for row in _rows([*asked, *added], tables, errors)]
    rows = _with_gains([_with_metrics(row, evidence) for row in rows], evidence, readable)
    seeds = tuple(sorted({record.spec.task.seed for record in asked}))
    return Comparison(task, seeds, tuple(_with_params(rows)), evidence)


def _rows(records: Sequence[RunRecord], tables: Mapping[str, Table], errors: Mapping[str, str]) -> list[Row]:
    """One row per run; finished runs that differ only in the seed share one (the newest of each seed)."""
    several = len({record.spec.task.seed for record in records}) > 1
    groups: dict[str, dict[int, RunRecord]] = {}
    for record in records:
        one = f"{record.spec.method} {sorted(full_params(record.spec).items())}"
        key = one if several and record.run_id in tables else record.run_id
        seeds = groups.setdefault(key, {})
        held = seeds.get(record.spec.task.seed)
        if held is None or held.created < record.created:
            seeds[record.spec.task.seed] = record
    rows = []
    for seeds in groups.values():
        runs = tuple(seeds[seed] for seed in sorted(seeds))
        error = runs[0].error or errors.get(runs[0].run_id, "")
        rows.append(Row(runs, uses_source(runs[0].spec), error=error))
    return rows


def _with_metrics(row: Row, evidence: Evidence) -> Row:
    if not all(run in evidence.tables for run in row.run_ids):
        return row
    metrics = {name: evidence.mean(row.run_ids, name) for name in evidence.metrics}
    for name in PLAIN:
        known = [run.metrics[name] for run in row.runs if name in run.metrics]
        if known:
            metrics[name] = Interval(sum(known) / len(known), float("nan"), float("nan"), reason="plain")
    return replace(row, metrics=metrics)


def _with_gains(rows: Sequence[Row], evidence: Evidence, known: Sequence[RunRecord]) -> list[Row]:
    """Adds the gain of every transfer method over its reference, and adjusts p over all of them."""
    rows = [_with_reference(row, known) for row in rows]
    able = [k for k, row in enumerate(rows) if row.metrics and row.reference_runs]
    pairs = [(rows[k].run_ids, rows[k].reference_runs) for k in able]
    found = evidence.differences(pairs, evidence.metrics)
    adjusted = holm([gain[rows[k].main].p for k, gain in zip(able, found, strict=True)])
    answer = list(rows)
    for k, pair, gain, p in zip(able, pairs, found, adjusted, strict=True):
        buckets = tuple(gains(evidence, *pair, rows[k].main))
        answer[k] = replace(rows[k], gains=gain, adjusted_p=p, buckets=buckets)
    return answer


def _with_reference(row: Row, known: Sequence[RunRecord]) -> Row:
    if not row.transfers or not row.metrics:
        return row
    found = [(run, reference_run(run, known)) for run in row.runs]
    pairs = [(run, reference) for run, reference in found if reference is not None]
    differs = {name for run, reference in pairs for name in differing(run.spec, reference.spec)}
    complete = len(pairs) == len(found)  # a gain over some of the seeds would be about another mean
    return replace(
        row,
        reference=" / ".join(dict.fromkeys(reference_name(run) for run in row.runs)),
        reference_runs=tuple(reference.run_id for _, reference in pairs) if complete else (),
        reference_differs=tuple(sorted(differs)),
    )


def _with_params(rows: Sequence[Row]) -> list[Row]:
    """Keeps of every row's parameters those on which the rows that have them do not agree."""
    full = [full_params(row.run.spec) for row in rows]
    values: dict[str, set[str]] = {}
    for params in full:
        for name, value in params.items():
            values.setdefault(name, set()).add(repr(value))
    return [
        replace(row, params={name: value for name, value in params.items() if len(values[name]) > 1})
        for row, params in zip(rows, full, strict=True)
    ]
