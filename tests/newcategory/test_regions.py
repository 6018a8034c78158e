"""Regions of a picture, covered one at a time; pictures that come with a product list."""

import io
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from tests.newcategory.conftest import WordVectors
from xscene_core.newcategory import from_items, recommend
from xscene_core.newcategory.product_list import read_products
from xscene_core.newcategory.regions import GRID, Cell, cells_of, covered

LEFT_HALF = {(row, column) for row in range(GRID) for column in (0, 1)}


def png(left: str, right: str = "white") -> bytes:
    """16 x 16, the left half of one colour."""
    picture = Image.new("RGB", (16, 16), right)
    picture.paste(left, (0, 0, 8, 16))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


class Eyes(WordVectors):
    """Sees how red, green and blue the left half of a picture is, and reads words."""

    sees_pictures = True

    def encode_new(self, items: pd.DataFrame) -> np.ndarray:
        found = super().encode_new(items)
        for row, picture in enumerate(items.get("picture", ())):
            if isinstance(picture, bytes):
                with Image.open(io.BytesIO(picture)) as opened:
                    pixels = np.asarray(opened.convert("RGB"), np.float32) / 255
                colour = pixels[:, :8].mean(axis=(0, 1))
                found[row, :3] += colour - colour.min()
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


PRODUCTS = pd.DataFrame(
    {
        "item_id": ["n1", "n2", "n3", "n4"],
        "title": ["plain lamp", "plain lamp", "plain lamp", "plain lamp"],
        "picture": [png("red"), png("lime"), png("blue"), None],
    }
)


def test_a_covered_region_has_the_mean_colour_and_the_rest_stays() -> None:
    with Image.open(io.BytesIO(covered(png("black"), [Cell(0, 0), Cell(3, 3)]))) as opened:
        pixels = np.asarray(opened)
    assert (pixels[:4, :4] == 128).all()
    assert (pixels[12:, 12:] == 128).all()
    assert (pixels[4:, :8] == 0).all()
    assert (pixels[:12, 12:] == 255).all()


def test_a_picture_that_cannot_be_read_has_no_regions() -> None:
    assert cells_of(b"no picture") == cells_of(None) == cells_of(float("nan")) == []
    assert len(cells_of(png("red"))) == GRID * GRID


def test_the_regions_that_a_run_sees_are_named_and_pass_the_test(world: Any) -> None:
    run = SimpleNamespace(**vars(world) | {"encoding": Eyes()})
    found = recommend(run, PRODUCTS, top=2, most=120)
    pieces = found.shelf.pieces
    assert set(pieces.product[pieces.kind == "region"]) == {0, 1, 2}
    first = found.offers[found.offers["place"] == 1]
    assert set(first["item_id"]) == {"n1", "n2", "n3"}
    for row, product in enumerate(first["item_id"].str[1:].astype(int) - 1):
        named = [tuple(pieces.where[one]) for one in pieces.named(row, product, "region")]
        assert named
        assert set(named) <= LEFT_HALF
    tried = found.facts["faithfulness_regions"]
    assert tried["low"] > 0
    assert found.facts["pictured"] == 3
    assert "picture" not in found.document()["category"]["products"][0]


def test_a_run_that_sees_no_pictures_has_no_regions(world: Any) -> None:
    found = recommend(world, PRODUCTS.assign(title=["red lamp", "green lamp", "blue lamp", "mug"]), most=60)
    assert not (found.shelf.pieces.kind == "region").any()
    assert found.facts["faithfulness_regions"] is None


def test_an_archive_brings_pictures_named_by_product_id(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "shop.zip", "w") as archive:
        archive.writestr("products.csv", "id,title\na,Lamp\nb,Mug\n")
        archive.writestr("images/a.png", png("red"))
        archive.writestr("images/zz.png", png("blue"))
        archive.writestr("images/b.jpg", b"no picture")
    read = read_products(tmp_path / "shop.zip")
    assert read.category is not None
    first, second = read.category.items["picture"]
    with Image.open(io.BytesIO(first)) as opened:
        assert opened.convert("RGB").getpixel((2, 2)) == (255, 0, 0)
    assert second is None
    assert {problem.table for problem in read.problems} == {"images"}
    assert any("named after no item" in problem.what for problem in read.problems)


def test_a_picture_tells_two_lists_apart() -> None:
    keys = {from_items(PRODUCTS.assign(picture=[one] * 4)).key for one in (png("red"), png("blue"), None)}
    assert len(keys | {from_items(PRODUCTS.drop(columns="picture")).key}) == 3
