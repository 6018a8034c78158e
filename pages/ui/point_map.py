"""Two pictures of the same points side by side, with one camera and one selection.

Draws on canvases in the browser and sends back only the outline that was drawn; which points lie inside
is decided here. ``st.plotly_chart`` would send every chosen point as a dictionary and forget the zoom.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import streamlit as st

from xscene_core.text import t

FOLDER = Path(__file__).parent
MODES = ("lasso", "box", "pan")
ACTS = ("in", "out", "reset")

_TOOLS = "".join(f'<button type="button" data-mode="{mode}" aria-pressed="false"></button>' for mode in MODES)
_MOVES = "".join(f'<button type="button" data-act="{act}"></button>' for act in ACTS)
_FIGURE = '<figure><figcaption></figcaption><canvas role="img" tabindex="0"></canvas></figure>'
_MAP = st.components.v2.component(
    "xscene_point_map",
    html=f"""<div class="map">
<div class="tools" role="toolbar">{_TOOLS}<span class="gap"></span>{_MOVES}</div>
<div class="panels">{_FIGURE * 2}</div>
<div class="tip" role="status" hidden></div></div>""",
    css=(FOLDER / "point_map.css").read_text(encoding="utf-8"),
    js=(FOLDER / "point_map.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Panel:
    """points : (n, 2) within -1 to 1 (see ``unit_square``). title : shown above.

    alt : what the picture says, for those who cannot see it.
    """

    points: npt.NDArray[np.float32]
    title: str
    alt: str


@dataclass(frozen=True)
class Outline:
    """What was drawn: a polygon (m, 2) in the coordinates of the points of one panel."""

    panel: int
    polygon: npt.NDArray[np.float64]


def point_map(
    panels: Sequence[Panel],
    *,
    name: str,
    labels: Sequence[str],
    colours: npt.NDArray[np.uint8],
    palette: Sequence[str],
    chosen: npt.NDArray[np.bool_] | None,
    key: str,
) -> Outline | None:
    """Shows the panels; returns the outline in the one run that follows its drawing.

    name : changes when the pictures change, which resets the camera. labels : (n,) shown on hover.
    colours : (n,) index into ``palette`` of hex colours. chosen : (n,) highlighted, ``None`` for nothing.
    """
    n = len(labels)
    order = np.random.default_rng(0).permutation(n)  # so that no scene is painted over another
    answer = _MAP(
        key=key,
        data={
            "map": name,
            "panels": [
                {
                    "points": _text(panel.points[order].astype(np.float32)),
                    "title": panel.title,
                    "alt": panel.alt,
                }
                for panel in panels
            ],
            "labels": [labels[row] for row in order],
            "colours": _text(colours[order]),
            "palette": list(palette),
            "chosen": None if chosen is None else _text(chosen[order].astype(np.uint8)),
            "radius": 4 if n < 1500 else 3 if n < 6000 else 2,
            "words": {name: t(f"align.tool_{name}") for name in (*MODES, *ACTS)},
        },
        on_outline_change=lambda: None,
    )
    return _outline(answer.outline, name, len(panels))


def unit_square(points: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """(n, 2) points moved and scaled, equally along both axes, so that the longer side spans -1 to 1."""
    if not len(points):
        return np.empty((0, 2), dtype=np.float32)
    low, high = points.min(axis=0), points.max(axis=0)
    half = max(float((high - low).max()) / 2, 1e-12)
    return ((points - (low + high) / 2) / half).astype(np.float32)


def inside(points: npt.NDArray[np.floating], polygon: npt.NDArray[np.floating]) -> npt.NDArray[np.bool_]:
    """(n,) whether each of the (n, 2) points lies in the closed polygon (m, 2); even-odd rule."""
    x, y = points[:, 0].astype(np.float64), points[:, 1].astype(np.float64)
    within = np.zeros(len(points), dtype=bool)
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y0 == y1:
            continue
        crosses = (y0 > y) != (y1 > y)
        within ^= crosses & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return within


def _text(array: npt.NDArray[np.generic]) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def _outline(sent: object, name: str, panels: int) -> Outline | None:
    """The outline, if the browser sent a usable one for the picture on show."""
    if not isinstance(sent, dict) or sent.get("map") != name or sent.get("panel") not in range(panels):
        return None
    try:
        polygon = np.asarray(sent.get("polygon"), dtype=np.float64)
    except (TypeError, ValueError):
        return None
    if polygon.ndim != 2 or polygon.shape[1] != 2 or not 3 <= len(polygon) <= 1000:
        return None
    return Outline(int(sent["panel"]), polygon) if np.isfinite(polygon).all() else None
