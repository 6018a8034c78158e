"""``recommend`` with filters: what is listed, what is said, and what cannot be asked."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from tests.newcategory.conftest import world  # noqa: F401  (a fitted run on a generated world)
from xscene_core.__main__ import main
from xscene_core.commands.recommend import _learned
from xscene_core.experiments import pipeline
from xscene_core.experiments.store import RunStore

LIST = """item_id,title,brand,category,price
n1,red lamp,Red House,lamp,5
n2,red mug,Red House,mug,9
n3,blue lamp,"Blue, Sons",lamp,20
n4,green scarf,Green House,scarf,
"""

STOCK = ("in_stock", "yes", "0", "7", "")


@pytest.fixture
def words(world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:  # noqa: F811
    monkeypatch.setattr(RunStore, "fetch", lambda *_: SimpleNamespace(run_id="r"))
    monkeypatch.setattr(pipeline, "load_run", lambda *_: world)
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    home = str(tmp_path / "home")
    return ["recommend", "--home", home, "--run", "r", "--items", str(tmp_path / "list.csv")]


def test_filters_shape_the_lists_and_the_export_says_so(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    wish = ["--brand", "Red House", "--brand", "Blue, Sons", "--price-max", "9", "--diversity", "0.5"]
    assert main([*words, *wish, "--out", str(out)]) == 0
    assert "2 of 4 products may be listed: price ..9; brand" in capsys.readouterr().out
    table = pd.read_csv(out, encoding="utf-8-sig")
    assert set(table["item_id"]) == {"n1", "n2"}
    assert set(table["selection"]) == {"price ..9; brand Red House | Blue, Sons; diversity 0.5"}


def test_the_document_holds_what_was_wished_for(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--category", "lamp", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["facts"]["selection"] == "category lamp"
    assert {one["item_id"] for person in found["people"] for one in person["offers"]} == {"n1", "n3"}


def test_only_what_is_in_stock_is_listed_and_the_export_says_so(words: list[str], tmp_path: Path) -> None:
    rows = [f"{line},{stock}" for line, stock in zip(LIST.splitlines(), STOCK, strict=True)]
    (tmp_path / "list.csv").write_text("\n".join(rows), encoding="utf-8")
    assert main([*words, "--in-stock", "--out", str(tmp_path / "out.csv")]) == 0
    table = pd.read_csv(tmp_path / "out.csv", encoding="utf-8-sig")
    assert set(table["item_id"]) == {"n1", "n3"}
    assert set(table["selection"]) == {"in stock"}


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (["--price-min", "9", "--price-max", "5"], "lowest price 9 is above the highest, 5"),
        (["--price-min", "50"], "No product is left to list"),
        (["--brand", "Red Hause"], "Red House"),
        (["--category", "boats"], "category"),
        (["--diversity", "2"], "diversity of 2"),
        (["--price-min", "cheap"], "--price-min"),
        (["--in-stock"], "whether it is in stock"),
    ],
)
def test_a_wish_that_cannot_be_met_gets_one_sentence_and_exit_code_2(
    words: list[str], wish: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, *wish]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert says in said.err
    assert "Traceback" not in said.err


def test_first_orders_are_learned_from_and_the_answer_says_what_they_did(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["user_id,item_id", *(f"a{number:03d},n{1 + number % 4}" for number in range(40)), "new,n1"]
    file, out = tmp_path / "orders.csv", tmp_path / "out.csv"
    file.write_text("\n".join([*lines, "a001,n9"]), encoding="utf-8")
    assert main([*words, "--orders", str(file), "--first", "30", "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert "Learned from 30 orders, 0 ups and 0 downs; 0 people are in no scene" in said.out
    assert "On the last 6 of them, kept out:" in said.out
    assert "The product list has no 'n9'" in said.err
    table = pd.read_csv(out, encoding="utf-8-sig")
    assert {"z_before_orders", "orders", "ups", "downs"} <= set(table.columns)
    assert main([*words, "--orders", str(file), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert len(document["orders"]) == 41
    assert document["facts"]["orders"]["unknown_people"] == 1


def test_orders_that_cannot_be_used_get_one_sentence_and_exit_code_2(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("user_id,item_id\na001,n9\n", encoding="utf-8")
    for wish in (["--orders", str(file)], ["--orders", str(tmp_path / "none.csv")], ["--first", "3"]):
        assert main([*words, *wish]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert "Traceback" not in said.err


def test_what_was_not_measured_is_not_printed_as_no_gain() -> None:
    nan = float("nan")
    found = _learned({"measured": True, "start": 0, "stop": 20, "following": [nan, nan, nan]})
    assert found == ["Too few hidden categories have 20 orders to tell what 20 are worth."]
