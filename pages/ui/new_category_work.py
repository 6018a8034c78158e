"""Waiting for an answer: progress, cancel, and what went wrong."""

import streamlit as st

from pages.ui import engine, errors
from xscene_core.text import t

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
