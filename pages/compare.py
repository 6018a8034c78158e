"""Compare: which method really works on this pair of scenes, and where does it hurt."""

import streamlit as st

from pages.ui import (
    cards,
    compare_buckets,
    compare_findings,
    compare_view,
    comparisons,
    jobs,
    state,
)
from pages.ui.errors import plain
from pages.ui.header import page
from pages.ui.navigation import PAGES
from pages.ui.wording import metric_in_words, metric_name, said
from xscene_core.text import t

with page("compare", selects="group") as head:
    if head.group is None:
        head.end()
    if head.group.live:
        with st.container(border=True):
            jobs.panel(head.group.id)
    with st.skeleton(height=420):
        found = comparisons.of(head.group)
    finished = [row for row in found.rows if row.metrics]
    unfinished = [row for row in found.rows if not row.metrics and not row.run.live]  # those the panel shows

    st.markdown(plain(comparisons.verdict_of(found).text()))
    if finished:
        task, metrics, main = head.group.task, found.evidence.metrics, finished[0].main
        named = {
            row.run.run_id[:8]: name
            for row, name in zip(finished, compare_view.names(finished).values(), strict=True)
        }
        learned = [row.run.run_id[:8] for row in finished if row.transfers]
        left, right = st.columns([1, 2], vertical_alignment="bottom")
        metric = left.selectbox(
            t("compare.metric"),
            metrics,
            key=state.seed("metric", metrics, main),
            format_func=metric_name,
        )
        picked = right.multiselect(
            t("compare.runs"),
            learned,
            key=state.seed_many("runs", learned, []),
            format_func=named.__getitem__,
            help=t("compare.runs_help"),
            placeholder=t("compare.runs_all"),
        )
        metric = metric if metric in metrics else main
        state.keep("metric", metric)
        state.keep("runs", picked)
        rows = [row for row in finished if not row.transfers or not picked or row.run.run_id[:8] in picked]

        judged = compare_findings.judge(finished, metric)
        gains, means = st.columns(2, gap="large")
        with gains:
            compare_view.show_gains(rows, metric, judged)
        with means:
            compare_view.show_means(rows, metric)

        st.subheader(t("compare.table_title"), anchor=False)
        compare_view.show_table(rows, metric, judged)
        with st.container(horizontal=True, vertical_alignment="center"):
            compare_view.csv_button(found)
            st.caption(compare_view.measured(found))

        groups, costs = st.columns(2, gap="large")
        with groups:
            st.subheader(t("compare.buckets_title"), anchor=False)
            st.caption(said("compare.buckets_help", task.kind, metric=metric_in_words(main)))
            kinds = comparisons.groupings(task)
            kind = st.segmented_control(
                said("compare.buckets_by", task.kind),
                kinds,
                key=state.seed("buckets", kinds, kinds[0]),
                format_func=lambda name: t(f"compare.buckets_{name}"),
                required=True,
            )
            state.keep("buckets", kind)
            compare_buckets.show(rows, kind if kind in kinds else kinds[0])
        with costs:
            compare_view.show_costs(rows, metric)
    elif not head.group.live:
        cards.empty(
            t("compare.nothing_finished_title"),
            t("compare.nothing_finished_text"),
            icon=":material/hourglass_empty:",
            action=(t("compare.to_adapt"), PAGES["adapt"].file),
        )

    if unfinished:
        st.subheader(t("compare.unfinished_title"), anchor=False)
        compare_view.show_unfinished(unfinished)
    if finished:
        st.subheader(t("compare.details_title"), anchor=False)
        detail = st.selectbox(
            t("compare.detail_choose"),
            list(named),
            key=state.seed("detail", named, learned[0] if learned else next(iter(named))),
            format_func=named.__getitem__,
        )
        state.keep("detail", detail)
        compare_view.show_details(
            next((row for row in finished if row.run.run_id[:8] == detail), finished[0])
        )
