"""The verdict of a comparison: a sentence, three figures, a picture, where it hurts, how it was measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import cards, charts, comparisons, engine, newcomers
from pages.ui.compare_figures import Mark, dot_plot
from pages.ui.compare_view import kind_of
from pages.ui.errors import plain
from pages.ui.wording import budget_words, duration, label_words, metric_in_words, metric_name, said
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.evaluation.statistics import Interval
    from xscene_core.experiments.comparison import Comparison, Row
    from xscene_core.experiments.spec import TaskSpec
    from xscene_core.experiments.verdict import Verdict

TONES: dict[str, cards.Tone] = {
    "helps": "good",
    "helps_but_baseline": "warn",
    "hurts": "bad",
    "abstained": "warn",
    "unclear": "warn",
    "same": "warn",
}
GAIN_TONES: dict[str, cards.Tone] = {"helps": "good", "helps_but_baseline": "good", "hurts": "bad"}


def show_sentence(verdict: Verdict, task: TaskSpec) -> None:
    """The case as a chip, then the sentence, large."""
    tone = TONES.get(verdict.case, "quiet")
    st.html(cards.chips([cards.chip(said(f"overview.case_{verdict.case}", task.kind), tone)]))
    st.markdown(f"### {plain(verdict.text())}", width="stretch")


def show_figures(comparison: Comparison, verdict: Verdict) -> None:
    """Gain, share of people better off, and what it cost."""
    row = verdict.row
    if row is None:
        return
    tone = GAIN_TONES.get(verdict.case, "warn")  # a gain that the sentence doubts is not painted green
    shown = [_gain(row, tone), _better(comparison, row), _cost(comparison, row)]
    cards.figures([figure for figure in shown if figure is not None])


def show_picture(verdict: Verdict, comparison: Comparison) -> None:
    """With the source, the same model without it, and the best that needs no source."""
    row = verdict.row
    if row is None:
        return
    from xscene_core.experiments.references import same_model

    reference, kind, shown = reference_of(comparison, row), kind_of([row]), metric_name(row.main)
    kept = row.stands_for == row.reference  # nothing was transferred, and the picture must not say so
    words = (
        said("overview.kept", kind, method=row.method, kept=row.stands_for)
        if kept
        else said("overview.with_source", kind, method=row.method)
    )
    lines = {words: (row, kept)}
    if reference is not None and reference is not row:
        same = kind == "label" or same_model(reference.method, row.run.spec.task)
        name = "overview.without_source" if same else "overview.without_source_other"
        lines[said(name, kind, method=reference.method)] = (reference, True)
    if verdict.baseline is not None and verdict.baseline not in (row, reference):
        lines[said("overview.best_baseline", kind, method=verdict.baseline.method)] = (verdict.baseline, True)
    marks = []
    for name, (one, plain_model) in lines.items():
        mean = one.metrics[one.main]
        marks.append(Mark(name, mean.value, mean.low, mean.high, baseline=plain_model))
    alt = " ".join(
        t(
            "overview.alt_mark",
            name=mark.name.replace("<br>", ", "),
            metric=shown,
            value=f"{mark.value:.4f}",
            low=f"{mark.low:.4f}",
            high=f"{mark.high:.4f}",
        )
        for mark in marks
    )
    charts.chart(dot_plot(marks, shown, kind), alt=alt, key="overview.picture")


def reference_of(comparison: Comparison, row: Row) -> Row | None:
    """The row of the comparison that ``row`` is held against."""
    by_id = {run_id: other for other in comparison.finished for run_id in other.run_ids}
    return next((by_id[run] for run in row.reference_runs if run in by_id), None)


def show_hurt(comparison: Comparison, row: Row) -> None:
    """Groups of people for whom the method is worse than its reference beyond doubt."""
    from xscene_core.experiments.verdict import bucket_text, where_it_hurts

    kind = kind_of([row])
    st.subheader(t("overview.hurt_title"), anchor=False)
    found = [hurt for hurt in where_it_hurts(comparison) if hurt.run_id == row.run.run_id]
    others = {hurt.method for hurt in where_it_hurts(comparison)} - {row.method}
    if not row.buckets:
        st.markdown(said("overview.hurt_unknown", kind))
    elif row.gain is not None and row.gain.low == row.gain.high == 0:
        st.markdown(plain(said("overview.hurt_same", kind, method=row.method, kept=row.reference)))
    elif not found:
        nowhere = said("overview.hurt_nowhere", kind, method=plain(row.method), groups=len(row.buckets))
        st.markdown(f":material/check_circle: {nowhere}")
    for hurt in found:
        gain = hurt.bucket.gain
        sentence = said(
            "overview.hurt_line",
            kind,
            group=bucket_text(hurt.bucket),
            n=f"{hurt.bucket.n:,}",
            value=f"{gain.value:+.4f}",
            low=f"{gain.low:+.4f}",
            high=f"{gain.high:+.4f}",
        )
        st.markdown(f":red[:material/trending_down:] {plain(sentence)}")
    if others:
        st.caption(plain(t("overview.hurt_others", methods=", ".join(sorted(others)))))


def show_measured(comparison: Comparison) -> None:
    """The protocol in plain words."""
    task = comparison.task
    st.subheader(t("overview.measured_title"), anchor=False)
    if task is None:
        return
    lines = _asked_rows(comparison, task) if task.label else _asked_people(comparison, task)
    seeds = ", ".join(map(str, comparison.seeds))
    lines.append(said("overview.measured_interval", task.kind, seeds=seeds))
    st.markdown("\n".join(f"- {plain(line)}" for line in lines))


def _asked_people(comparison: Comparison, task: TaskSpec) -> list[str]:
    titles = engine.titles()
    counted = [row.run.facts["items"] for row in comparison.finished if "items" in row.run.facts]
    catalogue = t("overview.measured_catalogue_uncounted")
    if counted:  # as the runs saw it; the scene may have been replaced since
        catalogue = t("overview.measured_catalogue", items=f"{counted[0]:,.0f}")
    return [
        t("overview.measured_people", n=f"{comparison.n:,}", target=titles.get(task.target, task.target)),
        t(f"overview.measured_{task.split}"),
        catalogue,
        t(
            "overview.measured_budget_new" if task.split == newcomers.SPLIT else "overview.measured_budget",
            budget=budget_words(task.budget),
        ),
    ]


def _asked_rows(comparison: Comparison, task: TaskSpec) -> list[str]:
    target = engine.titles().get(task.target, task.target)
    counted = [row.run.facts["rows_of_sources"] for row in comparison.finished
               if "rows_of_sources" in row.run.facts]  # fmt: skip
    rows = f"{counted[0]:,.0f}" if counted else "?"
    budget = budget_words(task.budget, task.kind)
    label = label_words(task.label)
    return [
        t("overview.measured_people_label", n=f"{comparison.n:,}", target=target, label=label),
        t("overview.measured_half_label"),
        t("overview.measured_budget_label", rows=rows, budget=budget),
    ]


def _gain(row: Row, tone: cards.Tone) -> cards.Figure | None:
    gain = row.gain
    if gain is None:
        return None
    kind, base = kind_of([row]), row.metrics[row.main].value - gain.value
    relative = ""
    if base > 0 and gain.value:
        percent = f"{gain.value / base:+.0%}"
        relative = said("overview.relative", kind, percent=percent, reference=row.reference)
    return cards.Figure(
        t("overview.figure_gain", metric=metric_in_words(row.main)),
        f"{gain.value:+.4f}",
        t("overview.interval", low=f"{gain.low:+.4f}", high=f"{gain.high:+.4f}") + relative,
        tone,
    )


def _better(comparison: Comparison, row: Row) -> cards.Figure | None:
    gain, share = row.gain, comparisons.better_share(comparison, row)
    if gain is None or share is None:
        return None
    kind = kind_of([row])
    return cards.Figure(
        said("overview.figure_better", kind),
        f"{share.value:.0%}",
        _percent_interval(share)
        + said(
            "overview.worse_and_same", kind, worse=f"{gain.worse_share:.0%}", same=f"{gain.tied_share:.0%}"
        ),
    )


def _cost(comparison: Comparison, row: Row) -> cards.Figure:
    spent = [run.seconds for run in row.runs if run.seconds is not None]
    low_high = ""
    if len(spent) > 1:
        low_high = t(
            "overview.cost_range", low=duration(min(spent)), high=duration(max(spent)), runs=len(spent)
        )
    facts, task = row.run.facts, row.run.spec.task
    learned = t("overview.cost_data", budget=budget_words(task.budget, task.kind))
    if "people_learned_from" in facts and "choices_learned_from" in facts:
        people, choices = (f"{facts[f'{name}_learned_from']:,.0f}" for name in ("people", "choices"))
        learned = t("overview.cost_people", people=people, choices=choices)
    if "rows_learned_from" in facts and "target_rows_learned_from" in facts:
        target = facts["target_rows_learned_from"]
        source = f"{facts['rows_learned_from'] - target:,.0f}"
        learned = t("overview.cost_rows", source=source, target=f"{target:,.0f}")
    parts = [
        learned,
        "" if row.peak_mb is None else t("overview.cost_memory", mb=f"{row.peak_mb:,.0f}"),
        low_high or t("overview.cost_once"),
    ]
    return cards.Figure(
        t("overview.figure_cost"), duration(row.seconds), " · ".join(part for part in parts if part)
    )


def _percent_interval(share: Interval) -> str:
    if math.isnan(share.low):
        return ""
    return t("overview.interval", low=f"{share.low:.0%}", high=f"{share.high:.0%}")
