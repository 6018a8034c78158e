"""What a scene looks like in numbers: plain data for a page, a card or a report."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.scenes.language import script_language
from xscene_core.scenes.library import SceneLibrary
from xscene_core.scenes.overlap import shared_people_in_library
from xscene_core.scenes.scene import Scene

_BINS = 20
_TOP = 12
_SAMPLES = 5


@dataclass(frozen=True)
class Histogram:
    """``counts[k]`` values v with ``edges[k] <= v < edges[k + 1]`` (the last bin holds its right edge)."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Profile:
    """Counts and distributions of one scene.

    sparsity : share of person-item pairs without an interaction, 0 to 1. per_person, per_item : the number
    of interactions of those that have any, in bins that double. price : in the scene's currency; bins
    equally wide on the log scale. categories, brands : (name, items), commonest first; categories at the
    first level that tells items apart. first, last : seconds since 1970 UTC, None without time. texts :
    (title, description). reviews : number of reviews. rating_mean : None without ratings.
    """

    name: str
    items: int
    people: int
    interactions: int
    sparsity: float
    items_without_interactions: int
    items_without_price: int
    per_person: Histogram
    per_item: Histogram
    price: Histogram
    price_median: float | None
    categories: tuple[tuple[str, int], ...]
    brands: tuple[tuple[str, int], ...]
    first: int | None
    last: int | None
    rating_mean: float | None
    texts: tuple[tuple[str, str], ...]
    language: str
    reviews: int
    shared: dict[str, int]


def profile(scene: Scene, library: SceneLibrary | None = None) -> Profile:
    """Looks through a scene once. library : whose other scenes are searched for the same people."""
    items, rows = scene.items, scene.interactions
    per_person = rows["user_id"].value_counts().to_numpy()
    per_item = rows["item_id"].value_counts().to_numpy()
    people = len(per_person)
    price = items["price"].to_numpy(dtype=np.float64)
    known = price[np.isfinite(price)]
    times = rows["timestamp"].dropna()
    ratings = rows["rating"].dropna()
    pairs = len(rows[["user_id", "item_id"]].drop_duplicates())
    return Profile(
        name=scene.name,
        items=len(items),
        people=people,
        interactions=len(rows),
        sparsity=1 - pairs / (people * len(items)) if people and len(items) else 1.0,
        items_without_interactions=len(items) - len(per_item),
        items_without_price=len(items) - len(known),
        per_person=_doubling(per_person),
        per_item=_doubling(per_item),
        price=_log_bins(known),
        price_median=float(np.median(known)) if len(known) else None,
        categories=_commonest(_telling_level(items["category"])),
        brands=_commonest(items["brand"]),
        first=int(times.min()) if len(times) else None,
        last=int(times.max()) if len(times) else None,
        rating_mean=float(ratings.mean()) if len(ratings) else None,
        texts=_texts(items),
        language=script_language(items["title"].head(300)),
        reviews=len(scene.reviews) if scene.reviews is not None else 0,
        shared=shared_people_in_library(library, scene.name) if library is not None else {},
    )


def _doubling(counts: npt.NDArray[np.integer[Any]]) -> Histogram:
    """Bins 1, 2, 3-4, 5-8, ...: counts of choices have long tails."""
    if not len(counts):
        return Histogram((), ())
    top = int(np.ceil(np.log2(counts.max()))) if counts.max() > 1 else 0
    edges = np.concatenate([[1], 2.0 ** np.arange(top + 1) + 1])
    return _counted(counts.astype(np.float64), edges)


def _log_bins(price: npt.NDArray[np.float64]) -> Histogram:
    paid = price[price > 0]
    if not len(paid):
        return Histogram((), ())
    low, high = float(paid.min()), float(paid.max())
    edges = np.geomspace(low, high, _BINS + 1) if high > low else np.array([low, low * 1.01])
    edges[0], edges[-1] = low, max(high, edges[-1])  # rounding must not lose the extremes
    return _counted(paid, edges)


def _counted(values: npt.NDArray[np.float64], edges: npt.NDArray[np.float64]) -> Histogram:
    counts, _ = np.histogram(values, bins=edges)
    return Histogram(tuple(float(edge) for edge in edges), tuple(int(count) for count in counts))


def _telling_level(categories: "pd.Series[str]") -> "pd.Series[str]":
    """Of ``Home > Kitchen > Mugs`` the first level at which not all items agree: a scene may be all Home."""
    paths = [re.split(r"\s*[>|]\s*", path) for path in categories]
    for depth in range(max(map(len, paths), default=1)):
        names = pd.Series([path[min(depth, len(path) - 1)] for path in paths], dtype="str")
        if len(set(names) - {""}) > 1:
            return names
    return pd.Series([path[0] for path in paths], dtype="str")


def _commonest(names: "pd.Series[str]") -> tuple[tuple[str, int], ...]:
    counts = names[names.notna() & (names != "")].value_counts()
    ordered = (
        counts.rename_axis("name").reset_index(name="n").sort_values(["n", "name"], ascending=[False, True])
    )
    return tuple((str(name), int(n)) for name, n in ordered.head(_TOP).itertuples(index=False))


def _texts(items: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """Evenly spaced items, so that a table sorted by category does not show one category only."""
    rows = np.unique(np.linspace(0, len(items) - 1, min(_SAMPLES, len(items))).astype(int))
    chosen = items.iloc[rows]
    pairs = zip(chosen["title"], chosen["description"], strict=True)
    return tuple((str(title), str(description)[:300]) for title, description in pairs)
