"""What came out: for whom the category fits, what each would choose, why, and how sure that is."""

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from xscene_core.newcategory.orders import NO_ORDERS
from xscene_core.newcategory.shelf import Shelf

COUNTS = ("orders", "ups", "downs")
TABLES = ("products", "people", "offers", "reasons", "histories")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


@dataclass(frozen=True)
class Recommendations:
    """Plain tables that can be shown, filtered, saved and sent.

    products : the new items; ``distance`` to the nearest known item, which one, and whether that is too
        ``far`` to say anything.
    people : one row per person, best fit first. ``appeal``: mean share of the catalogue (a fixed sample of
        all scenes) that the new items beat *for that person*; ``z`` the same in standard deviations;
        ``among``: share of the other people considered whose ``z`` is lower; ``fifth`` 1 to 5; ``lift`` with
        ``lift_low``, ``lift_high``: how often people of that fifth chose from categories that were hidden
        as a trial, relative to everybody; ``stability``: in which share of their histories with one product
        forgotten they stay on their side of the best fifth's border; ``confidence``: high, medium, low, none.
    offers : the products for each person; ``kept``: share of those histories in which it stays offered;
        ``pinned`` by the merchant; ``explained``: whether reasons are kept for it.
    reasons : earlier choices whose loss lowers the offer's score; ``drop`` in standard deviations.
    histories : the latest choices of each person, oldest first.
    shelf : what other lists can be made of (``selection.choose``).
    orders : the orders and judgements that were taken in (``orders.Orders.table``). Where there are any,
        ``products`` counts them (``orders``, ``ups``, ``downs``) and ``offers`` also have ``z_before_orders``
        and what was ``said`` of the product for that person: 1, -1, or 0 for nothing.
    """

    name: str
    kind: str
    products: pd.DataFrame
    people: pd.DataFrame
    offers: pd.DataFrame
    reasons: pd.DataFrame
    histories: pd.DataFrame
    segments: list[dict[str, Any]]
    calibration: dict[str, Any]
    shelf: Shelf
    facts: dict[str, Any] = field(default_factory=dict)
    orders: pd.DataFrame = field(default_factory=lambda: NO_ORDERS.table)

    @property
    def abstains(self) -> bool:
        """Whether the category is too far from everything known."""
        return bool(self.facts["abstains"])

    def document(self) -> dict[str, Any]:
        """One JSON document; NaN becomes null."""
        offers = dict(iter(self.offers.groupby("user_id", sort=False)))
        reasons = dict(iter(self.reasons.groupby(["user_id", "place"], sort=False)))
        products = self.products.drop(columns="picture", errors="ignore")
        people = []
        for person in _records(self.people):
            own = offers.get(person["user_id"], self.offers[:0])
            rows = _records(own.drop(columns="user_id"))
            for row in rows:
                because = reasons.get((person["user_id"], row["place"]))
                row["reasons"] = (
                    [] if because is None else _records(because.drop(columns=["user_id", "place"]))
                )
            people.append(person | {"offers": rows})
        events = _records(self.orders.assign(timestamp=self.orders["timestamp"].astype(float)))
        return ({"orders": events} if events else {}) | {
            "category": {"name": self.name, "kind": self.kind, "products": _records(products)},
            "facts": _clean(self.facts),
            "calibration": _clean(self.calibration),
            "segments": _clean(self.segments),
            "people": people,
        }

    def to_csv(self) -> str:
        """One line per person and product, with a byte order mark so that Excel reads it as UTF-8, and
        with cells that a spreadsheet would run as a formula made harmless. The column ``selection`` says in
        words which filters, pinned and hidden products shaped the lists."""
        columns = [
            "user_id",
            "scenes",
            "choices",
            "fifth",
            "among",
            "appeal",
            "lift",
            "stability",
            "confidence",
        ]
        titles = self.products[["item_id", "title", *(name for name in COUNTS if name in self.products)]]
        listed = self.offers.drop(columns="explained")
        table = self.people[columns].merge(listed, on="user_id", sort=False).merge(titles, on="item_id")
        table = table.rename(columns={"beats": "item_appeal", "kept": "item_kept"})
        for rank in sorted(self.reasons["rank"].unique()):
            one = self.reasons[self.reasons["rank"] == rank]
            renamed = {name: f"reason_{rank}_{name}" for name in ("title", "item_id", "scene", "share")}
            table = table.merge(
                one[["user_id", "place", *renamed]].rename(columns=renamed),
                on=["user_id", "place"],
                how="left",
            )
        table["selection"] = self.facts.get("selection", "none")
        order = self.people["user_id"].tolist()
        table["user_id"] = pd.Categorical(table["user_id"], order, ordered=True)
        table = table.sort_values(["user_id", "place"], kind="stable").astype({"user_id": str})
        return "\ufeff" + harmless(table).to_csv(index=False, float_format="%.4f", lineterminator="\r\n")

    def orders_csv(self) -> str:
        """The orders and judgements that were taken in, one per line, as ``read_orders`` reads them."""
        text = harmless(self.orders).to_csv(index=False, lineterminator="\r\n")
        return "\ufeff" + text

    def save(self, folder: Path) -> None:
        """Writes Parquet and JSON into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in TABLES:
            getattr(self, name).to_parquet(folder / f"{name}.parquet", index=False)
        if len(self.orders):
            self.orders.to_parquet(folder / "orders.parquet", index=False)
        self.shelf.save(folder / "shelf")
        rest = {
            "name": self.name,
            "kind": self.kind,
            "segments": self.segments,
            "calibration": self.calibration,
            "facts": self.facts,
        }
        text = json.dumps(_clean(rest), ensure_ascii=False, indent=1)
        (folder / "rest.json").write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Recommendations":
        """Reads back what ``save`` wrote; NaN in segments and calibration comes back as None."""
        rest: dict[str, Any] = json.loads((folder / "rest.json").read_text(encoding="utf-8"))
        tables: dict[str, Any] = {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}
        if (folder / "orders.parquet").exists():
            tables["orders"] = pd.read_parquet(folder / "orders.parquet")
        return cls(**rest | tables, shelf=Shelf.load(folder / "shelf"))


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """``table`` with an apostrophe before text that a spreadsheet would take for a formula."""
    result = table.copy()
    for column in result.columns:
        if result[column].dtype == object or pd.api.types.is_string_dtype(result[column]):
            result[column] = [
                f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
                for cell in result[column]
            ]
    return result


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [_clean(row) for row in table.to_dict("records")]


def _clean(value: Any) -> Any:
    """``value`` as JSON knows it: plain numbers, None for what is not finite."""
    if isinstance(value, dict):
        return {str(key): _clean(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(part) for part in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
