"""From staged rows to the rows that are kept: one row per item, known items only, no exact duplicates."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from xscene_core.scenes.readers.engine import literal
from xscene_core.scenes.readers.staging import OK
from xscene_core.scenes.readers.values import MAX_ID

ORDER = "(CAST(file AS BIGINT) << 40) + row"
"""One number per row: the file in its upper bits, the data row in its lower 40."""


@dataclass(frozen=True)
class Facts:
    """What holds for the whole import and decides how rows are kept.

    scenes_in_interactions : whether interactions say their scene themselves; else their item does.
    timed : at least one time could be read. ordered : an order column was read.
    """

    scenes_in_interactions: bool
    timed: bool
    ordered: bool


def clean(
    connection: duckdb.DuckDBPyConnection, scenes_in_interactions: bool, scene_column: str | None
) -> Facts:
    """Creates ``kept_items``, ``linked`` (interactions beside their item), ``kept_interactions``,
    ``kept_reviews``, ``kept_queries`` and ``kept_dialogues`` from the staged tables."""
    timed, ordered = _first(
        connection,
        f"SELECT coalesce(bool_or(time_state = {OK}), false), coalesce(bool_or(position_state = {OK}), false)"
        " FROM staged_interactions",
    )
    facts = Facts(scenes_in_interactions, bool(timed), bool(ordered))
    connection.execute(f"""
        CREATE TABLE kept_items AS
        SELECT scene, item_id, {_TITLE} AS title, title = '' AS untitled, description, category, brand,
            CASE WHEN price >= 0 THEN price END AS price, image, ord
        FROM (SELECT *, {ORDER} AS ord FROM staged_items)
        WHERE item_id <> '' AND length(item_id) <= {MAX_ID} {"AND scene <> ''" if scene_column else ""}
        QUALIFY row_number() OVER (PARTITION BY scene, item_id ORDER BY ord) = 1""")
    same_scene = "AND staged.scene = item.scene" if scenes_in_interactions else ""
    items = "kept_items" if scenes_in_interactions else _ONE_SCENE_PER_ITEM
    connection.execute(f"""
        CREATE TABLE linked AS
        SELECT {ORDER.replace("file", "staged.file").replace("row", "staged.row")} AS ord,
            coalesce(item.scene, staged.scene) AS scene, staged.user_id, staged.item_id, time,
            staged.position, staged.rating, staged.event,
            item.item_id IS NOT NULL AS known,
            staged.user_id <> '' AND length(staged.user_id) <= {MAX_ID} {_orderable(facts)} AS usable
        FROM staged_interactions AS staged
        LEFT JOIN {items} AS item ON staged.item_id = item.item_id {same_scene}""")
    connection.execute(f"CREATE TABLE kept_interactions AS {_without_duplicates(facts)}")
    connection.execute(f"""
        CREATE TABLE kept_reviews AS
        SELECT kept.scene, kept.user_id, kept.item_id, staged.text, kept.rating,
            kept.time AS timestamp, kept.ord
        FROM kept_interactions AS kept
        JOIN (SELECT *, {ORDER} AS ord FROM staged_interactions WHERE text <> '') AS staged USING (ord)
        UNION ALL
        SELECT item.scene, staged.user_id, staged.item_id, staged.text, staged.rating, staged.time, {ORDER}
        FROM staged_reviews AS staged JOIN {items} AS item ON staged.item_id = item.item_id
            {same_scene} WHERE staged.text <> ''""")
    _keep_words(connection, items)
    return facts


def _keep_words(connection: duckdb.DuckDBPyConnection, items: str) -> None:
    """``kept_queries`` and ``kept_dialogues``. A row that names no scene belongs to that of its item, or to
    the only one there is; otherwise it belongs nowhere and is left out."""
    only = "(SELECT CASE WHEN count(DISTINCT scene) = 1 THEN min(scene) END FROM kept_items)"
    connection.execute(f"""
        CREATE TABLE kept_queries AS
        SELECT coalesce(item.scene, nullif(staged.scene, ''), {only}) AS scene, query,
            staged.item_id, relevance, {ORDER} AS ord
        FROM staged_queries AS staged LEFT JOIN {items} AS item ON staged.item_id = item.item_id
            AND (staged.scene = '' OR staged.scene = item.scene)
        WHERE query <> '' AND (staged.item_id = '' OR item.item_id IS NOT NULL)
        QUALIFY row_number() OVER (PARTITION BY {ORDER} ORDER BY item.scene) = 1""")
    connection.execute(f"""
        CREATE TABLE kept_dialogues AS
        SELECT coalesce(nullif(scene, ''), {only}) AS scene, dialogue_id, turn, speaker, text, {ORDER} AS ord
        FROM staged_dialogues WHERE dialogue_id <> '' AND length(dialogue_id) <= {MAX_ID} AND text <> ''""")


_TITLE = """coalesce(nullif(title, ''), nullif(left(description, 80), ''), nullif(brand, ''),
            nullif(category, ''), item_id)"""
_ONE_SCENE_PER_ITEM = "(SELECT item_id, min(scene) AS scene FROM kept_items GROUP BY item_id)"


def _orderable(facts: Facts) -> str:
    """Where others have a time, a row without one cannot be placed, unless a column says the order."""
    return "AND time IS NOT NULL" if facts.timed and not facts.ordered else ""


def _without_duplicates(facts: Facts) -> str:
    chosen = "scene, user_id, item_id, time, position, rating, event"
    kept = "FROM linked WHERE known AND usable"
    if facts.timed or facts.ordered:
        return f"SELECT {chosen}, min(ord) AS ord {kept} GROUP BY ALL"
    # without time or order, buying the same thing twice and a doubled row look alike: keep both
    return f"SELECT {chosen}, ord {kept}"


def write_scene(connection: duckdb.DuckDBPyConnection, scene: str, folder: Path) -> bool:
    """Writes the canonical tables of ``scene`` (its value in the scene column) into ``folder``.

    Returns whether every interaction has a time.
    """
    place = {table: literal(str(folder / f"{table}.parquet")) for table in _WRITTEN}
    connection.execute(
        f"COPY (SELECT item_id, title, description, category, brand, price, coalesce(image, '') AS image"
        f" FROM kept_items WHERE scene = $scene ORDER BY ord)"
        f" TO {place['items']} {_PARQUET}",
        {"scene": scene},
    )
    (untimed,) = _first(
        connection,
        "SELECT coalesce(bool_or(time IS NULL), true) FROM kept_interactions WHERE scene = $scene",
        {"scene": scene},
    )
    by = "position NULLS FIRST, ord" if untimed else "time, position NULLS FIRST, ord"
    connection.execute(
        f"""COPY (SELECT user_id, item_id, time AS timestamp,
            row_number() OVER (PARTITION BY user_id ORDER BY {by}) - 1 AS position, rating, event
        FROM kept_interactions WHERE scene = $scene ORDER BY user_id, position)
        TO {place["interactions"]} {_PARQUET}""",
        {"scene": scene},
    )
    reviews = "FROM kept_reviews WHERE scene = $scene"
    (count,) = _first(connection, f"SELECT count(*) {reviews}", {"scene": scene})
    if count:
        connection.execute(
            f"COPY (SELECT user_id, item_id, text, rating, timestamp {reviews} ORDER BY ord)"
            f" TO {place['reviews']} {_PARQUET}",
            {"scene": scene},
        )
    chosen = {
        "queries": "query, item_id, relevance",
        "dialogues": "dialogue_id, row_number() OVER (PARTITION BY dialogue_id ORDER BY turn NULLS LAST, ord)"
        " - 1 AS turn, speaker, text",
    }
    for table, columns in chosen.items():
        (count,) = _first(
            connection, f"SELECT count(*) FROM kept_{table} WHERE scene = $scene", {"scene": scene}
        )
        if count:
            connection.execute(
                f"COPY (SELECT {columns} FROM kept_{table} WHERE scene = $scene ORDER BY ord)"
                f" TO {place[table]} {_PARQUET}",
                {"scene": scene},
            )
    shown = "FROM kept_pictures JOIN kept_items USING (item_id) WHERE scene = $scene"
    (count,) = _first(connection, f"SELECT count(*) {shown}", {"scene": scene})
    if count:
        connection.execute(
            f"COPY (SELECT item_id, png {shown} ORDER BY ord) TO {place['images']} {_PARQUET}",
            {"scene": scene},
        )
    return not untimed


_WRITTEN = ("items", "interactions", "reviews", "queries", "dialogues", "images")
_PARQUET = "(FORMAT parquet, COMPRESSION zstd)"


def _first(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, str] | None = None
) -> tuple[object, ...]:
    row = connection.execute(sql, parameters or {}).fetchone()
    assert row is not None
    return tuple(row)
