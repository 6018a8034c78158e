"""Who shops where: one population, six scenes, and what each scene's choices follow."""

from dataclasses import dataclass

import numpy as np

from xscene_core.scenes.generator import attractions, goods
from xscene_core.scenes.generator.item import GeneratedItem
from xscene_core.scenes.generator.products_apparel import APPAREL
from xscene_core.scenes.generator.products_electronics import ELECTRONICS
from xscene_core.scenes.generator.products_home import HOME
from xscene_core.scenes.generator.products_jewelry import JEWELRY
from xscene_core.scenes.generator.tastes import (
    Floats,
    SharedTastes,
    Strength,
    draw_choices,
    draw_people,
    own_utility,
    shared_utility,
)

SCENES = ("apparel", "home", "electronics", "jewelry", "store", "attractions")
_STORE_KINDS = tuple(kind for place, kind in enumerate((*APPAREL, *HOME)) if place % 5 != 4)

# (prefix of item ids, kinds, number of items, strengths)
_GOODS = {
    "apparel": ("a", APPAREL, 420, Strength(shared=1.25, own=0.5, popularity=0.3, theme=0.8)),
    "home": ("h", HOME, 400, Strength(shared=1.25, own=0.5, popularity=0.3, theme=0.8)),
    "electronics": ("e", ELECTRONICS, 330, Strength(shared=0.7, own=1.0, popularity=0.5, theme=1.1)),
    "jewelry": ("j", JEWELRY, 250, Strength(shared=1.25, own=0.5, popularity=0.3, theme=0.7)),
    "store": ("t", _STORE_KINDS, 360, Strength(shared=1.15, own=0.6, popularity=0.45, theme=0.9)),
}
_SITES = 300

# People are rows of one population. The store shares 450 people with apparel and 250 with home; no
# other two scenes share anybody.
_MEMBERS: dict[str, tuple[range, ...]] = {
    "apparel": (range(0, 2600),),
    "home": (range(2600, 3700),),
    "electronics": (range(3700, 5100),),
    "jewelry": (range(5100, 5160),),
    "store": (range(0, 450), range(2600, 2850), range(5160, 5860)),
    "attractions": (range(5860, 7360),),
}
_PEOPLE = 7360


@dataclass(frozen=True)
class Generated:
    """One scene with its truth.

    people : (U,) ids. choices : per person, in order, (item row, session number). utility : (U, I) how
    well each item suits each person (without popularity, theme and noise).
    """

    name: str
    items: list[GeneratedItem]
    people: list[str]
    choices: list[list[tuple[int, int]]]
    utility: Floats


def populate(seed: int) -> list[Generated]:
    """All six scenes. Every scene has its own stream of randomness, so changing one leaves the others."""
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(len(SCENES) + 1)]
    tastes = draw_people(_PEOPLE, streams[-1])
    numbers = streams[-1].permutation(_PEOPLE)  # so that an id says nothing about its scene
    scenes = []
    for name, rng in zip(SCENES, streams, strict=False):
        rows = np.concatenate([np.arange(part.start, part.stop) for part in _MEMBERS[name]])
        ids = [f"u{numbers[row] + 1:05d}" for row in rows]
        scenes.append(
            _visits(ids, rng) if name == "attractions" else _purchases(name, ids, tastes.of(rows), rng)
        )
    return scenes


def _purchases(name: str, ids: list[str], tastes: SharedTastes, rng: np.random.Generator) -> Generated:
    prefix, kinds, count, strength = _GOODS[name]
    items = goods.catalogue(name, prefix, kinds, count, rng, "store" if name == "store" else "online")
    utility = strength.shared * shared_utility(tastes, items) + strength.own * own_utility(
        len(ids), items, rng
    )
    return Generated(name, items, ids, draw_choices(utility, items, strength, rng), utility)


def _visits(ids: list[str], rng: np.random.Generator) -> Generated:
    items = attractions.catalogue(_SITES, rng)
    visitors = attractions.draw_visitors(len(ids), rng)
    choices, utility = attractions.draw_visits(visitors, items, rng)
    return Generated("attractions", items, ids, choices, utility)
