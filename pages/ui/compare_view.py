"""The parts of the Compare page: rows of a comparison as marks, table and details."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui import cards, charts, engine, tables
from pages.ui.compare_costs import cost_plot
from pages.ui.compare_figures import Mark, dot_plot, gain_plot
from pages.ui.compare_findings import Judged
from pages.ui.errors import plain
from pages.ui.wording import budget_words, duration, label_words, metric_in_words, metric_name, said
from xscene_core.text import catalogue, t

if TYPE_CHECKING:
    from xscene_core.experiments.comparison import Comparison, Row
    from xscene_core.transfer.method import Kind

WHOLE = {"ranking": "coverage@10", "label": "macro_f1"}
"""A metric of the whole run, which has no interval."""
WHOLE_UP_TO = 16
"""Rows of a table that are shown without scrolling."""
TONES = {"finished": "good", "failed": "bad", "lost": "bad", "cancelled": "warn"}


def kind_of(rows: Sequence[Row]) -> Kind:
    """What the runs learned; all of one comparison learned the same."""
    return rows[0].run.spec.task.kind


def names(rows: Sequence[Row]) -> dict[str, str]:
    """Run id -> method; with what it chose, and with what differs where a method is there twice."""
    methods = [row.method for row in rows]
    named = {}
    for row in rows:
        twice = methods.count(row.method) > 1
        extra = ", ".join(f"{name}={value}" for name, value in row.params.items()) if twice else ""
        notes = [row.stands_for] if row.stands_for != row.method else []
        notes += [extra or row.run.run_id[:4]] if twice else []
        named[row.run.run_id] = f"{row.method} ({', '.join(notes)})" if notes else row.method
    return named


def uses_source(row: Row) -> bool:
    """Whether what it predicts owes anything to a source: a method may have kept a model without one."""
    return row.transfers and row.stands_for != row.reference


def means(rows: Sequence[Row], metric: str) -> list[Mark]:
    named = names(rows)
    return [
        Mark(named[row.run.run_id], found.value, found.low, found.high, baseline=not uses_source(row))
        for row in rows
        if (found := row.metrics.get(metric)) is not None
    ]


def gains(rows: Sequence[Row], metric: str, judged: Mapping[str, Judged]) -> list[Mark]:
    named = names(rows)
    return [
        Mark(
            named[row.run.run_id],
            gain.value,
            gain.low,
            gain.high,
            finding=judged[row.run.run_id].finding,
        )
        for row in rows
        if (gain := row.gains.get(metric)) is not None
    ]


def show_gains(rows: Sequence[Row], metric: str, judged: Mapping[str, Judged]) -> None:
    marks, shown, kind = gains(rows, metric, judged), metric_in_words(metric), kind_of(rows)
    st.subheader(t("compare.gain_title"), anchor=False)
    if not marks:
        st.info(said("compare.no_gains", kind), icon=":material/info:")
        return
    st.caption(_gain_help(rows))
    sentences = [
        t("compare.alt_gain", name=mark.name, value=f"{mark.value:+.4f}", low=f"{mark.low:+.4f}",
          high=f"{mark.high:+.4f}", finding=said(f"compare.finding_{mark.finding}", kind))
        for mark in sorted(marks, key=lambda mark: -mark.value)
    ]  # fmt: skip
    charts.chart(gain_plot(marks, shown, kind), alt=" ".join(sentences), key="compare.gains")


def _gain_help(rows: Sequence[Row]) -> str:
    """What the gains are differences to."""
    references = dict.fromkeys(row.reference for row in rows if row.gains)
    return said("compare.gain_help", kind_of(rows), reference=" / ".join(references))


def show_means(rows: Sequence[Row], metric: str) -> None:
    marks, shown = means(rows, metric), metric_name(metric)
    st.subheader(t("compare.mean_title", metric=shown), anchor=False)
    st.caption(said("compare.mean_help", kind_of(rows)))
    best = max(marks, key=lambda mark: mark.value)
    alt = t("compare.alt_means", metric=shown, n=len(marks), best=best.name, value=f"{best.value:.4f}")
    charts.chart(dot_plot(marks, shown, kind_of(rows)), alt=alt, key="compare.means")


def show_costs(rows: Sequence[Row], metric: str) -> None:
    timed = [row for row in rows if row.seconds is not None and metric in row.metrics]
    if not timed:
        return
    st.subheader(t("compare.cost_title"), anchor=False)
    st.caption(t("compare.cost_help"))
    named = zip(means(timed, metric), timed, strict=True)
    marks = [replace(mark, name=row.method) for mark, row in named]  # short, for there is little room
    seconds = [float(row.seconds or 0) for row in timed]
    fast, slow = marks[int(np.argmin(seconds))].name, marks[int(np.argmax(seconds))].name
    alt = t(
        "compare.alt_costs", fast=fast, low=duration(min(seconds)), slow=slow, high=duration(max(seconds))
    )
    charts.chart(cost_plot(marks, seconds, metric_name(metric)), alt=alt, key="compare.costs")


def show_table(rows: Sequence[Row], metric: str, judged: Mapping[str, Judged]) -> None:
    number = st.column_config.NumberColumn
    params = list(dict.fromkeys(name for row in rows for name in row.params))
    shown = metric_name(metric)
    tables.table(
        frame(rows, metric, params, judged),
        alt=t("compare.alt_table", metric=shown),
        height="content" if len(rows) <= WHOLE_UP_TO else 620,
        placeholder="–",
        columns={
            "method": st.column_config.TextColumn(t("compare.col_method"), pinned=True, width="medium"),
            "mean": number(shown, format="%.4f"),
            "interval": t("compare.col_interval"),
            "gain": number(t("compare.col_gain"), format="%+.4f", help=_gain_help(rows)),
            "gain_interval": t("compare.col_interval_gain"),
            "finding": st.column_config.TextColumn(t("compare.col_finding"), width="medium"),
            "better": number(t("compare.col_better"), format="%.1f %%"),
            "worse": number(t("compare.col_worse"), format="%.1f %%"),
            "p": number(t("compare.col_p"), format="%.4f", help=t("compare.p_help")),
            "coverage": number(t("compare.col_coverage"), format="%.0f %%", help=t("compare.coverage_help")),
            "macro_f1": number(t("compare.col_macro_f1"), format="%.4f", help=t("compare.macro_f1_help")),
            "seconds": number(t("compare.col_seconds"), format="%.1f"),
            "peak_mb": number(t("compare.col_peak"), format="%.0f"),
        },
    )


def frame(
    rows: Sequence[Row], metric: str, params: Sequence[str], judged: Mapping[str, Judged]
) -> pd.DataFrame:
    """One line per finished row, best first, baselines last; of the parameters only those that differ."""
    named = names(rows)
    ordered = sorted(rows, key=lambda row: (not row.transfers, -row.metrics[metric].value))
    return pd.DataFrame(
        [_line(row, named[row.run.run_id], metric, params, judged.get(row.run.run_id)) for row in ordered]
    )


def csv_button(comparison: Comparison) -> None:
    """The whole comparison for a spreadsheet."""
    st.download_button(
        t("app.csv"),
        data=comparison.to_csv,
        file_name="comparison.csv",
        mime="text/csv",
        icon=":material/download:",
        key="compare.csv",
        on_click="ignore",
    )


def measured(comparison: Comparison) -> str:
    """The protocol in one line."""
    task = comparison.task
    if task is None:
        return ""
    return said(
        "compare.measured",
        task.kind,
        n=f"{comparison.n:,}",
        target=plain(engine.titles().get(task.target, task.target)),
        split=task.split,
        label=label_words(task.label),
        budget=budget_words(task.budget, task.kind),
        seeds=", ".join(map(str, comparison.seeds)),
    )


def show_unfinished(rows: Sequence[Row]) -> None:
    """Runs without numbers, each with its sentence."""
    for row in rows:
        tone = TONES.get(row.run.status, "quiet")
        line = cards.chip(t(f"app.status_{row.run.status}"), tone)  # type: ignore[arg-type]
        said = row.error or row.run.reason or t(f"compare.no_numbers_{row.run.status}")
        st.html(cards.chips([f"<strong>{cards.escape(row.method)}</strong>", line]))
        st.markdown(plain(said))


def show_details(row: Row) -> None:
    """What one run was, what it found, and why it says what it says."""
    run = row.run
    if run.reason:
        st.markdown(plain(run.reason))
    facts: dict[str, Any] = {
        t("compare.detail_run"): f"`{run.run_id}`",
        t("compare.detail_stands_for"): row.stands_for,
        t("compare.detail_reference"): row.reference or said("compare.detail_no_reference", kind_of([row])),
        t("compare.detail_seconds"): duration(row.seconds),
        t("compare.detail_peak"): "–" if row.peak_mb is None else f"{row.peak_mb:,.0f} MiB",
        t("compare.detail_device"): run.device or "–",
        t("compare.detail_params"): ", ".join(f"`{k}={v}`" for k, v in run.spec.params.items())
        or t("compare.detail_defaults"),
    }
    if row.reference_differs:
        facts[t("compare.detail_differs")] = ", ".join(row.reference_differs)
    facts |= {_fact_name(name): f"{value:,.4g}" for name, value in run.facts.items()}
    st.table({name: str(value) for name, value in facts.items()}, border="horizontal", width="content")


def _fact_name(name: str) -> str:
    """``rehearsed/coral`` in words; a number that the catalogue does not know keeps its name."""
    kind, _, about = name.partition("/")
    words = catalogue().get(f"compare.fact_{kind}")
    if words is None:
        return f"`{name}`"
    about = plain(engine.titles().get(about, about))
    found = t(f"compare.fact_{kind}", about=about)
    return found if not about or "{about}" in words else f"{about}: {found}"


def _line(row: Row, name: str, metric: str, params: Sequence[str], judged: Judged | None) -> dict[str, Any]:
    mean, gain, kind = row.metrics[metric], row.gains.get(metric), kind_of([row])
    whole = row.metrics.get(WHOLE[kind])
    return {
        "method": name,
        "mean": mean.value,
        "interval": interval(mean.low, mean.high),
        "gain": None if gain is None else gain.value,
        "gain_interval": "" if gain is None else interval(gain.low, gain.high, sign="+"),
        "finding": t("compare.is_baseline") if not row.transfers else "" if judged is None
        else said(f"compare.finding_{judged.finding}", kind),
        "better": None if gain is None else 100 * gain.better_share,
        "worse": None if gain is None else 100 * gain.worse_share,
        "p": None if judged is None else judged.p,
        **_whole(kind, None if whole is None else whole.value),
        "seconds": row.seconds,
        "peak_mb": row.peak_mb,
        **{param: str(row.params[param]) if param in row.params else "" for param in params},
    }  # fmt: skip


def _whole(kind: Kind, value: float | None) -> dict[str, float | None]:
    if kind == "label":
        return {"macro_f1": value}
    return {"coverage": None if value is None else 100 * value}


def interval(low: float, high: float, sign: str = "") -> str:
    """Both ends of an interval; nothing where it is unknown."""
    return "" if np.isnan(low) else f"{low:{sign}.4f} – {high:{sign}.4f}"
