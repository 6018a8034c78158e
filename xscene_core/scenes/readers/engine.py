"""The database that reads tables of any size in bounded memory."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

MEMORY = "600MB"


def connect(
    workspace: Path, memory: str = MEMORY, readable: Sequence[Path] = ()
) -> duckdb.DuckDBPyConnection:
    """A DuckDB database in ``workspace``: what does not fit into ``memory`` spills to that folder.

    It can open nothing outside ``workspace`` and the folders ``readable``, and never fetches extensions,
    so that neither a file name nor a value in a file can make it read something else.
    """
    spill = workspace / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        str(workspace / "import.duckdb"),
        config={
            "memory_limit": memory,
            "threads": "2",
            "temp_directory": str(spill),
            "autoinstall_known_extensions": "false",
        },
    )
    folders = ", ".join(literal(str(folder)) for folder in (workspace, *readable))
    links = [link for link in workspace.glob("source-*") if link.is_symlink()]
    files = ", ".join(literal(str(path)) for link in links for path in (link, link.resolve()))
    connection.execute(f"SET allowed_directories = [{folders}]")
    connection.execute(f"SET allowed_paths = [{files}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def usable(folder: Path) -> bool:
    """Whether the database can work in ``folder``: it takes ``* ? [`` in a path for a pattern or a query."""
    return not set("*?[") & set(str(folder))


def quoted(name: str) -> str:
    """``name`` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """``text`` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"
