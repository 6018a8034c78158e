"""Waiting for an answer: progress, cancel, and what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import engine, errors, new_category_answer
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.newcategory import Recommendations

STAGES = ("start", "load", "encode", "appeal", "calibrate", "orders", "reasons", "words", "segments")
"""In the order in which they come."""


def ready(key: str) -> bool:
    """Whether the answer is there; otherwise shows how the work stands."""
    from xscene_core.newcategory import desk

    now = desk.status(engine.home(), key)
    if now.state == "done":
        return True
    if now.state == "running":
        _poll(key)
        return False
    if now.problem is not None:
        errors.explain(now.problem)
    else:
        st.warning(t(f"new_category.work_{now.state}"), icon=":material/info:")
    if st.button(t("new_category.again"), icon=":material/restart_alt:", key="nc.again"):
        desk.ask(engine.home(), desk.question(engine.home(), key))
        st.rerun()
    return False


def outdated(key: str, answer: Recommendations) -> None:
    """Says where other code made the answer, and offers to make it anew."""
    from xscene_core.newcategory import desk

    if answer.facts.get("made_by") == desk.made_by():
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(t("new_category.outdated"), icon=":material/update:")
        if st.button(t("new_category.outdated_again"), icon=":material/restart_alt:", key="nc.outdated"):
            desk.again(engine.home(), key)
            new_category_answer.forget()
            st.rerun()


@st.fragment(run_every=0.7)
def _poll(key: str) -> None:
    from xscene_core.newcategory import desk

    with errors.shown():
        now = desk.status(engine.home(), key)
        if now.state != "running":
            st.rerun()
        stage = now.stage if now.stage in STAGES else "start"
        place = (STAGES.index(stage) + min(max(now.fraction, 0.0), 1.0)) / len(STAGES)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(place, text=t(f"new_category.stage_{stage}"), width="stretch")
            if st.button(t("new_category.cancel"), type="tertiary", icon=":material/close:", key="nc.cancel"):
                desk.cancel(engine.home(), key)
