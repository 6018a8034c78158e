"""Titles and descriptions of goods, written the way different copywriters would."""

import re
from dataclasses import dataclass

import numpy as np

from xscene_core.scenes.generator.phrases import (
    CARE,
    COLOURS,
    MADE,
    MATERIALS,
    SERVICE,
    STYLE_SENTENCES,
    THIRD,
)
from xscene_core.scenes.generator.products import Kind
from xscene_core.scenes.generator.vocabulary import (
    MATERIAL_NAMES,
    OCCASIONS,
    PALETTE_NAMES,
    PLAIN_VALUE,
    PREMIUM,
    RESPONSIBLE,
    STYLE_LINES,
    STYLES,
)


@dataclass(frozen=True)
class Wording:
    """The values an item has to say."""

    kind: Kind
    noun: str
    brand: str
    series: str
    style: str
    second_style: str
    palette: str
    colour: str
    second_colour: str
    family: str
    material: str
    occasion: str
    responsible: bool
    tier: int
    channel: str


_SINGULAR = {
    "this": "this", "isare": "is", "looks": "looks", "its": "its", "it": "it", "one": "a", "One": "A",
}  # fmt: skip
_PLURAL = {
    "this": "these", "isare": "are", "looks": "look", "its": "their", "it": "them",
    "one": "a pair of", "One": "A pair of",
}  # fmt: skip


def _pick(rng: np.random.Generator, options: tuple[str, ...]) -> str:
    return options[int(rng.integers(len(options)))]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _articles(text: str) -> str:
    """ "a eye-catching" becomes "an eye-catching"; "heirloom" and "honest" begin with a vowel too."""
    return re.sub(r"\b([Aa]) (?=(?:[aeio]|u(?!ni|s)|heir|hon))(?!one)", r"\1n ", text)


def title(w: Wording, style_word: str, rng: np.random.Generator) -> str:
    """One of the usual ways of naming an article; the style word appears in about half of them."""
    noun, material, colour = w.noun, w.material, w.colour
    forms = (
        f"{w.series} {noun} in {colour}",
        f"{_capital(style_word)} {material} {noun}, {colour}",
        f"{w.brand} {w.series} {noun}",
        f"{_capital(material)} {noun} “{w.series}”",
        f"{_capital(style_word)} {noun} by {w.brand}",
        f"{_capital(noun)} {w.series}, {material}",
        f"{w.brand} {style_word} {noun} in {colour}",
        f"{_capital(colour)} {noun} in {material}",
    )
    return forms[int(rng.integers(len(forms)))]


def description(w: Wording, rng: np.random.Generator) -> tuple[str, tuple[str, ...]]:
    """(text of 45 to 110 words, the style words it uses)."""
    words = [str(word) for word in rng.choice(STYLES[w.style], size=3, replace=False)]
    if w.second_style:
        words[2] = _pick(rng, STYLES[w.second_style])
    plural = w.noun.endswith("s") and not w.noun.endswith("ss")
    fields = {
        **(_PLURAL if plural else _SINGULAR),
        "a": words[0],
        "b": words[1],
        "c": words[2],
        "A": _capital(words[0]),
        "noun": w.noun,
        "brand": w.brand,
        "series": w.series,
        "colour": w.colour,
        "Colour": _capital(w.colour),
        "second": w.second_colour,
        "tones": PALETTE_NAMES[w.palette],
        "family": MATERIAL_NAMES[w.family],
        "Family": _capital(MATERIAL_NAMES[w.family]),
        "material": w.material,
        "Material": _capital(w.material),
    }
    opening = _pick(rng, STYLE_SENTENCES).format(**fields)
    middle = [_pick(rng, w.kind.features)]
    middle += [line for line in rng.permutation(np.array(w.kind.features)) if line != middle[0]][
        : int(rng.integers(1, 3))
    ]
    if rng.random() < 0.9:
        middle.append(_pick(rng, THIRD).format(**fields))
    if rng.random() < 0.7:
        middle.append(_pick(rng, STYLE_LINES[w.style]))
    if rng.random() < 0.8 or w.colour not in opening:
        middle.append(_pick(rng, COLOURS).format(**fields))
    if w.material not in opening:
        middle.append(MADE[w.kind.group].format(**fields))
    if rng.random() < 0.85:
        middle.append(_pick(rng, MATERIALS).format(**fields))
    if rng.random() < 0.8:
        middle.append(_pick(rng, OCCASIONS[w.occasion]))
    if w.responsible:
        middle.append(_pick(rng, RESPONSIBLE))
    if w.tier != 1 and rng.random() < 0.7:
        middle.append(_pick(rng, PREMIUM if w.tier == 2 else PLAIN_VALUE))
    body = [str(line) for line in rng.permutation(np.array(middle))]
    ending = [_pick(rng, w.kind.sizes), _pick(rng, CARE[w.kind.group])]
    service = rng.choice(np.array(SERVICE[w.channel]), size=int(rng.integers(1, 4)), replace=False)
    ending = [str(line) for line in rng.permutation(np.array(ending + [str(line) for line in service]))]
    opens_late = rng.random() < 0.25
    lines = [body[0], opening, *body[1:], *ending] if opens_late else [opening, *body, *ending]
    used = tuple(word for word in words if any(word in line.lower() for line in lines))
    return _articles(" ".join(lines)), used
