"""The table of people, with a search, and the choice of one of them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.ui import state, tables
from xscene_core.text import t

if TYPE_CHECKING:
    import pandas as pd

    from xscene_core.newcategory import Recommendations

CONFIDENCES = ("high", "medium", "low", "none")


def choose(answer: Recommendations, names: dict[str, str]) -> str | None:
    """The table; gives the id of the person to look at."""
    st.subheader(t("new_category.people"), anchor=False, help=t("new_category.people_help"))
    left, middle, right = st.columns([4, 5, 3], vertical_alignment="bottom")
    search = left.text_input(
        t("new_category.search"),
        key="nc.search",
        placeholder=t("new_category.search_placeholder"),
        icon=":material/search:",
    )
    levels = middle.pills(
        t("new_category.confidence"),
        CONFIDENCES,
        selection_mode="multi",
        key=state.seed_many("sure", CONFIDENCES, []),
        format_func=lambda level: t(f"new_category.confidence_{level}"),
    )
    state.keep("sure", levels)
    with right:
        st.download_button(
            t("app.csv"),
            data=lambda: answer.to_csv().encode(),
            file_name="new_category.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="nc.csv",
        )
    frame = answer.people
    if search.strip():
        frame = frame[frame["user_id"].str.contains(search.strip(), case=False, regex=False)]
    if levels:
        frame = frame[frame["confidence"].isin(levels)]
    if frame.empty:
        st.info(t("new_category.nobody"), icon=":material/search_off:")
        return None
    frame = frame.reset_index(drop=True)
    event = _table(answer, frame, names)
    rows = event.selection.rows if event else []
    wanted = state.value("person", frame["user_id"], None)
    return frame["user_id"][rows[0]] if rows else (wanted or frame["user_id"][0])


def _digest(frame: pd.DataFrame) -> str:
    return hashlib.sha256("\n".join(frame["user_id"]).encode()).hexdigest()[:12]


def _table(answer: Recommendations, frame: pd.DataFrame, names: dict[str, str]) -> Any:
    first = answer.offers[answer.offers["place"] == 1].merge(
        answer.products[["item_id", "title"]], on="item_id"
    )
    table = frame.merge(first[["user_id", "title"]], on="user_id", how="left")
    table = table.assign(
        scenes=[" + ".join(names.get(part, part) for part in text.split(" + ")) for text in table["scenes"]],
        confidence=[t(f"new_category.confidence_{level}") for level in table["confidence"]],
        among=table["among"] * 100,
        appeal=table["appeal"] * 100,
        stability=table["stability"] * 100,
    )
    column = st.column_config
    return tables.table(
        table,
        alt=t("new_category.people_alt", n=len(table)),
        height=320,
        key=f"nc.people.{_digest(frame)}",  # a selection belongs to the rows it was made in
        on_select="rerun",
        selection_mode="single-row",
        column_order=["user_id", "scenes", "choices", "among", "appeal", "stability", "confidence", "title"],
        columns={
            "user_id": t("new_category.col_person"),
            "scenes": t("new_category.col_scenes"),
            "choices": column.NumberColumn(t("new_category.col_choices"), width="small"),
            "among": column.ProgressColumn(
                t("new_category.col_among"),
                help=t("new_category.col_among_help"),
                format="%.1f %%",
                min_value=0,
                max_value=100,
            ),
            "appeal": column.NumberColumn(
                t("new_category.col_appeal"), help=t("new_category.col_appeal_help"), format="%.0f %%"
            ),
            "stability": column.NumberColumn(
                t("new_category.col_stability"), help=t("new_category.col_stability_help"), format="%.0f %%"
            ),
            "confidence": column.TextColumn(
                t("new_category.confidence"), help=t("new_category.confidence_help")
            ),
            "title": t("new_category.col_first"),
        },
    )
