"""Writes the sheets of one workbook as CSV, as a process of its own, see ``readers.workbook``.

``python -m xscene_core.scenes.readers.sheet_writer BOOK FOLDER``; ``FOLDER/told.json`` then says which sheets
``0.csv``, ``1.csv`` and so on hold, or what is wrong.
"""

import csv
import datetime
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

MEMORY = 4 << 30
"""Bytes of address space. A sheet is held as a whole."""
WRITTEN = 1 << 30
"""Bytes of one CSV file."""
_EXACT = 2**53
"""Up to here a number of a sheet is exact."""


def main(book: Path, folder: Path) -> None:
    """Never raises for what the workbook holds, but may end for want of memory."""
    _limit()
    names: list[str] = []
    problem, locked = "", False
    try:
        with book.open("rb") as file:
            opened = CalamineWorkbook.from_filelike(file)
            for sheet in opened.sheets_metadata:
                if sheet.typ != SheetTypeEnum.WorkSheet or sheet.visible != SheetVisibleEnum.Visible:
                    continue
                rows = trimmed(opened.get_sheet_by_name(sheet.name).to_python())
                if rows:
                    with (folder / f"{len(names)}.csv").open("w", encoding="utf-8", newline="") as out:
                        csv.writer(out, lineterminator="\n").writerows(rows)
                    names.append(sheet.name)
    except PasswordError:
        locked = True
    except CalamineError as error:
        problem = str(error) or type(error).__name__
    told = {"sheets": names, "problem": problem, "locked": locked}
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")


def _limit() -> None:
    """Where the system can; elsewhere the process stands alone at least."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, resource.getrlimit(what)[1]))


def trimmed(rows: Sequence[Sequence[object]]) -> list[list[str]]:
    """As text, without headings and empty rows above, empty rows below, and empty columns on both sides.

    The first row that holds something is the header. Where some row has three cells or more, rows of a
    single one above it are headings and passed over.
    """
    told = [[_text(value) for value in row] for row in rows]
    filled = [sum(map(bool, row)) for row in told]
    at_least = 2 if max(filled, default=0) > 2 else 1
    first = next((number for number, count in enumerate(filled) if count >= at_least), len(told))
    last = max((number for number, count in enumerate(filled) if count), default=-1)
    told = told[first : last + 1]
    used = [place for row in told for place, text in enumerate(row) if text]
    left, right = min(used, default=0), max(used, default=-1) + 1
    return [row[left:right] for row in told]


def _text(value: object) -> str:
    """As it would stand in a CSV file: whole numbers without a point, ISO dates."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return format(value, ".0f") if value.is_integer() and abs(value) <= _EXACT else repr(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value).replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
