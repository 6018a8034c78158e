"""The figures of the Compare page, drawn from plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from pages.ui import charts
from pages.ui.wording import said
from xscene_core.text import t

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from xscene_core.transfer.method import Kind

Finding = Literal["better", "lucky", "worse", "open", "same"]
"""``lucky``: the interval lies above zero, but not beyond what so many methods reach by chance.
``same``: nobody is any better or worse off, as where a method kept the model without a source."""
LINE_HEIGHT = 34
SHORTEST = 160
"""Pixels below which the axis title lies on the numbers."""
GAP = 0.7
NARROWEST = 0.02
"""Of the values, the least that an axis spans."""


@dataclass(frozen=True)
class Mark:
    """A value with its interval; ``finding`` says on which side of zero the interval lies."""

    name: str
    value: float
    low: float
    high: float
    baseline: bool = False
    finding: Finding = "open"


def finding(low: float, high: float) -> Finding:
    """``better`` or ``worse`` only where the whole interval lies on one side of 0."""
    if low == high == 0:
        return "same"
    if low > 0:
        return "better"
    return "worse" if high < 0 else "open"


def dot_plot(marks: Sequence[Mark], metric: str, kind: Kind = "ranking") -> Figure:
    """Means with intervals, best on top; what uses no source stands apart below, in grey.

    kind : of the task, for the words.
    """
    look = charts.palette()
    learned = sorted((mark for mark in marks if not mark.baseline), key=lambda mark: -mark.value)
    plain = sorted((mark for mark in marks if mark.baseline), key=lambda mark: -mark.value)
    figure = _rows([*learned, *plain], len(learned))
    places = _places(len(learned), len(plain))
    for group, colour, symbol, rows in (
        (learned, look.series[0], "circle", places[: len(learned)]),
        (plain, look.muted, "diamond", places[len(learned) :]),
    ):
        _intervals(figure, group, rows, [colour] * len(group), symbol)
    if learned and plain:
        figure.add_hline(y=len(learned) - 0.5 + GAP / 2, line={"color": look.line, "width": 1})
        figure.add_annotation(
            x=1,
            xref="paper",
            xanchor="right",
            y=len(learned) - 0.5 + GAP / 2,
            yanchor="bottom",
            text=said("compare.baselines_below", kind),
            showarrow=False,
            font={"color": look.muted, "size": 12},
        )
    low, high = _bounds(marks)
    left = low - 0.05 * (high - low)
    figure.update_xaxes(
        title=t("compare.axis_mean", metric=metric),
        showgrid=True,
        range=[max(0.0, left) if low >= 0 else left, high + 0.05 * (high - low)],
    )
    return figure


def gain_plot(marks: Sequence[Mark], metric: str, kind: Kind = "ranking") -> Figure:
    """Transfer gains around zero; each finding in words beside its interval and in its colour."""
    look = charts.palette()
    marks = sorted(marks, key=lambda mark: -mark.value)
    figure = _rows(marks, len(marks))
    tones = {
        "better": look.good,
        "worse": look.bad,
        "open": look.muted,
        "lucky": look.muted,
        "same": look.muted,
    }
    _intervals(
        figure, marks, _places(len(marks), 0), [tones[mark.finding] for mark in marks], "circle", signed=True
    )
    figure.add_vline(x=0, line={"color": look.text, "width": 1.5})
    for row, mark in enumerate(marks):
        figure.add_annotation(
            x=max(0.0, mark.value if np.isnan(mark.high) else mark.high),
            y=row,
            xanchor="left",
            xshift=8,
            showarrow=False,
            text=said(f"compare.finding_{mark.finding}", kind),
            font={"color": tones[mark.finding], "size": 12},
        )
    low, high = _bounds(marks, 0.0)
    span = high - low
    figure.update_xaxes(
        title=t("compare.axis_gain", metric=metric), range=[low - 0.06 * span, high + 0.75 * span]
    )
    return figure


def _bounds(marks: Sequence[Mark], *also: float) -> tuple[float, float]:
    ends = (value for mark in marks for value in (mark.low, mark.high, mark.value))
    known = [*also, *(value for value in ends if not np.isnan(value))]
    low, high = min(known), max(known)
    short = max(1e-4, NARROWEST * max(abs(low), abs(high))) - (high - low)  # equal values still need an axis
    return (low - short / 2, high + short / 2) if short > 0 else (low, high)


def _rows(marks: Sequence[Mark], learned: int) -> Figure:
    rest = len(marks) - learned
    tall = 70 + LINE_HEIGHT * len(marks) + (20 if learned and rest else 0)
    figure = charts.canvas(max(tall, SHORTEST))
    figure.update_yaxes(
        tickvals=_places(learned, rest),
        ticktext=["<br>".join(charts.shorten(line) for line in mark.name.split("<br>")) for mark in marks],
        autorange="reversed",
        showgrid=False,
    )
    return figure


def _places(learned: int, rest: int) -> list[float]:
    gap = GAP if learned else 0.0
    return [float(row) for row in range(learned)] + [learned + gap + row for row in range(rest)]


def _intervals(
    figure: Figure,
    marks: Sequence[Mark],
    places: Sequence[float],
    colours: Sequence[str],
    symbol: str,
    *,
    signed: bool = False,
) -> None:
    sign = "+" if signed else ""
    for mark, place, colour in zip(marks, places, colours, strict=True):
        if not (np.isnan(mark.low) or np.isnan(mark.high)):
            figure.add_scatter(
                x=[mark.low, mark.high],
                y=[place, place],
                mode="lines",
                line={"color": colour, "width": 3},
                hoverinfo="skip",
            )
    figure.add_scatter(
        x=[mark.value for mark in marks],
        y=list(places),
        mode="markers",
        marker={"color": list(colours), "symbol": symbol, "size": 11},
        customdata=[[mark.name, mark.low, mark.high] for mark in marks],
        hovertemplate=f"%{{customdata[0]}}: %{{x:{sign}.4f}} "
        f"(%{{customdata[1]:{sign}.4f}} – %{{customdata[2]:{sign}.4f}})<extra></extra>",
    )
