"""Words in the cells of a heat map that can be read on every colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def write_in_cells(
    figure: Figure,
    x: Sequence[Any],
    y: Sequence[Any],
    values: Sequence[Sequence[float | None]],
    text: Sequence[Sequence[str]],
    ramp: Sequence[str],
    low: float,
    high: float,
) -> None:
    """Writes ``text`` into the cells of a heat map in black or white, whichever is told better from the
    colour that ``ramp`` gives the value between ``low`` and ``high``; Plotly's own choice is too pale.
    """
    inks: dict[str, list[tuple[Any, Any, str]]] = {"#000000": [], "#FFFFFF": []}
    for place, line, said in zip(y, values, text, strict=True):
        for column, value, words in zip(x, line, said, strict=True):
            if value is not None and words:
                share = (value - low) / (high - low) if high > low else 0.5
                inks[_ink(_between(ramp, min(max(share, 0.0), 1.0)))].append((column, place, words))
    for ink, cells in inks.items():
        if cells:
            columns, places, words = zip(*cells, strict=True)
            figure.add_scatter(
                x=columns,
                y=places,
                text=words,
                mode="text",
                textfont={"color": ink, "size": 12},
                hoverinfo="skip",
            )


def _between(ramp: Sequence[str], share: float) -> tuple[float, ...]:
    """Red, green, blue (0 to 255) of the scale at ``share`` of its length, as Plotly mixes them."""
    at = share * (len(ramp) - 1)
    left = min(int(at), len(ramp) - 2)
    ends = [[int(colour[k : k + 2], 16) for k in (1, 3, 5)] for colour in (ramp[left], ramp[left + 1])]
    return tuple(a + (b - a) * (at - left) for a, b in zip(*ends, strict=True))


def _ink(ground: Sequence[float]) -> str:
    """Black or white: the one with the larger contrast by WCAG 2.2, which never falls below 4.5:1."""
    parts = [value / 255 for value in ground]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else "#FFFFFF"
