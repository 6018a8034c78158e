"""The answer in one sentence and three figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import cards, tables
from pages.ui.errors import plain
from pages.ui.new_category_segments import segment_name
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.newcategory import Recommendations
    from xscene_core.newcategory.selection import Selection


@st.cache_resource(max_entries=8, show_spinner=False)
def load(home: str, key: str) -> Recommendations:
    """The stored answer; it never changes unless it is made again (``forget``)."""
    from xscene_core.home import Home
    from xscene_core.newcategory import desk

    return desk.answer(Home.resolve(home), key)


@st.cache_resource(max_entries=16, show_spinner=False)
def shaped(home: str, key: str, wish: Selection) -> Recommendations:
    """The stored answer with the lists that the wish leaves."""
    from xscene_core.newcategory.selection import choose

    return choose(load(home, key), wish)


def forget() -> None:
    """Reads answers anew: one was made again."""
    load.clear()
    shaped.clear()


def verdict(answer: Recommendations, method: str) -> None:
    """One sentence, then three figures."""
    name = plain(answer.name)
    if answer.abstains:
        st.warning(
            t("new_category.abstains_text", name=name),
            title=t("new_category.abstains"),
            icon=":material/help:",
        )
        return
    trial, best = answer.calibration, answer.segments[0]
    if best["low"] <= 1 or len(answer.segments) < 2:
        who = t("new_category.verdict_nobody", name=name)
    elif not best["traits"]:
        who = t("new_category.verdict_untold", name=name)
    else:
        who = t("new_category.verdict_who", name=name, segment=plain(segment_name(best["traits"])))
    if not trial["measured"]:
        how_sure, tone = t("new_category.verdict_unmeasured"), "warn"
    else:
        interval = {"lift": trial["lift"][4], "low": trial["low"][4], "high": trial["high"][4]}
        told = trial["low"][4] > 1
        how_sure = t("new_category.verdict_sure" if told else "new_category.verdict_unsure", **interval)
        tone = "good" if told else "warn"
    st.markdown(f"#### {who} {how_sure}")
    which = trial["which"]
    figures = [
        cards.Figure(
            t("new_category.figure_people"),
            f"{len(answer.people):,}",
            t("new_category.figure_people_detail", known=_known(answer)),
        ),
        cards.Figure(
            t("new_category.figure_lift"),
            f"{trial['lift'][4]:.2f} ×" if trial["measured"] else "–",
            t(
                "new_category.figure_lift_detail",
                low=trial["low"][4],
                high=trial["high"][4],
                n=len(trial["hidden"]),
            )
            if trial["measured"]
            else t("new_category.figure_lift_none"),
            tone,
        ),
        cards.Figure(
            t("new_category.figure_which"),
            f"{which[0]:.0%}" if which[0] is not None else "–",
            t("new_category.figure_which_detail", low=which[1], high=which[2])
            if which[0] is not None
            else t("new_category.figure_lift_none"),
            "good" if which[0] is not None and which[1] > 0.5 else "warn",
        ),
        cards.Figure(
            t("new_category.figure_near"),
            f"{len(answer.products) - answer.facts['far_products']} / {len(answer.products)}",
            t("new_category.figure_near_detail", method=method),
        ),
    ]
    cards.figures(figures)


def _known(answer: Recommendations) -> int:
    """How many people could be considered; an earlier version counted them in every scene they chose in."""
    return int(answer.facts.get("known") or sum(answer.facts["known_by_scene"].values()))


def nearest(answer: Recommendations, names: dict[str, str]) -> None:
    """What the new products come closest to, where even that is far."""
    shown = answer.products[["title", "nearest_title", "nearest_scene", "distance"]].head(50)
    tables.table(
        shown.assign(nearest_scene=shown["nearest_scene"].map(lambda name: names.get(name, name))),
        alt=t("new_category.nearest_alt"),
        columns={
            "title": t("new_category.col_product"),
            "nearest_title": t("new_category.col_nearest"),
            "nearest_scene": t("new_category.col_scene"),
            "distance": st.column_config.NumberColumn(
                t("new_category.col_distance", limit=answer.facts["distance_limit"]), format="%.2f"
            ),
        },
    )
