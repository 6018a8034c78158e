"""The words of a product, as pieces that can be left out."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from xscene_core.encoders.item_text import LONGEST
from xscene_core.encoders.words import TOKENS

MOST = 24
"""Pieces that one product is cut into."""
WHOLE = ("brand", "category")
"""Fields that are one piece: half a brand is none."""
PHRASE = 4
"""Words of the shortest phrase that a sentence is cut into."""
_TOKEN = re.compile(TOKENS)
_SENTENCE = re.compile(r"[^.!?;\n。！？；]+")


class Span(NamedTuple):
    """Characters ``start`` to ``stop`` of a field of the product."""

    field: str
    start: int
    stop: int


Piece = tuple[Span, ...]
"""What is left out at once: a word wherever it stands in title and description, or a phrase."""


def pieces_of(item: Mapping[str, Any], most: int = MOST) -> list[Piece]:
    """At most ``most`` pieces of title, description, brand and category.

    Every different word is a piece of its own where the text is short. In a longer one that holds for the
    title, and the description is cut into phrases: left out alone, one of a hundred words changes nothing
    that could be measured.
    """
    texts = {field: str(item.get(field) or "")[:LONGEST] for field in ("title", "description")}
    words: dict[str, list[Span]] = {}
    for field, text in texts.items():
        for found in _TOKEN.finditer(text):
            words.setdefault(found.group().casefold(), []).append(Span(field, *found.span()))
    whole = []
    for field in WHOLE:
        text = str(item.get(field) or "")
        span = Span(field, 0, len(text))
        if text.casefold() in words:  # the title says it too: one is left out with the other
            words[text.casefold()].append(span)
        elif text.strip():
            whole.append((span,))
    room = most - len(whole)
    if len(words) <= room:
        return [*(tuple(spans) for spans in words.values()), *whole]
    titled = [tuple(spans) for spans in words.values() if spans[0].field == "title"][: room // 2]
    return [*titled, *_phrases(texts["description"], room - len(titled)), *whole]


def without_words(item: Mapping[str, Any], spans: Iterable[Span]) -> dict[str, Any]:
    """The item without those characters."""
    left = dict(item)
    by_field: dict[str, list[Span]] = {}
    for span in spans:
        by_field.setdefault(span.field, []).append(span)
    for field, own in by_field.items():
        text, kept, at = str(item[field]), [], 0
        for span in sorted(own, key=lambda one: one.start):
            kept.append(text[at : max(at, span.start)])
            at = max(at, span.stop)
        left[field] = " ".join(" ".join([*kept, text[at:]]).split())
    return left


def spoken(item: Mapping[str, Any], piece: Piece) -> str:
    """The piece in words."""
    first = piece[0]
    return str(item[first.field])[first.start : first.stop]


def _phrases(text: str, most: int) -> list[Piece]:
    """Sentences of the description; the longest are halved, or the shortest neighbours joined, until about
    ``most`` are there."""
    runs: list[list[Span]] = []
    for sentence in _SENTENCE.finditer(text):
        start, stop = sentence.span()
        words = [Span("description", *found.span()) for found in _TOKEN.finditer(text, start, stop)]
        runs += [words] if words else []
    while len(runs) > most:
        at = min(range(len(runs) - 1), key=lambda place: len(runs[place]) + len(runs[place + 1]))
        runs[at : at + 2] = [runs[at] + runs[at + 1]]
    while runs and len(runs) < most:
        at = max(range(len(runs)), key=lambda place: len(runs[place]))
        if len(runs[at]) < 2 * PHRASE:
            break
        middle = len(runs[at]) // 2
        runs[at : at + 1] = [runs[at][:middle], runs[at][middle:]]
    return [(Span("description", run[0].start, run[-1].stop),) for run in runs]
