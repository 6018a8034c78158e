"""The figure of the Compare page that sets time against quality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pages.ui import charts
from pages.ui.compare_figures import Mark
from xscene_core.text import t

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

SIDES = ("middle right", "middle left", "top center", "bottom center", "top right", "bottom right",
         "top left", "bottom left")  # fmt: skip


def cost_plot(marks: Sequence[Mark], seconds: Sequence[float], metric: str) -> Figure:
    """Quality against wall-clock seconds, both as measured; grey diamonds use no source."""
    look = charts.palette()
    figure = charts.canvas(340)
    costs = [max(cost, 0.01) for cost in seconds]
    values = np.array([mark.value for mark in marks])
    sides = _free_sides(np.log10(costs), values, [mark.name for mark in marks])
    for mark, cost, side in zip(marks, costs, sides, strict=True):
        figure.add_scatter(
            x=[cost],
            y=[mark.value],
            error_y=_error([mark], look.line),
            mode="markers+text",
            text=[mark.name],
            textposition=side,
            textfont={"color": look.muted if mark.baseline else look.text, "size": 12},
            marker={
                "color": look.muted if mark.baseline else look.series[0],
                "symbol": "diamond" if mark.baseline else "circle",
                "size": 9,
            },
            hovertemplate="%{text}: %{y:.4f}, %{x:.1f} s<extra></extra>",
            cliponaxis=False,
        )
    low, high = np.log10(min(costs)), np.log10(max(costs))
    room = 0.3 * max(high - low, 0.5)
    ticks = [step * 10.0**power for power in range(-2, 6) for step in (1, 2, 5)]
    ticks = [tick for tick in ticks if low - room <= np.log10(tick) <= high + room]
    figure.update_xaxes(
        type="log",
        title=t("compare.axis_seconds"),
        range=[low - room, high + room],
        showgrid=True,
        tickvals=ticks,
        ticktext=[f"{tick:g}" for tick in ticks],
    )
    figure.update_yaxes(title=metric)
    return figure


def _free_sides(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], names: Sequence[str]) -> list[str]:
    """For each point the side on which its name meets the fewest other points and names.

    Lengths are shares of the ranges of the data, as they look in a plot about 450 pixels wide.
    """
    wide, tall = max(float(np.ptp(x)), 0.3), max(float(np.ptp(y)), 1e-6)
    points = [((left - x.min()) / wide, (low - y.min()) / tall) for left, low in zip(x, y, strict=True)]
    taken = [_Box(left - 0.02, left + 0.02, low - 0.02, low + 0.02) for left, low in points]
    answer = []
    for (left, low), name in zip(points, names, strict=True):
        boxes = {side: _name_box(left, low, len(name) / 38, side) for side in SIDES}
        crowd = {side: sum(map(box.meets, taken)) + 3 * (box.x0 < -0.3) + 3 * (box.x1 > 1.3)
                 for side, box in boxes.items()}  # fmt: skip
        best = min(crowd, key=crowd.__getitem__)
        taken.append(boxes[best])
        answer.append(best)
    return answer


@dataclass(frozen=True)
class _Box:
    x0: float
    x1: float
    y0: float
    y1: float

    def meets(self, other: _Box) -> bool:
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1


def _name_box(left: float, low: float, width: float, side: str) -> _Box:
    up, across = side.split()
    x0 = {"right": left + 0.03, "left": left - 0.03 - width, "center": left - width / 2}[across]
    y0 = low + {"middle": -0.03, "top": 0.025, "bottom": -0.085}[up]
    return _Box(x0, x0 + width, y0, y0 + 0.06)


def _error(marks: Sequence[Mark], colour: str) -> dict[str, object]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [mark.high - mark.value for mark in marks],
        "arrayminus": [mark.value - mark.low for mark in marks],
        "color": colour,
        "thickness": 1.5,
        "width": 0,
    }
