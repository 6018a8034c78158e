"""Work in progress: one poller a second while something is live, and one full rerun when it ends.

    jobs.panel(group)      # progress, time left, curves, cancel; still when nothing is live
    jobs.brief(group)      # the same in a line, for where the work was started

Work runs in its own processes; this only reads the store, so a reload or a second tab changes nothing.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from pages.ui import cards, charts, engine, errors, tables
from pages.ui.wording import duration, metric_name
from xscene_core.text import catalogue, t

if TYPE_CHECKING:
    from xscene_core.experiments.record import RunRecord

TONES = {
    "queued": "quiet",
    "running": "target",
    "finished": "good",
    "failed": "bad",
    "cancelled": "quiet",
    "lost": "bad",
}
LIVE_LOOKS_EVERY = 1.0
ANCHOR = "work"
"""Of the heading above the panel."""
SHOWN = {"ranking": ("ndcg@10", "hr@10"), "label": ("accuracy", "macro_f1")}
"""The metrics of a finished run that its line shows."""


def panel(group: str) -> None:
    """The runs of one submission."""
    if any(record.live for record in engine.runs()):
        _poll(group)
    else:
        draw(engine.store().list(group=group))


def brief(group: str) -> None:
    """How far the submission is, where its start was pressed: the panel may lie below the fold."""
    records = engine.store().list(group=group)
    if any(record.live for record in records):
        _poll_brief(group)  # the panel's poller draws the page anew when the last one ends
    elif records:
        _draw_brief(records)


@st.fragment(run_every=LIVE_LOOKS_EVERY)
def _poll_brief(group: str) -> None:
    with errors.shown():
        _draw_brief(engine.store().list(group=group))


def _draw_brief(records: list[RunRecord]) -> None:
    ended = sum(not record.live for record in records)
    text = "adapt.brief" if ended < len(records) else "adapt.brief_ended"
    st.markdown(t(text, ended=ended, n=len(records), link=f"#{ANCHOR}"))
    for record in records:
        if record.status == "running":
            share, doing = progress(record, time.time())
            st.progress(share, text=f"**{record.spec.method}**: {doing}")


@st.fragment(run_every=LIVE_LOOKS_EVERY)
def _poll(group: str) -> None:
    with errors.shown():
        from xscene_core.experiments.queue import launch

        store = engine.store()
        launch(engine.home())
        records = store.list(group=group)
        draw(records)
        now = {record.run_id: record.status for record in store.list(limit=engine.RUNS_SHOWN)}
        before = {record.run_id: record.status for record in engine.runs()}
        changed = now != before and any(now.get(name) != status for name, status in before.items())
        if changed or not any(status in ("queued", "running") for status in now.values()):
            engine.refresh()
            st.rerun()


def draw(records: list[RunRecord]) -> None:
    """Rows with progress, then the curves of what has learned something."""
    if not records:
        st.info(t("adapt.group_gone"), icon=":material/info:")
        return
    ordered = sorted(records, key=lambda record: engine.rank(record.spec.method))
    live = [record for record in ordered if record.live]
    if live:
        for record in ordered:
            _row(record)
        if st.button(t("adapt.cancel_all"), icon=":material/stop_circle:", key="jobs.cancel_all"):
            _cancel(live)
    else:
        _results(ordered)
    _curves(ordered)


def _row(record: RunRecord) -> None:
    key = f"jobs.row.{record.run_id}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key):
        st.markdown(f"**{record.spec.method}**", width=130)
        st.html(cards.chips([cards.chip(t(f"app.status_{record.status}"), TONES[record.status])]), width=110)
        if record.status == "running":
            share, doing = progress(record, time.time())
            st.progress(share, text=doing, width="stretch")
            stopping = record.cancelling
            st.button(
                t("adapt.cancel"),
                key=f"jobs.cancel.{record.run_id}",
                on_click=_cancel,
                args=([record],),
                disabled=stopping,
                type="tertiary",
                icon=":material/close:",
                help=t("adapt.cancel_one", method=record.spec.method),
            )
        else:
            st.caption(errors.plain(record.error or _ended(record)), width="stretch")


def progress(record: RunRecord, now: float) -> tuple[float, str]:
    """Share done from 0 to 1 and what is being done: "adapting · 62 % · about 20 s left".

    Of the whole run where an earlier one tells how long that takes; otherwise of the stage, and then the
    words say so, for such a bar starts again with every stage. now : seconds since 1970.
    """
    if record.started is None or not (record.stage or record.cancelling):
        return 0.0, t("adapt.starting")
    stage = t("adapt.stopping") if record.cancelling else _stage_name(record.stage)
    if record.seconds_left is not None:
        spent = max(now - record.started, 0.0)
        share = spent / max(spent + record.seconds_left, 1e-9)
        left = t("adapt.left", time=duration(record.seconds_left))
        return share, t("adapt.doing", stage=stage, share=f"{share:.0%}", left=left)
    share = min(max(record.fraction, 0.0), 1.0)
    if record.stage_seconds_left is None:
        return share, t("adapt.doing_stage", stage=stage, share=f"{share:.0%}")
    left = t("adapt.left_stage", time=duration(record.stage_seconds_left))
    return share, t("adapt.doing", stage=stage, share=f"{share:.0%}", left=left)


def _stage_name(stage: str) -> str:
    """A stage that a newer method reports keeps its own name."""
    stage = stage or "start"
    return t(f"adapt.stage_{stage}") if f"adapt.stage_{stage}" in catalogue() else stage


def _ended(record: RunRecord) -> str:
    if record.status == "finished":
        metric = SHOWN[record.spec.task.kind][0]
        score = record.metrics.get(metric)
        return t(
            "adapt.done_line",
            metric=metric_name(metric),
            score="–" if score is None else f"{score:.4f}",
            time=duration(record.seconds),
        )
    return t("adapt.waiting") if record.status == "queued" else ""


def _results(records: list[RunRecord]) -> None:
    number, metrics = st.column_config.NumberColumn, SHOWN[records[0].spec.task.kind]
    frame = pd.DataFrame(
        {
            "method": [record.spec.method for record in records],
            "status": [t(f"app.status_{record.status}") for record in records],
            **{name: [record.metrics.get(name) for record in records] for name in metrics},
            "seconds": [record.seconds for record in records],
            "said": [record.error or record.reason for record in records],
        }
    )
    tables.table(
        frame,
        alt=t("adapt.results_alt", n=len(records)),
        columns={
            "method": st.column_config.TextColumn(t("adapt.col_method"), width=120),
            "status": st.column_config.TextColumn(t("adapt.col_status"), width=90),
            **{name: number(metric_name(name), format="%.4f", width=90) for name in metrics},
            "seconds": number(t("adapt.col_seconds"), format="%.1f s", width=90),
            "said": st.column_config.TextColumn(t("adapt.col_reason"), width="large"),
        },
    )


def _curves(records: list[RunRecord]) -> None:
    """The score on held-out choices and the loss by epoch, one line for each method."""
    found = {record.spec.method: _curves_of(record) for record in records if record.status != "queued"}
    shown = {
        kind: {
            _line_name(method, name): curves[name]
            for method, curves in found.items()
            if (name := _telling(curves, kind)) is not None
        }
        for kind in ("check", "loss")
    }
    if not any(shown.values()):
        if any(record.status == "running" for record in records):
            st.caption(t("adapt.curves_soon"))
        return
    colour = charts.colours([line for drawn in shown.values() for line in drawn])
    filled = {kind: drawn for kind, drawn in shown.items() if drawn}
    for place, (kind, drawn) in zip(st.columns(2, gap="medium"), filled.items(), strict=False):
        with place:
            label = t(f"adapt.curve_{kind}")
            alone = f" · {next(iter(drawn))}" if len(drawn) == 1 else ""  # one line has no legend
            st.markdown(f"**{label}**{alone}")
            charts.lines(
                drawn,
                alt=t("adapt.curves_alt", label=label, methods=", ".join(drawn)),
                key=f"jobs.curves.{kind}",
                x=t("adapt.curve_x"),
                y="",
                colour=colour,
            )


def _line_name(method: str, curve: str) -> str:
    """A score on the sources' held-out choices is no score on the target's."""
    return t("adapt.curve_of_source", method=method) if curve.startswith("pretrain/") else method


def _telling(curves: dict[str, list[tuple[int, float]]], kind: str) -> str | None:
    """The curve of the stage that adapts to the target, else of the stage before it."""
    names = (f"{stage}/{kind}" for stage in ("adapt", "learn", "pretrain"))
    return next((name for name in names if len(curves.get(name, ())) > 1), None)


def _curves_of(record: RunRecord) -> dict[str, list[tuple[int, float]]]:
    return (
        engine.store().curves(record.run_id) if record.live else _ended_curves(record.run_id, record.resumed)
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _ended_curves(run_id: str, resumed: int) -> dict[str, list[tuple[int, float]]]:
    return engine.store().curves(run_id)


def _cancel(records: list[RunRecord]) -> None:
    for record in records:
        engine.store().cancel(record.run_id)
    engine.refresh()
