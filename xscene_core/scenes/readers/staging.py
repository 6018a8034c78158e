"""Brings mapped columns to canonical values, beside marks of what could not be read.

``staged_items``, ``staged_interactions``, ... keep every row of a table with its file and row number, so
that problems can be counted and placed before anything is dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from xscene_core.scenes.problem import Problem
from xscene_core.scenes.readers import values
from xscene_core.scenes.readers.formats import Relation, rejected, torn
from xscene_core.scenes.readers.mapping import FIELDS
from xscene_core.scenes.readers.values import MAX_LABEL, MAX_TEXT, MAX_TITLE

OK, EMPTY, BAD, FUTURE, INFINITE = 0, 1, 2, 3, 4
"""States of a time or a number."""

_JOINED = ("title", "description", "category", "brand", "text", "summary")


@dataclass(frozen=True)
class Mapped:
    """A relation, what it holds, and which of its columns is which of ours."""

    relation: Relation
    table: str
    mapping: dict[str, tuple[str, ...]]
    scene_column: str | None = None
    ignored: tuple[str, ...] = ()


def stage(connection: duckdb.DuckDBPyConnection, tables: Sequence[Mapped], now: int) -> list[Problem]:
    """Creates ``staged_<table>`` for every table; ``file`` is the number of the file in ``tables``.

    now : times after this (seconds since 1970) are marked as in the future. Returns what is wrong with
    single lines (they are left out) and with files that turn out to be torn.
    """
    for table, select in _SELECTS.items():
        connection.execute(f"CREATE TABLE staged_{table} AS {select(_nothing(table), now)} LIMIT 0")
    problems: list[Problem] = []
    for number, mapped in enumerate(tables):
        file, select = mapped.relation.file, _SELECTS[mapped.table]
        try:
            connection.execute(f"INSERT INTO staged_{mapped.table} {select(_raw(mapped, number), now)}")
        except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
            problems.append(torn(file, error))
        if mapped.relation.rejects:
            problems += rejected(connection, file)
    return problems


def _nothing(table: str) -> str:
    fields = ", ".join(f"'' AS raw_{name}" for name in FIELDS[table])
    return f"SELECT 0 AS file, 0::BIGINT AS row, '' AS scene, {fields}"


def _raw(mapped: Mapped, number: int) -> str:
    """Every field of the table as text, NULL where nothing is mapped to it."""
    columns = mapped.relation.columns
    chosen = [f"{number} AS file", '"row " AS row']
    scene = columns[mapped.scene_column] if mapped.scene_column is not None else "NULL"
    chosen.append(f"CAST({scene} AS VARCHAR) AS scene")
    for ours in FIELDS[mapped.table]:
        texts = [columns[theirs] for theirs in mapped.mapping.get(ours, ())]
        separator = " > " if ours == "category" else " "
        if ours in _JOINED:
            texts = [values.joined(text, separator) for text in texts]
        elif ours == "image":
            texts = [values.picture(text) for text in texts]
        whole = f"concat_ws('{separator}', {', '.join(texts)})" if len(texts) > 1 else "".join(texts)
        chosen.append(f"CAST({whole or 'NULL'} AS VARCHAR) AS raw_{ours}")
    return f"SELECT {', '.join(chosen)} FROM ({mapped.relation.sql})"


def _spaced(*columns: str) -> str:
    return " OR ".join(f"coalesce({column} <> {values.identifier(column)}, false)" for column in columns)


def _blank(table: str) -> str:
    """True for rows that hold nothing: what is left of a line that is no JSON object."""
    return f"coalesce({', '.join(f'raw_{field}' for field in FIELDS[table])}) IS NULL AS blank"


def _text(name: str) -> str:
    """Plain text where something is mapped; the clean expression is long, so not computed for nothing."""
    return f"CASE WHEN raw_{name} IS NULL THEN '' ELSE {values.plain_text(f'raw_{name}')} END AS {name}"


def _number_state(raw: str, number: str) -> str:
    return (
        f"CAST(CASE WHEN lower(trim({raw})) = 'nan' THEN {INFINITE}"
        f" WHEN {values.is_unknown(raw)} THEN {EMPTY} WHEN {number} IS NULL THEN {BAD}"
        f" WHEN isinf({number}) OR isnan({number}) THEN {INFINITE} ELSE {OK} END AS TINYINT)"
    )


def _finite(number: str) -> str:
    return f"CASE WHEN isfinite({number}) THEN {number} END"


def _items(raw: str, now: int) -> str:
    inner = f"""
        SELECT *, {", ".join(_text(name) for name in ("title", "description", "category", "brand"))},
            coalesce({values.has_html("raw_title")}, false) AS title_html,
            coalesce({values.has_html("raw_description")}, false) AS description_html,
            {values.price("raw_price")} AS read_price
        FROM ({raw})"""
    return f"""
        SELECT file, row, {_blank("items")}, {values.identifier("scene")} AS scene,
            {values.identifier("raw_item_id")} AS item_id, {_spaced("raw_item_id")} AS spaced,
            CASE WHEN lower(title) IN {values.UNKNOWN} THEN '' ELSE left(title, {MAX_TITLE}) END AS title,
            left(description, {MAX_TEXT}) AS description,
            left(category, {MAX_LABEL}) AS category, left(brand, {MAX_LABEL}) AS brand,
            {_finite("read_price")} AS price,
            CASE WHEN length(raw_image) <= 2000 THEN trim(raw_image) ELSE '' END AS image,
            {_number_state("raw_price", "read_price")} AS price_state,
            CASE WHEN read_price IS NULL THEN left(raw_price, 40) END AS price_text,
            title_html, description_html,
            length(title) > {MAX_TITLE} AS title_long, length(description) > {MAX_TEXT} AS description_long,
            regexp_matches(title, '^([=@]|[+-][0-9A-Za-z(])') AS formula
        FROM ({inner})"""


def _interactions(raw: str, now: int) -> str:
    inner = f"""
        SELECT *, {_text("text")}, {_text("summary")}, {values.seconds("trim(raw_timestamp)")} AS read_time,
            {values.number("raw_rating")} AS read_rating, {values.number("raw_position")} AS read_position
        FROM ({raw})"""
    return f"""
        SELECT file, row, {_blank("interactions")}, {values.identifier("scene")} AS scene,
            {values.identifier("raw_user_id")} AS user_id, {values.identifier("raw_item_id")} AS item_id,
            {_spaced("raw_user_id", "raw_item_id")} AS spaced,
            CASE WHEN read_time <= {now} THEN read_time END AS time,
            CAST(CASE WHEN {values.is_unknown("raw_timestamp")} THEN {EMPTY} WHEN read_time IS NULL THEN {BAD}
                WHEN read_time > {now} THEN {FUTURE} ELSE {OK} END AS TINYINT) AS time_state,
            CASE WHEN read_time IS NULL OR read_time > {now} THEN left(raw_timestamp, 40) END AS time_text,
            {_finite("read_position")} AS position,
            {_number_state("raw_position", "read_position")} AS position_state,
            {_finite("read_rating")} AS rating, {_number_state("raw_rating", "read_rating")} AS rating_state,
            left(trim(coalesce(raw_event, '')), {MAX_LABEL}) AS event,
            left({_review()}, {MAX_TEXT}) AS text, length({_review()}) > {MAX_TEXT} AS text_long
        FROM ({inner})"""


def _review() -> str:
    return "concat_ws('. ', nullif(summary, ''), nullif(text, ''))"


def _reviews(raw: str, now: int) -> str:
    return _interactions(f"SELECT *, NULL AS raw_position, NULL AS raw_event FROM ({raw})", now)


def _queries(raw: str, now: int) -> str:
    inner = f"""
        SELECT *, {_text("query")}, {values.number("raw_relevance")} AS read_relevance FROM ({raw})"""
    return f"""
        SELECT file, row, {_blank("queries")}, {values.identifier("scene")} AS scene,
            left(query, {MAX_TITLE}) AS query, length(query) > {MAX_TITLE} AS query_long,
            {values.identifier("raw_item_id")} AS item_id, {_finite("read_relevance")} AS relevance,
            {_number_state("raw_relevance", "read_relevance")} AS relevance_state
        FROM ({inner})"""


def _dialogues(raw: str, now: int) -> str:
    inner = f"""
        SELECT *, {_text("text")}, {_text("speaker")}, {values.number("raw_turn")} AS read_turn
        FROM ({raw})"""
    return f"""
        SELECT file, row, {_blank("dialogues")}, {values.identifier("scene")} AS scene,
            {values.identifier("raw_dialogue_id")} AS dialogue_id, {_finite("read_turn")} AS turn,
            {_number_state("raw_turn", "read_turn")} AS turn_state,
            left(speaker, {MAX_LABEL}) AS speaker,
            left(text, {MAX_TEXT}) AS text, length(text) > {MAX_TEXT} AS text_long
        FROM ({inner})"""


_SELECTS = {
    "items": _items,
    "interactions": _interactions,
    "reviews": _reviews,
    "queries": _queries,
    "dialogues": _dialogues,
}
