"""What the New category page knows: the question in the link, and how scenes are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.ui import engine, errors, state
from xscene_core.errors import XSceneError
from xscene_core.text import t

if TYPE_CHECKING:
    import pandas as pd

    from xscene_core.experiments.record import RunRecord
    from xscene_core.newcategory.desk import Question


def current() -> Question | None:
    """The question that the link names; ``None``, with a sentence, where it is gone."""
    from xscene_core.newcategory import desk

    key = st.session_state[state.seed_text("ask")]
    if not key:
        return None
    try:
        found = desk.question(engine.home(), key)
    except XSceneError as error:
        st.warning(errors.plain(str(error)), title=t("new_category.gone"), icon=":material/link_off:")
        st.session_state["param.ask"] = ""
        state.keep("ask", None)
        return None
    state.keep("ask", key)
    return found


def titles_of(run: RunRecord) -> dict[str, str]:
    """Scene name -> title, also for scenes that were removed since."""
    task = run.spec.task
    return {name: name for name in (*task.sources, task.target)} | engine.titles()


def pictures(scene: str, item_ids: list[str]) -> dict[str, bytes]:
    """PNG by item id; nothing where the scene was removed since or has no pictures."""
    try:
        return engine.pictures(scene, tuple(dict.fromkeys(item_ids)))
    except XSceneError:
        return {}


def item_facts(scene: str, item_ids: list[str]) -> dict[str, tuple[str, float]]:
    """(category, price) by item id; nothing where the scene was removed since."""
    try:
        items = engine.scene(scene).items
    except XSceneError:
        return {}
    found = items[items["item_id"].isin(item_ids)]
    return {
        str(item): (str(category), float(price))
        for item, category, price in zip(found["item_id"], found["category"], found["price"], strict=True)
    }


def price(value: float | None) -> str:
    """With two decimals; scenes do not say their currency."""
    return "" if value is None or value != value else f"{value:,.2f}"


def stock(product: Any) -> str:
    """Whether the new product can be had, where its list says so."""
    left = product.get("stock")
    if left is None or left != left:
        return ""
    return t("new_category.stock_left" if left > 0 else "new_category.stock_none")


def says_stock(products: pd.DataFrame) -> bool:
    """Whether the list tells of any product if it is in stock."""
    return "stock" in products and bool(products["stock"].notna().any())


def names_in(products: pd.DataFrame, column: str) -> dict[str, str]:
    """Brands or categories as choices; none where the list has at most one."""
    known = sorted(set(products[column]) - {""})
    return {name: name for name in known} if len(known) > 1 else {}
