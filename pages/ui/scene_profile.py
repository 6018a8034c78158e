"""One scene in detail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import engine, state
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.scenes.scene import SceneCard


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
    from pages.ui import scene_cards

    card = engine.library().card(name)
    st.html(scene_cards.chips(card))
