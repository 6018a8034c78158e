"""Which pairs of scenes are worth trying, before anything is learned, and how well such advice did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from pages.ui import comparisons, engine, scene_distances, tables
from pages.ui.errors import plain
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.experiments.advisor import Advice, Past, Track

LATEST, SHOWN = 30, 12
"""Comparisons that are looked back on, and pairs that are listed."""

Shares = dict[tuple[str, str], float]


def show(names: list[str]) -> None:
    """The most promising pairs, and the record of past predictions of rankings."""
    from xscene_core.experiments import advisor

    words, people = (_shares(measure, names) for measure in scene_distances.OVERLAPS)
    with st.spinner(t("scenes.advice_reading")):
        past = _past(words, people)
    st.subheader(t("scenes.advice_title"), anchor=False)
    record = advisor.track(past)
    st.markdown(plain(_record(record, len(past))))
    _table(advisor.advise(past, words, people)[:SHOWN], past)
    if record.right is not None:
        with st.expander(t("scenes.advice_past"), icon=":material/history:"):
            _past_table(past, record)


def _shares(measure: str, names: list[str]) -> Shares:
    """Overlap of every ordered pair of two different scenes."""
    table, _ = scene_distances.overlaps(measure, names)
    return {
        (row, column): float(table.loc[row, column]) for row in names for column in names if row != column
    }


def _past(words: Shares, people: Shares) -> list[Past]:
    """The latest comparison of each ranking task whose scenes are still here."""
    from xscene_core.experiments import advisor

    found: dict[tuple[tuple[str, ...], str], Past] = {}
    for group in engine.groups()[:LATEST]:
        if group.live or not group.finished or group.task.label:
            continue
        one = advisor.past_of(comparisons.of(group), words, people)
        if one is not None:
            found.setdefault((one.sources, one.target), one)
    return list(found.values())


def _record(record: Track, pairs: int) -> str:
    from xscene_core.experiments.advisor import FEWEST

    if record.right is None:
        return t("scenes.advice_too_few", n=pairs, needed=FEWEST)
    fields = {
        "n": pairs,
        "right": f"{record.right.value:.0%}",
        "low": f"{record.right.low:.0%}",
        "high": f"{record.right.high:.0%}",
        "error": f"{record.error:.4f}",
        "plain": f"{record.plain_error:.4f}",
    }
    return t("scenes.advice_useful" if record.useful else "scenes.advice_useless", **fields)


def _table(advice: list[Advice], past: list[Past]) -> None:
    titles = engine.titles()
    tried = {(source, one.target): one for one in past for source in one.sources if len(one.sources) == 1}
    rows = [
        {
            "pair": f"{titles.get(one.source, one.source)} → {titles.get(one.target, one.target)}",
            "words": f"{one.alike[0]:.0%}",
            "people": f"{one.alike[1]:.0%}",
            "expected": None if one.expected is None else f"{one.expected:+.4f}",
            "measured": _measured(tried.get((one.source, one.target))),
        }
        for one in advice
    ]
    tables.table(
        pd.DataFrame(rows),
        alt=t("scenes.advice_alt"),
        columns={name: t(f"scenes.advice_{name}") for name in rows[0]},
    )


def _past_table(past: list[Past], record: Track) -> None:
    titles = engine.titles()
    rows = [
        {
            "pair": " + ".join(titles.get(name, name) for name in one.sources)
            + f" → {titles.get(one.target, one.target)}",
            "predicted": f"{predicted:+.4f}",
            "measured": _measured(one),
        }
        for one, predicted in zip(past, record.predicted, strict=True)
    ]
    frame = pd.DataFrame(rows)
    named = {name: t(f"scenes.advice_{name}") for name in rows[0]}
    tables.table(frame, alt=t("scenes.advice_past_alt"), columns=named)
    tables.csv_button(frame, "advice.csv")


def _measured(one: Past | None) -> str | None:
    return None if one is None else f"{one.gain:+.4f} ({one.low:+.4f} … {one.high:+.4f})"
