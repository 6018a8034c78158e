"""What shops write about their stock, as a number of pieces."""

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from xscene_core.errors import InputError
from xscene_core.newcategory import Recommendations, from_items, recommend
from xscene_core.newcategory.product_list import fields, load_products, read_products
from xscene_core.newcategory.selection import Selection, choose
from xscene_core.newcategory.stock import pieces, stock_column

PRODUCTS = pd.DataFrame(
    {
        "item_id": ["n1", "n2", "n3", "n4"],
        "title": ["red lamp", "green lamp", "blue lamp", "red mug"],
        "stock": [3, 0, math.nan, 1],
    }
)


@pytest.fixture(scope="module")
def answer(world: Any) -> Recommendations:
    return recommend(world, PRODUCTS, top=4, most=60)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        *(("12", 12), ("1,200", 1200), ("10+", 10), ("0", 0), ("-3", 0), ("2.0", 2)),
        *(("yes", 1), ("TRUE", 1), ("In Stock", 1), ("in_stock", 1), ("https://schema.org/InStock", 1)),
        *(("no", 0), ("Out of stock", 0), ("http://schema.org/SoldOut/", 0), ("preorder", 0)),
    ],
)
def test_numbers_and_the_usual_words_are_pieces(said: str, expected: float) -> None:
    assert pieces(said) == expected


@pytest.mark.parametrize("said", [None, "", "n/a", "ask us", "inf"])
def test_what_leaves_it_open_is_unknown(said: str | None) -> None:
    assert math.isnan(pieces(said))


def test_the_column_is_found_by_its_usual_names_likeliest_first() -> None:
    assert stock_column(["id", "Quantity", "In Stock"]) == "In Stock"
    assert stock_column(["sku", "availability"]) == "availability"
    assert stock_column(["sku", "title"]) is None


def test_a_list_with_a_stock_column_is_read_and_what_cannot_be_told_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "lamps.csv"
    file.write_text("id,title,availability\na,Lamp,in stock\nb,Mug,no\nc,Rug,ask us\nd,Bowl,\n")
    read = read_products(file)
    assert read.mapping["stock"] == "availability"
    assert "stock" in fields()
    assert read.category is not None
    assert read.category.items["stock"].tolist()[:2] == [1, 0]
    assert read.category.items["stock"].isna().tolist() == [False, False, True, True]
    assert [(one.column, one.row, one.count) for one in read.problems] == [("stock", 3, 1)]


def test_the_column_can_be_named_or_left_out(tmp_path: Path) -> None:
    file = tmp_path / "lamps.csv"
    file.write_text("id,title,stock,shelf\na,Lamp,1,0\n")
    assert "stock" not in load_products(file).items.columns or load_products(file).items["stock"][0] == 1
    named = read_products(file, {"stock": "shelf"}).category
    assert named is not None
    assert named.items["stock"].tolist() == [0]
    left_out = read_products(file, {"stock": ""}).category
    assert left_out is not None
    assert "stock" not in left_out.items


def test_stock_tells_two_lists_apart() -> None:
    keys = {from_items(PRODUCTS.assign(stock=one)).key for one in (0, 1)}
    assert len(keys | {from_items(PRODUCTS.drop(columns="stock")).key}) == 3


def test_only_what_is_known_to_be_in_stock_is_listed_unless_pinned(answer: Recommendations) -> None:
    found = choose(answer, Selection(in_stock=True))
    assert set(found.offers["item_id"]) == {"n1", "n4"}
    assert found.facts["selection"] == "in stock"
    assert found.facts["left"] == 2
    pinned = choose(answer, Selection(in_stock=True, pinned=("n2",)))
    assert set(pinned.offers["item_id"]) == {"n1", "n2", "n4"}


def test_a_list_that_says_nothing_about_stock_is_refused(world: Any) -> None:
    bare = recommend(world, PRODUCTS.drop(columns="stock"), top=2, most=60)
    with pytest.raises(InputError, match=r"whether it is in stock.*column stock"):
        choose(bare, Selection(in_stock=True))
