"""How many people two scenes have in common."""

from pathlib import Path

import duckdb

from xscene_core.scenes.library import SceneLibrary
from xscene_core.scenes.readers.engine import literal


def shared_people(
    connection: duckdb.DuckDBPyConnection, value: str, names: dict[str, str], library: SceneLibrary | None
) -> dict[str, int]:
    """People of the kept scene ``value`` who are also in another one of this import or of the library, by
    scene name; scenes that share nobody are left out."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE people AS"
        " SELECT DISTINCT user_id FROM kept_interactions WHERE scene = $s",
        {"s": value},
    )
    shared: dict[str, int] = {}
    for other, name in names.items():
        if other != value:
            shared[name] = _count(
                connection, "(SELECT user_id FROM kept_interactions WHERE scene = $s)", {"s": other}
            )
    for name in library.names() if library is not None else []:
        if name not in names.values() and library is not None:
            file = library.folder(name) / "interactions.parquet"
            if file.is_file():
                shared[name] = _count(connection, f"read_parquet({literal(str(file))})", {})
    return {name: count for name, count in shared.items() if count}


def _count(connection: duckdb.DuckDBPyConnection, other: str, parameters: dict[str, str]) -> int:
    try:
        row = connection.execute(
            f"SELECT count(*) FROM people SEMI JOIN {other} USING (user_id)", parameters
        ).fetchone()
    except (duckdb.IOException, duckdb.InvalidInputException):  # a broken scene must not stop an import
        return 0
    return int(row[0]) if row else 0


def shared_people_in_library(library: SceneLibrary, name: str) -> dict[str, int]:
    """The same for a scene of the library; scenes that share nobody are left out."""
    connection = duckdb.connect(config={"memory_limit": "500MB", "threads": "2"})
    try:
        mine = _file(library, name)
        connection.execute(f"CREATE TEMP TABLE people AS SELECT DISTINCT user_id FROM read_parquet({mine})")
        counts = {
            other: _count(connection, f"read_parquet({_file(library, other)})", {})
            for other in library.names()
            if other != name and (library.folder(other) / "interactions.parquet").is_file()
        }
    finally:
        connection.close()
    return {other: count for other, count in counts.items() if count}


def _file(library: SceneLibrary, name: str) -> str:
    return literal(str(Path(library.folder(name)) / "interactions.parquet"))
