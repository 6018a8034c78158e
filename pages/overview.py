"""Overview: did transfer help, by how much, and at what cost; in one sentence and one picture."""

import streamlit as st

from pages.ui import changed_rows, comparisons, jobs, overview_start, shopper_view, verdict_view
from pages.ui.header import page
from pages.ui.navigation import PAGES
from xscene_core.text import t

with page("overview", selects="group", empty=overview_start.show) as head:
    if head.group is None:
        head.end()
    if head.group.live:
        with st.container(border=True):
            st.subheader(t("overview.running_title"), anchor=False)
            st.caption(t("overview.running_text"))
            jobs.panel(head.group.id)
        head.end()

    with st.skeleton(height=320):
        found = comparisons.of(head.group)
        said = comparisons.verdict_of(found)
        verdict_view.show_sentence(said, head.group.task)
    if said.row is None:
        st.page_link(
            PAGES["compare"].file,
            label=t("overview.see_runs"),
            icon=PAGES["compare"].icon,
            query_params={"group": head.group.id},
        )
        head.end()

    verdict_view.show_figures(found, said)
    verdict_view.show_picture(said, found)
    if head.group.task.label:
        changed_rows.show(found, said.row)
    elif said.baseline is not None:
        shopper_view.show(found, said.baseline, said.row)
    hurt, measured = st.columns(2, gap="large")
    with hurt:
        verdict_view.show_hurt(found, said.row)
    with measured:
        verdict_view.show_measured(found)
    st.page_link(
        PAGES["compare"].file,
        label=t("overview.see_all"),
        icon=PAGES["compare"].icon,
        query_params={"group": head.group.id},
    )
