"""Spreadsheets (Excel, OpenDocument): every sheet that holds something becomes a table of its own."""

import csv
import datetime
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from xscene_core.scenes.problem import Problem

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
BETWEEN = " / "
"""Stands between workbook and sheet in the names shown."""
MAX_BYTES = 512 << 20
"""Unpacked; a sheet is held in memory while it is read."""
_CHUNK = 1 << 20


def is_workbook(label: str) -> bool:
    """By the name of the file."""
    return label.lower().endswith(SUFFIXES)


def sheets(path: Path, label: str, workspace: Path) -> tuple[dict[str, Path], list[Problem]]:
    """The visible sheets as CSV files under names of our own making: name shown -> file. A single one goes by
    the workbook's name, several by ``WORKBOOK / SHEET``. Formulas count by the value that was saved.

    The first row that holds something is the header, but for a heading: rows of a single cell above a table
    of three columns or more are passed over.
    """
    try:
        if _too_large(path):
            what = f"The workbook unpacks to more than {MAX_BYTES >> 20} MB"
            return {}, [_problem(label, what, "Save the sheet as CSV; that is read in any size.")]
        with path.open("rb") as file:
            book = CalamineWorkbook.from_filelike(file)
            names = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
            ]
            tables = {name: _trimmed(book.get_sheet_by_name(name).to_python()) for name in names}
    except PasswordError:
        return {}, [_problem(label, "The workbook is protected by a password", "Save it without one.")]
    except (
        CalamineError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as bad:
        said = str(bad).splitlines()[0][:200] if str(bad) else type(bad).__name__
        return {}, [_problem(label, f"The workbook cannot be read: {said}", "Save it again, or as CSV.")]
    held = {name: rows for name, rows in tables.items() if rows}
    if not held:
        return {}, [_problem(label, "The workbook holds no table", "Fill a sheet: column names, then rows.")]
    found = {}
    for number, (name, rows) in enumerate(held.items()):
        target = workspace / f"{path.name}-sheet-{number}"
        with target.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows(rows)
        found[label if len(held) == 1 else f"{label}{BETWEEN}{name}"] = target
    return found, []


def _too_large(path: Path) -> bool:
    """Counted while unpacking, because what an archive says about itself may be a lie."""
    if not zipfile.is_zipfile(path):
        return path.stat().st_size > MAX_BYTES
    unpacked = 0
    with zipfile.ZipFile(path) as packed:
        for member in packed.infolist():
            with packed.open(member) as source:
                while block := source.read(_CHUNK):
                    unpacked += len(block)
                    if unpacked > MAX_BYTES:
                        return True
    return False


def _trimmed(rows: Sequence[Sequence[object]]) -> list[list[str]]:
    """As text, without headings and empty rows above, empty rows below, and empty columns on both sides."""
    told = [[_text(value) for value in row] for row in rows]
    filled = [sum(map(bool, row)) for row in told]
    at_least = 2 if max(filled, default=0) > 2 else 1
    first = next((number for number, count in enumerate(filled) if count >= at_least), len(told))
    last = max((number for number, count in enumerate(filled) if count), default=-1)
    told = told[first : last + 1]
    used = [place for row in told for place, text in enumerate(row) if text]
    return [row[min(used) : max(used) + 1] for row in told]


def _text(value: object) -> str:
    """As it would stand in a CSV file: whole numbers without a point, ISO dates."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value).strip()


def _problem(label: str, what: str, todo: str) -> Problem:
    return Problem(label, None, "", "error", what, todo)
