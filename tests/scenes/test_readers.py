"""Each format leads to the same scene."""

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.scenes.given import INTERACTIONS, ITEMS, folder, one, read
from xscene_core.errors import InputError
from xscene_core.home import Home
from xscene_core.scenes.importing import ImportOptions, prepare
from xscene_core.scenes.library import SceneLibrary
from xscene_core.scenes.readers.mapping import parse
from xscene_core.scenes.scene import INTERACTION_COLUMNS, ITEM_COLUMNS, Scene


@pytest.fixture
def library(tmp_path: Path) -> SceneLibrary:
    return SceneLibrary(Home.resolve(tmp_path / "home"), samples=None)


def imported(library: SceneLibrary, source: Path, **options: object) -> Scene:
    prepared = prepare(source, ImportOptions(**options), library)  # type: ignore[arg-type]
    assert prepared.errors == []
    (card,) = prepared.commit(library)
    return library.load(card.name)


def frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    from io import StringIO

    return pd.read_csv(StringIO(ITEMS)), pd.read_csv(StringIO(INTERACTIONS))


def written(path: Path, how: str) -> Path:
    path.mkdir()
    for name, frame in zip(("items", "interactions"), frames(), strict=True):
        text = frame.to_json(orient="records", lines=True)
        if how == "parquet":
            frame.to_parquet(path / f"{name}.parquet")
        elif how == "jsonl":
            (path / f"{name}.jsonl").write_text(text, encoding="utf-8")
        elif how == "jsonl.gz":
            (path / f"{name}.jsonl.gz").write_bytes(gzip.compress(text.encode()))
        elif how == "xlsx":
            frame.to_excel(path / f"{name}.xlsx", index=False)
        elif how == "json":
            (path / f"{name}.json").write_text(frame.to_json(orient="records"), encoding="utf-8")
        elif how == "csv.gz":
            (path / f"{name}.csv.gz").write_bytes(gzip.compress(frame.to_csv(index=False).encode()))
        else:
            frame.to_csv(
                path / f"{name}.csv", index=False, sep={"semicolon": ";", "tab": "\t", "bar": "|"}[how]
            )
    return path


FORMATS = ["parquet", "jsonl", "jsonl.gz", "json", "csv.gz", "semicolon", "tab", "bar", "xlsx"]


@pytest.mark.parametrize("how", FORMATS)
def test_every_format_gives_the_same_content(tmp_path: Path, library: SceneLibrary, how: str) -> None:
    plain = imported(library, folder(tmp_path / "plain"))
    other = imported(library, written(tmp_path / "other", how))
    assert other.fingerprint == plain.fingerprint
    assert tuple(other.items) == ITEM_COLUMNS
    assert tuple(other.interactions) == INTERACTION_COLUMNS


def test_an_imported_scene_saved_again_has_the_same_fingerprint(
    tmp_path: Path, library: SceneLibrary
) -> None:
    import dataclasses

    scene = imported(library, folder(tmp_path / "shop"))
    library.save(dataclasses.replace(scene, name="again"))
    assert library.fingerprint("again") == scene.fingerprint


def test_interactions_are_sorted_by_person_and_time(tmp_path: Path, library: SceneLibrary) -> None:
    scene = imported(library, folder(tmp_path / "shop"))
    assert scene.interactions["user_id"].is_monotonic_increasing
    for _, rows in scene.interactions.groupby("user_id"):
        assert rows["timestamp"].is_monotonic_increasing
        assert rows["position"].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("written_as", "seconds"),
    [
        ("1500000000", 1_500_000_000),
        ("1500000000.75", 1_500_000_000),
        ("1500000000123", 1_500_000_000),
        ("1500000000123456", 1_500_000_000),
        ("1500000000123456789", 1_500_000_000),
        ("2017-07-14T02:40:00Z", 1_500_000_000),
        ("2017-07-14 02:40:00", 1_500_000_000),
        ("2017-07-14T04:40:00+02:00", 1_500_000_000),
        ("2017-07-13T19:10:00.5-0730", 1_500_000_000),
        ("2017-07-14", 1_499_990_400),
        ("20170714", 1_499_990_400),
        ("2017/07/14", 1_499_990_400),
        ("14.07.2017", 1_499_990_400),
        ("07 14, 2017", 1_499_990_400),
        ("Jul 14, 2017", 1_499_990_400),
    ],
)
def test_times_are_recognised_in_every_usual_spelling(
    tmp_path: Path, library: SceneLibrary, written_as: str, seconds: int
) -> None:
    rows = "user_id;item_id;timestamp\n" + "".join(f"u{k};i{k};{written_as}\n" for k in range(1, 6))
    scene = imported(library, folder(tmp_path / "shop", interactions=rows))
    assert scene.interactions["timestamp"].tolist() == [seconds] * 5


@pytest.mark.parametrize(
    ("written_as", "price"),
    [
        ("$1,250.00", 1250.0),
        ("US$ 12.50", 12.5),
        ("12,50 €", 12.5),
        ("1.250,00 €", 1250.0),
        ("￥99", 99.0),
        ("CNY 1,000", 1000.0),
        ("1e2", 100.0),
        ("", np.nan),
        ("None", np.nan),
        ("0", 0.0),
    ],
)
def test_prices_are_read_as_shops_write_them(
    tmp_path: Path, library: SceneLibrary, written_as: str, price: float
) -> None:
    scene = imported(library, folder(tmp_path / "shop", items=ITEMS + f'i11,x,"{written_as}",y\n'))
    np.testing.assert_equal(float(scene.items["price"].iloc[-1]), price)


def test_amazon_reviews_2023_files_are_read(tmp_path: Path, library: SceneLibrary) -> None:
    source = tmp_path / "amazon"
    source.mkdir()
    reviews = [
        {
            "rating": 5.0,
            "title": "Nice",
            "text": "Works <br />well",
            "images": [],
            "asin": f"V{k}",
            "parent_asin": f"P{k % 3}",
            "user_id": f"u{k % 4}",
            "timestamp": 1_588_687_728_923 + k,
            "helpful_vote": 0,
            "verified_purchase": True,
        }
        for k in range(9)
    ]
    meta = [
        {
            "main_category": "All Beauty",
            "title": f"Lotion {k}",
            "average_rating": 4.8,
            "features": ["a"],
            "description": ["Soft.", "Long lasting."],
            "price": 12.5 if k else None,
            "images": [{"thumb": "t", "large": f"https://img/{k}.jpg", "variant": "MAIN", "hi_res": None}],
            "videos": [],
            "store": "Howard",
            "categories": ["Beauty", "Skin", "Body"],
            "details": {"Brand": "x"},
            "parent_asin": f"P{k}",
            "bought_together": None,
        }
        for k in range(3)
    ]
    for name, rows in (("All_Beauty.jsonl.gz", reviews), ("meta_All_Beauty.jsonl.gz", meta)):
        text = "\n".join(json.dumps(row) for row in rows)
        (source / name).write_bytes(gzip.compress(text.encode()))
    scene = imported(library, source, name="All_Beauty")
    first = scene.items.iloc[1]
    assert first.to_dict() == {
        "item_id": "P1",
        "title": "Lotion 1",
        "description": "Soft. Long lasting.",
        "category": "Beauty > Skin > Body",
        "brand": "Howard",
        "price": 12.5,
        "image": "https://img/1.jpg",
    }
    assert np.isnan(scene.items["price"].iloc[0])
    assert scene.interactions["timestamp"].iloc[0] == 1_588_687_728
    assert scene.interactions["rating"].tolist() == [5.0] * 9
    assert scene.reviews is not None
    assert scene.reviews["text"].iloc[0] == "Nice. Works well"
    assert scene.card.how.startswith("Read as Amazon Reviews 2023")


def test_recbole_atomic_files_are_read(tmp_path: Path, library: SceneLibrary) -> None:
    source = tmp_path / "ml"
    source.mkdir()
    inter = "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
    inter += "".join(f"{k % 3}\t{k}\t4\t88125094{k}\n" for k in range(8))
    item = "item_id:token\tmovie_title:token_seq\tclass:token_seq\n"
    item += "".join(f'{k}\t"Film {k}, a "quoted\tDrama Comedy\n' for k in range(8))
    (source / "ml.inter").write_text(inter, encoding="utf-8")
    (source / "ml.item").write_text(item, encoding="utf-8")
    scene = imported(library, source, mapping={"title": "movie_title", "category": "class"})
    assert scene.items["title"].iloc[2] == '"Film 2, a "quoted'
    assert scene.items["category"].iloc[0] == "Drama Comedy"
    assert len(scene.interactions) == 8
    assert scene.card.how.startswith("Read as RecBole")


def test_a_column_splits_one_table_into_scenes(tmp_path: Path, library: SceneLibrary) -> None:
    items = "item_id,title,shop\n" + "".join(f"i{k},Thing {k},{'A B' if k % 2 else 'C'}\n" for k in range(8))
    rows = "user_id,item_id,shop,step\n" + "".join(
        f"u{u},i{k},{'A B' if k % 2 else 'C'},{9 - k}\n" for u in range(5) for k in range(8)
    )
    prepared = prepare(
        folder(tmp_path / "shops", items, rows),
        ImportOptions(scene_column="shop", order_column="step"),
        library,
    )
    assert {scene.name: (scene.items, scene.interactions) for scene in prepared.scenes} == {
        "A_B": (4, 20),
        "C": (4, 20),
    }
    assert [scene.shared for scene in prepared.scenes] == [{"C": 5}, {"A_B": 5}]
    prepared.commit(library)
    first = library.load("C").interactions
    assert first.loc[first["user_id"] == "u0", "item_id"].tolist() == ["i6", "i4", "i2", "i0"]
    assert first["timestamp"].isna().all()


def test_interactions_without_the_scene_column_follow_their_item(tmp_path: Path) -> None:
    items = "item_id,title,shop\n" + "".join(f"i{k},Thing {k},{'A' if k % 2 else 'C'}\n" for k in range(8))
    rows = "user_id,item_id\n" + "".join(f"u{u},i{k}\n" for u in range(5) for k in (3, 1, 2))
    prepared = read(folder(tmp_path / "shops", items, rows), scene_column="shop")
    assert {scene.name: scene.interactions for scene in prepared.scenes} == {"A": 10, "C": 5}


@pytest.mark.parametrize("value", ["../../etc", "/abs", "a\\b", "..", "C:\\x"])
def test_a_scene_name_that_is_a_path_is_an_error(tmp_path: Path, value: str) -> None:
    items = "item_id,title,shop\n" + "".join(f"i{k},Thing {k},{value}\n" for k in range(8))
    prepared = read(folder(tmp_path / "shops", items, None), scene_column="shop")
    assert one(prepared.errors, "is a path").column == "shop"


def test_a_scene_column_with_too_many_values_is_an_error(tmp_path: Path) -> None:
    prepared = read(folder(tmp_path / "shop", interactions=None, items=_many_shops()), scene_column="title")
    assert one(prepared.errors, "names 80 scenes").column == "title"


def _many_shops() -> str:
    return "item_id,title\n" + "".join(f"i{k},T{k}\ni{k}b,T{k}\n" for k in range(80))


def test_a_missing_scene_or_order_column_is_an_error(tmp_path: Path) -> None:
    prepared = read(folder(tmp_path / "shop"), scene_column="domain", order_column="step")
    assert one(prepared.errors, "--scene-column names 'domain'").table == "items"
    assert one(prepared.errors, "--order-column names 'step'").table == "interactions"


def test_one_name_cannot_serve_several_scenes(tmp_path: Path) -> None:
    items = "item_id,title,shop\n" + "".join(f"i{k},Thing {k},S{k % 2}\n" for k in range(8))
    with pytest.raises(InputError, match="One name cannot serve 2 scenes"):
        read(folder(tmp_path / "shops", items, None), scene_column="shop", name="x")


def test_a_text_can_be_joined_from_two_columns(tmp_path: Path, library: SceneLibrary) -> None:
    scene = imported(library, folder(tmp_path / "shop"), mapping={"description": "title+category"})
    assert scene.items["description"].iloc[0] == "Thing number 1 Kind > Sub 1"


def test_ignored_columns_and_files_are_listed(tmp_path: Path) -> None:
    shop = folder(tmp_path / "shop", items=ITEMS.replace("category", "colour"))
    (shop / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (shop / "readme.md").write_text("hello", encoding="utf-8")
    prepared = read(shop)
    assert {table.table: table.ignored for table in prepared.tables} == {
        "items": ("colour",),
        "interactions": (),
    }
    assert set(prepared.ignored) == {"notes.csv", "readme.md"}


def test_the_preview_shows_the_first_rows(tmp_path: Path) -> None:
    table = next(table for table in read(folder(tmp_path / "shop")).tables if table.table == "items")
    assert table.rows[0] == {
        "item_id": "i1",
        "title": "Thing number 1",
        "price": "1.50",
        "category": "Kind > Sub 1",
    }
    assert table.mapping["title"] == ("title",)


def test_one_table_of_everything_becomes_items_and_interactions(tmp_path: Path) -> None:
    lines = ["customer_id,sku,product_name,date"]
    lines += [f"c{k % 4},s{k % 6},Thing {k % 6},2024-01-{1 + k:02d}" for k in range(20)]
    (tmp_path / "sales.csv").write_text("\n".join(lines), encoding="utf-8")
    prepared = read(tmp_path / "sales.csv")
    assert prepared.errors == []
    assert (prepared.scenes[0].items, prepared.scenes[0].people, prepared.scenes[0].interactions) == (
        6,
        4,
        20,
    )


def test_malformed_json_lines_are_listed(tmp_path: Path) -> None:
    shop = folder(tmp_path / "shop", interactions=None)
    good = ['{"user_id": "u1", "item_id": "i1", "timestamp": 1500000000}'] * 3
    (shop / "interactions.jsonl").write_text(
        "\n".join([*good, '{"user_id": "u2", bad', *good]), encoding="utf-8"
    )
    problem = one(read(shop).errors, "is not a JSON object")
    assert (problem.row, problem.count) == (4, 1)


@pytest.mark.parametrize("pair", ["title", "=x", "title=", "nothing=x", "shop.title=x"])
def test_a_mapping_that_is_not_understood_is_a_sentence(pair: str) -> None:
    with pytest.raises(InputError, match="--map"):
        parse([pair])


def test_an_import_never_overwrites_silently(tmp_path: Path, library: SceneLibrary) -> None:
    before = imported(library, folder(tmp_path / "shop"))
    changed = read(folder(tmp_path / "shop", items=ITEMS + "i11,New,1,x\n"))
    with pytest.raises(InputError, match="already"):
        changed.commit(library)
    assert library.fingerprint("shop") == before.fingerprint
    changed.commit(library, overwrite=True)
    assert library.card("shop").items == 11


def test_several_scenes_are_imported_together_or_not_at_all(tmp_path: Path, library: SceneLibrary) -> None:
    items = "item_id,title,shop\n" + "".join(f"i{k},Thing {k},S{k % 2}\n" for k in range(8))
    prepared = read(folder(tmp_path / "shops", items, None), scene_column="shop")
    imported(library, folder(tmp_path / "S1"))
    with pytest.raises(InputError, match="already"):
        prepared.commit(library)
    assert library.names() == ["S1"]


def test_a_closed_import_leaves_no_files(tmp_path: Path) -> None:
    prepared = prepare(folder(tmp_path / "shop"), workspace=tmp_path / "room")
    assert list((tmp_path / "room").iterdir())
    prepared.close()
    assert not list((tmp_path / "room").iterdir())


def test_lines_that_are_no_objects_are_a_sentence(tmp_path: Path) -> None:
    shop = folder(tmp_path / "shop", interactions=None)
    (shop / "interactions.jsonl").write_text('{"user_id": 1}\n[1, 2]\n5\n', encoding="utf-8")
    assert one(read(shop).errors, "not every line is a JSON object").table == "interactions.jsonl"


def test_any_column_name_can_be_in_a_file(tmp_path: Path) -> None:
    names = ["file_row_number", "row", "row ", 'x"); DROP TABLE kept_items; --', "scene", "file"]
    frame = pd.DataFrame({"item_id": ["1", "2"], "title": ["a", "b"]} | {name: [1, 2] for name in names})
    (tmp_path / "shop").mkdir()
    frame.to_parquet(tmp_path / "shop/items.parquet")
    prepared = read(tmp_path / "shop")
    assert prepared.errors == []
    assert prepared.scenes[0].items == 2


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    files = [folder(tmp_path / name) / "items.csv" for name in ("a", "b")]
    with pytest.raises(InputError, match="same name"):
        prepare(files)
