"""An uploaded archive is opened without trusting anything in it."""

import stat
import zipfile
from pathlib import Path

import pytest

from tests.scenes.given import INTERACTIONS, ITEMS, one, read
from xscene_core.scenes.importing import prepare
from xscene_core.scenes.readers import archive


def packed(path: Path, **members: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "."), content)
    return path


def test_a_zip_of_the_files_is_read(tmp_path: Path) -> None:
    upload = packed(tmp_path / "shop.zip", items__csv=ITEMS, interactions__csv=INTERACTIONS)
    prepared = read(upload)
    assert prepared.problems == ()
    assert prepared.scenes[0].name == "shop"


def test_a_zip_with_one_folder_inside_is_read(tmp_path: Path) -> None:
    members = {
        "data/items.csv": ITEMS,
        "data/interactions.csv": INTERACTIONS,
        "__MACOSX/._items.csv": b"\x00",
    }
    with zipfile.ZipFile(tmp_path / "shop.zip", "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    assert read(tmp_path / "shop.zip").problems == ()


@pytest.mark.parametrize(
    "name",
    ["../items.csv", "/etc/items.csv", "a/../../items.csv", "..\\items.csv", "C:\\items.csv", "~/items.csv"],
)
def test_a_member_that_points_outside_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in/shop.zip", "w") as file:
        file.writestr(name, ITEMS)
    room = tmp_path / "room"
    prepared = prepare(tmp_path / "in/shop.zip", workspace=room)
    assert one(prepared.errors, "points outside").table == "shop.zip"
    assert not list(tmp_path.rglob("items.csv"))


def test_a_zip_bomb_is_refused_by_what_it_says(tmp_path: Path) -> None:
    upload = packed(tmp_path / "shop.zip", items__csv=b"0" * (80 << 20))
    assert "bomb" in one(read(upload).errors, "unpacks to far more").what


def test_a_zip_bomb_that_lies_about_its_size_is_stopped_while_unpacking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = packed(tmp_path / "shop.zip", items__csv=b"0" * (3 << 20))
    monkeypatch.setattr(archive, "_refusals", lambda members, label: [])
    monkeypatch.setattr(archive, "MAX_TOTAL", 2 << 20)
    assert one(read(upload).errors, "unpacks to far more").severity == "error"


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    members = {f"file{k}__csv": "x" for k in range(archive.MAX_MEMBERS + 1)}
    assert one(read(packed(tmp_path / "shop.zip", **members)).errors, "201 files").severity == "error"


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    upload = packed(tmp_path / "shop.zip", items__csv=ITEMS, more__zip=b"PK")
    assert one(read(upload).errors, "another archive").severity == "error"


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("items.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "shop.zip", "w") as file:
        file.writestr(link, "/etc/passwd")
    assert one(read(tmp_path / "shop.zip").errors, "holds the link").severity == "error"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04torn", b"not a zip at all"])
def test_what_only_calls_itself_a_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "shop.zip").write_bytes(content)
    assert one(read(tmp_path / "shop.zip").errors, "archive cannot be read").table == "shop.zip"


@pytest.mark.parametrize("label", ["../items.csv", "a/items.csv", "C:\\items.csv"])
def test_an_uploaded_name_that_is_a_path_is_refused(tmp_path: Path, label: str) -> None:
    (tmp_path / "upload-0").write_text(ITEMS, encoding="utf-8")
    prepared = prepare({label: tmp_path / "upload-0"})
    assert one(prepared.errors, "is a path").severity == "error"


def test_uploads_are_known_by_their_names_wherever_they_lie(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(ITEMS, encoding="utf-8")
    (tmp_path / "b").write_text(INTERACTIONS, encoding="utf-8")
    prepared = prepare({"items.csv": tmp_path / "a", "interactions.csv": tmp_path / "b"})
    assert prepared.problems == ()


@pytest.mark.parametrize("name", ["shop*.csv", "sho[p].csv", "it's; DROP.csv", "shop?.csv", "$(x).csv"])
def test_strange_file_names_are_only_names(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / name).write_text(ITEMS, encoding="utf-8")
    (folder / "shopXX.csv").write_text("secret,item_id,title\n1,2,3\n", encoding="utf-8")
    prepared = read(folder / name)
    assert prepared.errors == []
    assert prepared.scenes[0].items == 10
