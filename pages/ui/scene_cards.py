"""The library of scenes as cards, with removal that can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import cards as look
from pages.ui import engine, state
from pages.ui.charts import shorten
from pages.ui.errors import plain
from pages.ui.navigation import PAGES
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.scenes.scene import SceneCard

PICTURES = 5


def show(cards: list[SceneCard]) -> None:
    """One card for each scene."""
    with st.grid(3, min_column_width=300, gap="small"):
        for card in cards:
            with st.container(border=True, height="stretch", key=f"scene.{card.name}"):
                _card(card)


def show_empty() -> None:
    look.empty(t("scenes.empty_title"), t("scenes.empty_text"), icon=":material/storefront:")
    st.button(t("scenes.view_add"), on_click=state.choose, kwargs={"view": "add"}, type="primary")


def show_undo() -> None:
    """Offers the last removed scene back, until another is removed or the page is left."""
    removed = st.session_state.get("scenes.removed")
    if not removed:
        return
    token, title = removed
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(t("scenes.removed", title=plain(title)), width="content")
        st.button(
            t("scenes.undo"), icon=":material/undo:", on_click=_restore, args=(token,), key="scenes.undo"
        )


def facts(card: SceneCard) -> str:
    """ "480 products · 2,104 people · 14,022 choices"."""
    return t(
        "scenes.facts",
        items=f"{card.items:,}",
        people=f"{card.people:,}",
        interactions=f"{card.interactions:,}",
    )


def chips(card: SceneCard) -> str:
    """What kind of scene it is."""
    shown = [
        look.chip(t(f"scenes.origin_{card.origin}"), "sample" if card.origin == "generated" else "target"),
        look.chip(language_name(card.language)),
        look.chip(t("scenes.with_time") if card.has_time else t("scenes.without_time")),
    ]
    return look.chips(shown)


def language_name(code: str) -> str:
    return t(f"scenes.language_{code}") if code in ("en", "zh", "de", "fr", "es") else code


def _card(card: SceneCard) -> None:
    strip = _pictures(card)
    if strip:
        st.html(strip)
    st.markdown(f"#### {plain(card.title)}", width="stretch")
    st.html(chips(card))
    st.caption(plain(shorten(card.description, 190)))
    st.markdown(facts(card))
    st.space("stretch")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            t("scenes.open"),
            key=f"scene.{card.name}.open",
            on_click=state.choose,
            kwargs={"view": "profile", "scene": card.name},
        )
        st.page_link(
            PAGES["adapt"].file,
            label=t("scenes.adapt_to"),
            icon=":material/arrow_forward:",
            query_params={"target": card.name},
        )
        with st.popover(
            t("scenes.more", title=card.title),
            icon=":material/more_horiz:",
            type="tertiary",
            key=f"scene.{card.name}.menu",
        ):
            details(card)


def details(card: SceneCard) -> None:
    """How the scene was made, its licence, what was noticed at import, and the way to remove it."""
    for label, text in (("how", card.how), ("licence", card.licence), ("imported_at", card.imported_at)):
        if text:
            st.markdown(f"**{t(f'scenes.card_{label}')}**  \n{plain(text)}")
    for note in card.notes:
        st.markdown(f":material/info: {plain(note)}")
    st.button(
        t("scenes.remove"),
        icon=":material/delete:",
        key=f"scene.{card.name}.remove",
        on_click=_remove,
        args=(card.name, card.title),
        help=t("scenes.remove_help"),
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _first_items(home: str, name: str, fingerprint: str) -> list[tuple[str, str]]:
    """(item_id, title) of a few items spread over the catalogue."""
    items = engine.scene(name).items
    step = max(len(items) // PICTURES, 1)
    return list(items[["item_id", "title"]].iloc[::step].head(PICTURES).itertuples(index=False, name=None))


def _pictures(card: SceneCard) -> str:
    if not card.has_images:
        return ""
    shown = _first_items(str(engine.home().path), card.name, engine.library().fingerprint(card.name))
    found = engine.pictures(card.name, tuple(item for item, _ in shown))
    return look.thumbnails(
        [(title, found[item]) for item, title in shown if item in found],
        label=t("scenes.pictures_of", title=card.title),
    )


def _remove(name: str, title: str) -> None:
    st.session_state["scenes.removed"] = (engine.library().remove(name), title)


def _restore(token: str) -> None:
    engine.library().restore(token)
    st.session_state.pop("scenes.removed", None)
