"""Comparisons as the pages read them: computed once per set of runs and statuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import engine

if TYPE_CHECKING:
    from xscene_core.evaluation.statistics import Interval
    from xscene_core.experiments.comparison import Comparison, Row
    from xscene_core.experiments.spec import TaskSpec
    from xscene_core.experiments.verdict import Verdict


def of(group: engine.Group) -> Comparison:
    """The comparison of all runs of the group and of the baselines of its task."""
    stamp = tuple((record.run_id, record.status) for record in group.compared)
    return _compared(str(engine.home().path), stamp)


@st.cache_resource(max_entries=8, show_spinner=False)
def _compared(home: str, stamp: tuple[tuple[str, str], ...]) -> Comparison:
    from xscene_core.experiments.comparison import compare

    return compare(engine.store(), [run_id for run_id, _ in stamp])


def groupings(task: TaskSpec) -> tuple[str, str]:
    """By what the people or rows of a comparison are grouped."""
    from xscene_core.experiments.groupings import LABEL, RANKING

    return LABEL if task.kind == "label" else RANKING


def verdict_of(comparison: Comparison) -> Verdict:
    """What it shows."""
    from xscene_core.experiments.verdict import verdict

    return verdict(comparison)


def better_share(comparison: Comparison, row: Row) -> Interval | None:
    """Share of test people for whom the main metric beats the reference; with several seeds on average."""
    from xscene_core.evaluation.statistics import bootstrap_mean

    if not row.reference_runs:
        return None
    tables = comparison.evidence.tables
    gaps = sum(
        tables[ours].values(row.main) - tables[theirs].values(row.main)
        for ours, theirs in zip(row.run_ids, row.reference_runs, strict=True)
    )
    return bootstrap_mean(gaps > 0)


def changed_scenes(task: TaskSpec) -> list[str]:
    """The scenes of ``task`` whose content is no longer what the runs saw; removed ones too."""
    library = engine.library()
    here = set(library.names())
    return [
        name
        for name, fingerprint in task.fingerprints
        if name not in here or library.fingerprint(name) != fingerprint
    ]
