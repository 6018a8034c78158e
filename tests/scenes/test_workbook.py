"""Workbooks, written by another library than the one that reads them."""

import datetime
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from tests.scenes.given import INTERACTIONS, ITEMS, folder, one, read
from xscene_core.errors import InputError
from xscene_core.scenes.readers import workbook
from xscene_core.scenes.readers.files import find_files
from xscene_core.scenes.readers.sheet_writer import trimmed


def saved(path: Path, **held: list[list[object]]) -> Path:
    """A workbook with these sheets."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in held.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def table(path: Path, workspace: Path) -> list[str]:
    found, problems = workbook.sheets(path, path.name, workspace)
    assert problems == []
    (file,) = found.values()
    return file.read_text(encoding="utf-8").splitlines()


def test_values_are_spelled_as_in_a_csv_file_and_the_empty_frame_is_cut_off(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [None, None, None, None, None],
        ["title", "price", "added", "stock", "note"],
        ["灯, red", 12.5, datetime.datetime(2024, 5, 1, 12, 30), True, None],
        [None, None, None, None, None],
        ["mug", 3.0, datetime.date(2024, 5, 1), 0, "x\ny"],
        [None, None, None, None, None],
    ]
    path = saved(tmp_path / "list.xlsx", Products=rows, Empty=[])
    assert table(path, tmp_path) == [
        "title,price,added,stock,note",
        '"灯, red",12.5,2024-05-01 12:30:00,true,',
        ",,,,",
        'mug,3,2024-05-01,0,"x',
        'y"',
    ]


def test_a_heading_above_and_empty_columns_beside_the_table_are_passed_over(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Summer list 2026"],
        [],
        [None, "id", "title", "price"],
        [None, "a", "lamp", 4],
    ]
    assert table(saved(tmp_path / "list.xlsx", S=rows), tmp_path) == ["id,title,price", "a,lamp,4"]
    narrow: list[list[object]] = [["title"], ["lamp", "a note"], ["mug"]]
    assert table(saved(tmp_path / "narrow.xlsx", S=narrow), tmp_path) == ["title,", "lamp,a note", "mug,"]


def test_sheets_are_tables_of_their_own_and_make_up_a_scene(tmp_path: Path) -> None:
    held = {
        name: [line.split(",") for line in text.splitlines()]
        for name, text in (("Items", ITEMS), ("Interactions", INTERACTIONS))
    }
    path = saved(tmp_path / "Corner shop.xlsx", **held)  # type: ignore[arg-type]
    prepared = read(path)
    assert prepared.errors == []
    assert [file.name for file in prepared.scenes] == ["Corner_shop"]
    plain = read(folder(tmp_path / "plain"))
    assert prepared.scenes[0].interactions == plain.scenes[0].interactions


def test_hidden_sheets_are_left_out(tmp_path: Path) -> None:
    path = saved(tmp_path / "list.xlsx", Shown=[["title"], ["lamp"]], Hidden=[["title"], ["secret"]])
    book = load_workbook(path)
    book["Hidden"].sheet_state = "hidden"
    book.save(path)
    assert table(path, tmp_path) == ["title", "lamp"]


def test_a_workbook_in_an_archive_is_read(tmp_path: Path) -> None:
    path = saved(tmp_path / "items.xlsx", S=[["title"], ["lamp"]])
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.write(path, "items.xlsx")
    (tmp_path / "w").mkdir()
    found = find_files(tmp_path / "all.zip", tmp_path / "w")
    assert [(file.label, file.role) for file in found.files] == [("items.xlsx", "items")]


def test_what_is_no_workbook_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    cut = saved(tmp_path / "cut.xlsx", S=[["title"], ["lamp"]])
    cut.write_bytes(cut.read_bytes()[:300])
    (tmp_path / "text.xlsx").write_text("title\nlamp\n")
    (tmp_path / "nothing.ods").write_bytes(b"")
    empty = saved(tmp_path / "empty.xlsx", S=[])
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as packed:
        packed.writestr("a.txt", "no workbook")
    for path in (cut, tmp_path / "text.xlsx", tmp_path / "nothing.ods", tmp_path / "other.xlsx"):
        found = find_files(path, tmp_path / "w")
        assert not found.files
        one(found.problems, "The workbook cannot be read")
    one(find_files(empty, tmp_path / "w").problems, "The workbook holds no table")


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path / "big.xlsx", S=[["title"], *[["lamp" * 50]] * 2000])
    monkeypatch.setattr(workbook, "MAX_BYTES", 40 << 10)
    _, problems = workbook.sheets(path, path.name, tmp_path)
    one(problems, "The workbook holds more than")


def test_a_cell_far_outside_the_table_ends_in_a_sentence(tmp_path: Path) -> None:
    """The reading library lays out every cell between; it would end the whole program for want of memory."""
    path = saved(tmp_path / "stray.xlsx", S=[["title"], ["lamp"]])
    book = load_workbook(path)
    book["S"]["XFD1048576"] = "x"
    book.save(path)
    _, problems = workbook.sheets(path, path.name, tmp_path)
    one(problems, "The workbook needs more memory or time")


def test_a_damaged_sheet_that_makes_the_library_panic_ends_in_a_sentence(tmp_path: Path) -> None:
    path = saved(tmp_path / "list.xlsx", S=[["title"], ["lamp"]])
    with zipfile.ZipFile(path) as good, zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as bad:
        for name in good.namelist():
            bad.writestr(name, good.read(name).replace(b'"A2"', b'"ZZZZZZZ1"'))
    found, problems = workbook.sheets(tmp_path / "bad.xlsx", "bad.xlsx", tmp_path)
    assert not found
    assert len(problems) == 1


def test_workbooks_and_archives_of_equal_names_do_not_overwrite_each_other(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "zips").mkdir()
    books = {}
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        books[f"{name}.xlsx"] = saved(tmp_path / name / "data.xlsx", S=[["title"], [name]])
        with zipfile.ZipFile(tmp_path / "zips" / f"{name}.zip", "w") as packed:
            packed.writestr(f"{name}.csv", f"title\n{name}\n")
    for source in (books, tmp_path / "zips"):
        files = find_files(source, tmp_path / "w").files
        assert [file.path.read_text().split() for file in files] == [["title", "one"], ["title", "two"]]
        for link in (tmp_path / "w").glob("source-*"):
            link.unlink()


def test_long_numbers_keep_their_digits(tmp_path: Path) -> None:
    path = saved(tmp_path / "list.xlsx", S=[["id", "title"], [1234567890123456.0, "lamp"]])
    assert table(path, tmp_path)[1] == "1234567890123456,lamp"


def test_the_lock_file_of_an_open_workbook_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "shop").mkdir()
    saved(tmp_path / "shop" / "items.xlsx", S=[["title"], ["lamp"]])
    (tmp_path / "shop" / "~$items.xlsx").write_bytes(b"somebody")
    with zipfile.ZipFile(tmp_path / "shop.zip", "w") as packed:
        for file in (tmp_path / "shop").iterdir():
            packed.write(file, file.name)
    for source in (tmp_path / "shop", tmp_path / "shop.zip", sorted((tmp_path / "shop").iterdir())):
        found = find_files(source, tmp_path / "w")
        assert [file.label for file in found.files] == ["items.xlsx"]
        assert found.problems == ()
        (tmp_path / "w" / "source-0").unlink()


def test_many_rows_take_time_in_proportion(tmp_path: Path) -> None:
    """Not timed: with a search through the table for every row this would not end."""
    rows = trimmed([["id", "title", "price"], *([number, "lamp", 4.0] for number in range(200_000))])
    assert rows[-1] == ["199999", "lamp", "4"]


def test_line_breaks_of_every_kind_stay_within_their_cell(tmp_path: Path) -> None:
    assert trimmed([["title"], ["red\rlamp"], ["blue\r\nlamp"]]) == [["title"], ["red\nlamp"], ["blue\nlamp"]]


def test_a_sheet_named_like_a_picture_is_a_table(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    path = saved(tmp_path / "all.xlsx", **{"Items.png": [["title"], ["lamp"]], "Other": [["a"], ["b"]]})
    assert len(find_files(path, tmp_path / "w").files) == 2


def test_another_table_beside_the_products_is_said_to_be_left_aside(tmp_path: Path) -> None:
    from xscene_core.newcategory.product_list import load_products, read_products

    path = saved(tmp_path / "list.xlsx", Items=[["title"], ["lamp"]], Prices=[["name", "eur"], ["a", 1]])
    found = read_products(path)
    assert found.category is not None
    assert found.category.items["title"].tolist() == ["lamp"]
    assert "list.xlsx / Prices" in one(found.problems, "One table is read").what
    assert load_products(path).items["title"].tolist() == ["lamp"]
    with pytest.raises(InputError, match="The workbook cannot be read"):
        load_products(_broken(tmp_path))


def _broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(b"PK\x03\x04 and nothing more")
    return path


def test_an_open_document_is_read(tmp_path: Path) -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns"
    rows = "".join(
        f"<table:table-row>{''.join(_cell(text) for text in row)}</table:table-row>"
        for row in (("title", "brand"), ("lamp", "Lumo"))
    )
    content = (
        f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0" '
        f'xmlns:text="{office}:text:1.0" office:version="1.3"><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(tmp_path / "list.ods", "w") as packed:
        packed.writestr("mimetype", kind)
        packed.writestr("META-INF/manifest.xml", f'<manifest media-type="{kind}"/>')
        packed.writestr("content.xml", content)
    assert table(tmp_path / "list.ods", tmp_path) == ["title,brand", "lamp,Lumo"]


def _cell(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
