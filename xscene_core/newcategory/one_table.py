"""Opens the one table of an uploaded file; what keeps it from being read is a problem, not an exception."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import duckdb

from xscene_core.errors import InputError, disk_full
from xscene_core.scenes.readers.engine import connect
from xscene_core.scenes.readers.files import Found, Source, SourceFile, find_files
from xscene_core.scenes.readers.formats import Unreadable
from xscene_core.scenes.storage import disk_errors
from xscene_core.scenes.validation import Problem

Read = TypeVar("Read")


def read_one_table(
    source: Source,
    role: str,
    encoding: str | None,
    read: Callable[[duckdb.DuckDBPyConnection, SourceFile, Found], Read],
    unreadable: Callable[[tuple[Problem, ...]], Read],
) -> Read:
    """What ``read`` makes of the table that looks most like ``role``, else ``unreadable`` with what is wrong.

    Raises
    ------
    InputError : there is no table to read. WorkError : the disk refuses.
    """
    with disk_errors(Path(tempfile.gettempdir())), tempfile.TemporaryDirectory(prefix="xscene-") as folder:
        workspace = Path(folder)
        found = find_files(source, workspace, encoding)
        if not found.files:
            return unreadable(tuple(found.problems))
        file = next((one for one in found.files if one.role == role), found.files[0])
        if len(found.files) > 1:
            found = replace(found, problems=(*found.problems, _left_aside(file, found.files)))
        connection = connect(workspace)
        try:
            return read(connection, file, found)
        except Unreadable as error:
            return unreadable((*found.problems, error.problem))
        except duckdb.Error as error:
            if disk_full(error):
                raise
            said = str(error).splitlines()[0][:200]
            todo = "Export it again as CSV, Excel, Parquet or JSON lines."
            return unreadable((*found.problems, Problem(file.label, None, "", "error", said, todo)))
        finally:
            connection.close()


def _left_aside(read: SourceFile, files: Sequence[SourceFile]) -> Problem:
    others = ", ".join(one.label for one in files if one is not read)
    what = f"One table is read, this one; left aside: {others[:200]}"
    return Problem(read.label, None, "", "warning", what, "Give the one that is meant by itself.")


def first_of(problems: Sequence[Problem]) -> InputError:
    """The first error among the problems and how many more there are, for the command line."""
    errors = [problem for problem in problems if problem.severity == "error"]
    first, more = errors[0], f" ({len(errors) - 1} more problems)" if len(errors) > 1 else ""
    where = ", ".join(filter(None, (first.table, first.column, f"row {first.row}" if first.row else "")))
    return InputError(first.what.rstrip(".") + more, where=where, todo=first.todo)
