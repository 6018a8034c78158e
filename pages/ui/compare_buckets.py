"""For whom each method of a comparison helps and for whom it hurts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pages.ui import charts
from pages.ui.cell_text import write_in_cells
from pages.ui.compare_figures import Finding, finding
from pages.ui.compare_view import kind_of, names
from pages.ui.wording import metric_in_words, said
from xscene_core.text import t

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from xscene_core.experiments.buckets import Bucket
    from xscene_core.experiments.comparison import Row
    from xscene_core.transfer.method import Kind


SIZES = ("history", "words")
"""Groupings by a size; the others are by how often something was seen."""
SEEN = {"popularity": "seen", "examples": "examples"}


@dataclass(frozen=True)
class Cell:
    """The gain of one method for one group of people."""

    value: float
    low: float
    high: float
    n: int

    @property
    def finding(self) -> Finding:
        return finding(self.low, self.high)


def show(rows: Sequence[Row], kind: str) -> None:
    """Gain per method and group of people."""
    able = sorted(
        (row for row in rows if row.buckets and row.gain), key=lambda row: -row.gains[row.main].value
    )
    if not able:
        st.info(said("compare.no_gains", kind_of(rows)), icon=":material/info:")
        return
    known: dict[str, Bucket] = {
        bucket.name: bucket for row in able for bucket in row.buckets if bucket.kind == kind
    }
    task = kind_of(able)
    cells = [[_cell(row, kind, name) for name in known] for row in able]
    named = names(rows)
    order = [named[row.run.run_id] for row in able]
    hurt = [
        t("compare.alt_hurt", name=name, group=bucket_words(known[group]))
        for name, line in zip(order, cells, strict=True)
        for group, cell in zip(known, line, strict=True)
        if cell is not None and cell.finding == "worse"
    ]
    figure = bucket_map(order, [_bucket_label(bucket) for bucket in known.values()], cells, task)
    figure.update_xaxes(title=t(f"compare.axis_{kind}"))
    metric = metric_in_words(able[0].main)
    alt = said(
        "compare.alt_buckets", task, metric=metric, found=" ".join(hurt) or said("compare.alt_no_hurt", task)
    )
    charts.chart(figure, alt=alt, key=f"compare.buckets.{kind}")


def bucket_map(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[Cell | None]],
    task: Kind = "ranking",
) -> Figure:
    """Gain by method and group of people; bold with an arrow where the interval excludes zero.

    The colours reach as far as the widest interval: what is small beside its uncertainty stays pale.
    """
    look = charts.palette()
    figure = charts.canvas(80 + 46 * len(rows))
    ends = [abs(end) for line in cells for cell in line if cell for end in (cell.low, cell.value, cell.high)]
    widest = max([1e-6, *(end for end in ends if not np.isnan(end))])
    figure.add_heatmap(
        x=list(range(len(columns))),
        y=list(range(len(rows))),
        z=[[None if cell is None else cell.value for cell in line] for line in cells],
        text=[[_cell_text(cell) for cell in line] for line in cells],
        customdata=[[_cell_hover(cell, task) for cell in line] for line in cells],
        colorscale=charts.scale(look.diverging),
        zmid=0,
        zmin=-widest,
        zmax=widest,
        showscale=False,
        xgap=2,
        ygap=2,
        hoverongaps=False,
        hovertemplate="%{customdata}<extra></extra>",
    )
    write_in_cells(
        figure,
        range(len(columns)),
        range(len(rows)),
        [[None if cell is None else cell.value for cell in line] for line in cells],
        [[_cell_text(cell) for cell in line] for line in cells],
        look.diverging,
        -widest,
        widest,
    )
    figure.update_yaxes(
        tickvals=list(range(len(rows))), ticktext=list(rows), autorange="reversed", showgrid=False
    )
    figure.update_xaxes(tickvals=list(range(len(columns))), ticktext=list(columns), side="top", tickangle=0)
    return figure


def bucket_words(bucket: Bucket) -> str:
    """A group of people or rows in words."""
    limits = _limits(bucket)
    if bucket.kind in SIZES:
        return t(f"compare.{bucket.kind}", range=limits)
    name = t(f"compare.{SEEN[bucket.kind]}_{bucket.name}")
    name += f" ({limits}×)" if bucket.name != "never" else ""
    return t("compare.examples_line", name=name) if bucket.kind == "examples" else name


def _bucket_label(bucket: Bucket) -> str:
    """The same, short enough for a column of a phone."""
    if bucket.kind in SIZES:
        return _limits(bucket)
    return t(f"compare.{SEEN[bucket.kind]}_{bucket.name}") + f"<br>{_limits(bucket)}×"


def _limits(bucket: Bucket) -> str:
    if bucket.high is None:
        return f"{bucket.low}+"
    return f"{bucket.low}" if bucket.low == bucket.high else f"{bucket.low}–{bucket.high}"


def _cell(row: Row, kind: str, name: str) -> Cell | None:
    bucket = next((one for one in row.buckets if (one.kind, one.name) == (kind, name)), None)
    if bucket is None or not bucket.n:
        return None
    return Cell(bucket.gain.value, bucket.gain.low, bucket.gain.high, bucket.n)


def _cell_text(cell: Cell | None) -> str:
    if cell is None:
        return ""
    number = f"{cell.value:+.4f}"
    sign = {"better": f"<b>▲ {number}</b>", "worse": f"<b>▼ {number}</b>"}.get(cell.finding, number)
    return f"{sign}<br>n {cell.n:,}"


def _cell_hover(cell: Cell | None, task: Kind) -> str:
    if cell is None:
        return ""
    return said(
        "compare.cell_hover",
        task,
        value=f"{cell.value:+.4f}",
        low=f"{cell.low:+.4f}",
        high=f"{cell.high:+.4f}",
        n=f"{cell.n:,}",
        finding=said(f"compare.finding_{cell.finding}", task),
    )
