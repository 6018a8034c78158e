"""A card per group of people: how large, what sets it apart, how well the category fits it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.ui import cards
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.newcategory import Recommendations


def segment_name(traits: list[dict[str, Any]]) -> str:
    """What people of a segment chose more often than the rest."""
    if not traits:
        return t("new_category.segment_plain")
    return " · ".join(_short(trait) for trait in traits[:2])


def _short(trait: dict[str, Any]) -> str:
    """A category or brand by its name; a word from titles in quotes, for alone it says nothing."""
    text = str(trait["text"]).split(" > ")[-1][:48]
    return t("new_category.word", text=text) if trait["kind"] == "word" else text


def show(answer: Recommendations) -> None:
    """Best-fitting first."""
    st.subheader(t("new_category.segments"), anchor=False, help=t("new_category.segments_help"))
    several = len(answer.products) > 1
    cells = "".join(_card(one, several) for one in answer.segments)
    st.html(f'<div class="xs-segments" role="list">{cells}</div>')


def _card(one: dict[str, Any], several: bool) -> str:
    tone = "good" if one["low"] > 1 else "bad" if one["high"] < 1 else "quiet"
    size = t("new_category.segment_size", n=one["people"], share=one["share"])
    lift = t("new_category.segment_lift", low=one["low"], high=one["high"])
    traits = "".join(_trait(trait) for trait in one["traits"])
    wants = ""
    if several:
        choices = "".join(f"<li>{cards.escape(choice['title'], 80)}</li>" for choice in one["choices"][:3])
        wants = f'<div class="xs-label">{t("new_category.would_choose")}</div><ol>{choices}</ol>'
    return (
        f'<div class="xs-segment xs-edge-{tone}" role="listitem">'
        f'<div class="xs-segment-name">{cards.escape(segment_name(one["traits"]))}</div>'
        f'<div class="xs-detail">{size}</div>'
        f'<div class="xs-value">{one["lift"]:.1f} ×</div><div class="xs-detail">{lift}</div>'
        f"<ul>{traits}</ul>{wants}</div>"
    )


def _trait(trait: dict[str, Any]) -> str:
    text = cards.escape(t(f"new_category.trait_{trait['kind']}", text=trait["text"]))
    rest = t("new_category.rest", share=trait["rest"])
    return f"<li>{text} <span>{trait['share']:.0%} · {rest}</span></li>"
