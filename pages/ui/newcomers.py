"""Whether people new to the target can be asked: how many of its people chose something in a source too."""

from __future__ import annotations

import streamlit as st

from pages.ui import engine
from xscene_core.scenes.new_people import FEWEST_SHARED
from xscene_core.text import t

SPLIT = "new-people"


def problem(sources: tuple[str, ...], target: str) -> str:
    """The sentence against this split where scenes share nobody, else ""."""
    shared = len(_people(target) & frozenset().union(*map(_people, sources)))
    titles = engine.titles()
    where = ", ".join(titles[name] for name in sources)
    return (
        ""
        if shared >= FEWEST_SHARED
        else t("adapt.problem_nobody_shared", title=titles[target], sources=where)
    )


def _people(name: str) -> frozenset[str]:
    return _cached(str(engine.home().path), name, engine.library().fingerprint(name))


@st.cache_data(max_entries=32, show_spinner=False)
def _cached(path: str, name: str, fingerprint: str) -> frozenset[str]:
    from xscene_core.scenes.likeness import people

    return people(engine.scene(name))
