"""Every kind of bad input gets a sentence with its place and what to do."""

import gzip
import time
from pathlib import Path

import pytest

from tests.scenes.given import INTERACTIONS, ITEMS, folder, one, read
from xscene_core.errors import InputError
from xscene_core.home import Home
from xscene_core.scenes.library import SceneLibrary


@pytest.fixture
def library(tmp_path: Path) -> SceneLibrary:
    return SceneLibrary(Home.resolve(tmp_path / "home"), samples=None)


def test_good_data_has_no_problem(tmp_path: Path) -> None:
    prepared = read(folder(tmp_path / "shop"))
    assert prepared.problems == ()
    assert [(scene.name, scene.items, scene.people) for scene in prepared.scenes] == [("shop", 10, 12)]


@pytest.mark.parametrize("empty", ["items", "interactions"])
def test_an_empty_file_is_an_error(tmp_path: Path, empty: str) -> None:
    problem = one(read(folder(tmp_path / "shop", **{empty: ""})).errors, "The file is empty")
    assert problem.table == f"{empty}.csv"


def test_a_header_without_rows_is_an_error_for_items(tmp_path: Path) -> None:
    prepared = read(folder(tmp_path / "shop", items="item_id,title\n"))
    assert one(prepared.errors, "There is no item with an id").severity == "error"


def test_a_byte_that_is_not_utf8_is_named_by_line_and_byte(tmp_path: Path) -> None:
    items = ITEMS.encode() + "i11,Café,1,x\n".encode("cp1252")
    problem = one(read(folder(tmp_path / "shop", items=items)).errors, "is not UTF-8")
    assert problem.what.startswith(f"Line 12, byte {items.index(0xE9)} ")
    assert "--encoding" in problem.todo


@pytest.mark.parametrize("encoding", ["cp1252", "gb18030", "utf-16"])
def test_a_named_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    title = "Café" if encoding == "cp1252" else "丝绸连衣裙"
    items = (ITEMS + f"i11,{title},1,x\n").encode(encoding)
    prepared = read(folder(tmp_path / "shop", items=items), encoding=encoding)
    assert prepared.errors == []
    assert prepared.scenes[0].items == 11


def test_utf16_with_its_mark_is_recognised_without_being_named(tmp_path: Path) -> None:
    assert read(folder(tmp_path / "shop", items=ITEMS.encode("utf-16"))).problems == ()


def test_mixed_line_ends_are_no_problem(tmp_path: Path) -> None:
    assert read(folder(tmp_path / "shop", items=ITEMS.replace("\n", "\r\n", 4))).problems == ()
    excel = ITEMS.replace("\n", "\r\n").replace("Thing number 3", '"Thing\nnumber 3"')
    assert read(folder(tmp_path / "excel", items=excel)).problems == ()


@pytest.mark.parametrize("encoding", ["base64", "../x", "rot13", "no-such"])
def test_an_encoding_that_is_none_is_a_sentence(tmp_path: Path, encoding: str) -> None:
    prepared = read(folder(tmp_path / "shop", items=ITEMS.encode() + b"\xff\n"), encoding=encoding)
    assert one(prepared.errors, "no encoding").table == "items.csv"


def test_text_cut_in_the_middle_of_a_character_is_named(tmp_path: Path) -> None:
    items = (ITEMS + "i11,丝绸").encode()[:-1]
    assert one(read(folder(tmp_path / "shop", items=items)).errors, "is not UTF-8").what.startswith("Line 12")


def test_a_byte_order_mark_is_not_part_of_the_first_column(tmp_path: Path) -> None:
    assert read(folder(tmp_path / "shop", items=b"\xef\xbb\xbf" + ITEMS.encode())).problems == ()


def test_a_missing_column_names_those_there_are(tmp_path: Path) -> None:
    prepared = read(folder(tmp_path / "shop", items=ITEMS.replace("title", "words")))
    problem = one(prepared.errors, "no column that holds the title")
    assert "--map title=COLUMN" in problem.todo
    assert "words" in problem.todo
    assert read(tmp_path / "shop", mapping={"title": "words"}).problems == ()


def test_a_mapping_to_a_column_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    prepared = read(folder(tmp_path / "shop"), mapping={"brand": "maker"})
    assert one(prepared.errors, "no column 'maker'").table == "brand"


def test_an_item_twice_with_the_same_values_is_kept_once_and_counted(tmp_path: Path) -> None:
    again = ITEMS.splitlines()[3] + "\n"
    prepared = read(folder(tmp_path / "shop", items=ITEMS + again))
    problem = one(prepared.warnings, "with the same values as in row 3")
    assert (problem.row, problem.count) == (11, 1)
    assert prepared.scenes[0].items == 10


def test_an_item_twice_with_other_values_keeps_the_first_and_says_so(
    tmp_path: Path, library: SceneLibrary
) -> None:
    prepared = read(folder(tmp_path / "shop", items=ITEMS + "i3,Another thing,9,x\n"))
    problem = one(prepared.warnings, "'i3' occurs again with other values than in row 3")
    assert problem.row == 11
    prepared.commit(library)
    items = library.load("shop").items.set_index("item_id")
    assert items.loc["i3", "title"] == "Thing number 3"


def test_ids_that_differ_only_in_white_space_are_one(tmp_path: Path) -> None:
    prepared = read(folder(tmp_path / "shop", items=ITEMS + "i3 ,Thing number 3,3.50,Kind > Sub 0\n"))
    assert one(prepared.warnings, "white space around the id 'i3'").row == 11
    assert one(prepared.warnings, "with the same values").count == 1


def test_interactions_of_unknown_items_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = INTERACTIONS + "u1,zz,1500000000,1\nu2,zz,1500000000,1\n"
    prepared = read(folder(tmp_path / "shop", interactions=rows))
    problem = one(prepared.warnings, "'zz' is not in the table of items")
    assert (problem.row, problem.count, problem.column) == (49, 2, "item_id")
    assert prepared.scenes[0].interactions == 48


def test_only_unknown_items_stop_the_import(tmp_path: Path) -> None:
    prepared = read(
        folder(tmp_path / "shop", interactions=INTERACTIONS.replace(",i", ",j").replace("jtem", "item"))
    )
    assert one(prepared.errors, "is not in the table of items").count == 48


@pytest.mark.parametrize("bad", ["yesterday", "3/4/2024", "-5", "inf", "0001-01-01", "2024-02-30"])
def test_a_time_that_cannot_be_read_leaves_its_row_out(tmp_path: Path, bad: str) -> None:
    prepared = read(folder(tmp_path / "shop", interactions=INTERACTIONS + f"u1,i1,{bad},1\n"))
    problem = one(prepared.warnings, "cannot be read")
    assert (problem.row, problem.column) == (49, "timestamp")
    assert repr(bad) in problem.what
    assert prepared.scenes[0].interactions == 48
    assert prepared.scenes[0].has_time


def test_a_time_in_the_future_leaves_its_row_out(tmp_path: Path) -> None:
    future = int(time.time()) + 3 * 86_400
    prepared = read(folder(tmp_path / "shop", interactions=INTERACTIONS + f"u1,i1,{future},1\n"))
    assert one(prepared.warnings, "in the future").row == 49


def test_many_unreadable_times_stop_the_import(tmp_path: Path) -> None:
    rows = INTERACTIONS + "".join(f"u{k},i1,soon,1\n" for k in range(20))
    problem = one(read(folder(tmp_path / "shop", interactions=rows)).errors, "'soon' cannot be read")
    assert problem.count == 20


def test_missing_times_are_no_error_where_a_column_says_the_order(tmp_path: Path) -> None:
    rows = "user_id,item_id,timestamp,step\n" + "".join(
        f"u{u},i{k},,{10 - k}\n" for u in range(5) for k in range(1, 5)
    )
    prepared = read(folder(tmp_path / "shop", interactions=rows), order_column="step")
    assert prepared.errors == []
    assert prepared.scenes[0].interactions == 20


def test_a_running_number_mapped_to_time_is_doubted(tmp_path: Path) -> None:
    rows = "user_id,item_id,timestamp\n" + "".join(f"u{k % 5},i{1 + k % 7},{k}\n" for k in range(60))
    assert (
        "--order-column"
        in one(read(folder(tmp_path / "shop", interactions=rows)).warnings, "before 1973").todo
    )


@pytest.mark.parametrize(
    ("price", "sentence"),
    [
        ("-3", "is negative"),
        ("NaN", "NaN or infinite"),
        ("inf", "NaN or infinite"),
        ("-Infinity", "NaN or infinite"),
        ("1e999", "NaN or infinite"),
        ("from 14.99", "'from 14.99' cannot be read"),
    ],
)
def test_a_price_that_cannot_be_is_unknown_and_counted(
    tmp_path: Path, library: SceneLibrary, price: str, sentence: str
) -> None:
    prepared = read(folder(tmp_path / "shop", items=ITEMS + f"i11,Thing,{price},x\n"))
    problem = one(prepared.warnings, sentence)
    assert (problem.row, problem.column) == (11, "price")
    prepared.commit(library)
    assert library.load("shop").items["price"].isna().tolist() == [False] * 10 + [True]


def test_a_rating_that_is_not_finite_is_unknown_and_counted(tmp_path: Path) -> None:
    rows = INTERACTIONS + "u1,i1,1500000000,inf\nu1,i2,1500000000,nan\nu1,i3,1500000000,five\n"
    prepared = read(folder(tmp_path / "shop", interactions=rows))
    assert one(prepared.warnings, "The rating is NaN or infinite").count == 2
    assert one(prepared.warnings, "The rating is not a number").row == 51


def test_a_text_of_100_000_characters_is_cut_at_a_stated_length(
    tmp_path: Path, library: SceneLibrary
) -> None:
    items = "item_id,title,description\n" + f"i1,{'x' * 100_000},{'y ' * 50_000}\ni2,b,c\n"
    prepared = read(folder(tmp_path / "shop", items=items))
    assert "first 1,000 characters" in one(prepared.warnings, "The title is longer").todo
    assert "first 10,000 characters" in one(prepared.warnings, "The description is longer").todo
    prepared.commit(library)
    first = library.load("shop").items.iloc[0]
    assert (len(first["title"]), len(first["description"])) == (1_000, 10_000)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<b>Silk</b> dress<br/>red", "Silk dress red"),
        ("Salt &amp; Pepper", "Salt & Pepper"),
        ("<script>alert(1)</script>Lamp", "Lamp"),
        ("&lt;img src=x onerror=alert(1)&gt;Lamp", "Lamp"),
        ("Size <3 and > 2", "Size <3 and > 2"),
    ],
)
def test_html_in_titles_becomes_text(tmp_path: Path, library: SceneLibrary, html: str, text: str) -> None:
    prepared = read(folder(tmp_path / "shop", items=ITEMS + f'i11,"{html}",1,x\n'))
    assert any("held HTML" in problem.what for problem in prepared.warnings) is (html != text)
    prepared.commit(library)
    assert library.load("shop").items["title"].iloc[-1] == text


@pytest.mark.parametrize("title", ['=HYPERLINK("http://x";"y")', "@SUM(1)", "+1+cmd|' /C calc'!A0", "-2+3"])
def test_a_title_like_a_formula_is_kept_and_warned_about(tmp_path: Path, title: str) -> None:
    quoted = title.replace('"', '""')
    prepared = read(folder(tmp_path / "shop", items=ITEMS + f'i11,"{quoted}",1,x\n'))
    assert one(prepared.warnings, "spreadsheet formula").row == 11
    assert prepared.scenes[0].items == 11


def test_an_item_without_title_stays_under_another_text(tmp_path: Path, library: SceneLibrary) -> None:
    prepared = read(folder(tmp_path / "shop", items=ITEMS + "i11,,1,Lamps\n"))
    assert one(prepared.warnings, "has no title").row == 11
    prepared.commit(library)
    assert library.load("shop").items["title"].iloc[-1] == "Lamps"


def test_a_column_of_empty_titles_is_an_error(tmp_path: Path) -> None:
    prepared = read(folder(tmp_path / "shop", items="item_id,title\ni1,\ni2,\n"))
    assert one(prepared.errors, "No item has a title").column == "title"


def test_rows_without_ids_are_left_out(tmp_path: Path) -> None:
    prepared = read(
        folder(
            tmp_path / "shop",
            items=ITEMS + ",Nameless,1,x\n",
            interactions=INTERACTIONS + ",i1,1500000000,1\nu1,,1500000000,1\n",
        )
    )
    assert {(p.table, p.column, p.row) for p in prepared.warnings if "id is empty" in p.what} == {
        ("items", "item_id", 11),
        ("interactions", "user_id", 49),
        ("interactions", "item_id", 50),
    }
    assert prepared.scenes[0].interactions == 48


def test_a_scene_with_one_item_is_an_error(tmp_path: Path) -> None:
    rows = INTERACTIONS.splitlines()[0] + "\nu1,i1,1500000000,1\nu2,i1,1500000000,1\n"
    prepared = read(folder(tmp_path / "shop", items="item_id,title\ni1,Lamp\n", interactions=rows))
    assert "nothing to choose" in one(prepared.errors, "only 1 item").what


def test_a_scene_with_one_person_is_a_warning(tmp_path: Path) -> None:
    rows = "\n".join([INTERACTIONS.splitlines()[0], *(f"u1,i{k},{k}00000000,1" for k in range(1, 9))])
    prepared = read(folder(tmp_path / "shop", interactions=rows))
    assert prepared.errors == []
    assert one(prepared.warnings, "only 1 person").severity == "warning"


def test_a_scene_without_interactions_can_be_imported(tmp_path: Path, library: SceneLibrary) -> None:
    prepared = read(folder(tmp_path / "shop", interactions=None))
    assert one(prepared.warnings, "has no interactions").severity == "warning"
    prepared.commit(library)
    assert len(library.load("shop").interactions) == 0


def test_exact_duplicates_are_counted_and_kept_once(tmp_path: Path) -> None:
    rows = INTERACTIONS + INTERACTIONS.split("\n", 1)[1]
    prepared = read(folder(tmp_path / "shop", interactions=rows))
    assert one(prepared.warnings, "repeat another one exactly").count == 48
    assert prepared.scenes[0].interactions == 48


def test_items_without_interactions_are_counted(tmp_path: Path) -> None:
    prepared = read(folder(tmp_path / "shop", items=ITEMS + "i11,New,1,x\ni12,Newer,1,x\n"))
    assert one(prepared.warnings, "2 items have no interaction").count == 2


def test_lines_with_too_few_or_too_many_values_are_all_listed(tmp_path: Path) -> None:
    prepared = read(folder(tmp_path / "shop", items=ITEMS + "i11,short\ni12,a,1,x,y,z\ni13,b\n"))
    assert (one(prepared.errors, "fewer values").row, one(prepared.errors, "fewer values").count) == (11, 2)
    assert one(prepared.errors, "more values").row == 12


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    items = ITEMS + "i11,<b>x</b>,-1,x\ni1,Other,1,x\n"
    rows = INTERACTIONS + "u1,zz,soon,1\n"
    prepared = read(folder(tmp_path / "shop", items=items, interactions=rows))
    text = " | ".join(problem.what for problem in prepared.problems)
    for part in ("HTML", "negative", "other values", "not in the table", "cannot be read"):
        assert part in text
    assert all(problem.todo for problem in prepared.problems)


def test_a_torn_gzip_file_is_an_error(tmp_path: Path) -> None:
    shop = folder(tmp_path / "shop", interactions=None)
    packed = gzip.compress(INTERACTIONS.encode())
    (shop / "interactions.csv.gz").write_bytes(packed[: len(packed) // 2])
    assert one(read(shop).errors, "gzip file is damaged").table == "interactions.csv.gz"


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    shop = folder(tmp_path / "shop", interactions=None)
    with gzip.open(shop / "interactions.csv.gz", "wb", compresslevel=9) as file:
        for _ in range(100):
            file.write(b"0" * (1 << 20))
    assert "bomb" in one(read(shop).errors, "unpacks to far more").what


@pytest.mark.parametrize("content", [b"PK\x03\x04 not parquet", b"PAR1 torn in the middle"])
def test_a_file_that_only_calls_itself_parquet_is_an_error(tmp_path: Path, content: bytes) -> None:
    shop = folder(tmp_path / "shop", interactions=None)
    (shop / "interactions.parquet").write_bytes(content)
    assert read(shop).errors[0].table == "interactions.parquet"


def test_nothing_is_imported_when_there_is_an_error(tmp_path: Path, library: SceneLibrary) -> None:
    prepared = read(folder(tmp_path / "shop", items=ITEMS + "i11,short\n"))
    with pytest.raises(InputError, match="fewer values"):
        prepared.commit(library)
    assert library.names() == []


def test_a_path_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path / "nowhere")
