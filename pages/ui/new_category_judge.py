"""Thumbs up and down on a person's list: kept at once, learned by an update, taken back at any time."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import engine, errors, new_category_form
from pages.ui.errors import plain
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.newcategory import Recommendations
    from xscene_core.newcategory.desk import Question
    from xscene_core.newcategory.orders import Orders

THUMBS = ("up", "down")
Said = dict[tuple[str, str], str]


def pending(asked: Question) -> Orders:
    """What was said and is not learned yet."""
    from xscene_core.newcategory import judgements

    return judgements.pending(engine.home(), asked.key, asked.orders)


def said(asked: Question, waiting: Orders) -> Said:
    """The last word on each (person, product), learned or not."""
    table = asked.orders.judged(waiting).table
    table = table[table["event"] != "order"]
    return {(user, item): event for user, item, event in table[["user_id", "item_id", "event"]].to_numpy()}


def bar(asked: Question, waiting: Orders) -> None:
    """How many judgements wait, and what can be done with them; nothing where none wait."""
    if not len(waiting):
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="nc.waiting"):
        st.markdown(f":material/pending: {t('new_category.waiting', n=len(waiting))}", width="content")
        st.button(
            t("new_category.update"),
            type="primary",
            icon=":material/model_training:",
            key="nc.update",
            on_click=_update,
            args=(asked,),
            help=t("new_category.update_help"),
        )
        for name, icon in (("undo_last", "undo"), ("discard", "delete")):
            st.button(
                t(f"new_category.{name}"),
                icon=f":material/{icon}:",
                type="tertiary",
                key=f"nc.{name}",
                on_click=_take_back,
                args=(asked.key, name),
            )


def thumbs(asked: Question, user_id: str, item_id: str, title: str, known: Said) -> None:
    """The two thumbs of one product, as they stand."""
    digest = hashlib.sha256(f"{user_id}\n{item_id}".encode()).hexdigest()[:12]
    key = f"nc.judge.{asked.key}.{digest}"
    st.session_state[key] = known.get((user_id, item_id))
    st.pills(
        t("new_category.judge", title=plain(title), id=plain(user_id)),
        THUMBS,
        key=key,
        format_func=lambda one: t(f"new_category.judge_{one}"),
        label_visibility="collapsed",
        on_change=_say,
        args=(asked.key, user_id, item_id, key),
    )


def left_out(asked: Question, answer: Recommendations, user_id: str, known: Said) -> None:
    """Products that this person's list leaves out because of a thumb down that was learned, each with the way
    back."""
    titles = dict(zip(answer.products["item_id"], answer.products["title"], strict=True))
    learned = asked.orders.table
    own = learned[(learned["user_id"] == user_id) & (learned["event"] == "down")]["item_id"]
    if not len(own):
        return
    st.caption(t("new_category.left_out"))
    for item in own:
        name, taken = plain(titles[item]), known.get((user_id, item)) != "down"
        st.button(
            t("new_category.put_back_soon" if taken else "new_category.put_back", title=name),
            icon=":material/thumb_down:",
            type="tertiary",
            key=f"nc.put_back.{item}",
            disabled=taken,
            on_click=_withdraw,
            args=(asked.key, user_id, item),
        )


def _say(key: str, user_id: str, item_id: str, widget: str) -> None:
    from xscene_core.newcategory import judgements
    from xscene_core.newcategory.orders import WITHDRAWN

    with errors.shown():
        judgements.say(engine.home(), key, user_id, item_id, st.session_state[widget] or WITHDRAWN)


def _withdraw(key: str, user_id: str, item_id: str) -> None:
    from xscene_core.newcategory import judgements
    from xscene_core.newcategory.orders import WITHDRAWN

    with errors.shown():
        judgements.say(engine.home(), key, user_id, item_id, WITHDRAWN)


def _take_back(key: str, how: str) -> None:
    from xscene_core.newcategory import judgements

    getattr(judgements, how)(engine.home(), key)


def _update(asked: Question) -> None:
    """Asks anew with all judgements; the answer before stays as the parent."""
    from xscene_core.newcategory import desk

    with errors.shown():
        orders = asked.orders.judged(pending(asked))
        key = desk.ask(engine.home(), replace(asked, orders=orders, parent=asked.key))
        new_category_form.point_at(key, True)
