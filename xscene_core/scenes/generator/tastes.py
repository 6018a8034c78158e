"""What people like and how that becomes choices.

Utility of item i for person u at one moment of scene s

    U = shared[s] * (style + palette + material + occasion + responsibility + price)   the shared part
      + own[s] * (kind of product)                                                    the scene's own part
      + popularity(i) + theme(session, department of i)                               noise and drift
      + Gumbel noise,                                                                 i.e. softmax choice

and the person takes the best item not yet taken. People lean to one of ``STYLE_PAIRS`` and one of
``PALETTE_PAIRS``, so certain styles and certain palettes go together in what people choose.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xscene_core.scenes.generator.item import GeneratedItem
from xscene_core.scenes.generator.vocabulary import (
    MATERIALS,
    OCCASIONS,
    PALETTE_PAIRS,
    PALETTES,
    STYLE_PAIRS,
    STYLES,
)

Floats = npt.NDArray[np.float64]

_STYLES, _PALETTES, _FAMILIES, _OCCASIONS = (
    list(STYLES),
    list(PALETTES),
    list(MATERIALS["cloth"]),
    list(OCCASIONS),
)


@dataclass(frozen=True)
class Strength:
    """How strongly a scene's choices follow each part (utility units; Gumbel noise has scale 1)."""

    shared: float
    own: float
    popularity: float
    theme: float


@dataclass(frozen=True)
class SharedTastes:
    """The part of taste that people carry from scene to scene; rows are people."""

    style: Floats
    palette: Floats
    material: Floats
    occasion: Floats
    responsible: Floats
    price: Floats

    def of(self, people: npt.NDArray[np.int64]) -> "SharedTastes":
        return SharedTastes(*(part[people] for part in vars(self).values()))


def draw_people(count: int, rng: np.random.Generator) -> SharedTastes:
    """Tastes of ``count`` people: a pair of styles, a pair of palettes and a material, drawn
    independently, and what is theirs alone."""
    return SharedTastes(
        style=_leaning(count, _STYLES, STYLE_PAIRS, 2.0, rng),
        palette=_leaning(count, _PALETTES, PALETTE_PAIRS, 1.5, rng),
        material=_leaning(count, _FAMILIES, [(name,) for name in _FAMILIES], 1.2, rng),
        occasion=rng.normal(0, 0.4, (count, len(_OCCASIONS))),
        responsible=rng.normal(0.1, 0.5, count),
        price=rng.normal(0, 0.5, count),
    )


def _leaning(
    count: int, names: list[str], groups: Sequence[tuple[str, ...]], strength: float, rng: np.random.Generator
) -> Floats:
    """(count, names) liking of each value: high for one of the groups, and a little of anything."""
    lean = np.array([[float(name in group) for name in names] for group in groups])
    chosen = lean[rng.integers(len(groups), size=count)]
    return rng.normal(0, 0.35, (count, len(names))) + chosen * rng.normal(strength, 0.35, (count, 1))


def _one_hot(items: list[GeneratedItem], attribute: str, names: list[str]) -> Floats:
    return np.array([[float(item.attributes[attribute] == name) for name in names] for item in items])


def shared_utility(tastes: SharedTastes, items: list[GeneratedItem]) -> Floats:
    """(U, I) the part of utility that carries from scene to scene."""
    style = _one_hot(items, "style", _STYLES) + 0.4 * _one_hot(items, "second_style", _STYLES)
    price = np.array([float(item.attributes["price_level"]) for item in items])
    responsible = np.array([float(item.attributes["responsible"]) for item in items])
    return (
        tastes.style @ style.T
        + tastes.palette @ _one_hot(items, "palette", _PALETTES).T
        + tastes.material @ _one_hot(items, "material", _FAMILIES).T
        + tastes.occasion @ _one_hot(items, "occasion", _OCCASIONS).T
        + np.outer(tastes.responsible, responsible)
        - np.abs(tastes.price[:, None] - price[None, :])
    )


def own_utility(count: int, items: list[GeneratedItem], rng: np.random.Generator) -> Floats:
    """(U, I) liking of kinds of product, drawn anew in every scene."""
    kinds, kind = np.unique([item.kind for item in items], return_inverse=True)
    return rng.normal(0, 1, (count, len(kinds)))[:, kind]


def draw_choices(
    utility: Floats, items: list[GeneratedItem], strength: Strength, rng: np.random.Generator
) -> list[list[tuple[int, int]]]:
    """For every person 5 to 20 (item row, session number), in order, without repeats."""
    departments, department = np.unique([item.department for item in items], return_inverse=True)
    popular = rng.normal(0, strength.popularity, len(items))
    return [_one_person(row + popular, department, len(departments), strength.theme, rng) for row in utility]


def _one_person(
    utility: Floats,
    department: npt.NDArray[np.int64],
    departments: int,
    theme: float,
    rng: np.random.Generator,
) -> list[tuple[int, int]]:
    left, chosen, session = 5 + min(15, int(rng.gamma(1.6, 3.4))), [], 0
    open_ = utility.copy()
    while left:
        bonus = theme * (department == rng.integers(departments)) * (rng.random() < 0.6)
        for _ in range(min(left, int(rng.integers(1, 4)))):
            row = int(np.argmax(open_ + bonus + rng.gumbel(size=len(utility))))
            open_[row] = -np.inf
            chosen.append((row, session))
            left -= 1
        session += 1
    return chosen
