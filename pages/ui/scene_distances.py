"""How alike scenes are: shared people, shared words, and the distance between what their products mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import charts, engine, state
from xscene_core.text import t

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("people", "words")


def show(names: list[str]) -> None:
    """One matrix, chosen by the reader."""
    if len(names) < 2:
        st.info(t("scenes.distance_needs_two"), icon=":material/info:")
        return
    key = state.seed("measure", MEASURES, "people")
    measure = st.segmented_control(
        t("scenes.measure"),
        MEASURES,
        key=key,
        required=True,
        format_func=lambda name: t(f"scenes.measure_{name}"),
    )
    state.keep("measure", measure)
    st.caption(t(f"scenes.explain_{measure}"))
    with st.skeleton(height=340):
        table, text = _tables(measure, names)
    titles = engine.titles()
    shown = [titles.get(name, name) for name in names]
    charts.heatmap(
        shown,
        shown,
        [[None if row == column else table.loc[row, column] for column in names] for row in names],
        text=text,
        alt=_summary(measure, table, titles),
        key=f"scenes.matrix.{measure}",
        height=110 + 52 * len(names),
    )
    st.caption(_summary(measure, table, titles))


def _tables(measure: str, names: list[str]) -> tuple[pd.DataFrame, list[list[str]]]:
    from xscene_core.scenes import overlap

    path, library = str(engine.home().path), engine.library()
    members = {name: _members(path, measure, name, library.fingerprint(name)) for name in names}
    shares = overlap.overlap_coefficient(members)
    if measure == "people":
        counts = overlap.shared_people(members)
        text = [
            [
                "" if row == column else f"{shares.loc[row, column]:.0%}<br>{counts.loc[row, column]:,.0f}"
                for column in names
            ]
            for row in names
        ]
    else:
        text = [
            ["" if row == column else f"{shares.loc[row, column]:.0%}" for column in names] for row in names
        ]
    return shares, text


@st.cache_data(max_entries=64, show_spinner=False)
def _members(path: str, measure: str, name: str, fingerprint: str) -> frozenset[str]:
    from xscene_core.scenes import overlap

    return overlap.people(engine.scene(name)) if measure == "people" else overlap.words(engine.scene(name))


def _summary(measure: str, table: pd.DataFrame, titles: dict[str, str]) -> str:
    pairs = [
        (table.iloc[row, column], table.index[row], table.index[column])
        for row in range(len(table))
        for column in range(row)
    ]
    value, left, right = max(pairs)
    return t(
        f"scenes.most_{measure}",
        left=titles.get(left, left),
        right=titles.get(right, right),
        value=f"{value:.0%}",
    )
