"""Beside and below the pictures: the numbers of the original space, and what was selected."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from pages.ui import align_selection, cards, charts, engine, tables
from pages.ui.align_space import Space
from pages.ui.selection import Contrast, contrast
from xscene_core.errors import WorkError
from xscene_core.text import t

NUMBERS = ("mixing", "proxy_a_distance", "mmd", "coral")
CARDS_SHOWN = 24
ROWS_SHOWN = 500
LISTED = {
    "items": ["scene", "id", "title", "category", "brand", "price", "rank"],
    "people": ["scene", "id", "category", "brand", "price", "rank"],
    "rows": ["scene", "id", "title", "category", "predicted", "outcome", "words"],
}
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def show_numbers(folder: Path, kind: str) -> None:
    """Before and after in the original space."""
    found = _alignment(folder).get(kind, {})
    before, after = found.get("before", {}), found.get("after", {})
    st.markdown(f"**{t('align.numbers_title')}**")
    known = [name for name in NUMBERS if _number(before, name) is not None]
    if not known:
        st.caption(t("align.no_numbers"))
        return
    cards.figures(
        [
            cards.Figure(
                t(f"align.number_{name}") + _unit(before, after, name),
                " → ".join(_words(part, name, _power(before, after, name)) for part in (before, after)),
                t(f"align.number_{name}_help"),
            )
            for name in known
        ]
    )
    st.caption(t("align.numbers_origin"))


def show_selection(seen: Space, chosen: npt.NDArray[np.bool_] | None, titles: dict[str, str]) -> None:
    """Who and what was selected, against the rest; the list with pictures."""
    if chosen is None:
        st.caption(t("align.how_to_select_label" if seen.labelled else "align.how_to_select"))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        n = t(f"align.count_{seen.kind}", n=f"{int(chosen.sum()):,}")
        st.markdown(f"**{t('align.selected', count=n, of=f'{len(chosen):,}')}**", width="stretch")
        st.button(
            t("align.clear"), icon=":material/close:", key="align.clear", on_click=align_selection.clear
        )
    if not chosen.any():
        st.markdown(t("align.nothing_selected"))
        return
    table = seen.table.assign(scene=seen.table["scene"].map(titles).fillna(seen.table["scene"]))
    found = contrast(table, chosen, list(seen.shares), list(seen.numbers))
    if found.rest:
        _show_contrast(found, seen.kind)
    if seen.kind == "items":
        _show_items(seen.table[chosen])
    _show_list(table[chosen], seen.kind)


def _show_contrast(found: Contrast, kind: str) -> None:
    figures = [
        cards.Figure(
            t(f"align.median_{name}_{kind}"),
            f"{inside:,.4g}",
            t("align.rest", value="–" if np.isnan(outside) else f"{outside:,.4g}"),
        )
        for name, (inside, outside) in found.numbers.items()
    ]
    if figures:
        cards.figures(figures)
    columns = st.columns(len(found.shares), gap="medium") if found.shares else []
    for column, (name, shares) in zip(columns, found.shares.items(), strict=True):
        with column:
            st.markdown(f"**{t(f'align.share_{name}_{kind}')}**")
            _bars(name, shares)


def _bars(name: str, shares: pd.DataFrame) -> None:
    look = charts.palette()
    figure = charts.canvas(90 + 40 * len(shares), legend=True)
    for part, colour in (("rest", look.line), ("selected", look.series[0])):
        figure.add_bar(
            y=[charts.shorten(str(value), 22) for value in shares["value"]],
            x=100 * shares[part],
            orientation="h",
            name=t(f"align.legend_{part}"),
            marker_color=colour,
            hovertemplate="%{y}: %{x:.0f} %<extra></extra>",
        )
    figure.update_layout(barmode="group", legend_traceorder="reversed")
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(ticksuffix=" %", rangemode="tozero", nticks=4)
    sentences = [
        t("align.alt_share", value=row["value"], selected=f"{row['selected']:.0%}", rest=f"{row['rest']:.0%}")
        for _, row in shares.iterrows()
    ]
    charts.chart(figure, alt=" ".join(sentences), key=f"align.share.{name}")


def _show_items(rows: pd.DataFrame) -> None:
    """The first products of each scene in turn, so that a large scene does not fill the strip."""
    place = rows.groupby("scene").cumcount()
    shown = rows.assign(place=place).sort_values(["place", "scene"], kind="stable").head(CARDS_SHOWN)
    pictures: dict[tuple[str, str], bytes] = {}
    for scene, part in shown.groupby("scene"):
        found = engine.pictures(str(scene), tuple(sorted(part["id"])))
        pictures |= {(str(scene), item): png for item, png in found.items()}
    target = rows["scene"].iloc[-1]
    cards.products(
        [
            cards.Product(
                row["title"],
                row["category"],
                "" if np.isnan(row["price"]) else f"{row['price']:,.2f}",
                pictures.get((row["scene"], row["id"])),
                "" if np.isnan(row["rank"]) else t("align.hover_rank", rank=f"{row['rank']:,.0f}"),
                "target" if row["scene"] == target else "source",
            )
            for _, row in shown.iterrows()
        ],
        label=t("align.strip_label"),
    )


def _show_list(rows: pd.DataFrame, kind: str) -> None:
    columns = LISTED[kind]
    shown = rows[columns]
    with st.expander(t("align.list_title"), icon=":material/list:"):
        tables.table(
            shown.head(ROWS_SHOWN),
            alt=t("align.list_alt"),
            placeholder="–",
            columns={name: t(f"align.col_{name}_{kind}") for name in columns},
        )
        if len(shown) > ROWS_SHOWN:
            st.caption(t("app.more", n=f"{len(shown) - ROWS_SHOWN:,}"))
        tables.csv_button(shown, "selection.csv")


def _alignment(folder: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / "alignment.json").read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise WorkError(
            "The numbers of the original space are missing",
            where=str(folder / "alignment.json"),
            todo="Run the method again.",
        ) from error


def _number(part: dict[str, Any], name: str) -> float | None:
    value = part.get(name)
    return None if value is None or np.isnan(value) else float(value)


def _power(before: dict[str, Any], after: dict[str, Any], name: str) -> int:
    """The power of ten to print both in, so that small distances stay readable; 0 for ordinary numbers."""
    largest = max(abs(_number(part, name) or 0.0) for part in (before, after))
    return 0 if largest == 0 or largest >= 0.01 else math.floor(math.log10(largest))


def _unit(before: dict[str, Any], after: dict[str, Any], name: str) -> str:
    power = _power(before, after, name)
    return f" × 10{str(power).translate(SUPERSCRIPTS)}" if power else ""


def _words(part: dict[str, Any], name: str, power: int) -> str:
    value = _number(part, name)
    return "–" if value is None else f"{value / 10.0**power:.2f}"
