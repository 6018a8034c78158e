"""First orders of the new category: uploading them, and how many of them are used."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from pages.ui import new_category_upload
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.newcategory import NewCategory
    from xscene_core.newcategory.desk import Question
    from xscene_core.newcategory.orders import OrderList, Orders

MOST = 50


def show(category: NewCategory | None, asked: Question | None) -> tuple[Orders, int | None]:
    """The orders and judgements to ask with, and how many of the orders to use (``None``: all)."""
    from xscene_core.newcategory.orders import NO_ORDERS, Orders

    before = NO_ORDERS
    if asked is not None and category is not None and asked.category.key == category.key:
        before = asked.orders
    with st.expander(t("new_category.orders"), icon=":material/shopping_bag:", expanded=len(before) > 0):
        st.caption(t("new_category.orders_text"))
        file = st.file_uploader(
            t("new_category.orders_upload"),
            type=new_category_upload.KINDS,
            key="nc.orders",
            disabled=category is None,
            help=t("new_category.orders_help"),
        )
        orders = before
        if file is not None and category is not None:
            judged = before.table["event"] != "order"
            read = _uploaded(file.getvalue(), file.name, category.items)
            orders = (read or NO_ORDERS).judged(Orders(before.table[judged]))
        elif len(before):
            counts = {event: before.count(event) for event in ("order", "up", "down")}
            st.caption(t("new_category.orders_before", **counts))
        return orders, _first(orders, asked)


def _first(orders: Orders, asked: Question | None) -> int | None:
    """The slider; the whole number of orders is ``None``, whatever it is."""
    count = orders.count("order")
    most = min(count, MOST)
    kept = most if asked is None or asked.first is None or not count else min(asked.first, most)
    first = st.slider(
        t("new_category.first"),
        0,
        MOST,
        value=kept,
        key=f"nc.first.{orders.key}.{kept}",
        disabled=not count,
        help=t("new_category.first_help"),
    )
    if not count:
        st.caption(t("new_category.first_none"))
        return None
    if count > MOST:
        st.caption(t("new_category.first_most", n=count, most=MOST))
    return None if first >= count else int(first)


def _uploaded(content: bytes, name: str, items: pd.DataFrame) -> Orders | None:
    digest = hashlib.sha256(content).hexdigest()[:12]
    first = _read(content, name, items, ())
    mapping = _mapping(first, digest) if first.columns else {}
    read = _read(content, name, items, tuple(sorted(mapping.items()))) if mapping != first.mapping else first
    new_category_upload.problems(read.problems, read.orders is None)
    if read.orders is not None:
        counts = {event: read.orders.count(event) for event in ("order", "up", "down")}
        said = t("new_category.orders_read", people=read.orders.table["user_id"].nunique(), **counts)
        st.caption(f":material/info: {said}")
    return read.orders


@st.cache_data(max_entries=16, show_spinner=False)
def _read(content: bytes, name: str, items: pd.DataFrame, mapping: tuple[tuple[str, str], ...]) -> OrderList:
    from xscene_core.newcategory.orders import read_orders

    with tempfile.NamedTemporaryFile(suffix=Path(name).suffix) as file:
        file.write(content)
        file.flush()
        return read_orders({name: Path(file.name)}, items, dict(mapping))


def _mapping(read: OrderList, digest: str) -> dict[str, str]:
    from xscene_core.newcategory.orders import FIELDS

    return new_category_upload.mapping(read, FIELDS, "order", f"nc.order_map.{digest}", 2)
