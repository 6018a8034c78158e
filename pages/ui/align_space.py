"""The points of the Align page: products, people or rows of all scenes of a run, and what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from pages.ui.point_map import unit_square
from xscene_core.experiments.ranks import read_ranks

if TYPE_CHECKING:
    from xscene_core.projection.picture import Picture
    from xscene_core.scenes.scene import Scene

FEW = 12
"""As many kinds of products as a person can tell apart in one picture."""


@dataclass(frozen=True)
class Space:
    """n points of S scenes, the target last.

    before, after : (n, 2), each fits -1 to 1; together where both share their axes.
    table : (n,) rows with ``scene``, ``id``, ``title``, ``category``, ``brand``, ``price``, ``rank``. For
        people ``category`` and ``brand`` are those they chose most often, ``price`` the median of what they
        chose.
        ``rank``: for a person, where the answer stood; for a product, the mean over the people whose answer
        it was. NaN where unknown, so always in source scenes.
        For labelled rows see ``align_rows``: they have ``predicted``, ``outcome`` and ``words`` instead of
        ``brand``, ``price`` and ``rank``, and ``category`` is the label.
    shares, numbers : the columns by which a selection is told apart from the rest.
    """

    picture: Picture
    before: npt.NDArray[np.float32]
    after: npt.NDArray[np.float32]
    table: pd.DataFrame
    labelled: bool = False

    @property
    def scenes(self) -> tuple[str, ...]:
        return self.picture.scenes

    @property
    def kind(self) -> str:
        return "rows" if self.labelled else self.picture.what

    @property
    def shares(self) -> tuple[str, ...]:
        return ("scene", "category", "outcome" if self.labelled else "brand")

    @property
    def numbers(self) -> tuple[str, ...]:
        return ("words",) if self.labelled else ("price", "rank")


def space_of(picture: Picture, scenes: Mapping[str, Scene], folder: Path) -> Space:
    """Joins the points with the loaded ``scenes``, as the run saw them, and with the ranks it left."""
    describe = _items if picture.what == "items" else _people
    tables = [describe(scenes[name], picture, picture.scene == at) for at, name in enumerate(picture.scenes)]
    table = pd.concat(tables, ignore_index=True)
    table["category"] = kinds(table["category"])
    if picture.what == "people":
        table["rank"] = picture.ranks.astype(np.float64)
    else:
        left = read_ranks(folder)
        found = table["id"].map(pd.Series(left.ranks).groupby(left.answers).mean()).to_numpy(dtype=np.float64)
        table["rank"] = np.where(table["scene"] == picture.scenes[-1], found, np.nan)
    return fitted(picture, table)


def fitted(picture: Picture, table: pd.DataFrame, *, labelled: bool = False) -> Space:
    """The points with their ``table`` in the frame that the picture says."""
    if picture.frame == "joint-axes":
        both = unit_square(np.concatenate([picture.before, picture.after]))
        return Space(picture, both[: len(table)], both[len(table) :], table, labelled)
    # The scale of a UMAP picture says nothing: fitted to the other it would look like a collapse.
    return Space(picture, unit_square(picture.before), unit_square(picture.after), table, labelled)


def kinds(category: pd.Series) -> pd.Series:
    """Categories that are paths ("Home > Lighting > Lamps"), cut where there are still few enough to see.

    The deepest level with at most 12 values in each first part; the first level where there is none.
    """
    parts = category.str.split(r"\s*>\s*", regex=True)
    first = parts.str[0]
    chosen = first
    for depth in range(2, int(parts.str.len().max() or 1) + 1):
        cut = parts.str[depth - 1].where(parts.str.len() >= depth, parts.str[-1])
        if cut.groupby(first).nunique().max() > FEW:
            break
        chosen = cut
    return chosen


def _items(scene: Scene, picture: Picture, mine: npt.NDArray[np.bool_]) -> pd.DataFrame:
    rows = scene.items.iloc[picture.rows[mine]]
    table = rows[["title", "category", "brand", "price"]].reset_index(drop=True)
    return table.assign(id=rows["item_id"].to_numpy(), scene=scene.name)


def _people(scene: Scene, picture: Picture, mine: npt.NDArray[np.bool_]) -> pd.DataFrame:
    ids = pd.Index(picture.people[mine].astype(str).astype(object), name="user_id")
    chosen = scene.interactions.loc[scene.interactions["user_id"].isin(ids), ["user_id", "item_id"]]
    chosen = chosen.merge(scene.items[["item_id", "category", "brand", "price"]], on="item_id")
    chosen["category"] = kinds(chosen["category"])
    table = pd.DataFrame(
        {
            "category": _commonest(chosen, "category"),
            "brand": _commonest(chosen, "brand"),
            "price": chosen.groupby("user_id")["price"].median(),
        }
    ).reindex(ids)
    table[["category", "brand"]] = table[["category", "brand"]].fillna("")
    return table.reset_index(drop=True).assign(id=ids.to_numpy(), title=ids.to_numpy(), scene=scene.name)


def _commonest(chosen: pd.DataFrame, column: str) -> pd.Series:
    """Per person the value chosen most often, the alphabetically first among equals; blanks do not count."""
    counted = chosen[chosen[column] != ""].groupby(["user_id", column]).size().rename("n").reset_index()
    counted = counted.sort_values(["user_id", "n", column], ascending=[True, False, True])
    return counted.drop_duplicates("user_id").set_index("user_id")[column]
