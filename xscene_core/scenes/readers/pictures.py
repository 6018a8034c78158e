"""Product pictures that come along with the tables, each named by the id of its item."""

import io
import struct
import warnings
from collections.abc import Mapping
from pathlib import Path, PurePath

import duckdb
from PIL import Image, ImageOps

from xscene_core.scenes.problem import Problem
from xscene_core.watcher import Watcher

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
FOLDERS = ("images", "pictures", "image", "img")
MAX_PICTURES = 20_000
MAX_BYTES = 30 << 20
MAX_PIXELS = 40_000_000
"""A picture is decoded whole, four bytes each, before it becomes small."""
SIDE, COLOURS = 160, 256
"""Pixels of the longer side and colours of what is kept: about 15 kB for a photograph."""
_UNUSABLE = (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError)
"""What Pillow raises for bytes that are no whole picture, or claim to be a giant one."""
_NAMED = 3


def is_picture(name: str) -> bool:
    return name.lower().endswith(SUFFIXES)


def read_pictures(
    connection: duckdb.DuckDBPyConnection, pictures: Mapping[str, Path], watcher: Watcher
) -> list[Problem]:
    """Fills ``kept_pictures`` (item_id, png) from files by name; says which of them were left out, and why.

    Needs ``kept_items``. A picture nobody can use never stops an import.
    """
    connection.execute("CREATE OR REPLACE TABLE kept_pictures (item_id VARCHAR PRIMARY KEY, png BLOB)")
    names = list(pictures)[:MAX_PICTURES]
    ids = {name: PurePath(name).stem for name in names}
    known = _known(connection, list(ids.values()))
    strange, second, unusable, done = [], [], [], set()
    for number, name in enumerate(names):
        watcher.progress("pictures", number / len(names))
        if ids[name] not in known:
            strange.append(name)
        elif ids[name] in done:
            second.append(name)
        elif (png := small_png(pictures[name])) is None:
            unusable.append(name)
        else:
            done.add(ids[name])
            connection.execute("INSERT INTO kept_pictures VALUES (?, ?)", [ids[name], png])
    limits = f"PNG, JPEG and WebP of at most {MAX_PIXELS // 1_000_000} megapixels and {MAX_BYTES >> 20} MiB"
    return [
        *_said(strange, "named after no item", "Name each file by its item id, such as B00123.jpg."),
        *_said(second, "further pictures of an item that has one", "Nothing to do: one is kept."),
        *_said(unusable, "not readable", f"They are left out; {limits} can be read."),
        *_said(list(pictures)[MAX_PICTURES:], f"beyond the first {MAX_PICTURES:,}", "They are left out."),
    ]


def small_png(path: Path) -> bytes | None:
    """The picture as a PNG of at most ``SIDE`` pixels a side, on white; None where it cannot be used."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the bound below is lower
            with Image.open(path, formats=("PNG", "JPEG", "WEBP")) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    return None
                opened.draft("RGB", (2 * SIDE, 2 * SIDE))
                upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except _UNUSABLE:
        return None
    upright.thumbnail((SIDE, SIDE))
    white = Image.new("RGBA", upright.size, "white")
    small = Image.alpha_composite(white, upright).convert("RGB").quantize(COLOURS)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


def _known(connection: duckdb.DuckDBPyConnection, ids: list[str]) -> set[str]:
    rows = connection.execute(
        "SELECT DISTINCT item_id FROM kept_items WHERE item_id IN (SELECT unnest($ids::VARCHAR[]))",
        {"ids": ids},
    ).fetchall()
    return {str(item) for (item,) in rows}


def _said(names: list[str], what: str, todo: str) -> list[Problem]:
    if not names:
        return []
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    shown = ", ".join(name[:60] for name in names[:_NAMED])
    count = "1 picture is" if len(names) == 1 else f"{len(names):,} pictures are"
    return [Problem("images", None, "", "warning", f"{count} {what} ({shown}{more})", todo, len(names))]
