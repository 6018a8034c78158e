"""What Overview shows before anything has run: what to expect, and one click that gets there."""

from __future__ import annotations

import streamlit as st

from pages.ui import cards, engine, state
from pages.ui.errors import plain
from pages.ui.navigation import PAGES
from pages.ui.wording import budget_words
from xscene_core.text import t

SOURCES, TARGET, BUDGET = ("apparel",), "home", "10%"
ENCODER = "tfidf"  # reads the samples in seconds, where a sentence model takes most of a minute
METHODS = ("fine-tune",)


def show() -> None:
    """Drawn by the header where the run store is empty."""
    here = {card.name for card in engine.cards()}
    with st.container(border=True, key="overview.start"):
        st.subheader(t("overview.start_title"), anchor=False)
        st.markdown(t("overview.start_text"))
        if not {*SOURCES, TARGET} <= here:
            st.markdown(t("overview.start_no_samples"))
            st.page_link(PAGES["scenes"].file, label=t("overview.to_scenes"), icon=PAGES["scenes"].icon)
            return
        titles = engine.titles()
        st.html(cards.route([titles[name] for name in SOURCES], titles[TARGET]))
        names = ", ".join([*_baselines(), *METHODS])
        st.markdown(plain(t("overview.start_plan", methods=names, n=len(_baselines()) + len(METHODS),
                            budget=budget_words(BUDGET))))  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(
                t("overview.start_button"),
                type="primary",
                icon=":material/play_arrow:",
                key="overview.run_sample",
            ):
                _submit()
            st.page_link(PAGES["adapt"].file, label=t("overview.start_own"), icon=PAGES["adapt"].icon)


def _submit() -> None:
    from xscene_core.experiments.submission import make_task, submit_methods

    group = submit_methods(
        engine.home(), make_task(SOURCES, TARGET, budget=BUDGET, encoder=ENCODER), list(METHODS), {}
    )
    engine.refresh()
    state.choose(group=group)
    st.rerun()


def _baselines() -> tuple[str, ...]:
    from xscene_core.experiments.references import BASELINES

    return BASELINES
