"""What is wrong with a scene, all at once, each with its place and what to do."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from xscene_core.errors import InputError


@dataclass(frozen=True)
class Problem:
    """One kind of problem in one column.

    row : 1-based data row of the first case (the header does not count); None for the whole table.
    severity : errors stop an import, warnings do not.
    count : how many rows have it.
    """

    table: str
    row: int | None
    column: str
    severity: Literal["error", "warning"]
    what: str
    todo: str
    count: int = 1


def refuse_broken(name: str, items: pd.DataFrame, interactions: pd.DataFrame) -> None:
    """Raises ``InputError`` naming the first broken rule of ``Scene`` in canonical tables."""

    def fail(what: str, where: str) -> InputError:
        return InputError(what, where=f"scene {name}, {where}", todo="Correct the table and save again.")

    if items.empty:
        raise fail("There is no item", "items")
    for column in ("item_id", "title"):
        if bool((items[column].str.strip() == "").any()):
            raise fail(f"An item has an empty {column}", f"items.{column}")
    if bool(items["item_id"].duplicated().any()):
        twice = items.loc[items["item_id"].duplicated(), "item_id"].iloc[0]
        raise fail(f"The item {twice!r} occurs twice", "items.item_id")
    price = items["price"].to_numpy()
    if bool((price < 0).any() or np.isinf(price).any()):
        raise fail("A price is negative or infinite", "items.price")
    if bool((interactions["user_id"] == "").any()):
        raise fail("An interaction has no person", "interactions.user_id")
    unknown = ~interactions["item_id"].isin(items["item_id"])
    if bool(unknown.any()):
        first = interactions.loc[unknown, "item_id"].iloc[0]
        raise fail(f"An interaction names the unknown item {first!r}", "interactions.item_id")
    if bool(np.isinf(interactions["rating"].to_numpy()).any()):
        raise fail("A rating is infinite", "interactions.rating")
