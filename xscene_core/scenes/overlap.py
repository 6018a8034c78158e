"""How many people two scenes have in common."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from xscene_core.scenes.library import SceneLibrary


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
            shared[name] = _count_in_library(connection, library, name)
    return {name: count for name, count in shared.items() if count}


def _count(connection: duckdb.DuckDBPyConnection, other: str, parameters: dict[str, str]) -> int:
    counts = f"SELECT count(*) FROM people SEMI JOIN {other} USING (user_id)"
    ((count,),) = connection.execute(counts, parameters).fetchall()
    return int(count)


def _count_in_library(connection: duckdb.DuckDBPyConnection, library: SceneLibrary, name: str) -> int:
    try:
        with _people_of(connection, library, name):
            return _count(connection, "read_people", {})
    except (
        OSError,
        pa.ArrowException,
        duckdb.InvalidInputException,
    ):  # a broken scene must not stop an import
        return 0


@contextmanager
def _people_of(connection: duckdb.DuckDBPyConnection, library: SceneLibrary, name: str) -> Iterator[None]:
    """``read_people``, one row per interaction of a scene in the library, read batch by batch.

    Not by the database itself, which may open nothing outside its workspace and would take some characters
    of a path for a pattern.
    """
    with pq.ParquetFile(library.folder(name) / "interactions.parquet") as file:
        schema = pa.schema([("user_id", pa.string())])
        batches = (
            pa.record_batch([batch.column(0).cast(pa.string())], schema)
            for batch in file.iter_batches(columns=["user_id"])
        )
        connection.register("read_people", pa.RecordBatchReader.from_batches(schema, batches))
        try:
            yield
        finally:
            connection.unregister("read_people")


def shared_people_in_library(library: SceneLibrary, name: str) -> dict[str, int]:
    """The same for a scene of the library; scenes that share nobody are left out."""
    connection = duckdb.connect(config={"memory_limit": "500MB", "threads": "2"})
    try:
        with _people_of(connection, library, name):
            connection.execute("CREATE TEMP TABLE people AS SELECT DISTINCT user_id FROM read_people")
        others = [other for other in library.names() if other != name]
        counts = {other: _count_in_library(connection, library, other) for other in others}
    finally:
        connection.close()
    return {other: count for other, count in counts.items() if count}
