"""What people like and how that becomes choices.

Utility of item i for person u at one moment of scene s

    U = shared[s] * (style + palette + material + occasion + responsibility + price)   the shared part
      + own[s] * (kind of product)                                                    the scene's own part
      + popularity(i) + theme(session, department of i)                               noise and drift
      + Gumbel noise,                                                                 i.e. softmax choice

and the person takes the best item not yet taken. People come from four ``OUTLOOKS`` with individual
variation, which makes certain styles, palettes and materials go together in what people choose.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xscene_core.scenes.generator.item import GeneratedItem
from xscene_core.scenes.generator.vocabulary import MATERIALS, OCCASIONS, OUTLOOKS, PALETTES, STYLES

Floats = npt.NDArray[np.float64]

_STYLES, _PALETTES, _FAMILIES, _OCCASIONS = list(STYLES), list(PALETTES), list(MATERIALS["cloth"]), list(OCCASIONS)


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
    """Tastes of ``count`` people: a leaning from their outlook plus what is theirs alone."""
    outlook = rng.integers(len(OUTLOOKS), size=count)
    lean = [np.array([[name in parts[part] for name in names] for parts in OUTLOOKS], dtype=float)
            for part, names in enumerate((_STYLES, _PALETTES, _FAMILIES))]  # fmt: skip
    style = rng.normal(-0.3, 0.35, (count, len(_STYLES))) + lean[0][outlook] * rng.normal(2.2, 0.4, (count, 1))
    style[np.arange(count), rng.integers(len(_STYLES), size=count)] += rng.normal(0.8, 0.4, count)
    palette = rng.normal(0, 0.35, (count, len(_PALETTES))) + lean[1][outlook] * rng.normal(1.1, 0.4, (count, 1))
    material = rng.normal(0, 0.35, (count, len(_FAMILIES))) + lean[2][outlook] * rng.normal(0.7, 0.3, (count, 1))
    return SharedTastes(
        style, palette, material,
        occasion=rng.normal(0, 0.4, (count, len(_OCCASIONS))),
        responsible=rng.normal(0.1, 0.6, count),
        price=rng.normal(0, 0.6, count),
    )  # fmt: skip


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
    utility: Floats, department: npt.NDArray[np.int64], departments: int, theme: float, rng: np.random.Generator
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
