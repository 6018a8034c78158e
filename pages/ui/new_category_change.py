"""What learning from orders and judgements changed, whether it helped, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.ui import cards, engine, new_category_answer, new_category_form
from pages.ui.errors import plain
from xscene_core.errors import XSceneError
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.newcategory import Recommendations
    from xscene_core.newcategory.desk import Question


def show(asked: Question, answer: Recommendations) -> Recommendations | None:
    """The figures before and after; gives the answer before, where there is one."""
    facts = answer.facts.get("orders") or {}
    if "events" not in facts:
        return None
    before = parent_of(asked)
    with st.container(border=True, key="nc.change"):
        st.markdown(f"**{t('new_category.learned', **{k: facts[k] for k in ('order', 'up', 'down')})}**")
        figures = [_held_back(facts), *([] if before is None else _moved(before, answer))]
        cards.figures(figures)
        tried = facts["held_back"]
        if tried and tried["worse"]:
            unsure = tried["high"] is None or tried["high"] >= 0
            more = f" {t('new_category.worse_unsure')}" if unsure else ""
            st.warning(t("new_category.worse") + more, icon=":material/trending_down:")
        said = [t("new_category.final_all")] if tried else []
        if facts["unknown_people"]:
            said.append(t("new_category.unknown_people", n=facts["unknown_people"]))
        if said:
            st.caption(" ".join(said))
        with st.container(horizontal=True):
            if before is not None:
                back(asked)
            st.download_button(
                t("new_category.orders_csv"),
                data=lambda: answer.orders_csv().encode(),
                file_name="orders.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
                type="tertiary",
                key="nc.orders_csv",
            )
    return before


def parent_of(asked: Question) -> Recommendations | None:
    """The answer before; ``None`` where it is no longer kept."""
    if not asked.parent:
        return None
    try:
        return new_category_answer.load(str(engine.home().path), asked.parent)
    except XSceneError:
        return None


def back(asked: Question) -> None:
    """The button to the answer before."""
    st.button(
        t("new_category.back"),
        icon=":material/undo:",
        key="nc.back",
        on_click=new_category_form.point_at,
        args=(asked.parent, True),
    )


def person(before: Recommendations, answer: Recommendations, user_id: str) -> None:
    """What moved in the list of one person."""
    titles = dict(zip(answer.products["item_id"], answer.products["title"], strict=True))
    old, new = (_list(one, user_id) for one in (before, answer))
    if not old or old == new:
        st.caption(t("new_category.list_same") if old else t("new_category.list_unknown"))
        return
    came = [plain(titles[item]) for item in new if item not in old]
    gone = [plain(titles[item]) for item in old if item not in new]
    moved = [
        t("new_category.list_moved", title=plain(titles[item]), old=old.index(item) + 1, new=place)
        for place, item in enumerate(new, start=1)
        if item in old and old.index(item) + 1 != place
    ]
    lines = [t("new_category.list_came", titles=", ".join(came)) if came else "", "; ".join(moved)]
    lines.append(t("new_category.list_gone", titles=", ".join(gone)) if gone else "")
    st.caption(f":material/compare_arrows: {t('new_category.list_before')} {' · '.join(filter(None, lines))}")


def _held_back(facts: dict[str, Any]) -> cards.Figure:
    tried = facts["held_back"]
    if not tried:
        return cards.Figure(t("new_category.held_back"), "–", t("new_category.held_back_few"), "warn")
    told = tried["low"] is not None  # one person alone has no interval
    sure = told and tried["low"] > 0
    ends = {"low": 100 * tried["low"], "high": 100 * tried["high"]} if told else {}
    return cards.Figure(
        t("new_category.held_back"),
        f"{tried['before']:.0%} → {tried['after']:.0%}",
        t(
            "new_category.held_back_detail" if told else "new_category.held_back_one",
            n=tried["events"],
            people=tried["people"],
            gain=100 * tried["gain"],
            **ends,
        ),
        "bad" if tried["worse"] else "good" if sure else "warn",
    )


def _moved(before: Recommendations, answer: Recommendations) -> list[cards.Figure]:
    old, new = (one.offers[["user_id", "place", "item_id"]] for one in (before, answer))
    shared = set(before.people["user_id"]) & set(answer.people["user_id"])
    old, new = (one[one["user_id"].isin(shared)] for one in (old, new))
    first = old[old["place"] == 1].merge(new[new["place"] == 1], on="user_id")
    other = int((first["item_id_x"] != first["item_id_y"]).sum())
    stayed = len(old.merge(new, on=["user_id", "item_id"]))
    return [
        cards.Figure(
            t("new_category.moved_first"), f"{other:,}", t("new_category.moved_first_detail", n=len(first))
        ),
        cards.Figure(
            t("new_category.moved_listed"),
            f"{1 - stayed / max(len(new), 1):.0%}",
            t("new_category.moved_listed_detail"),
        ),
    ]


def _list(answer: Recommendations, user_id: str) -> list[str]:
    own = answer.offers[answer.offers["user_id"] == user_id].sort_values("place")
    return [str(item) for item in own["item_id"]]
