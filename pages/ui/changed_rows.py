"""Real rows whose label a method put right or wrong, drawn by a rule and not by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui import cards, state, verdict_view
from pages.ui.errors import plain
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.experiments.comparison import Comparison, Row
    from xscene_core.experiments.record import RunRecord

SHOWN = 3
LONGEST = 260
LAST_PAGE = 9999


def show(comparison: Comparison, row: Row) -> None:
    """What became right and what became wrong, beside the method that ``row`` is held against."""
    reference = verdict_view.reference_of(comparison, row)
    if row.gain is None or reference is None:
        return
    st.subheader(t("overview.rows_title"), anchor=False)
    if row.gain.better_share == row.gain.worse_share == 0:
        sentence = t("overview.rows_none", method=row.method, reference=row.reference)
        st.markdown(plain(sentence))
        return
    found = changes(said_of(reference.run), said_of(row.run))
    if found is None:
        st.markdown(t("overview.rows_missing"))
        return
    st.caption(t("overview.rows_how"))
    better, worse = found[found["right"]], found[~found["right"]]
    at = _page(max(len(better), len(worse)))
    for part, name in ((better, "better"), (worse, "worse")):
        n = f"{part['alike'].sum():,}"
        title = t(f"overview.rows_{name}", method=row.method, reference=reference.method, n=n)
        st.markdown(f"**{plain(title)}**")
        shown = part.iloc[at * SHOWN : (at + 1) * SHOWN]
        if len(part):
            _strip(shown if len(shown) else part.head(SHOWN), reference.method, row.method, title)
        else:
            st.caption(t("overview.rows_nothing", n=f"{comparison.n:,}"))


def said_of(run: RunRecord) -> pd.DataFrame | None:
    """row, text, label, predicted of every tested row; ``None`` where the run left none."""
    try:
        columns = ["row", "text", "label", "predicted"]
        return pd.read_parquet(run.folder / "predictions.parquet", columns=columns)
    except (OSError, ValueError):
        return None


def changes(before: pd.DataFrame | None, after: pd.DataFrame | None) -> pd.DataFrame | None:
    """The rows that only one of two runs got right, in a fixed random order: ``text``, ``label``, ``before``
    and ``after`` (the predicted labels), ``right`` (whether the second one is). Equal rows once; ``alike``
    counts them.
    """
    if before is None or after is None:
        return None
    both = before.rename(columns={"predicted": "before"}).assign(after=after["predicted"].to_numpy())
    was, now = both["before"] == both["label"], both["after"] == both["label"]
    both = both.assign(right=now)[was != now].sort_values("row", kind="stable")
    equal = ["text", "label", "before", "after", "right"]
    once = both.groupby(equal, sort=False).size().rename("alike").reset_index()
    order = np.random.default_rng(0).permutation(len(once))
    return once.iloc[order].reset_index(drop=True)


def _page(most: int) -> int:
    """Which rows to show; another set is one click away."""
    pages = -(-most // SHOWN)
    key = state.seed_number("rows", 0, 0, LAST_PAGE)
    at = int(st.session_state[key]) % max(pages, 1)
    if pages > 1:
        st.button(
            t("overview.rows_others"),
            icon=":material/casino:",
            key="overview.rows_others",
            on_click=_turn,
            args=((at + 1) % pages,),
        )
    state.keep("rows", str(at) if at else None)
    return at


def _turn(page: int) -> None:
    st.session_state["param.rows"] = page
    state.keep("rows", str(page) if page else None)


def _strip(rows: pd.DataFrame, before: str, after: str, title: str) -> None:
    cells = "".join(_cell(row, before, after) for _, row in rows.iterrows())
    named = cards.escape(t("overview.rows_list", title=title))
    st.html(f'<div class="xs-quotes" role="list" aria-label="{named}">{cells}</div>')


def _cell(row: pd.Series, before: str, after: str) -> str:
    tones: Sequence[cards.Tone] = ("bad", "good") if row["right"] else ("good", "bad")
    said = [
        cards.chip(t("overview.rows_true", label=row["label"]), "quiet"),
        cards.chip(t("overview.rows_before", method=before, label=row["before"]), tones[0]),
        cards.chip(t("overview.rows_before", method=after, label=row["after"]), tones[1]),
    ]
    if row["alike"] > 1:
        said.append(cards.chip(t("overview.rows_alike", n=f"{row['alike']:,}"), "quiet"))
    text = cards.escape(row["text"], LONGEST)
    edge = "good" if row["right"] else "bad"
    return (
        f'<div class="xs-quote xs-edge-{edge}" role="listitem"><div class="xs-words">{text}</div>'
        f"{cards.chips(said)}</div>"
    )
