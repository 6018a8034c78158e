"""Whether a product can be had: what shops write in such a column, as a number of pieces.

Numbers are pieces; yes and no, and the values of schema.org ``ItemAvailability`` and of merchant feeds
(``in_stock``, ``out of stock``, ``https://schema.org/SoldOut``), are 1 and 0. What can be ordered but is not
there (``preorder``, ``backorder``) is not in stock.
"""

import math
import re
from collections.abc import Iterable

NAMES = (
    *("stock", "in_stock", "availability", "available", "stock_status", "is_in_stock", "stock_quantity"),
    *("stock_level", "quantity_in_stock", "inventory", "quantity", "qty"),
)
"""Columns that are recognised by their name, likeliest first."""
_YES = {
    "yes",
    "y",
    "true",
    "t",
    "instock",
    "available",
    "limitedavailability",
    "lowstock",
    "limited",
    "instoreonly",
}
_NO = {
    *("no", "n", "false", "f", "outofstock", "unavailable", "notavailable", "soldout", "discontinued"),
    *("preorder", "presale", "backorder", "madetoorder"),
}
_UNKNOWN = {"", "nan", "null", "none", "na", "n/a", "<na>", "unknown", "-"}


def stock_column(columns: Iterable[str]) -> str | None:
    """The first column whose name says that it is the stock."""
    plain = {re.sub(r"[\W_]+", "", name).casefold(): name for name in reversed(list(columns))}
    return next((plain[key] for name in NAMES if (key := name.replace("_", "")) in plain), None)


def says_nothing(said: object) -> bool:
    """Whether a cell leaves it open."""
    return not isinstance(said, str) or said.strip().casefold() in _UNKNOWN


def pieces(said: object) -> float:
    """How many there are, 1 for an unnumbered yes, NaN where it cannot be told; never below 0."""
    if says_nothing(said):
        return math.nan
    text = str(said).strip().casefold().rstrip("/").rpartition("schema.org/")[2]
    word = re.sub(r"[\W_]+", "", text)
    if word in _YES or word in _NO:
        return float(word in _YES)
    try:
        number = float(text.replace(",", "").removesuffix("+"))
    except ValueError:
        return math.nan
    return max(number, 0.0) if math.isfinite(number) else math.nan
