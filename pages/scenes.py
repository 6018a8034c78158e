"""Scenes: what places there are, what is in them, how alike they are, and how to add one."""

import streamlit as st

from pages.ui import engine, scene_advice, scene_cards, scene_distances, scene_import, scene_profile, state
from pages.ui.header import page
from xscene_core.text import t

VIEWS = ("library", "profile", "distances", "add")

with page("scenes") as head:
    key = state.seed("view", VIEWS, "library")
    view = st.segmented_control(
        t("scenes.view"),
        VIEWS,
        key=key,
        format_func=lambda name: t(f"scenes.view_{name}"),
        label_visibility="collapsed",
        required=True,
    )
    state.keep("view", view)
    scene_cards.show_undo()
    cards = engine.cards()
    if view != "profile":
        state.leave("scene")
        head.show_scenes(card.name for card in cards)

    if view == "add":
        scene_import.show()
    elif not cards:
        scene_cards.show_empty()
    elif view == "profile":
        name = scene_profile.choose(cards)
        head.show_scenes([name])
        scene_profile.show(name)
    elif view == "distances":
        scene_distances.show([card.name for card in cards])
        if len(cards) > 1:
            scene_advice.show([card.name for card in cards])
    else:
        scene_cards.show(cards)
