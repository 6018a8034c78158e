"""What commands print: one JSON document, or tables for people."""

import json
import math
import os
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xscene_core.errors import InputError, WorkError

_WIDEST = 100


def emit(document: Any) -> None:
    """One JSON document on stdout; what is not a number is null, and what the terminal's encoding does not
    have (or no encoding has, such as half of a damaged file name) is written as an escape."""
    clean = _finite(document)
    text = json.dumps(clean, ensure_ascii=False, allow_nan=False, default=str)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(clean, ensure_ascii=True, allow_nan=False, default=str)
    print(text)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def say(text: str) -> None:
    """A line for the person at the terminal, kept apart from results."""
    print(text, file=sys.stderr, flush=True)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns aligned by what they hold: numbers to the right, text to the left."""
    cells = [[_clean(cell) for cell in row] for row in rows]
    lines = [list(columns), *cells]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    right = [
        all(not cell or cell[0] in "+-0123456789" for cell in column) for column in _turned(cells, columns)
    ]
    return "\n".join(
        "  ".join(
            _padded(cell, width, side) for cell, width, side in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    )


def interval(value: dict[str, float | None] | None, signed: bool = False) -> str:
    """``0.0123 [0.0100, 0.0150]``; empty where there is none."""
    if not value or value.get("value") is None:
        return ""
    sign = "+" if signed else ""
    text = f"{value['value']:{sign}.4f}"
    if value.get("low") is None or value.get("high") is None:
        return text
    return f"{text} [{value['low']:{sign}.4f}, {value['high']:{sign}.4f}]"


def duration(seconds: float | None) -> str:
    """``8 s``, ``3 min 20 s``, ``2 h 5 min``; empty where unknown."""
    if seconds is None:
        return ""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _turned(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> list[list[str]]:
    return [[row[at] for row in rows] for at in range(len(columns))]


def visible(text: str) -> str:
    """``text`` without control characters, which could rewrite the terminal; line breaks stay."""
    return "".join(" " if unicodedata.category(sign)[0] == "C" and sign != "\n" else sign for sign in text)


def _clean(cell: str) -> str:
    """On one line, without control characters and not without end."""
    text = visible(cell.replace("\n", " "))
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _width(text: str) -> int:
    """Columns of a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def first_titles(listed: Sequence[str]) -> str:
    """The first three titles of a list, long ones cut."""
    return "; ".join(title if len(title) <= 40 else f"{title[:39]}…" for title in listed[:3])


def check_out(file: Path, *inputs: Path) -> None:
    """Raises ``InputError`` where ``file`` cannot be written or is one of the ``inputs``."""
    if not file.resolve().parent.is_dir():
        raise InputError("There is no such folder", where=str(file.resolve().parent), todo="Make it first.")
    if file.is_dir():
        raise InputError("This is a folder", where=str(file), todo="Name a file to write, such as out.csv.")
    for read in inputs:
        if file.exists() and read.exists() and file.samefile(read):
            raise InputError("--out names a file that is read", where=str(file), todo="Name another file.")


def write_whole(file: Path, text: str) -> None:
    """Whole or not at all: a full disk leaves what was there before."""
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8", newline="")
        aside.replace(file)
    except OSError as error:
        todo = "Free some space, or name another file with --out."
        raise WorkError(
            f"The file cannot be written: {error.strerror}", where=str(file), todo=todo
        ) from error
    finally:
        aside.unlink(missing_ok=True)
