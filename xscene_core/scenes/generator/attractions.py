"""Tourist sites, described in Chinese: the scene to which taste in goods does not carry.

What visitors care about (history, nature, food, bustle, children) has no counterpart in the goods
scenes. The few surface features that the scenes share, an English name with a style or colour word and
the price level, work the other way round here: having just seen a nostalgic old town or paid for a dear
ticket, people look for something else (``draw_visits``). So knowledge carried over is useless or harmful.
"""

from dataclasses import dataclass

import numpy as np

from xscene_core.scenes.generator import attraction_words as zh
from xscene_core.scenes.generator.item import GeneratedItem, Look
from xscene_core.scenes.generator.tastes import Floats
from xscene_core.scenes.generator.vocabulary import PALETTE_PAIRS, PALETTES, STYLE_PAIRS, STYLES

CARES = ("history", "nature", "food", "lively", "family")


def catalogue(count: int, rng: np.random.Generator) -> list[GeneratedItem]:
    """``count`` invented sites, none of which exists."""
    kinds = rng.permutation(np.resize(np.arange(len(zh.SITES)), count))
    names: set[str] = set()
    return [_site(number, zh.SITES[int(kinds[number])], names, rng) for number in range(count)]


def _site(number: int, site: zh.Site, names: set[str], rng: np.random.Generator) -> GeneratedItem:
    while (
        name := str(rng.choice(zh.FIRST)) + str(rng.choice(zh.SECOND)) + str(rng.choice(site.names))
    ) in names:
        pass
    names.add(name)
    cares = {care: float(rng.random() < site.cares[place]) for place, care in enumerate(CARES)}
    style, palette = str(rng.choice(list(STYLES))), str(rng.choice(list(PALETTES)))
    word, colour = str(rng.choice(STYLES[style])), str(rng.choice(list(PALETTES[palette])))
    english = f"{word.title()} {colour.title()} {rng.choice(site.english)}"
    level = float(rng.normal(0, 0.5))
    free = bool(rng.random() < site.free)
    city = str(rng.choice(zh.CITIES))
    ticket = "预约参观" if free else str(rng.choice(zh.TICKETS))
    titles = (f"{name} {english}", f"{city}·{name}", f"{name}（{english}）", f"{name}{ticket}")
    title = titles[int(rng.integers(4))]
    text = _text(name, city, site, cares, "" if english in title else english, free, rng)
    return GeneratedItem(
        item_id=f"s{number + 1:04d}",
        title=title,
        description=text,
        category=site.path,
        brand=f"{city}文旅" if rng.random() < 0.5 else str(rng.choice(zh.OPERATORS)),
        price=0.0 if free else float(max(5, 5 * round(site.price * float(np.exp(level)) / 5))),
        look=Look(
            site.shape,
            PALETTES[palette][colour],
            str(rng.choice(list(PALETTES[palette].values()))),
            "plain",
            "mineral",
            int(rng.integers(3)),
        ),
        kind=site.key,
        noun=name,
        department=site.path.split(" > ")[1],
        attributes={**cares, "style": style, "palette": palette, "price_level": round(level, 4)},
        words=tuple(zh.SHORT[care] for care in CARES if cares[care]) or ("安静",),
    )


def _text(
    name: str,
    city: str,
    site: zh.Site,
    cares: dict[str, float],
    english: str,
    free: bool,
    rng: np.random.Generator,
) -> str:
    lines = [str(rng.choice(zh.CARE_LINES[care])) for care in CARES if cares[care]]
    if not cares["lively"]:
        lines.append(str(rng.choice(zh.QUIET_LINES)))
    lines += [str(line) for line in rng.choice(np.array(site.lines), size=2, replace=False)]
    lines = [str(line) for line in rng.permutation(np.array(lines))]
    opening = str(rng.choice(zh.OPENINGS)).format(name=name, city=city, minutes=5 * int(rng.integers(4, 22)))
    lines.insert(0, opening)
    if english:
        lines.append(f"英文名：{english}。")
    service = [
        str(line) for line in rng.choice(np.array(zh.SERVICE), size=int(rng.integers(2, 5)), replace=False)
    ]
    return "".join([*lines, *service, "免费开放，需提前预约。" if free else ""])


@dataclass(frozen=True)
class Visitors:
    """cares : (U, 5) how much each visitor seeks each of ``CARES``."""

    cares: Floats


def draw_visitors(count: int, rng: np.random.Generator) -> Visitors:
    return Visitors(rng.normal(0, 1.1, (count, len(CARES))))


def draw_visits(
    visitors: Visitors, items: list[GeneratedItem], rng: np.random.Generator
) -> tuple[list[list[tuple[int, int]]], Floats]:
    """For every visitor 5 to 16 (item row, trip number): what they care about, and a change from last
    time; and the (U, I) utility without that wish for change."""
    features = np.array([[float(item.attributes[care]) for care in CARES] for item in items])
    utility = visitors.cares @ (features - features.mean(axis=0)).T + rng.normal(0, 0.5, len(items))
    style = _alike(items, "style", STYLE_PAIRS)
    palette = _alike(items, "palette", PALETTE_PAIRS)
    kind = np.array([[float(a.kind == b.kind) for b in items] for a in items])
    level = np.array([float(item.attributes["price_level"]) for item in items])
    unlike = 1.1 * style + 0.7 * palette + 0.8 * kind
    return [_one_visitor(row, unlike, level, rng) for row in utility], utility


def _alike(items: list[GeneratedItem], attribute: str, pairs: tuple[tuple[str, str], ...]) -> Floats:
    """(I, I) 1 where the values agree, 0.8 where they are a pair that people love together in shops."""
    values = [str(item.attributes[attribute]) for item in items]
    partner = {name: other for pair in pairs for name, other in (pair, pair[::-1])}
    return np.array([[1.0 if a == b else 0.8 if partner[a] == b else 0.0 for b in values] for a in values])


def _one_visitor(
    utility: Floats, unlike: Floats, level: Floats, rng: np.random.Generator
) -> list[tuple[int, int]]:
    left, chosen, trip = 5 + min(11, int(rng.gamma(1.5, 3.0))), [], 0
    open_, tired = utility.copy(), np.zeros(len(utility))
    while left:
        for _ in range(min(left, int(rng.integers(1, 5)))):
            row = int(np.argmax(open_ - tired + rng.gumbel(size=len(utility))))
            open_[row] = -np.inf
            tired = 0.85 * tired + unlike[row] + 0.8 * level[row] * level
            chosen.append((row, trip))
            left -= 1
        trip += 1
    return chosen
