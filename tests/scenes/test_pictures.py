"""Pictures named by item id come along with an import, small, and none of them can stop it."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from tests.scenes.given import INTERACTIONS, ITEMS, folder, one, read
from xscene_core.home import Home
from xscene_core.scenes.library import SceneLibrary
from xscene_core.scenes.readers import archive, pictures
from xscene_core.scenes.readers.pictures import SIDE, small_png


def drawn(kind: str = "PNG", size: tuple[int, int] = (640, 320), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, kind)
    return out.getvalue()


def giant() -> bytes:
    """A PNG of a few bytes that says it has 100,000 pixels a side."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


GOOD = {"i1.png": drawn(), "i2.jpg": drawn("JPEG"), "i3.WEBP": drawn("WEBP"), "i4.jpeg": drawn("JPEG")}


def test_a_folder_of_pictures_comes_along_small(tmp_path: Path) -> None:
    scene = folder(tmp_path / "shop")
    (scene / "images").mkdir()
    for name, content in GOOD.items():
        (scene / "images" / name).write_bytes(content)
    prepared = read(scene)
    assert prepared.problems == ()
    assert prepared.ignored == ()
    assert prepared.scenes[0].pictures == 4
    library = SceneLibrary(Home.resolve(tmp_path / "home"), samples=None)
    (card,) = prepared.commit(library)
    assert card.has_images
    kept = library.pictures("shop", [f"i{k}" for k in range(1, 11)])
    assert sorted(kept) == ["i1", "i2", "i3", "i4"]
    for png in kept.values():
        with Image.open(io.BytesIO(png)) as image:
            assert image.format == "PNG"
            assert image.size == (SIDE, SIDE // 2)
            red, green, blue = image.convert("RGB").getpixel((10, 10))
            assert red > 240
            assert max(green, blue) < 20
    assert library.load("shop").fingerprint == library.fingerprint("shop")


def test_pictures_in_a_zip_are_counted_and_what_is_wrong_with_them_is_said_once(tmp_path: Path) -> None:
    bad = {"i5.png": drawn()[:60], "i6.jpg": b"no picture", "i7.png": giant(), "i8.png": b""}
    odd = {"nobody.png": drawn(), "i1.jpg": drawn("JPEG")}
    with zipfile.ZipFile(tmp_path / "shop.zip", "w") as packed:
        packed.writestr("items.csv", ITEMS)
        packed.writestr("interactions.csv", INTERACTIONS)
        for name, content in {**GOOD, **bad, **odd}.items():
            packed.writestr(f"images/{name}", content)
    prepared = read(tmp_path / "shop.zip")
    assert prepared.errors == []
    assert prepared.scenes[0].pictures == 4
    assert one(prepared.problems, "named after no item (nobody.png)").count == 1
    assert one(prepared.problems, "further pictures of an item that has one").count == 1
    assert (
        one(prepared.problems, "4 pictures are not readable (i5.png, i6.jpg, i7.png and 1 more)").count == 4
    )


def test_pictures_do_not_count_as_tables_but_have_a_bound_of_their_own(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    monkeypatch.setattr(archive, "MAX_PICTURES", 4)
    for extra, problems in (({}, 0), ({"i9.png": drawn()}, 1)):
        with zipfile.ZipFile(tmp_path / "shop.zip", "w") as packed:
            packed.writestr("items.csv", ITEMS)
            packed.writestr("interactions.csv", INTERACTIONS)
            for name, content in {**GOOD, **extra}.items():
                packed.writestr(name, content)
        assert len(read(tmp_path / "shop.zip").errors) == problems


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_colour_model_is_read(tmp_path: Path, mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    Image.new(mode, (20, 20)).save(tmp_path / "one", kind)
    assert small_png(tmp_path / "one") is not None


def test_a_file_larger_than_allowed_is_not_even_opened(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(pictures, "MAX_BYTES", 10)
    (tmp_path / "one.png").write_bytes(drawn())
    assert small_png(tmp_path / "one.png") is None
