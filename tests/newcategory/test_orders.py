"""First orders: what a file of them may look like, what is said about it, and how they are kept."""

from pathlib import Path

import pandas as pd
import pytest

from xscene_core.errors import InputError
from xscene_core.newcategory.category import canonical
from xscene_core.newcategory.orders import NO_ORDERS, load_orders, orders_of, read_orders

ITEMS = canonical(pd.DataFrame({"item_id": ["n1", "n2", "n3"], "title": ["lamp", "mug", "scarf"]}))
CSV = """customer_id,sku,action,date
ann,n2,purchase,2024-03-01
bob,n1,Thumbs up,2024-01-01
bob,n3,dislike,2024-02-01
ann,n2,buy,2024-04-01
cy,n9,order,2024-04-02
dee,n1,returned,2024-04-02
,n1,order,2024-04-02
"""


def write(folder: Path, text: str, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_shop_s_own_column_names_and_events_are_recognised_and_sorted_by_time(tmp_path: Path) -> None:
    read = read_orders(write(tmp_path, CSV), ITEMS)
    assert read.mapping == {
        "user_id": "customer_id",
        "item_id": "sku",
        "event": "action",
        "timestamp": "date",
    }
    assert read.orders is not None
    assert read.orders.table[["user_id", "item_id", "event"]].to_numpy().tolist() == [
        ["bob", "n1", "up"],
        ["bob", "n3", "down"],
        ["ann", "n2", "order"],
    ]
    assert read.orders.table["timestamp"].is_monotonic_increasing


def test_every_row_that_cannot_be_used_is_reported_with_its_place(tmp_path: Path) -> None:
    read = read_orders(write(tmp_path, CSV), ITEMS)
    said = {(problem.column, problem.row): problem.what for problem in read.problems}
    assert set(said) == {("user_id", 7), ("item_id", 5), ("event", 6), ("", 4)}
    assert "has no 'n9'" in said["item_id", 5]
    assert "none of order, up and down" in said["event", 6]
    assert "did the same with this product before" in said["", 4]


def test_without_events_and_times_every_row_is_an_order_in_the_order_of_the_rows(tmp_path: Path) -> None:
    path = write(tmp_path, "user\titem_id\nz\tn3\na\tn1\n", "first.tsv")
    found = load_orders(path, ITEMS).orders
    assert found is not None
    assert found.table["user_id"].tolist() == ["z", "a"]
    assert found.table["event"].tolist() == ["order", "order"]
    assert found.table["timestamp"].isna().all()


def test_parquet_gives_the_same_orders(tmp_path: Path) -> None:
    csv = load_orders(write(tmp_path, CSV), ITEMS).orders
    pd.read_csv(tmp_path / "orders.csv").to_parquet(tmp_path / "orders.parquet")
    parquet = load_orders(tmp_path / "orders.parquet", ITEMS).orders
    assert csv is not None
    assert parquet is not None
    assert csv.key == parquet.key


def test_one_time_that_cannot_be_read_leaves_the_order_of_the_rows(tmp_path: Path) -> None:
    read = read_orders(write(tmp_path, "user_id,item_id,time\nb,n1,2024-05-01\na,n2,soon\n"), ITEMS)
    assert read.orders is not None
    assert read.orders.table["user_id"].tolist() == ["b", "a"]
    assert "time cannot be read" in read.problems[0].what


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sku,date\nn1,2024-01-01\n", "No column holds the person.*sku, date"),
        ("user_id,colour\na,red\n", "No column holds the product"),
        ("user_id,item_id\na,n9\nb,n8\n", "No row can be used"),
        ("user_id,item_id\n", "No row can be used"),
        ("", "empty"),
    ],
)
def test_a_file_that_cannot_be_used_gets_a_sentence(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        load_orders(write(tmp_path, text), ITEMS)


def test_a_column_can_be_named_by_hand(tmp_path: Path) -> None:
    path = write(tmp_path, "who,what\na,n1\n")
    read = read_orders(path, ITEMS, {"user_id": "who", "item_id": "what"})
    assert read.orders is not None
    assert len(read.orders) == 1


def test_the_first_k_are_orders_and_judgements_always_stay() -> None:
    found = orders_of([("a", "n1", "order"), ("b", "n1", "up"), ("c", "n2", "order"), ("d", "n3", "down")])
    assert found.first(1).table["user_id"].tolist() == ["a", "b", "d"]
    assert found.first(0).table["event"].tolist() == ["up", "down"]
    assert found.first(None) is found


def test_of_two_judgements_by_one_person_the_last_one_counts_and_orders_stay() -> None:
    before = orders_of([("a", "n1", "order"), ("a", "n1", "up"), ("b", "n2", "up")])
    after = before.judged(orders_of([("a", "n1", "down")]))
    assert after.table[["user_id", "item_id", "event"]].to_numpy().tolist() == [
        ["a", "n1", "order"],
        ["b", "n2", "up"],
        ["a", "n1", "down"],
    ]


def test_equal_events_have_an_equal_key_and_others_another() -> None:
    assert orders_of([("a", "n1", "order")]).key == orders_of([("a", "n1", "order")]).key
    assert orders_of([("a", "n1", "order")]).key != orders_of([("a", "n1", "up")]).key
    assert len(NO_ORDERS) == 0


def test_of_somebody_s_judgements_of_a_product_the_last_counts(tmp_path: Path) -> None:
    text = "user_id,item_id,event\na,n1,up\na,n1,order\na,n1,down\nb,n1,up\nb,n1,down\nb,n1,up\n"
    read = read_orders(write(tmp_path, text), ITEMS)
    assert read.orders is not None
    events = read.orders.table[["user_id", "event"]].to_numpy().tolist()
    assert events == [["a", "order"], ["a", "down"], ["b", "up"]]
    assert any("the last word counts" in problem.what for problem in read.problems)
