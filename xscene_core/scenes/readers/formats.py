"""From a file to a relation: its columns, and every value as text."""

import csv
import re
from collections import Counter
from dataclasses import dataclass

import duckdb

from xscene_core.scenes.problem import Problem
from xscene_core.scenes.readers.encoding import opened
from xscene_core.scenes.readers.engine import literal, quoted
from xscene_core.scenes.readers.files import SourceFile

_HEAD = 4 << 20
_SAMPLE_ROWS = 100_000
_MAX_COLUMNS = 2_000
_ROW = "row "
"""The column with the number of the row; a column of a file with this name is left aside."""


@dataclass(frozen=True)
class Relation:
    """One file as the database sees it.

    sql : a SELECT of all columns plus ``"row "`` (BIGINT, 1-based data row), in file order.
    columns : their name in the file -> an SQL expression of type VARCHAR for it.
    doubled : names that its header holds more than once.
    """

    file: SourceFile
    sql: str
    columns: dict[str, str]
    rejects: bool = False
    doubled: tuple[str, ...] = ()


class Unreadable(Exception):
    """Carries the problem that stops this file."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


def relation(connection: duckdb.DuckDBPyConnection, file: SourceFile) -> Relation:
    """Raises ``Unreadable`` with a problem when the file has no header or is torn."""
    try:
        if file.format == "parquet":
            return _parquet(connection, file)
        if file.format == "json":
            return _json(connection, file)
        return _delimited(file)
    except duckdb.Error as error:
        raise Unreadable(torn(file, error)) from error


def torn(file: SourceFile, error: duckdb.Error) -> Problem:
    """What the database says about a file it cannot read, in one sentence."""
    said = str(error).split("\n")[0].replace(str(file.path), file.label)
    said = re.sub(r"^([A-Z][a-z]+ ){1,3}Error: ", "", said).strip(" .")
    if "expected records" in said:
        said = "not every line is a JSON object"
    return Problem(
        file.label, None, "", "error", f"The file cannot be read: {said[:300]}", "Export it again."
    )


def _parquet(connection: duckdb.DuckDBPyConnection, file: SourceFile) -> Relation:
    source = f"read_parquet({literal(str(file.path))}, binary_as_string=true)"
    described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    columns = {
        str(name): _as_text(str(name), str(kind)) for name, kind, *_ in described if name.casefold() != _ROW
    }
    ours = f" EXCLUDE ({quoted(_ROW)})" if len(columns) < len(described) else ""
    sql = f'SELECT *{ours}, row_number() OVER () AS "row " FROM {source}'
    return Relation(file, sql, columns)


def _as_text(name: str, kind: str) -> str:
    column = quoted(name)
    if kind == "VARCHAR":
        return column
    if kind in ("DOUBLE", "FLOAT"):
        # whole numbers that became floats because a value was missing somewhere keep their spelling
        whole = f"isfinite({column}) AND {column} = floor({column}) AND abs({column}) < 1e15"
        short = f"CAST(CAST({column} AS BIGINT) AS VARCHAR)"
        return f"CASE WHEN {whole} THEN {short} ELSE CAST({column} AS VARCHAR) END"
    if kind.endswith("[]") or kind.startswith(("STRUCT", "MAP")):
        return f"CAST(to_json({column}) AS VARCHAR)"
    return f"CAST({column} AS VARCHAR)"


def _json(connection: duckdb.DuckDBPyConnection, file: SourceFile) -> Relation:
    with opened(file.path) as start:
        layout = "array" if start.read(1024).lstrip()[:1] == b"[" else "newline_delimited"
    options = f"format='{layout}', compression='{'gzip' if file.gzip else 'none'}'"
    source = literal(str(file.path))
    tolerant = ", ignore_errors=true" if layout == "newline_delimited" else ""
    described = connection.execute(
        f"DESCRIBE SELECT * FROM read_json({source}, {options}{tolerant}, sample_size={_SAMPLE_ROWS},"
        " maximum_depth=1, records=true)"
    ).fetchall()
    names: dict[str, str] = {}
    for name, *_ in described[:_MAX_COLUMNS]:
        if str(name).casefold() != _ROW:
            names.setdefault(str(name).casefold(), str(name))
    listed = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names.values())
    sql = (
        f'SELECT *, row_number() OVER () AS "row " FROM '
        f"read_json({source}, {options}{tolerant}, columns={{{listed}}}, records=true)"
    )
    return Relation(file, sql, {name: quoted(name) for name in names.values()})


def _delimited(file: SourceFile) -> Relation:
    head = _head(file)
    atomic = file.format == "atomic"
    delimiter = "\t" if atomic else _delimiter(head)
    try:
        lines = head.splitlines(keepends=True)
        header = "".join(lines[:1]).split(delimiter) if atomic else _header(lines, delimiter)
    except csv.Error as error:
        what = f"The header cannot be read: {error}"
        raise Unreadable(Problem(file.label, None, "", "error", what, "Check the first line.")) from error
    given_names = [name.strip() for name in header]
    names = _distinct(given_names)
    if not any(names) or len(names) > _MAX_COLUMNS:
        what = f"The first line is no header ({len(names)} columns)"
        raise Unreadable(Problem(file.label, None, "", "error", what, "Give a line with column names first."))
    listed = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    options = {
        "auto_detect": "false",
        "header": "true",
        "delim": literal(delimiter),
        "quote": "''" if atomic else "'\"'",
        "escape": "''" if atomic else "'\"'",
        "columns": f"{{{listed}}}",
        "compression": "'gzip'" if file.gzip else "'none'",
        "max_line_size": "16000000",
        "ignore_errors": "true",
        "store_rejects": "true",
        "rejects_limit": "100000",
    }
    given = ", ".join(f"{key}={value}" for key, value in options.items())
    sql = f'SELECT *, row_number() OVER () AS "row " FROM read_csv({literal(str(file.path))}, {given})'
    columns = {name.split(":")[0] if atomic else name: quoted(name) for name in names}
    return Relation(file, sql, columns, rejects=True, doubled=_doubled(given_names))


def _header(lines: list[str], delimiter: str) -> list[str]:
    return next(csv.reader(lines, delimiter=delimiter), [])


def _head(file: SourceFile) -> str:
    with opened(file.path) as start:
        data = start.read(_HEAD)
    return data.decode("utf-8", errors="ignore")


def _delimiter(head: str) -> str:
    """The separator that cuts the first lines into most fields, equally many in each."""
    lines = [line for line in head.splitlines() if line.strip()][:20]

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            counts = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:
            return (0, 0)
        return (sum(count == counts[0] for count in counts) if counts and counts[0] > 1 else 0, counts[0])

    return max([",", "\t", ";", "|"], key=fit) if lines else ","


def _distinct(names: list[str]) -> list[str]:
    """Names as they are; empty and repeated ones get a number so that each can be addressed."""
    taken: set[str] = set()
    result = []
    for number, name in enumerate(names, start=1):
        base = name or f"column_{number}"
        unique, again = base, 1
        while unique.casefold() in taken:
            again += 1
            unique = f"{base}_{again}"
        taken.add(unique.casefold())
        result.append(unique)
    return result


def _doubled(names: list[str]) -> tuple[str, ...]:
    seen = Counter(name.casefold() for name in names if name)
    return tuple(dict.fromkeys(name for name in names if seen[name.casefold()] > 1))


def doubled(table: Relation) -> list[Problem]:
    """A warning for a header that holds a name twice."""
    if not table.doubled:
        return []
    listed = ", ".join(repr(name[:40]) for name in table.doubled[:5])
    what = f"The header holds {listed} more than once; the first one keeps the name, the next ends in _2"
    todo = "Remove or rename the column that is not meant, or map the right one."
    return [Problem(table.file.label, None, table.doubled[0][:60], "warning", what, todo)]


def rejected(connection: duckdb.DuckDBPyConnection, file: SourceFile) -> list[Problem]:
    """Lines of a delimited file that do not have the columns of its header, grouped by what is wrong."""
    rows = connection.execute(
        "SELECT error_type, count(DISTINCT line), min(line), list_sort(list(DISTINCT line))[:3]"
        " FROM reject_errors GROUP BY ALL"
    ).fetchall()
    connection.execute("DELETE FROM reject_errors")
    connection.execute("DELETE FROM reject_scans")
    return [
        Problem(
            file.label,
            max(int(first) - 1, 1),
            "",
            "error",
            f"{_REJECTS.get(str(kind), str(kind).capitalize())} (line {', '.join(map(str, lines))}"
            f"{' and others' if count > len(lines) else ''} of the file)",
            "Correct these lines; values that hold the separator or a line break need quotes around them.",
            int(count),
        )
        for kind, count, first, lines in rows
    ]


_REJECTS = {
    "MISSING COLUMNS": "A line has fewer values than the header has columns",
    "TOO MANY COLUMNS": "A line has more values than the header has columns",
    "UNQUOTED VALUE": "A quoted value is not closed or goes on after its closing quote",
    "LINE SIZE OVER MAXIMUM": "A line is longer than 16 MB",
    "INVALID ENCODING": "A line is not UTF-8",
}


def first_rows(
    connection: duckdb.DuckDBPyConnection, table: Relation, count: int = 5
) -> list[dict[str, str]]:
    """The first rows as text, cut at 200 characters: for a preview."""
    shown = ", ".join(f"left({text}, 200) AS {quoted(name)}" for name, text in table.columns.items())
    cursor = connection.execute(f"SELECT {shown} FROM ({table.sql}) LIMIT {count}")
    return [
        dict(zip(table.columns, ("" if value is None else str(value) for value in row), strict=True))
        for row in cursor.fetchall()
    ]
