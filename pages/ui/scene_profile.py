"""One scene in detail: how much there is, what it costs, how people choose, what it looks like."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import cards as look
from pages.ui import charts, engine, scene_cards, scene_labels, state
from pages.ui.errors import plain
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.scenes.profile import Histogram, Profile
    from xscene_core.scenes.scene import SceneCard

PICTURES = 14
LONGEST_DESCRIPTION = 300
"""Characters that a profile keeps of a description."""


def choose(cards: list[SceneCard]) -> str:
    """Which scene to look at."""
    by_name = {card.name: card for card in cards}
    key = state.seed("scene", by_name, cards[0].name)
    name = st.selectbox(
        t("scenes.scene"), list(by_name), key=key, format_func=lambda name: by_name[name].title, width=320
    )
    state.keep("scene", name)
    return name


def show(name: str) -> None:
    """Draws the profile."""
    card = engine.library().card(name)
    st.html(scene_cards.chips(card))
    st.markdown(plain(card.description))
    with st.skeleton(height=500):
        found = _profile(str(engine.home().path), name, engine.library().fingerprint(name))
        pictures = _products(str(engine.home().path), name, engine.library().fingerprint(name))
    _figures(found)
    if pictures:
        st.markdown(f"##### {t('scenes.some_products')}")
        look.products(pictures, label=t("scenes.pictures_of", title=card.title))
    _charts(found)
    scene_labels.show(name, card.title)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _texts(found)
    with right:
        _card(card, found)


def _figures(found: Profile) -> None:
    per_person = found.interactions / found.people if found.people else 0.0
    look.figures(
        [
            look.Figure(
                t("scenes.items"),
                f"{found.items:,}",
                t("scenes.never_chosen", n=f"{found.items_without_interactions:,}"),
            ),
            look.Figure(
                t("scenes.people"), f"{found.people:,}", t("scenes.each_chose", n=f"{per_person:.1f}")
            ),
            look.Figure(t("scenes.choices"), f"{found.interactions:,}", _period(found)),
            look.Figure(t("scenes.sparsity"), f"{found.sparsity:.1%}", t("scenes.sparsity_text")),
        ]
    )


def _charts(found: Profile) -> None:
    with st.grid(2, min_column_width=380, gap="medium"):
        if found.categories:
            with st.container():
                st.markdown(f"##### {t('scenes.categories')}")
                top, n = found.categories[0]
                charts.bars(
                    dict(found.categories),
                    alt=t("scenes.categories_alt", top=top, n=f"{n:,}", count=len(found.categories)),
                    key="profile.categories",
                    height=70 + 24 * len(found.categories),
                )
        if found.price_median is not None and found.price.counts:
            with st.container():
                st.markdown(f"##### {t('scenes.prices')}")
                _prices(found)
        for kind, histogram in (("per_person", found.per_person), ("per_item", found.per_item)):
            if histogram.counts:
                with st.container():
                    st.markdown(f"##### {t(f'scenes.{kind}')}")
                    _doubling(kind, histogram)


def _prices(found: Profile) -> None:
    edges, counts = found.price.edges, found.price.counts
    figure = charts.canvas(280, bargap=0.06)
    figure.add_bar(
        x=list(range(len(counts))),
        y=list(counts),
        customdata=[f"{low:,.2f} – {high:,.2f}" for low, high in pairwise(edges)],
        hovertemplate="%{customdata}: %{y:,}<extra></extra>",
        marker_color=charts.palette().series[0],
    )
    ticks = list(range(0, len(edges), max(len(edges) // 6, 1)))
    figure.update_xaxes(
        tickvals=[tick - 0.5 for tick in ticks], ticktext=[f"{edges[tick]:,.3g}" for tick in ticks]
    )
    figure.update_xaxes(title=t("scenes.price_axis"))
    figure.update_yaxes(title=t("scenes.items_axis"))
    middle = f"{found.price_median:,.2f}"
    charts.chart(
        figure,
        alt=t("scenes.prices_alt", low=f"{edges[0]:,.2f}", high=f"{edges[-1]:,.2f}", median=middle),
        key="profile.prices",
    )
    st.caption(t("scenes.price_text", median=middle, without=f"{found.items_without_price:,}"))


def _doubling(kind: str, histogram: Histogram) -> None:
    """How many people (or products) have 1, 2, 3 to 4, 5 to 8, ... choices."""
    edges = [int(edge) for edge in histogram.edges]
    names = [str(low) if high - low == 1 else f"{low}–{high - 1}" for low, high in pairwise(edges)]
    figure = charts.canvas(240)
    figure.add_bar(x=names, y=list(histogram.counts), marker_color=charts.palette().series[0])
    figure.update_xaxes(title=t("scenes.choices"), type="category")
    figure.update_yaxes(title=t(f"scenes.{kind}_axis"))
    most = max(range(len(names)), key=lambda place: histogram.counts[place])
    charts.chart(
        figure,
        alt=t(f"scenes.{kind}_alt", most=names[most], n=f"{histogram.counts[most]:,}"),
        key=f"profile.{kind}",
    )


def _texts(found: Profile) -> None:
    st.markdown(f"##### {t('scenes.texts')}")
    for title, description in found.texts:
        with st.container(border=True, gap="xxsmall"):
            st.markdown(f"**{plain(title[:200])}**")
            cut = "…" if len(description) == LONGEST_DESCRIPTION else ""
            st.caption(plain(description) + cut if description else t("scenes.no_description"))


def _card(card: SceneCard, found: Profile) -> None:
    st.markdown(f"##### {t('scenes.card')}")
    with st.container(border=True):
        scene_cards.details(card)
        titles = engine.titles()
        for other, people in sorted(found.shared.items(), key=lambda pair: -pair[1]):
            st.markdown(t("scenes.shares", n=f"{people:,}", title=plain(titles.get(other, other))))


def _period(found: Profile) -> str:
    if found.first is None or found.last is None:
        return t("scenes.without_time")
    first, last = (datetime.fromtimestamp(moment, UTC) for moment in (found.first, found.last))
    return t("scenes.period", first=f"{first:%b %Y}", last=f"{last:%b %Y}")


@st.cache_data(max_entries=32, show_spinner=False)
def _profile(path: str, name: str, fingerprint: str) -> Profile:
    from xscene_core.scenes.profile import profile

    return profile(engine.scene(name), engine.library())


@st.cache_data(max_entries=32, show_spinner=False)
def _products(path: str, name: str, fingerprint: str) -> list[look.Product]:
    """Products spread over the catalogue, those with pictures."""
    if not engine.library().card(name).has_images:
        return []
    items = engine.scene(name).items
    shown = items.iloc[:: max(len(items) // PICTURES, 1)].head(PICTURES)
    found = engine.pictures(name, tuple(shown["item_id"]))
    return [
        look.Product(
            row.title,
            look.last_level(row.category),
            "" if row.price != row.price else f"{row.price:,.2f}",
            found.get(row.item_id),
        )
        for row in shown.itertuples(index=False)
    ]
