"""One look for every chart: colours by theme, calm axes, and a text alternative that cannot be left out.

    look = charts.palette()                       # colours for the theme in use
    figure = charts.canvas(height=260)            # an empty plotly figure in the house style
    figure.add_bar(x=..., y=..., marker_color=look.series[0])
    charts.chart(figure, alt="Electronics has the most items, 480.", key="scenes.categories")

``bars``, ``heatmap`` and ``lines`` draw the usual kinds. Plotly is imported at first use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.ui.cell_text import write_in_cells

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

QUIET_TOOLBAR = {"displaylogo": False, "displayModeBar": False, "scrollZoom": False}


@dataclass(frozen=True)
class Palette:
    """Okabe and Ito's colour-blind safe set, adjusted to 3:1 contrast on the page (as in config.toml)."""

    dark: bool
    series: tuple[str, ...]
    sequential: tuple[str, ...]
    diverging: tuple[str, ...]
    """Low (worse) is orange, high (better) is blue; the middle is close to the page."""
    source: str
    target: str
    good: str
    bad: str
    muted: str
    line: str
    text: str


LIGHT = Palette(
    dark=False,
    series=("#0072B2", "#D55E00", "#009E73", "#B0588C", "#A87400", "#3796C9", "#7A7A1F", "#5B6B7A"),
    sequential=(
        "#F0F6FA",
        "#D9E9F3",
        "#BFDAEB",
        "#9FC8E0",
        "#78B1D2",
        "#4D98C2",
        "#237EB0",
        "#00699F",
        "#00527D",
        "#003A59",
    ),
    diverging=(
        "#8C3B00",
        "#B85410",
        "#D98047",
        "#EDB48E",
        "#F8E2D3",
        "#DCEAF3",
        "#A7CCE3",
        "#5FA3CB",
        "#1A77AB",
        "#00507A",
    ),
    source="#D55E00",
    target="#0072B2",
    good="#00856A",
    bad="#C5371F",
    muted="#5B6B7A",
    line="#D8E0E8",
    text="#17212B",
)
DARK = Palette(
    dark=True,
    series=("#56B4E9", "#F0813A", "#2FC79B", "#DE8FBD", "#E6B93C", "#8FA8FF", "#C9C64E", "#9AAAB9"),
    sequential=(
        "#16222D",
        "#17303F",
        "#183F55",
        "#1A506D",
        "#1E6387",
        "#2678A2",
        "#388FBC",
        "#56A8D3",
        "#82C2E6",
        "#B5DDF5",
    ),
    diverging=(
        "#FFB27D",
        "#F0914F",
        "#C4713A",
        "#8C542F",
        "#543A2A",
        "#21394A",
        "#245A7B",
        "#2F7FAE",
        "#56A8D9",
        "#9AD0F2",
    ),
    source="#F0813A",
    target="#56B4E9",
    good="#2FC79B",
    bad="#FF8A70",
    muted="#9AAAB9",
    line="#2E3B48",
    text="#E6ECF2",
)


def palette() -> Palette:
    """The colours for the theme this reader uses."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def colours(names: Sequence[str]) -> dict[str, str]:
    """A colour for each name, the same whenever the same names are given."""
    series = palette().series
    return {name: series[place % len(series)] for place, name in enumerate(dict.fromkeys(names))}


def scale(colours_: Sequence[str]) -> list[list[Any]]:
    """A plotly colour scale from equally spaced colours."""
    return [[place / (len(colours_) - 1), colour] for place, colour in enumerate(colours_)]


def canvas(height: int = 280, *, legend: bool = False, **layout: Any) -> Figure:
    """An empty figure in the house style; ``layout`` is passed to ``update_layout``."""
    from plotly.graph_objects import Figure

    look = palette()
    axis = {"gridcolor": look.line, "zeroline": False, "linecolor": look.line, "automargin": True}
    figure = Figure()
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        showlegend=legend,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "title": None},
        xaxis={**axis, "showgrid": False},
        yaxis=axis,
        colorway=list(look.series),
        bargap=0.25,
        hoverlabel={"align": "left"},
        dragmode=False,
    )
    return figure.update_layout(**layout)


def chart(figure: Figure, *, alt: str, key: str, **options: Any) -> Any:
    """Shows ``figure``; ``alt`` is one sentence that says what it shows, for those who cannot see it."""
    if not alt.strip():
        raise ValueError("a chart needs a text alternative")
    options.setdefault("config", QUIET_TOOLBAR)
    return st.plotly_chart(figure, alt=alt, key=key, **options)


def bars(
    values: Mapping[str, float], *, alt: str, key: str, height: int = 260, colour: str | None = None
) -> None:
    """Horizontal bars, the first on top, with the value at the end of each."""
    figure = canvas(height)
    names = [shorten(name) for name in values]
    figure.add_bar(
        y=list(range(len(names))),
        x=list(values.values()),
        orientation="h",
        marker_color=colour or palette().series[0],
        text=[f"{value:,.4g}" for value in values.values()],
        textposition="outside",
        cliponaxis=False,
        customdata=list(values),
        hovertemplate="%{customdata}: %{x:,}<extra></extra>",
    )
    figure.update_yaxes(
        tickvals=list(range(len(names))), ticktext=names, autorange="reversed", showgrid=False
    )
    figure.update_xaxes(visible=False, range=[0, max([*values.values(), 1e-9]) * 1.18])
    chart(figure, alt=alt, key=key)


def heatmap(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    *,
    alt: str,
    key: str,
    text: Sequence[Sequence[str]],
    diverging: bool = False,
    height: int = 340,
) -> None:
    """A matrix with its numbers written in the cells; ``None`` is left empty."""
    look = palette()
    ramp = look.diverging if diverging else look.sequential
    known = [value for line in values for value in line if value is not None]
    high = max(map(abs, known), default=1.0) if diverging else max(known, default=1.0)
    low = -high if diverging else min(known, default=0.0)
    figure = canvas(height)
    figure.add_heatmap(
        x=list(columns),
        y=list(rows),
        z=[list(line) for line in values],
        text=[list(line) for line in text],
        colorscale=scale(ramp),
        zmin=low,
        zmax=high,
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="%{y}, %{x}: %{text}<extra></extra>",
    )
    write_in_cells(figure, columns, rows, values, text, ramp, low, high)
    figure.update_yaxes(autorange="reversed", showgrid=False, ticks="", linewidth=0, showline=False)
    figure.update_xaxes(side="top", ticks="", showline=False)
    chart(figure, alt=alt, key=key)


def lines(
    series: Mapping[str, Sequence[tuple[float, float]]],
    *,
    alt: str,
    key: str,
    x: str,
    y: str,
    height: int = 260,
    colour: Mapping[str, str] | None = None,
) -> None:
    """One line for each name, given as (x, y) points; ``colour`` by name where it must not change."""
    chosen = colour or colours(list(series))
    figure = canvas(height, legend=len(series) > 1)
    for name, points in series.items():
        figure.add_scatter(
            x=[point[0] for point in points],
            y=[point[1] for point in points],
            name=name,
            mode="lines+markers" if len(points) < 40 else "lines",
            line={"color": chosen[name], "width": 2},
            marker={"size": 5},
        )
    figure.update_xaxes(title=x)
    figure.update_yaxes(title=y or None)
    chart(figure, alt=alt, key=key)


def shorten(text: str, longest: int = 28) -> str:
    """For axis labels."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
