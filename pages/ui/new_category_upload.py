"""Uploading a product list: which column is which, what was read, and all that is wrong with it."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from pages.ui import errors, tables
from xscene_core.text import t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xscene_core.newcategory import NewCategory
    from xscene_core.newcategory.desk import Question
    from xscene_core.newcategory.orders import OrderList
    from xscene_core.newcategory.product_list import ProductList
    from xscene_core.scenes.validation import Problem

KINDS = ["csv", "xlsx", "parquet", "jsonl", "zip", "tsv", "txt", "ndjson", "json", "gz"]
KINDS += ["xlsm", "xlsb", "xls", "ods"]
ROWS_SHOWN = 5


def show(asked: Question | None) -> NewCategory | None:
    """The uploaded products, else those of the link, else ``None``."""
    file = st.file_uploader(
        t("new_category.upload"), type=KINDS, key="nc.file", help=t("new_category.upload_help")
    )
    if file is None:
        if asked is None or asked.category.kind != "products":
            return None
        said = t(
            "new_category.uploaded_before",
            name=errors.plain(asked.category.name),
            n=len(asked.category.items),
        )
        st.caption(said)
        _preview(asked.category.items)
        return asked.category
    content = file.getvalue()
    digest = hashlib.sha256(content).hexdigest()[:12]
    first = _read(content, file.name, ())
    mapping = _mapping(first, digest) if first.columns else {}
    read = _read(content, file.name, tuple(sorted(mapping.items()))) if mapping != first.mapping else first
    problems(read.problems, read.category is None)
    if read.category is not None:
        _preview(read.category.items)
    return read.category


@st.cache_data(max_entries=16, show_spinner=False)
def _read(content: bytes, name: str, mapping: tuple[tuple[str, str], ...]) -> ProductList:
    from xscene_core.newcategory.product_list import read_products

    with tempfile.NamedTemporaryFile(suffix=Path(name).suffix) as file:
        file.write(content)
        file.flush()
        return read_products(
            {name: Path(file.name)}, dict(mapping), Path(name).name.split(".")[0].replace("_", " ")
        )


def _mapping(read: ProductList, digest: str) -> dict[str, str]:
    from xscene_core.newcategory.product_list import fields

    st.caption(t("new_category.mapping"))
    return mapping(read, fields(), "field", f"nc.map.{digest}", 3)


def mapping(
    read: ProductList | OrderList, fields: Sequence[str], words: str, key: str, across: int
) -> dict[str, str]:
    """A choice of column for each of our fields, filled with what was recognised; ``""`` for none."""
    chosen = {}
    columns = st.columns(across)
    for place, field in enumerate(fields):
        options = ["", *read.columns]
        chosen[field] = columns[place % across].selectbox(
            t(f"new_category.{words}_{field}"),
            options,
            index=options.index(read.mapping.get(field, "")),
            key=f"{key}.{field}",
            format_func=lambda column: column or t("new_category.mapping_none"),
        )
    return {field: column or "" for field, column in chosen.items()}


def problems(found: Sequence[Problem], stopped: bool) -> None:
    """All that is wrong with a list, folded away unless it stops the work."""
    if not found:
        return
    icon = ":material/error:" if stopped else ":material/info:"
    with st.expander(t("new_category.problems", n=len(found)), icon=icon, expanded=stopped):
        for problem in found:
            where = [problem.column, t("new_category.problem_row", row=problem.row) if problem.row else ""]
            where.append(t("new_category.problem_count", n=problem.count) if problem.count > 1 else "")
            place = errors.plain(", ".join(part for part in where if part))
            icon = ":material/error:" if problem.severity == "error" else ":material/info:"
            st.markdown(f"{icon} {errors.plain(problem.what)} ({place}). {errors.plain(problem.todo)}")


def _preview(items: pd.DataFrame) -> None:
    shown = [
        column
        for column in ("title", "category", "brand", "price", "stock")
        if column in items and items[column].astype(str).str.len().any()
    ]
    tables.table(
        items[shown].head(ROWS_SHOWN),
        alt=t("new_category.preview_alt"),
        columns={column: t(f"new_category.field_{column}") for column in shown},
    )
