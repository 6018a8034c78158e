"""What the library promises to everybody else."""

import dataclasses
import errno
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xscene_core.errors import InputError, WorkError
from xscene_core.home import Home
from xscene_core.scenes import storage
from xscene_core.scenes.fingerprint import fingerprint
from xscene_core.scenes.library import SceneLibrary
from xscene_core.scenes.scene import INTERACTION_COLUMNS, ITEM_COLUMNS, Scene, SceneCard
from xscene_core.scenes.sequences import sequences_of


def a_scene(name: str = "shop", seed: int = 0, timed: bool = True) -> Scene:
    rng = np.random.default_rng(seed)
    ids = [f"i{k}" for k in range(12)]
    price = [9.5, np.nan, *rng.uniform(1, 99, 10)]
    items = pd.DataFrame({"item_id": ids, "title": [f"Thing {k} 名" for k in ids], "price": price})
    rows = pd.DataFrame(
        {"user_id": rng.choice(["b", "a", "c\u00e9"], 60), "item_id": rng.choice(ids, 60), "rating": 4.0}
    )
    if timed:
        rows["timestamp"] = rng.integers(10**9, 1_600_000_000, 60)
    card = SceneCard(name, name.title(), "A test scene", "generated", "by hand", "CC0", notes=("one",))
    return Scene(name, items, rows, card, fingerprint="")


@pytest.fixture
def library(tmp_path: Path) -> SceneLibrary:
    return SceneLibrary(Home.resolve(tmp_path / "home"), samples=None)


def same(one: Scene, other: Scene) -> None:
    pd.testing.assert_frame_equal(one.items, other.items)
    pd.testing.assert_frame_equal(one.interactions, other.interactions)
    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("timed", [True, False])
def test_a_saved_scene_loads_as_the_same_scene(library: SceneLibrary, seed: int, timed: bool) -> None:
    library.save(a_scene("first", seed, timed), images={"i1": b"\x89PNG"})
    first = library.load("first")
    library.save(dataclasses.replace(first, name="second"), images={"i1": b"\x89PNG"})
    same(first, library.load("second"))
    assert library.card("first").has_time is timed


def test_loaded_tables_are_canonical(library: SceneLibrary) -> None:
    library.save(a_scene())
    scene = library.load("shop")
    assert tuple(scene.items) == ITEM_COLUMNS
    assert tuple(scene.interactions) == INTERACTION_COLUMNS
    assert (scene.items["brand"] == "").all()
    assert scene.items["price"].dtype == np.float64
    assert str(scene.interactions["timestamp"].dtype) == "Int64"
    assert scene.interactions["position"].dtype == np.int64
    for _, rows in scene.interactions.groupby("user_id"):
        assert rows["timestamp"].is_monotonic_increasing
        assert rows["position"].tolist() == list(range(len(rows)))
    assert scene.interactions["user_id"].is_monotonic_increasing
    assert len(sequences_of(scene)) == 3
    assert scene.card.people == 3
    assert scene.card.interactions == 60


@pytest.mark.parametrize(
    "change",
    [
        lambda s: dataclasses.replace(s, items=s.items.assign(title=["X", *s.items["title"][1:]])),
        lambda s: dataclasses.replace(s, items=s.items.iloc[::-1]),
        lambda s: dataclasses.replace(s, items=s.items.assign(price=1.0)),
        lambda s: dataclasses.replace(s, interactions=s.interactions.iloc[1:]),
        lambda s: dataclasses.replace(s, interactions=s.interactions.assign(rating=np.nan)),
        lambda s: dataclasses.replace(s, reviews=pd.DataFrame({"item_id": ["i1"], "text": ["good"]})),
    ],
)
def test_any_change_of_content_changes_the_fingerprint(library: SceneLibrary, change) -> None:  # type: ignore[no-untyped-def]
    library.save(a_scene("before"))
    library.save(dataclasses.replace(change(a_scene()), name="after"))
    assert library.fingerprint("before") != library.fingerprint("after")


def test_the_name_and_the_card_do_not_change_the_fingerprint(library: SceneLibrary) -> None:
    library.save(a_scene("one"))
    library.save(a_scene("two"))
    assert library.fingerprint("one") == library.fingerprint("two") == library.load("one").fingerprint


def test_tables_in_memory_and_in_a_folder_have_one_fingerprint(library: SceneLibrary) -> None:
    scene = dataclasses.replace(a_scene(), reviews=pd.DataFrame({"item_id": ["i1"], "text": ["good"]}))
    library.save(scene)
    tables = {"items": scene.items, "interactions": scene.interactions, "reviews": scene.reviews}
    assert fingerprint(tables) == library.fingerprint("shop")


def test_a_scene_is_never_overwritten_silently(library: SceneLibrary) -> None:
    library.save(a_scene(seed=1))
    before = library.fingerprint("shop")
    with pytest.raises(InputError, match="already"):
        library.save(a_scene(seed=2))
    with pytest.raises(InputError, match="already"):
        library.save(dataclasses.replace(a_scene(seed=2), name="SHOP"))
    assert library.fingerprint("shop") == before
    library.save(a_scene(seed=2), overwrite=True)
    assert library.fingerprint("shop") != before


def test_a_removed_scene_can_be_restored_once(library: SceneLibrary) -> None:
    library.save(a_scene())
    before = library.load("shop")
    token = library.remove("shop")
    assert library.names() == []
    assert library.restore(token) == "shop"
    same(before, library.load("shop"))
    with pytest.raises(InputError, match="nothing to restore"):
        library.restore(token)


def test_restoring_does_not_overwrite_a_newer_scene(library: SceneLibrary) -> None:
    library.save(a_scene(seed=1))
    token = library.remove("shop")
    library.save(a_scene(seed=2))
    now = library.fingerprint("shop")
    with pytest.raises(InputError, match="already"):
        library.restore(token)
    assert library.fingerprint("shop") == now


def test_a_sample_can_be_removed_and_restored_without_touching_its_files(tmp_path: Path) -> None:
    shipped = SceneLibrary(Home.resolve(tmp_path / "shipped"), samples=None)
    shipped.save(a_scene())
    shutil.copytree(shipped.home.scenes, tmp_path / "samples")
    library = SceneLibrary(Home.resolve(tmp_path / "home"), samples=tmp_path / "samples")
    assert library.is_sample("shop")
    token = library.remove("shop")
    assert library.names() == []
    assert (tmp_path / "samples/shop/items.parquet").is_file()
    library.restore(token)
    assert library.names() == ["shop"]
    with pytest.raises(InputError, match="already"):
        library.save(a_scene())


def test_an_unknown_scene_is_answered_with_close_names(library: SceneLibrary) -> None:
    library.save(a_scene("apparel"))
    with pytest.raises(InputError, match=r"Did you mean apparel\?"):
        library.load("aparel")


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "a\x00b", "x" * 65, "..", "C:\\x", "a\n"])
def test_names_that_could_leave_the_library_are_refused(library: SceneLibrary, name: str) -> None:
    with pytest.raises(InputError):
        library.save(dataclasses.replace(a_scene(), name=name))
    with pytest.raises(InputError):
        library.load(name)
    with pytest.raises(InputError):
        library.remove(name)
    with pytest.raises(InputError):
        library.restore(f"{name}~sample")


def test_a_full_disk_leaves_nothing_half_written(
    library: SceneLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.save(a_scene(seed=1))
    before = library.load("shop")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("xscene_core.scenes.library.pq.write_table", full)
    with pytest.raises(WorkError, match="disk is full"):
        library.save(a_scene(seed=2), overwrite=True)
    monkeypatch.undo()
    same(before, library.load("shop"))
    assert [folder.name for folder in library.home.scenes.iterdir()] == ["shop"]


def test_when_the_last_rename_fails_the_old_scene_is_back(
    library: SceneLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.save(a_scene(seed=1))
    before, rename = library.load("shop"), Path.rename

    def refuse_staged(self: Path, target: Path) -> Path:
        if self.name.startswith(".staging"):
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_staged)
    with pytest.raises(WorkError):
        library.save(a_scene(seed=2), overwrite=True)
    same(before, library.load("shop"))


def test_what_a_killed_process_left_is_swept_after_a_day(library: SceneLibrary) -> None:
    old = library.home.scenes / ".staging-old"
    old.mkdir(parents=True)
    os.utime(old, (0, 0))
    with storage.staging(library.home.scenes):
        assert not old.exists()
    assert library.names() == []


def test_a_broken_scene_is_named_and_does_not_hide_the_others(library: SceneLibrary) -> None:
    library.save(a_scene("good"))
    library.save(a_scene("bad"))
    library.save(a_scene("torn"))
    (library.home.scenes / "bad/card.json").write_text("{", encoding="utf-8")
    (library.home.scenes / "torn/items.parquet").write_bytes(b"PAR1 no more")
    assert [card.name for card in library.cards()] == ["bad", "good", "torn"]
    for name in ("bad", "torn"):
        with pytest.raises(InputError, match="cannot be read"):
            library.load(name)


def test_pictures_come_only_for_items_that_have_one(library: SceneLibrary) -> None:
    library.save(a_scene(), images={"i1": b"one", "i2": b"two"})
    assert library.pictures("shop", ["i1", "i9"]) == {"i1": b"one"}
    assert library.card("shop").has_images


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("items", "title", " "),
        ("items", "item_id", "i2"),
        ("items", "price", -1.0),
        ("items", "price", np.inf),
        ("interactions", "item_id", "nowhere"),
        ("interactions", "user_id", ""),
    ],
)
def test_tables_that_break_a_rule_are_refused(
    library: SceneLibrary, table: str, column: str, value: object
) -> None:
    scene = a_scene()
    frame = getattr(scene, table).copy()
    frame.loc[0, column] = value
    with pytest.raises(InputError, match=f"{table}.{column}"):
        library.save(dataclasses.replace(scene, **{table: frame}))
    assert library.names() == []


def test_a_card_is_plain_json_beside_the_tables(library: SceneLibrary) -> None:
    library.save(a_scene())
    card = json.loads((library.home.scenes / "shop/card.json").read_text(encoding="utf-8"))
    assert card["name"] == "shop"
    assert card["notes"] == ["one"]
    assert len(card["fingerprint"]) == 64
