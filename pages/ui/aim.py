"""What is to be learned: what people choose next, or a label that all chosen scenes have.

label = aim.show(sources, target)      # "" or TABLE.COLUMN; kept in the link
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from pages.ui import engine, labels, method_form, state
from pages.ui.errors import plain
from pages.ui.wording import label_words
from xscene_core.text import t

CHOICES = ""
"""Rankings: no label."""
VALUES_SHOWN = 6


def kind_of(label: str) -> Literal["ranking", "label"]:
    """The kind of task that learns it."""
    return "label" if label else "ranking"


def show(sources: Sequence[str], target: str | None) -> str:
    """Draws the choice, and of a label how many rows have which value."""
    found = labels.common(sources, target)
    missed = _missed(found)
    key = state.seed("label", [CHOICES, *found], CHOICES)
    with st.container(border=True):
        st.markdown(f"##### {t('adapt.aim')}")
        label: str = st.selectbox(
            t("adapt.aim"),
            [CHOICES, *found],
            key=key,
            format_func=lambda name: label_words(name).capitalize(),
            label_visibility="collapsed",
            on_change=_changed,
            width=420,
        )
        if missed:
            st.caption(f":material/info: {plain(t('adapt.aim_missed', label=label_words(missed)))}")
        st.caption(plain(_explained(label, sources, target) if label else t("adapt.aim_choices")))
    state.keep("label", label)
    st.session_state["adapt.aim_before"] = label
    return label


def _missed(found: list[str]) -> str:
    """The label that was asked for and that these scenes do not share."""
    asked = st.session_state.get("param.label") or st.query_params.get("label") or ""
    return asked if asked and asked not in found else ""


def _changed() -> None:
    """Another kind of task has other methods and encoders: begin with those that are quick."""
    before, now = st.session_state.get("adapt.aim_before", CHOICES), st.session_state["param.label"]
    if kind_of(before) != kind_of(now):
        method_form.use_preset("quick", kind_of(now))


def _explained(label: str, sources: Sequence[str], target: str | None) -> str:
    titles = engine.titles()
    lines = [
        t("adapt.aim_rows", title=titles.get(name, name), rows=f"{labels.of(name)[label].rows:,}")
        for name in (*sources, *([target] if target else []))
    ]
    if not target:
        return " · ".join(lines)
    counts = labels.of(target)[label].counts
    named = ", ".join(f"{value[:40]} ({count:,})" for value, count in list(counts.items())[:VALUES_SHOWN])
    more = t("app.more", n=len(counts) - VALUES_SHOWN) if len(counts) > VALUES_SHOWN else ""
    lines.append(t("adapt.aim_values", title=titles.get(target, target), values=f"{named} {more}".strip()))
    return " · ".join(lines)
