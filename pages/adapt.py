"""Adapt: carry what source scenes know to a target scene, watch it learn, and find earlier runs again."""

import streamlit as st

from pages.ui import engine, jobs, run_history, scene_cards, state, task_form, task_plan
from pages.ui.errors import plain
from pages.ui.header import group_line, page
from pages.ui.navigation import PAGES
from xscene_core.text import t

with page("adapt") as head:
    cards = engine.cards()
    if len(cards) < 2:
        scene_cards.show_empty()
        head.end()
    form, plan = st.columns([7, 4], gap="medium")
    with form:
        choice = task_form.show(cards)
    groups = {group.id: group for group in engine.groups()}
    shown = st.session_state.get(state.seed("group", groups, next(iter(groups), None)))
    with plan:
        task_plan.show(choice)
        if shown:
            jobs.brief(shown)
    head.show_route(choice.sources, choice.target)

    if shown:
        state.keep("group", shown)
        st.subheader(t("adapt.work"), anchor=jobs.ANCHOR)
        st.caption(plain(group_line(groups[shown])))
        jobs.panel(shown)
        if groups[shown].finished:
            with st.container(horizontal=True):
                for name in ("overview", "compare"):
                    st.page_link(
                        PAGES[name].file,
                        label=t(f"adapt.see_{name}"),
                        icon=PAGES[name].icon,
                        query_params={"group": shown},
                    )
    st.subheader(t("adapt.history"), anchor=False)
    run_history.show()
