"""Saying what the new category is: in words or as a product list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import cards, engine, errors, new_category_orders, new_category_upload, state
from xscene_core.errors import InputError
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.experiments.record import RunRecord
    from xscene_core.newcategory import NewCategory
    from xscene_core.newcategory.desk import Question
    from xscene_core.newcategory.orders import Orders

MODES = ("words", "list")
EVERYBODY = "everybody"
MOST_OFFERS = 10


@dataclass(frozen=True)
class Form:
    """``category`` is ``None`` while nothing usable was said. ``audience``: a scene, ``""`` for everybody.
    ``first``: how many of the ``orders`` are used, ``None`` for all."""

    category: NewCategory | None
    audience: str
    top: int
    orders: Orders
    first: int | None


def show(run: RunRecord, asked: Question | None) -> Form:
    """The form, filled with the question of the link."""
    scenes = [run.spec.task.target, *run.spec.task.sources]
    if asked is not None and st.session_state.get("nc.shown") != asked.key:
        _fill(asked)
    left, right = st.columns([7, 4], gap="large")
    with left:
        mode = st.segmented_control(
            t("new_category.mode"),
            MODES,
            key=state.seed("mode", MODES, "words"),
            format_func=lambda name: t(f"new_category.mode_{name}"),
            label_visibility="collapsed",
        )
        state.keep("mode", mode)
        category = _words() if mode != "list" else new_category_upload.show(asked)
        orders, first = new_category_orders.show(category, asked)
    with right:
        titles = engine.titles()
        audience = st.selectbox(
            t("new_category.audience"),
            [EVERYBODY, *scenes],
            key=state.seed("audience", [EVERYBODY, *scenes], EVERYBODY),
            format_func=lambda name: _audience_name(name, titles),
            help=t("new_category.audience_help"),
        )
        state.keep("audience", None if audience == EVERYBODY else audience)
        _hold("nc.top", 3)
        top = st.slider(t("new_category.top"), 1, MOST_OFFERS, key="nc.top", help=t("new_category.top_help"))
        if category is not None:
            _understood(category)
    return Form(category, "" if audience in (None, EVERYBODY) else audience, int(top), orders, first)


def explain() -> None:
    """What the page shows before the first question."""
    steps = "\n".join(f"- {t(f'new_category.empty_{number}')}" for number in (1, 2, 3))
    cards.empty(t("new_category.empty_title"), steps, icon=":material/add_shopping_cart:")


def point_at(key: str, same_person: bool = False) -> None:
    """Makes ``key`` the question of the link; with ``same_person`` the person shown stays."""
    st.session_state["param.ask"] = key
    st.session_state["nc.shown"] = key
    state.keep("ask", key)
    if not same_person:
        state.keep("person", None)


def _words() -> NewCategory | None:
    from xscene_core.newcategory import from_words

    _hold("nc.name", "")
    _hold("nc.text", "")
    name = st.text_input(
        t("new_category.name"), key="nc.name", placeholder=t("new_category.name_placeholder"), max_chars=120
    )
    text = st.text_area(
        t("new_category.text"),
        key="nc.text",
        height=150,
        placeholder=t("new_category.text_placeholder"),
        help=t("new_category.text_help"),
    )
    if not name.strip() and not text.strip():
        st.button(
            t("new_category.example"),
            type="tertiary",
            icon=":material/lightbulb:",
            on_click=_example,
            key="nc.example",
        )
        return None
    try:
        return from_words(name, text)
    except InputError as error:
        errors.explain(error)
        return None


def _understood(category: NewCategory) -> None:
    """How it was read, so that nobody takes one prototype for an assortment."""
    words = t(f"new_category.kind_{category.kind}", n=len(category.items))
    st.caption(f":material/info: {words}")


def _fill(asked: Question) -> None:
    items = asked.category.items
    words = asked.category.kind != "products"
    st.session_state["param.mode"] = "words" if words else "list"
    if words:
        column = "title" if asked.category.kind == "ideas" else "description"
        # The category's own name may have been made of its text; this is what was typed.
        st.session_state["nc.name"] = items["category"].iloc[0]
        st.session_state["nc.text"] = "\n".join(items[column])
    st.session_state["nc.top"] = asked.top
    st.session_state["param.audience"] = asked.scene or EVERYBODY
    st.session_state["nc.shown"] = asked.key


def _hold(key: str, default: str | int) -> None:
    """Widgets lose what they hold when another page is shown; this keeps it beside them."""
    kept = f"{key}.kept"
    if key not in st.session_state:
        st.session_state[key] = st.session_state.get(kept, default)
    st.session_state[kept] = st.session_state[key]


def _example() -> None:
    st.session_state["nc.name"] = t("new_category.example_name")
    st.session_state["nc.text"] = t("new_category.example_text")


def _audience_name(name: str, titles: dict[str, str]) -> str:
    return t("new_category.everybody") if name == EVERYBODY else titles.get(name, name)
