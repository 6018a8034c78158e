"""Waiting for an answer: progress, cancel, and what went wrong."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import engine, errors, new_category_answer
from pages.ui.wording import duration
from xscene_core.text import t

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from xscene_core.newcategory import Recommendations
    from xscene_core.newcategory.desk import Status

STAGES = ("start", "load", "encode", "appeal", "calibrate", "orders", "reasons", "words", "segments")
"""In the order in which they come."""


def ready(key: str, beside: DeltaGenerator) -> bool:
    """Whether the answer is there; otherwise shows how the work stands: progress ``beside`` the button that
    started it, since that is what the person has in view."""
    from xscene_core.newcategory import desk

    now = desk.status(engine.home(), key)
    if now.state == "done":
        return True
    if now.state == "running":
        with beside:
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
        share, doing = progress(now, time.time())
        with st.container(horizontal=True, vertical_alignment="center", width="stretch"):
            st.progress(share, text=doing, width="stretch")
            if st.button(t("new_category.cancel"), type="tertiary", icon=":material/close:", key="nc.cancel"):
                desk.cancel(engine.home(), key)


def progress(status: Status, now: float) -> tuple[float, str]:
    """Share done from 0 to 1 and what is being done, with the time left where it can be told. now : seconds
    since 1970."""
    stage = status.stage if status.stage in STAGES else "start"
    doing = t(f"new_category.stage_{stage}")
    if status.seconds_left is not None and status.worker is not None:
        spent = max(now - status.worker.started, 0.0)
        left = t("adapt.left", time=duration(status.seconds_left))
        return spent / max(spent + status.seconds_left, 1e-9), f"{doing} · {left}"
    if status.stage_seconds_left is not None:
        doing += f" · {t('adapt.left_stage', time=duration(status.stage_seconds_left))}"
    return (STAGES.index(stage) + min(max(status.fraction, 0.0), 1.0)) / len(STAGES), doing
