"""All runs of this home: filter, open, resume, delete with undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from pages.ui import engine, jobs, state, tables
from pages.ui.errors import plain
from pages.ui.navigation import PAGES
from pages.ui.wording import budget_words, label_words, metric_name, route_words, when
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.experiments.record import RunRecord

STATUSES = ("queued", "running", "finished", "failed", "cancelled", "lost")
SHOWN = 200


def show() -> None:
    """The table and what can be done with the rows chosen in it."""
    records = engine.runs()
    _undo()
    if not records:
        st.caption(t("adapt.history_empty"))
        return
    kept = _filtered(records)[:SHOWN]
    if not kept:
        st.caption(t("adapt.history_none_fits"))
        return
    event = tables.table(
        _frame(kept),
        alt=t("adapt.history_alt", n=len(kept)),
        columns=_columns(),
        on_select="rerun",
        selection_mode="multi-row",
        key="history.table",
        height="content" if len(kept) <= 10 else 420,
    )
    chosen = [kept[row] for row in event.selection.rows if row < len(kept)]
    _actions(chosen)


def _filtered(records: list[RunRecord]) -> list[RunRecord]:
    titles = engine.titles()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = state.seed_many("status", STATUSES, ())
        statuses = st.pills(
            t("adapt.filter_status"),
            STATUSES,
            selection_mode="multi",
            key=key,
            format_func=lambda name: t(f"app.status_{name}"),
        )
        scenes = sorted(
            {name for record in records for name in (*record.spec.task.sources, record.spec.task.target)}
        )
        key = state.seed("about", ["", *scenes], "")
        about = st.selectbox(
            t("adapt.filter_scene"),
            ["", *scenes],
            key=key,
            format_func=lambda name: titles.get(name, name) or t("adapt.filter_any"),
            width=240,
        )
    state.keep("status", statuses)
    state.keep("about", about)
    return [
        record
        for record in records
        if (not statuses or record.status in statuses)
        and (not about or about in (*record.spec.task.sources, record.spec.task.target))
    ]


def _frame(records: list[RunRecord]) -> pd.DataFrame:
    titles = engine.titles()
    return pd.DataFrame([_line(record, titles) for record in records])


def _line(record: RunRecord, titles: dict[str, str]) -> dict[str, object]:
    task = record.spec.task
    metric = jobs.SHOWN[task.kind][0]
    return {
        "method": record.spec.method,
        "route": route_words(task.sources, task.target, titles),
        "learns": label_words(task.label),
        "budget": budget_words(task.budget, task.kind),
        "status": t(f"app.status_{record.status}"),
        "score": record.metrics.get(metric),
        "metric": metric_name(metric),
        "seconds": record.seconds,
        "peak": record.peak_mb,
        "created": when(record.created),
        "encoder": task.encoder,
        "seed": task.seed,
        "run": record.run_id[:8],
    }


def _columns() -> dict[str, object]:
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    return {
        "method": text(t("adapt.col_method")),
        "route": text(t("adapt.col_route"), width="medium"),
        "learns": text(t("adapt.col_learns")),
        "budget": text(t("adapt.col_budget")),
        "status": text(t("adapt.col_status")),
        "score": number(t("adapt.col_score"), format="%.4f"),
        "metric": text(t("adapt.col_metric")),
        "seconds": number(t("adapt.col_seconds"), format="%.1f s"),
        "peak": number(t("adapt.col_peak"), format="%.0f MB"),
        "created": text(t("adapt.col_created")),
        "encoder": text(t("adapt.encoder")),
        "seed": number(t("adapt.seed")),
        "run": text(t("adapt.col_run")),
    }


def _actions(chosen: list[RunRecord]) -> None:
    if not chosen:
        st.caption(t("adapt.history_choose"))
        return
    resumable = [record for record in chosen if record.status in ("failed", "cancelled", "lost")]
    ended = [record for record in chosen if not record.live]
    live = [record for record in chosen if record.live]
    for record in chosen[:3]:
        if record.error or record.reason:
            st.caption(f"**{record.spec.method}** {plain(record.error or record.reason)}")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            t("adapt.open"),
            key="history.open",
            on_click=state.choose,
            kwargs={"group": chosen[0].group},
            icon=":material/open_in_full:",
        )
        if any(record.status == "finished" for record in chosen):
            st.page_link(
                PAGES["compare"].file,
                label=t("adapt.compare"),
                icon=PAGES["compare"].icon,
                query_params={"group": chosen[0].group},
            )
        st.button(
            t("adapt.cancel"), key="history.cancel", disabled=not live, on_click=_each, args=("cancel", live)
        )
        st.button(
            t("adapt.resume"),
            key="history.resume",
            disabled=not resumable,
            on_click=_each,
            args=("resume", resumable),
            help=t("adapt.resume_help"),
        )
        st.button(
            t("adapt.delete"),
            key="history.delete",
            disabled=not ended,
            on_click=_each,
            args=("delete", ended),
            icon=":material/delete:",
        )


def _each(action: str, records: list[RunRecord]) -> None:
    store = engine.store()
    for record in records:
        getattr(store, action)(record.run_id)
    if action == "delete":
        st.session_state["history.deleted"] = [record.run_id for record in records]
    if action == "resume":
        from xscene_core.experiments.queue import launch

        launch(engine.home())
        state.choose(group=records[0].group)
    engine.refresh()


def _undo() -> None:
    deleted = st.session_state.get("history.deleted")
    if deleted:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(t("adapt.deleted", n=len(deleted)), width="content")
            st.button(
                t("adapt.undo"),
                icon=":material/undo:",
                key="history.undo",
                on_click=_restore,
                args=(deleted,),
            )


def _restore(run_ids: list[str]) -> None:
    for run_id in run_ids:
        engine.store().restore(run_id)
    st.session_state.pop("history.deleted", None)
    engine.refresh()
