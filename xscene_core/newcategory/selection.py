"""What a merchant wants in the lists: price band, stock, brands, categories, variety, pinned and hidden
products."""

import difflib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.errors import InputError
from xscene_core.newcategory import shelf as shelves
from xscene_core.newcategory.diversity import diversify, intra_list_similarity
from xscene_core.newcategory.reasons import Ints
from xscene_core.newcategory.result import Recommendations
from xscene_core.newcategory.shelf import Shelf

POOL = 100
"""Of so many products that appeal most, variety chooses."""
PEOPLE_AT_ONCE = 256


@dataclass(frozen=True)
class Selection:
    """Nothing said means everything is allowed.

    price_min, price_max : both ends belong to the band; a product without a price is in no band.
    brands, categories : one of these.
    exclude_bought : without products (by id) that the person chose before.
    diversity : 0 the best, 1 the most different (maximal marginal relevance).
    pinned : item ids that come first for everybody, in this order, whatever price, stock, brand and category
        say.
    hidden : item ids that are never listed, pinned or not.
    in_stock : only what is in stock; a product of which that is not known is not.

    Raises
    ------
    InputError : a band that begins above its end, or a diversity outside 0 to 1.
    """

    price_min: float | None = None
    price_max: float | None = None
    brands: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    exclude_bought: bool = False
    diversity: float = 0.0
    pinned: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    in_stock: bool = False

    def __post_init__(self) -> None:
        low, high = self.price_min, self.price_max
        if low is not None and high is not None and not low <= high:
            raise InputError(
                f"The lowest price {low:g} is above the highest, {high:g}",
                where="price",
                todo="Swap them.",
            )
        if not 0 <= self.diversity <= 1:
            raise InputError(
                f"A diversity of {self.diversity:g}", where="diversity", todo="Use 0 (the best) to 1."
            )

    @property
    def active(self) -> bool:
        """Whether it changes anything."""
        return self != Selection()

    def __str__(self) -> str:
        """In words that stay the same in every language, for the export."""
        low, high = self.price_min, self.price_max
        said = [
            f"price {'' if low is None else f'{low:g}'}..{'' if high is None else f'{high:g}'}"
            if low is not None or high is not None
            else "",
            "in stock" if self.in_stock else "",
            *(
                f"{name} {' | '.join(values)}" if values else ""
                for name, values in (
                    ("brand", self.brands),
                    ("category", self.categories),
                    ("pinned", self.pinned),
                    ("hidden", self.hidden),
                )
            ),
            "without earlier choices" if self.exclude_bought else "",
            f"diversity {self.diversity:g}" if self.diversity else "",
        ]
        return "; ".join(filter(None, said)) or "none"


def check(wish: Selection, products: pd.DataFrame) -> None:
    """Raises ``InputError`` where the list cannot meet the wish: no prices, no stock, no such brand."""
    if (wish.price_min is not None or wish.price_max is not None) and not products["price"].notna().any():
        raise InputError(
            "No product of the list has a price", where="price", todo="Leave the price band out."
        )
    if wish.in_stock and ("stock" not in products or not products["stock"].notna().any()):
        raise InputError(
            "No product of the list says whether it is in stock",
            where="stock",
            todo="Leave the filter out, or give the list a column stock (a number, or yes and no).",
        )
    columns = {"brand": wish.brands, "category": wish.categories, "item_id": (*wish.pinned, *wish.hidden)}
    for column, wanted in columns.items():
        known = sorted(set(products[column]) - {""})
        for value in wanted:
            if value not in known:
                close = difflib.get_close_matches(value, known, n=3, cutoff=0.4) or known[:5]
                raise InputError(
                    f"No product of the list has the {column} {value[:60]!r}",
                    where=column,
                    todo=f"There is {', '.join(close)}." if close else f"The list has no {column}.",
                )


def allowed(wish: Selection, products: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """(M,) which products may be listed, for anybody at all."""
    price = products["price"].to_numpy(dtype=float)
    inside = np.ones(len(products), dtype=bool)
    if wish.price_min is not None:
        inside &= price >= wish.price_min
    if wish.price_max is not None:
        inside &= price <= wish.price_max
    if wish.in_stock:
        inside &= products["stock"].to_numpy(dtype=float) > 0
    for column, wanted in (("brand", wish.brands), ("category", wish.categories)):
        if wanted:
            inside &= products[column].isin(wanted).to_numpy()
    inside |= products["item_id"].isin(wish.pinned).to_numpy()
    return np.asarray(inside & ~products["item_id"].isin(wish.hidden).to_numpy())


def choose(found: Recommendations, wish: Selection) -> Recommendations:
    """The answer with the lists that ``wish`` leaves; people, fit and confidence stay, for they are about the
    category. ``kept`` is unknown for changed lists. ``facts`` tells the wish in words, and how alike the
    products of a list are before and after.

    Raises
    ------
    InputError : see ``check``.
    """
    if not wish.active:
        return found
    check(wish, found.products)
    shelf, free = found.shelf, allowed(wish, found.products)
    rows = pd.Index(found.products["item_id"]).get_indexer(pd.Index(list(dict.fromkeys(wish.pinned))))
    pinned = rows[free[rows]].astype(np.int64)
    top = int(found.facts["top"])
    chosen = _lists(shelf, free, pinned, wish, top)
    ids = found.people["user_id"].to_numpy(dtype=object)
    alike = {
        "before": intra_list_similarity(np.asarray(shelf.order[:, :top]), shelf.vectors),
        "after": intra_list_similarity(chosen, shelf.vectors),
    }
    return replace(
        found,
        offers=shelves.offers(ids, shelf, found.products, chosen, pinned),
        reasons=shelves.reasons(ids, shelf, chosen),
        segments=[
            card | {"choices": _group_choices(found, number, free, pinned)}
            for number, card in enumerate(found.segments)
        ],
        facts=found.facts | {"selection": str(wish), "alike": alike, "left": int(free.sum())},
    )


def _lists(shelf: Shelf, free: npt.NDArray[np.bool_], pinned: Ints, wish: Selection, top: int) -> Ints:
    pool = min(max(POOL, top), len(free))
    pieces = [np.zeros((0, min(top, pool)), dtype=np.int64)]
    for start in range(0, len(shelf.z), PEOPLE_AT_ONCE):
        at = slice(start, start + PEOPLE_AT_ONCE)
        usable = free & ~shelf.bought[at] if wish.exclude_bought else free & np.ones_like(shelf.bought[at])
        liked = np.zeros_like(usable)
        if shelf.said is not None:
            said = np.asarray(shelf.said[at])
            usable, liked = usable & (said >= 0), said > 0
        rank = np.where(usable, shelf.z[at], -np.inf)
        ahead = rank + np.float32(1e3) * liked
        # Pinned products in their own order, above every score there is.
        for place, row in enumerate(pinned):
            ahead[:, row] = np.where(usable[:, row], 1e6 - place, -np.inf)
        order = np.argsort(-ahead, axis=1, kind="stable")[:, :pool]
        relevance = np.take_along_axis(rank, order, axis=1).astype(np.float32)
        lead = usable[:, pinned].sum(axis=1).astype(np.int64)
        liked[:, pinned] = False
        lead += (liked & usable).sum(axis=1)
        pieces.append(diversify(relevance, order, np.asarray(shelf.vectors), top, wish.diversity, lead))
    return np.concatenate(pieces)


def _group_choices(
    found: Recommendations, number: int, free: npt.NDArray[np.bool_], pinned: Ints
) -> list[dict[str, Any]]:
    """What a segment would choose on average, of what is left."""
    people = np.flatnonzero(found.people["segment"].to_numpy() == number)
    if not len(people):
        left = set(found.products["item_id"][free])
        return [one for one in found.segments[number]["choices"] if one["item_id"] in left]
    z, beats = found.shelf.z[people].mean(axis=0), found.shelf.beats[people].mean(axis=0)
    best = [row for row in np.argsort(-z, kind="stable") if free[row] and row not in pinned]
    ids, titles = found.products["item_id"], found.products["title"]
    return [
        {
            "item_id": str(ids.iloc[row]),
            "title": str(titles.iloc[row]),
            "z": float(z[row]),
            "beats": float(beats[row]),
        }
        for row in [*pinned.tolist(), *best][:5]
    ]
