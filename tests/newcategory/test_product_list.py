import gzip
from pathlib import Path

import pandas as pd
import pytest

from xscene_core.errors import InputError
from xscene_core.newcategory.product_list import load_products, read_products

CSV = """sku,product_name,department,cost,brand
a1,Red lamp,Lamps,12.50,Lumo
a2,,Lamps,3,Lumo
a1,Blue lamp,Lamps,4,Lumo
a3,<b>Green</b> lamp,Lamps,-4,Lumo
a4,=SUM(A1) lamp,Lamps,cheap,Lumo
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_well_known_column_names_are_recognised_and_every_problem_is_listed(tmp_path: Path) -> None:
    read = read_products(write(tmp_path, "lamps.csv", CSV), {"price": "cost"}, name="Lamps")
    assert read.mapping == {
        "item_id": "sku",
        "title": "product_name",
        "category": "department",
        "brand": "brand",
        "price": "cost",
    }
    assert [(problem.column, problem.row) for problem in read.problems] == [
        ("title", 2),
        ("item_id", 3),
        ("price", 5),
        ("price", 4),
    ]
    assert read.category is not None
    assert read.category.items["title"].tolist() == ["Red lamp", "Green lamp", "=SUM(A1) lamp"]
    assert read.category.items["price"].tolist()[0] == 12.5
    assert read.category.items["price"].isna().tolist() == [False, True, True]


@pytest.mark.parametrize("kind", ["parquet", "jsonl", "csv.gz"])
def test_every_format_gives_the_same_products(tmp_path: Path, kind: str) -> None:
    table = pd.DataFrame({"item_id": ["1", "2"], "title": ["灯", "red lamp"], "price": [1.5, 2.0]})
    path = tmp_path / f"products.{kind}"
    if kind == "parquet":
        table.to_parquet(path)
    elif kind == "jsonl":
        table.to_json(path, orient="records", lines=True, force_ascii=False)
    else:
        path.write_bytes(gzip.compress(table.to_csv(index=False).encode()))
    found = load_products(path).items[["item_id", "title", "price"]]
    assert found.to_numpy().tolist() == table.to_numpy().tolist()


def test_a_list_without_ids_is_numbered(tmp_path: Path) -> None:
    read = read_products(write(tmp_path, "p.csv", "title\nred lamp\nblue lamp\n"))
    assert read.category is not None
    assert read.category.items["item_id"].tolist() == ["row-1", "row-2"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty|no table|no header|nothing"),
        ("colour,size\nred,4\n", "No column holds the title"),
        ("item_id,title\n", "no usable product|no row|empty"),
        ("item_id,title\n1,\n", "no usable product"),
    ],
)
def test_a_list_that_cannot_be_used_gets_a_sentence(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError, match=f"(?i){says}"):
        load_products(write(tmp_path, "p.csv", text))


def test_a_column_can_be_left_out_or_taken_from_another(tmp_path: Path) -> None:
    path = write(tmp_path, "p.csv", "id,title,long_name\n1,lamp,A very red lamp\n")
    read = read_products(path, {"title": "long_name", "item_id": "id"})
    assert read.category is not None
    assert read.category.items["title"].tolist() == ["A very red lamp"]


def test_a_list_in_another_encoding_is_read_when_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("title\nGr\u00fcne Lampe\n".encode("cp1252"))
    with pytest.raises(InputError, match="--encoding"):
        load_products(path)
    assert load_products(path, encoding="cp1252").items["title"].tolist() == ["Gr\u00fcne Lampe"]
