"""What the colours of the points mean."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from pages.ui import cards, charts
from pages.ui.align_space import Space
from xscene_core.text import t

Colour = Literal["scene", "category", "error"]
COLOURS: tuple[Colour, ...] = ("scene", "category", "error")
RANK_EDGES = (1, 5, 10, 20, 50, 100, 200, 500)
CATEGORIES_SHOWN = 7


@dataclass(frozen=True)
class Colouring:
    """of : (n,) index into ``palette``. names : what each entry of the palette stands for."""

    of: npt.NDArray[np.uint8]
    palette: tuple[str, ...]
    names: tuple[str, ...]


def colouring(space: Space, by: Colour, titles: dict[str, str]) -> Colouring:
    """Colours by scene, by the commonest categories, or by the rank of the answer."""
    if by == "error":
        return _by_outcome(space.table["outcome"]) if space.labelled else _by_rank(space.table["rank"])
    if by == "category":
        rest = t("align.outcome_unlabelled") if space.labelled else t("align.other_category")
        return _by_category(space.table["category"], rest)
    return _by_scene(space, titles)


def legend(colours: Colouring) -> None:
    """Each colour in words, with the number of points."""
    counts = np.bincount(colours.of, minlength=len(colours.palette))
    dots = [
        f'<span style="white-space:nowrap"><span style="display:inline-block;width:.65rem;height:.65rem;'
        f'border-radius:50%;background:{colour};margin-right:.35rem"></span>'
        f'{cards.escape(name)} <span style="opacity:.75">{count:,}</span></span>'
        for name, colour, count in zip(colours.names, colours.palette, counts, strict=True)
        if count
    ]
    st.html(f'<div style="display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.85rem">{"".join(dots)}</div>')


def _by_scene(space: Space, titles: dict[str, str]) -> Colouring:
    look = charts.palette()
    spare = [colour for colour in look.series if colour not in (look.source, look.target)]
    sources = [look.source, *spare][: len(space.scenes) - 1]
    palette = [sources[at % len(sources)] for at in range(len(space.scenes) - 1)] + [look.target]
    codes = pd.Index(space.scenes).get_indexer(space.table["scene"])
    return Colouring(
        codes.astype(np.uint8), tuple(palette), tuple(titles.get(name, name) for name in space.scenes)
    )


def _by_category(category: pd.Series, rest: str) -> Colouring:
    look = charts.palette()
    found = [name for name in category.value_counts().index if name]
    shown = found[:CATEGORIES_SHOWN]
    codes = pd.Index(shown).get_indexer(category)
    if len(found) > len(shown):
        rest = t("align.other_category")
    return Colouring(
        np.where(codes < 0, len(shown), codes).astype(np.uint8),
        (*look.series[: len(shown)], _quiet(look)),
        (*shown, rest),
    )


def _by_outcome(outcome: pd.Series) -> Colouring:
    """Wrong rows stand out; rows that were not asked are grey."""
    look = charts.palette()
    names = tuple(t(f"align.outcome_{name}") for name in ("right", "wrong", "unasked"))
    codes = pd.Index(names).get_indexer(outcome)
    return Colouring(codes.astype(np.uint8), (look.series[0], look.series[1], _quiet(look)), names)


def _by_rank(rank: pd.Series) -> Colouring:
    """Good places are dark, so that misses do not shout; what has no rank is grey."""
    look = charts.palette()
    steps = np.linspace(len(look.sequential) - 1, 1, len(RANK_EDGES)).round().astype(int)
    bins = np.searchsorted(RANK_EDGES, rank.fillna(1).to_numpy(), side="right") - 1
    names = [
        t("align.rank_from_to", low=low, high=high - 1) if high else t("align.rank_from", low=low)
        for low, high in zip(RANK_EDGES, (*RANK_EDGES[1:], None), strict=True)
    ]
    unknown = rank.isna().to_numpy()
    return Colouring(
        np.where(unknown, len(names), bins).astype(np.uint8),
        (*(look.sequential[step] for step in steps), _quiet(look)),
        (*names, t("align.rank_unknown")),
    )


def _quiet(look: charts.Palette) -> str:
    return "#3A4754" if look.dark else "#C3CCD5"
