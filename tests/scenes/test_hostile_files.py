"""Files and places that once made an import fail with a fault instead of a sentence."""

import gzip
import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from tests.scenes.given import INTERACTIONS, ITEMS, folder, one, read
from xscene_core.errors import InputError
from xscene_core.home import Home
from xscene_core.scenes.importing import ImportOptions, prepare
from xscene_core.scenes.library import SceneLibrary


@pytest.mark.parametrize("name", ["it's", "a[1]", "50%41 #1", "*", 'ü "quoted"'])
def test_a_home_may_have_any_name(tmp_path: Path, name: str) -> None:
    library = SceneLibrary(Home.resolve(tmp_path / name), samples=None)
    for scene in ("first", "second"):
        prepared = prepare(
            folder(tmp_path / "given"),
            ImportOptions(name=scene),
            library,
            workspace=library.home.cache / "imports",
        )
        prepared.commit(library)
    assert prepared.scenes[0].shared == {"first": 12}
    assert len(library.load("second").interactions) == 48


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\n\n"])
@pytest.mark.parametrize("packed", [False, True])
def test_files_that_hold_nothing_get_a_sentence(tmp_path: Path, content: bytes, packed: bool) -> None:
    for name in ("a.item", "a.inter"):
        place = tmp_path / (f"{name}.gz" if packed else name)
        place.write_bytes(gzip.compress(content) if packed else content)
    assert read(tmp_path).errors


def test_utf32_with_its_mark_is_not_taken_for_utf16(tmp_path: Path) -> None:
    assert not read(folder(tmp_path, ITEMS.encode("utf-32"))).problems


def test_utf16_read_as_something_else_is_no_text(tmp_path: Path) -> None:
    prepared = read(folder(tmp_path, ITEMS.encode("utf-16-le")), encoding="latin-1")
    assert one(prepared.problems, "no text in latin-1").severity == "error"


def test_a_header_with_a_name_twice_is_warned_about(tmp_path: Path) -> None:
    prepared = read(folder(tmp_path, "item_id,title,Title\ni1,a,b\ni2,c,d\n", None))
    assert one(prepared.problems, "'title', 'Title' more than once").severity == "warning"


@pytest.mark.parametrize("kind", ["json", "parquet"])
def test_a_column_named_like_our_row_number_is_left_aside(tmp_path: Path, kind: str) -> None:
    rows = [{"Row ": "x", "item_id": f"i{k}", "title": f"Thing {k}"} for k in range(3)]
    if kind == "json":
        (tmp_path / "items.jsonl").write_text("\n".join(map(json.dumps, rows)))
    else:
        pd.DataFrame(rows).to_parquet(tmp_path / "items.parquet")
    prepared = read(tmp_path)
    assert not prepared.errors
    assert prepared.scenes[0].items == 3


def test_problems_of_rows_are_listed_although_another_file_stops_the_import(tmp_path: Path) -> None:
    items = "item_id,price\ni1,-3\ni2,inf\n"
    interactions = "user_id,item_id,timestamp\nu,i1,soon\nu,i2,2999-01-01\n"
    problems = read(folder(tmp_path, items, interactions)).problems
    assert one(problems, "no column that holds the title").severity == "error"
    for text in ("is negative", "NaN or infinite", "'soon' cannot be read", "lies in the future"):
        one(problems, text)
    assert not [problem for problem in problems if "has no title" in problem.what]  # the column is missing


def test_a_file_that_cannot_be_read_does_not_make_its_items_unknown(tmp_path: Path) -> None:
    problems = read(folder(tmp_path, ITEMS.replace("Thing", "Thé").encode("latin-1"))).problems
    assert [problem.table for problem in problems] == ["items.csv"]


def test_a_damaged_member_of_an_archive_gets_a_sentence(tmp_path: Path) -> None:
    archive = tmp_path / "given.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("items.csv", ITEMS * 50)
    for at in range(45, 100, 5):
        damaged = bytearray(archive.read_bytes())
        damaged[at] ^= 255
        (tmp_path / "damaged.zip").write_bytes(damaged)
        assert "cannot be read" in read(tmp_path / "damaged.zip").errors[0].what


def test_what_a_killed_import_left_is_swept_after_a_day(tmp_path: Path) -> None:
    workspace = tmp_path / "imports"
    old, young = workspace / "xscene-import-old", workspace / "xscene-import-young"
    for left in (old, young):
        left.mkdir(parents=True)
    os.utime(old, (time.time() - 2 * 86_400,) * 2)
    prepare(folder(tmp_path / "given"), workspace=workspace).close()
    assert [left.name for left in workspace.iterdir()] == ["xscene-import-young"]


@pytest.mark.parametrize("change", [{"items": "many"}, {"notes": None}, {"people": True}, {"title": 5}])
def test_a_card_changed_by_hand_is_named_and_does_not_hide_the_others(
    tmp_path: Path, change: dict[str, object]
) -> None:
    library = SceneLibrary(Home.resolve(tmp_path / "home"), samples=None)
    for name in ("good", "bad"):
        prepare(folder(tmp_path / "given"), ImportOptions(name=name), library).commit(library)
    card = library.folder("bad") / "card.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | change))
    with pytest.raises(InputError, match="'bad' cannot be read"):
        library.card("bad")
    assert [card.items for card in library.cards()] == [0, 10]


def test_a_copied_folder_is_a_scene_of_its_own_name(tmp_path: Path) -> None:
    library = SceneLibrary(Home.resolve(tmp_path / "home"), samples=None)
    prepare(folder(tmp_path / "given", ITEMS, INTERACTIONS), ImportOptions(name="one"), library).commit(
        library
    )
    library.folder("one").rename(library.home.scenes / "other")
    assert [card.name for card in library.cards()] == ["other"]


@pytest.mark.parametrize("room", [30_000, 300_000])
def test_a_disk_that_fills_up_in_the_middle_of_an_import_gets_a_sentence(room, tmp_path):
    """The real disk, not a pretended one: the system lets the process write files of so many bytes only."""
    folder(tmp_path / "scene", interactions="user_id,item_id\n" + "".join(
        f"person-{k},i{1 + k % 10}\n" for k in range(20_000)
    ))  # fmt: skip
    code = f"""
import resource, sys
from pathlib import Path
from xscene_core.__main__ import main
resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))
sys.exit(main(["--home", {str(tmp_path / "home")!r}, "scenes", "import", {str(tmp_path / "scene")!r}]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100)
    assert done.returncode == 1, done.stderr
    assert "The disk is full; nothing was changed" in done.stderr
    assert not [file for file in (tmp_path / "home").rglob("*") if file.is_file()]


def test_ctrl_c_in_the_middle_of_reading_ends_it_at_once(tmp_path):
    """In a process of its own: the one that tests may have been started with interrupts ignored."""
    code = f"""
import os, signal, threading
from pathlib import Path
from xscene_core.scenes.importing import _database
signal.signal(signal.SIGINT, signal.default_int_handler)
with _database(Path({str(tmp_path)!r})) as connection:
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    connection.execute("SELECT sum(sin(range)) FROM range(100_000_000_000)").fetchone()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stderr.endswith("KeyboardInterrupt\n"), done.stderr
