"""Cards, chips and strips. All text is escaped here; pictures are PNG bytes turned into data addresses.

st.html(cards.chips([cards.chip("imported"), cards.chip("negative transfer", "bad")]))
cards.figures([Figure("NDCG@10", "0.0412", "0.0388 to 0.0436", tone="good")])
cards.products([Product("Silk scarf", "Accessories", "18.00 ", png, note="3rd choice", tone="good")])
cards.empty(title, text, icon=":material/…:", action=(label, page_file))
"""

import base64
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from xscene_core.text import t

Tone = Literal["quiet", "sample", "source", "target", "good", "bad", "warn"]
LONGEST_TEXT = 160


@dataclass(frozen=True)
class Product:
    """One product as a person sees it. ``tone`` draws a coloured edge; ``note`` is a line below."""

    title: str
    category: str = ""
    price: str = ""
    picture: bytes | None = None
    note: str = ""
    tone: Tone | None = None


@dataclass(frozen=True)
class Figure:
    """One headline number with its interval or what else makes it readable."""

    label: str
    value: str
    detail: str = ""
    tone: Tone | None = None


def chip(text: str, tone: Tone = "quiet", hint: str = "") -> str:
    """HTML of a small label; ``hint`` is its tooltip."""
    title = f' title="{escape(hint, 400)}"' if hint else ""
    return f'<span class="xs-chip xs-{tone}"{title}>{escape(text)}</span>'


def chips(several: Iterable[str]) -> str:
    return f'<div class="xs-chips">{"".join(several)}</div>'


def route(sources: Sequence[str], target: str) -> str:
    """HTML of source -> target."""
    left = "".join(chip(name, "source") for name in sources)
    arrow = '<span class="xs-arrow" aria-label="to">→</span>'
    return f'<div class="xs-chips xs-route">{left}{arrow}{chip(target, "target")}</div>'


def figures(several: Sequence[Figure]) -> None:
    """A row of headline numbers."""
    cells = "".join(
        f'<div class="xs-figure xs-edge-{one.tone or "quiet"}">'
        f'<div class="xs-label">{escape(one.label)}</div>'
        f'<div class="xs-value">{escape(one.value)}</div>'
        f'<div class="xs-detail">{escape(one.detail, 300)}</div></div>'
        for one in several
    )
    st.html(f'<div class="xs-figures">{cells}</div>')


def products(several: Sequence[Product], *, label: str = "", wrap: bool = False) -> None:
    """A strip of product cards that scrolls sideways, or with ``wrap`` a wall of them."""
    cells = "".join(_product(one) for one in several)
    named = f' aria-label="{escape(label)}"' if label else ""
    st.html(f'<div class="{"xs-wall" if wrap else "xs-strip"}" role="list" tabindex="0"{named}>{cells}</div>')


def thumbnails(several: Sequence[tuple[str, bytes]], *, label: str) -> str:
    """HTML of small pictures side by side: (title, PNG)."""
    cells = "".join(
        f'<img class="xs-thumb" src="{address(png)}" alt="{escape(title)}" title="{escape(title)}">'
        for title, png in several
    )
    return f'<div class="xs-thumbs" aria-label="{escape(label)}">{cells}</div>'


def empty(title: str, text: str, *, icon: str = "", action: tuple[str, str] | None = None) -> None:
    """What a page shows when there is nothing to show: why, and the way on."""
    with st.container(border=True, key=f"xs-empty-{abs(hash(title)) % 10**6}"):
        st.markdown(f"{icon} **{title}**" if icon else f"**{title}**")
        st.write(text)
        if action:
            st.page_link(action[1], label=action[0], icon=":material/arrow_forward:")


def last_level(category: str) -> str:
    """ "Home > Kitchen > Mugs" -> "Mugs"."""
    return re.split(r"[>|»›]", category)[-1].strip()


def address(png: bytes) -> str:
    """A data address for PNG bytes."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


def escape(text: object, longest: int = LONGEST_TEXT) -> str:
    """``text`` shortened and safe inside HTML text and attributes."""
    words = str(text)
    return html.escape(words if len(words) <= longest else words[: longest - 1] + "…", quote=True)


def _product(one: Product) -> str:
    edge = f" xs-edge-{one.tone}" if one.tone else ""
    initial = escape((one.title or "?")[:1].upper())
    picture = f'<div class="xs-nopicture" aria-label="{t("app.no_picture")}">{initial}</div>'
    if one.picture:
        picture = f'<img src="{address(one.picture)}" alt="">'
    facts = " · ".join(escape(fact) for fact in (one.category, one.price) if fact)
    note = f'<div class="xs-note">{escape(one.note)}</div>' if one.note else ""
    return (
        f'<div class="xs-product{edge}" role="listitem"><div class="xs-picture">{picture}</div>'
        f'<div class="xs-title" title="{escape(one.title, 300)}">{escape(one.title, 90)}</div>'
        f'<div class="xs-facts">{facts}</div>{note}</div>'
    )
