"""How alike scenes are: shared people, shared words, and distances between what their products say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import charts, engine, state
from xscene_core.text import t

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

OVERLAPS = ("people", "words")
DISTANCES = ("proxy_a_distance", "mixing", "mmd")
ITEMS_LOOKED_AT = 1500


def show(names: list[str]) -> None:
    """One matrix, chosen by the reader."""
    if len(names) < 2:
        st.info(t("scenes.distance_needs_two"), icon=":material/info:")
        return
    measures = (*OVERLAPS, *DISTANCES)
    measure = st.segmented_control(
        t("scenes.measure"),
        measures,
        key=state.seed("measure", measures, OVERLAPS[0]),
        required=True,
        format_func=lambda name: t(f"scenes.measure_{name}"),
    )
    state.keep("measure", measure)
    st.caption(t(f"scenes.explain_{measure}", n=f"{ITEMS_LOOKED_AT:,}"))
    with st.skeleton(height=110 + 52 * len(names)):
        table, text = overlaps(measure, names) if measure in OVERLAPS else _distances(measure, names)
    titles = engine.titles()
    shown = [titles.get(name, name) for name in names]
    summary = _summary(measure, table, titles)
    charts.heatmap(
        shown,
        shown,
        [[None if row == column else table.loc[row, column] for column in names] for row in names],
        text=[["" if row == column else text.loc[row, column] for column in names] for row in names],
        alt=summary,
        key=f"scenes.matrix.{measure}",
        height=110 + 52 * len(names),
    )
    st.markdown(summary)


def overlaps(measure: str, names: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(S, S) shares of people or words, and the text of each cell."""
    from xscene_core.scenes import likeness

    path, library = str(engine.home().path), engine.library()
    members = {name: _members(path, measure, name, library.fingerprint(name)) for name in names}
    shares = likeness.overlap_coefficient(members)
    text = shares.map(lambda share: f"{share:.0%}")
    if measure == "people":
        text = text + likeness.shared_people(members).map(lambda count: f"<br>{count:,.0f}")
    return shares, text


def _distances(measure: str, names: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    library = engine.library()
    content = tuple((name, library.fingerprint(name)) for name in names)
    table = _distance_table(str(engine.home().path), measure, content)
    return table, table.map(lambda value: f"{value:.2f}")


@st.cache_data(max_entries=64, show_spinner=False)
def _members(path: str, measure: str, name: str, fingerprint: str) -> frozenset[str]:
    from xscene_core.scenes import likeness

    return likeness.people(engine.scene(name)) if measure == "people" else likeness.words(engine.scene(name))


@st.cache_resource(max_entries=2, show_spinner=False)
def _vectors(path: str, content: tuple[tuple[str, str], ...]) -> dict[str, object]:
    """Scene -> TF-IDF vectors of its items, or of a fixed draw of them; needs no torch.

    Not the vectors a run learns from: those are centred within each scene, which takes away just the
    difference that is asked for here.
    """
    from xscene_core.encoders.cache import content_key, remembered
    from xscene_core.encoders.tfidf import TfIdf
    from xscene_core.watcher import Silent

    items = [engine.scene(name).items for name, _ in content]
    drawn = [
        table if len(table) <= ITEMS_LOOKED_AT else table.sample(ITEMS_LOOKED_AT, random_state=0)
        for table in items
    ]

    def encode() -> list[npt.NDArray[np.float32]]:
        encoder = TfIdf()
        encoder.fit(drawn, Silent())
        return [encoder.encode(table, Silent()) for table in drawn]

    folder = engine.home().cache / "encodings"
    folder.mkdir(parents=True, exist_ok=True)
    vectors = remembered(folder, content_key(drawn, TfIdf.name), encode, Silent())
    return dict(zip((name for name, _ in content), vectors, strict=True))


@st.cache_data(max_entries=16, show_spinner=False)
def _distance_table(path: str, measure: str, content: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    from xscene_core.evaluation.alignment import distance_matrix

    return distance_matrix(_vectors(path, content), measure)


def _summary(measure: str, table: pd.DataFrame, titles: dict[str, str]) -> str:
    """The closest pair, in a sentence."""
    pairs = [
        (table.iloc[row, column], table.index[row], table.index[column])
        for row in range(len(table))
        for column in range(row)
    ]
    nearest = max if measure in (*OVERLAPS, "mixing") else min
    value, left, right = nearest(pairs)
    return t(
        f"scenes.most_{measure}",
        left=titles.get(left, left),
        right=titles.get(right, right),
        value=f"{value:.0%}" if measure in OVERLAPS else f"{value:.2f}",
    )
