"""Spreadsheets (Excel, OpenDocument): every sheet that holds something becomes a table of its own.

They are read by a process of its own with bounded memory and time (``readers.sheet_writer``): a small file
can stand for a sheet of any size, and what the reading library then does cannot be caught.
"""

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from xscene_core.scenes.problem import Problem
from xscene_core.scenes.readers.archive import DAMAGED

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
BETWEEN = " / "
"""Stands between workbook and sheet in the names shown."""
MAX_BYTES = 512 << 20
"""Unpacked."""
SECONDS = 300.0
"""What reading one workbook may take."""
_CHUNK = 1 << 20


def is_workbook(label: str) -> bool:
    """By the name of the file."""
    return label.lower().endswith(SUFFIXES)


def sheets(path: Path, label: str, workspace: Path) -> tuple[dict[str, Path], list[Problem]]:
    """The visible sheets as CSV files under names of our own making: name shown -> file. A single one goes by
    the workbook's name, several by ``WORKBOOK / SHEET``. Formulas count by the value that was saved, and a
    cell without one is empty. What is the header, ``sheet_writer.trimmed`` says.
    """
    try:
        if _too_large(path):
            what = f"The workbook holds more than {MAX_BYTES >> 20} MB"
            return {}, [_problem(label, what, "Save the sheet as CSV; that is read in any size.")]
    except DAMAGED as error:
        return {}, [_unreadable(label, str(error) or type(error).__name__)]
    folder = Path(tempfile.mkdtemp(prefix="workbook-", dir=workspace))
    told_where = [str(path.resolve()), str(folder.resolve())]
    command = [sys.executable, "-m", "xscene_core.scenes.readers.sheet_writer", *told_where]
    root = str(Path(__file__).parents[3])
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=SECONDS, cwd=root)
        told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    except (subprocess.SubprocessError, OSError, ValueError):
        what = "The workbook needs more memory or time than reading one may take, or is damaged"
        todo = "Delete cells far outside the table, or save the sheet as CSV."
        return {}, [_problem(label, what, todo)]
    if told["locked"]:
        return {}, [_problem(label, "The workbook is protected by a password", "Save it without one.")]
    if told["problem"]:
        return {}, [_unreadable(label, told["problem"])]
    names = told["sheets"]
    if not names:
        return {}, [_problem(label, "The workbook holds no table", "Fill a sheet: column names, then rows.")]
    return {
        label if len(names) == 1 else f"{label}{BETWEEN}{name}": folder / f"{number}.csv"
        for number, name in enumerate(names)
    }, []


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


def _unreadable(label: str, said: str) -> Problem:
    first = said.splitlines()[0][:200]
    return _problem(label, f"The workbook cannot be read: {first}", "Save it again, or as CSV.")


def _problem(label: str, what: str, todo: str) -> Problem:
    return Problem(label, None, "", "error", what, todo)
