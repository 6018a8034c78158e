"""What of a product carried its score: its words marked, the regions of its picture outlined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pages.ui import cards
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.newcategory import Recommendations

EXCERPT = 170


@dataclass(frozen=True)
class Carried:
    """Of one product for one person. ``spans``: field -> (start, stop) marked in it. ``words``: the same, as
    said below the product. ``cells``: (row, column) in the picture, the strongest first."""

    spans: dict[str, list[tuple[int, int]]]
    words: list[str]
    cells: list[tuple[int, int]]


def carried(answer: Recommendations, person: int, product: int) -> Carried:
    """What carried the product (row of the products) for the person (row of the people)."""
    from xscene_core.newcategory.regions import Cell
    from xscene_core.newcategory.words import spoken

    pieces, item = answer.shelf.pieces, answer.products.iloc[product]
    spans: dict[str, list[tuple[int, int]]] = {}
    words, cells = [], []
    for row in pieces.named(person, product, "word"):
        where = pieces.where[row]
        if isinstance(where, Cell):
            continue
        words.append(spoken(item, where))
        for span in where:
            spans.setdefault(span.field, []).append((span.start, span.stop))
    for row in pieces.named(person, product, "region"):
        where = pieces.where[row]
        if isinstance(where, Cell):
            cells.append((where.row, where.column))
    return Carried({field: sorted(own) for field, own in spans.items()}, words, cells)


def marked(text: str, spans: list[tuple[int, int]], longest: int = cards.LONGEST_TEXT) -> str:
    """HTML of the text, escaped and shortened, with these characters marked."""
    shown, at, parts = text if len(text) <= longest else text[: longest - 1] + "…", 0, []
    for start, stop in spans:
        if max(at, start) < min(stop, len(shown)):
            before, word = shown[at : max(at, start)], shown[max(at, start) : stop]
            parts.append(f"{cards.escape(before, EXCERPT)}<mark>{cards.escape(word, EXCERPT)}</mark>")
            at = stop
    return "".join([*parts, cards.escape(shown[at:], EXCERPT)])


def excerpt(text: str, spans: list[tuple[int, int]]) -> str:
    """HTML of the place in a long text where the first marked words stand; nothing where none are."""
    if not spans:
        return ""
    begin = max(0, spans[0][0] - EXCERPT // 4)
    begin = 0 if begin == 0 else text.find(" ", begin, spans[0][0]) + 1 or spans[0][0]
    moved = [(start - begin, stop - begin) for start, stop in spans]
    return f"{'… ' if begin else ''}{marked(text[begin:], moved, EXCERPT)}"


def said(found: Carried, facts: dict[str, Any]) -> str:
    """HTML of the named words in a line of their own; the marks alone say nothing to who cannot see them."""
    if not found.words:
        return ""
    words = ", ".join(t("new_category.word", text=word) for word in found.words)
    label = t(f"new_category.words_{'sure' if sure(facts.get('faithfulness_words')) else 'unsure'}")
    return f'<div class="xs-detail xs-words">{cards.escape(label)}: {cards.escape(words, 400)}</div>'


def picture(png: object, found: Carried, facts: dict[str, Any], title: str) -> str:
    """HTML of the product's picture with the strongest regions outlined; nothing where it has none."""
    if not isinstance(png, bytes) or not png:
        return ""
    from xscene_core.newcategory.regions import GRID

    side = 100 / GRID
    boxes = "".join(
        f'<i style="left:{column * side}%;top:{row * side}%;width:{side}%;height:{side}%"></i>'
        for row, column in found.cells
    )
    alt, below = title, ""
    if found.cells:
        places = ", ".join(
            t("new_category.region", row=row + 1, column=column + 1) for row, column in found.cells
        )
        alt = t("new_category.regions_alt", title=title, places=places)
        told = "sure" if sure(facts.get("faithfulness_regions")) else "unsure"
        below = f'<span class="xs-detail">{t(f"new_category.regions_{told}")}</span>'
    image = f'<img src="{cards.address(png)}" alt="{cards.escape(alt, 400)}">'
    return f'<div class="xs-seen"><span class="xs-regions">{image}{boxes}</span>{below}</div>'


def sure(tried: dict[str, Any] | None) -> bool:
    """Whether leaving out what is named surely costs more than leaving out as much else."""
    return tried is not None and tried["low"] is not None and tried["low"] > 0
