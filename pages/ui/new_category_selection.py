"""Shaping the lists: price, stock, brand, variety, pinned and hidden products, all kept in the link."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import engine, errors, new_category_answer, new_category_data, state
from xscene_core.errors import InputError
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.newcategory import Recommendations
    from xscene_core.newcategory.selection import Selection

SEVERAL = ("brands", "categories", "stock", "fresh", "pin", "hide")
MOST = 60
"""So many short names fit into a link."""


def show(answer: Recommendations, key: str) -> Recommendations | None:
    """The controls; gives the answer with the lists they leave, ``None`` where nothing is left."""
    if len(answer.products) < 2:
        return answer
    with st.expander(t("new_category.shape"), icon=":material/tune:"):
        left, right = st.columns(2, gap="large")
        with left:
            low, high = _prices(answer, key)
            brands = _several("brands", new_category_data.names_in(answer.products, "brand"))
            categories = _several("categories", new_category_data.names_in(answer.products, "category"))
            in_stock = _only("stock", new_category_data.says_stock(answer.products))
            fresh = _only("fresh", bool(answer.shelf.bought.any()))
        with right:
            diversity = st.slider(
                t("new_category.diversity"),
                0,
                100,
                step=5,
                format="%d %%",
                key=state.seed_number("diversity", 0, 0, 100),
                help=t("new_category.diversity_help"),
            )
            state.keep("diversity", str(diversity) if diversity else None)
            titles = dict(zip(answer.products["item_id"], answer.products["title"], strict=True))
            pinned = _several("pin", titles, t("new_category.pin_help"))
            hidden = _several("hide", titles, t("new_category.hide_help"))
    from xscene_core.newcategory.selection import Selection

    try:
        variety = (diversity or 0) / 100
        wish = Selection(low, high, brands, categories, fresh, variety, pinned, hidden, in_stock)
    except InputError as error:
        errors.explain(error)
        _reset(key)
        return None
    return _apply(answer, key, wish)


def _apply(answer: Recommendations, key: str, wish: Selection) -> Recommendations | None:
    if not wish.active:
        return answer
    found = new_category_answer.shaped(str(engine.home().path), key, wish)
    said = t("new_category.shaped", left=found.facts["left"], all=len(found.products))
    alike = found.facts["alike"]
    if wish.diversity and all(value == value for value in alike.values()):
        said += " " + t("new_category.alike", **alike)
    if found.offers.empty:
        st.info(
            t("new_category.nothing_left_text"),
            title=t("new_category.nothing_left"),
            icon=":material/filter_alt_off:",
        )
    else:
        st.caption(said)
    _reset(key)
    return None if found.offers.empty else found


def _prices(answer: Recommendations, key: str) -> tuple[float | None, float | None]:
    known = answer.products["price"].dropna()
    if known.empty:
        return None, None
    ends = {"price_min": math.floor(known.min()), "price_max": math.ceil(known.max())}
    low, high = ends.values()
    chosen: list[float | None] = []
    for column, (name, end) in zip(st.columns(2), ends.items(), strict=True):
        number = column.number_input(
            t(f"new_category.{name}"),
            low,
            high,
            step=1,
            key=state.seed_number(name, end, low, high, key=f"nc.{name}.{key}"),
            help=t("new_category.price_help"),
        )
        chosen.append(None if number is None or number == end else float(number))
        state.keep(name, None if chosen[-1] is None else str(int(number)))
    return chosen[0], chosen[1]


def _several(name: str, texts: dict[str, str], hint: str | None = None) -> tuple[str, ...]:
    """Which of ``texts`` (value -> label) are chosen. The link holds digests, for values may have commas."""
    if not texts:
        return ()
    values = {hashlib.sha256(value.encode()).hexdigest()[:8]: value for value in texts}
    chosen = st.multiselect(
        t(f"new_category.{name}"),
        list(values),
        key=state.seed_many(name, values, []),
        format_func=lambda short: texts[values[short]],
        placeholder=t("new_category.any" if hint is None else "new_category.choose_products"),
        max_selections=MOST,
        help=hint,
    )
    state.keep(name, chosen)
    return tuple(values[short] for short in chosen)


def _only(name: str, applies: bool) -> bool:
    """A switch that is not shown where it could not change anything."""
    if not applies:
        return False
    chosen = st.pills(
        t(f"new_category.{name}"),
        ["yes"],
        selection_mode="multi",
        key=state.seed_many(name, ["yes"], []),
        format_func=lambda one: t(f"new_category.{name}_{one}"),
    )
    state.keep(name, chosen)
    return bool(chosen)


def _reset(key: str) -> None:
    st.button(t("new_category.reset"), icon=":material/undo:", key="nc.reset", on_click=_forget, args=(key,))


def _forget(key: str) -> None:
    """Every control back to where it changes nothing."""
    st.session_state["param.diversity"] = 0
    for name in ("price_min", "price_max"):
        st.session_state.pop(f"nc.{name}.{key}", None)
    state.choose(**dict.fromkeys(SEVERAL, ()))
    for name in ("diversity", "price_min", "price_max"):
        state.keep(name, None)
