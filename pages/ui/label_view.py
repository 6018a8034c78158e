"""What a comparison of methods that label rows shows: every method with accuracy, gain and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from pages.ui import compare_findings, compare_view, tables
from pages.ui.errors import plain
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.experiments.comparison import Comparison, Row


def show(found: Comparison) -> None:
    """The task in a line, the table, the CSV, and what became of runs without numbers."""
    if found.task is None:
        return
    line = t("compare.label_task", label=found.task.label, budget=found.task.budget, n=f"{found.n:,}")
    st.caption(plain(line))
    rows = [row for row in found.rows if row.main in row.metrics]
    if rows:
        _table(rows)
        compare_view.csv_button(found)
    compare_view.show_unfinished([row for row in found.rows if row.main not in row.metrics])


def _table(rows: Sequence[Row]) -> None:
    number, main = st.column_config.NumberColumn, rows[0].main
    judged = compare_findings.judge(rows, main)
    name = main.replace("_", " ").capitalize()
    ordered = sorted(rows, key=lambda row: (not row.transfers, -row.metrics[main].value))
    tables.table(
        pd.DataFrame([_line(row, judged) for row in ordered]),
        alt=t("compare.alt_table", metric=name),
        columns={
            "method": st.column_config.TextColumn(t("compare.col_method"), pinned=True),
            "mean": number(name, format="%.4f"),
            "interval": t("compare.col_interval"),
            "gain": number(t("compare.col_gain"), format="%+.4f"),
            "gain_interval": t("compare.col_interval_gain"),
            "finding": t("compare.col_finding"),
            "p": number(t("compare.col_p"), format="%.4f", help=t("compare.p_help")),
            "seconds": number(t("compare.col_seconds"), format="%.1f"),
            "said": st.column_config.TextColumn(t("adapt.col_reason"), width="large"),
        },
    )


def _line(row: Row, judged: dict[str, compare_findings.Judged]) -> dict[str, Any]:
    mean, gain, found = row.metrics[row.main], row.gain, judged.get(row.run.run_id)
    return {
        "method": row.method,
        "mean": mean.value,
        "interval": compare_view.interval(mean.low, mean.high),
        "gain": None if gain is None else gain.value,
        "gain_interval": "" if gain is None else compare_view.interval(gain.low, gain.high, sign="+"),
        "finding": t("compare.is_baseline") if not row.transfers else "" if found is None
        else t(f"compare.finding_{found.finding}"),
        "p": None if found is None else found.p,
        "seconds": row.seconds,
        "said": row.run.reason,
    }  # fmt: skip
