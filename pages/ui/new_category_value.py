"""What first orders are worth: quality against their number, on hidden categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from pages.ui import charts, tables
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.newcategory import Recommendations


def show(answer: Recommendations) -> None:
    """The curve at the left, the sentence and the paired differences at the right."""
    worth = answer.facts.get("orders")
    if worth is None:  # answered by an earlier version
        return
    st.subheader(t("new_category.worth"), anchor=False, help=t("new_category.worth_help"))
    if not worth["measured"]:
        st.info(t("new_category.worth_none"), icon=":material/info:")
        return
    left, right = st.columns(2, gap="large")
    with left:
        _curve(worth["steps"])
    with right:
        st.markdown(f"**{sentence(worth)}**")
        _differences(worth["steps"])
        _words(worth)


def sentence(worth: dict[str, Any]) -> str:
    """What the next orders are worth, in points of pairs in the right order."""
    count = worth["stop"] - worth["start"]
    gain, low, high = worth["following"]
    if count <= 0:
        return t("new_category.worth_enough")
    if gain is None or low is None:  # a single hidden category has no interval
        return t("new_category.worth_untold", n=count, stop=worth["stop"])
    name = "sure" if low > 0 else "unsure"
    points = {"gain": _rounded(gain), "low": _rounded(low), "high": _rounded(high)}
    return t(f"new_category.worth_{name}", n=count, **points)


def _curve(steps: list[dict[str, Any]]) -> None:
    look = charts.palette()
    figure = charts.canvas(280, legend=True)
    names = ["0", *(str(step["orders"]) for step in steps)]
    first = steps[0]["before_which"]
    with_orders = [first, *(step["which"] for step in steps)]
    without = [first[0], *(step["before_which"][0] for step in steps)]
    figure.add_scatter(
        x=names,
        y=without,
        name=t("new_category.worth_without"),
        mode="lines",
        line={"color": look.muted, "width": 1.5, "dash": "dot"},
        hovertemplate="%{x}: %{y:.1%}<extra></extra>",
    )
    figure.add_scatter(
        x=names,
        y=[value for value, _, _ in with_orders],
        name=t("new_category.worth_with"),
        mode="lines+markers",
        line={"color": look.series[0], "width": 2},
        marker={"size": 9},
        error_y={
            "type": "data",
            "array": [high - value for value, _, high in with_orders],
            "arrayminus": [value - low for value, low, _ in with_orders],
            "color": look.series[0],
            "thickness": 1.2,
            "width": 4,
        },
        hovertemplate="%{x}: %{y:.1%}<extra></extra>",
    )
    figure.update_xaxes(title=t("new_category.worth_x"), type="category")
    figure.update_yaxes(title=t("new_category.worth_y"), tickformat=".0%")
    last = steps[-1]
    fields = {"n": last["orders"], "before": last["before_which"][0], "after": last["which"][0]}
    charts.chart(figure, alt=t("new_category.worth_alt", **fields), key="nc.worth")


def _differences(steps: list[dict[str, Any]]) -> None:
    frame = pd.DataFrame(
        {
            "orders": [step["orders"] for step in steps],
            "which": [_points(step["which_gain"]) for step in steps],
            "ndcg": [_points(step["ndcg_gain"]) for step in steps],
            "who": [_points(step["who_gain"]) for step in steps],
            "categories": [step["categories"] for step in steps],
        }
    )
    tables.table(
        frame,
        alt=t("new_category.worth_table"),
        columns={
            name: st.column_config.Column(
                t(f"new_category.worth_{name}"), help=t(f"new_category.worth_{name}_help")
            )
            for name in frame
        },
    )


def _points(three: list[float | None]) -> str:
    value, low, high = three
    if value is None or low is None or high is None:
        return "–"
    return f"{_rounded(value):+.1f} ({_rounded(low):+.1f} … {_rounded(high):+.1f})"


def _rounded(share: float) -> float:
    """In points, as it is shown; never -0.0."""
    return round(100 * share, 1) + 0.0


def _words(worth: dict[str, Any]) -> None:
    strengths = worth["strengths"]
    used = [name for name in ("popularity", "position", "category") if strengths[name]]
    if used:
        listed = ", ".join(t(f"new_category.strength_{name}", value=strengths[name]) for name in used)
        said = t("new_category.strengths", listed=listed, prior=strengths["prior"])
    else:
        said = t("new_category.strengths_none")
    lines = [said]
    if worth["control"][0] is not None:
        lines.append(t("new_category.worth_control", value=_points(worth["control"])))
    lines.append(t(f"new_category.worth_{'time' if worth['ordered'] else 'no_time'}"))
    st.caption(" ".join(lines))
