"""Everything that is checked in staged rows, as a table: condition, sentence, what to do."""

from dataclasses import dataclass, replace
from typing import Literal

import duckdb

from xscene_core.scenes.cleaning import ORDER, Facts
from xscene_core.scenes.problem import Problem
from xscene_core.scenes.readers.staging import BAD, EMPTY, FUTURE, INFINITE, Mapped
from xscene_core.scenes.readers.values import MAX_ID, MAX_TEXT, MAX_TITLE

_SHARE_WITHOUT_TIME = 0.1
"""Up to this share of rows may be left out for want of a readable time; more stops the import."""


@dataclass(frozen=True)
class Check:
    """Rows of ``staged_<table>`` for which ``condition`` holds; ``what`` may show the first ``{value}``."""

    table: str
    column: str
    severity: Literal["error", "warning"]
    condition: str
    what: str
    todo: str
    value: str = "''"


_NO_ID = "The row was left out; fill in the id if it matters."
_TOO_LONG = f"Ids may have {MAX_ID} characters; is the right column mapped?"
_AS_UNKNOWN = "It is taken as unknown; correct it if it matters."
_HTML = "held HTML tags or entities"
_PLAIN = "Nothing to do: the plain text is kept."
ITEM_CHECKS = (
    Check("items", "item_id", "warning", "item_id = ''", "The item id is empty", _NO_ID),
    Check(
        "items",
        "item_id",
        "error",
        f"length(item_id) > {MAX_ID}",
        "The item id is longer than can be",
        _TOO_LONG,
    ),
    Check(
        "items",
        "item_id",
        "warning",
        "spaced",
        "There is white space around the id {value!r}",
        "Nothing to do: it was removed, so ids that differ only in it are one.",
        "item_id",
    ),
    Check(
        "items",
        "title",
        "warning",
        "title = ''",
        "The item has no title",
        "The beginning of its description, its brand, category or id stands in; give it a title.",
    ),
    Check(
        "items",
        "title",
        "warning",
        "title_html",
        "The title {value!r} held HTML tags or entities",
        _PLAIN,
        "title",
    ),
    Check(
        "items",
        "description",
        "warning",
        "description_html",
        "The description held HTML tags or entities",
        _PLAIN,
    ),
    Check(
        "items",
        "title",
        "warning",
        "formula",
        "The title {value!r} begins like a spreadsheet formula",
        "It is kept as text; do not open exports of unknown origin in a spreadsheet.",
        "left(title, 60)",
    ),
    Check(
        "items",
        "title",
        "warning",
        "title_long",
        "The title is longer than can be",
        f"Its first {MAX_TITLE:,} characters are kept; is the right column mapped?",
    ),
    Check(
        "items",
        "description",
        "warning",
        "description_long",
        "The description is longer than can be",
        f"Its first {MAX_TEXT:,} characters are kept.",
    ),
    Check("items", "price", "warning", "price < 0", "The price {value} is negative", _AS_UNKNOWN, "price"),
    Check(
        "items",
        "price",
        "warning",
        f"price_state = {INFINITE}",
        "The price is NaN or infinite",
        _AS_UNKNOWN,
    ),
    Check(
        "items",
        "price",
        "warning",
        f"price_state = {BAD}",
        "The price {value!r} cannot be read",
        "It is taken as unknown; write one amount such as 12.50.",
        "price_text",
    ),
)
_BEYOND_TIME = "Give seconds since 1970 or dates like 2024-01-31; rows that cannot be placed are left out."
INTERACTION_CHECKS = (
    Check("interactions", "user_id", "warning", "user_id = ''", "The person's id is empty", _NO_ID),
    Check("interactions", "item_id", "warning", "item_id = ''", "The item id is empty", _NO_ID),
    Check(
        "interactions",
        "user_id",
        "error",
        f"length(user_id) > {MAX_ID}",
        "The person's id is longer than can be",
        _TOO_LONG,
    ),
    Check(
        "interactions",
        "user_id",
        "warning",
        "spaced",
        "There is white space around an id of {value!r}",
        "Nothing to do: it was removed, so ids that differ only in it are one.",
        "user_id",
    ),
    Check(
        "interactions",
        "timestamp",
        "warning",
        f"time_state = {BAD}",
        "The time {value!r} cannot be read",
        _BEYOND_TIME,
        "time_text",
    ),
    Check(
        "interactions",
        "timestamp",
        "warning",
        f"time_state = {FUTURE}",
        "The time {value!r} lies in the future",
        _BEYOND_TIME,
        "time_text",
    ),
    Check(
        "interactions",
        "position",
        "error",
        f"position_state IN ({BAD}, {INFINITE})",
        "The order column does not hold a number",
        "Name a column of numbers, or map dates with --map timestamp=COLUMN.",
    ),
    Check(
        "interactions",
        "rating",
        "warning",
        f"rating_state = {INFINITE}",
        "The rating is NaN or infinite",
        _AS_UNKNOWN,
    ),
    Check(
        "interactions",
        "rating",
        "warning",
        f"rating_state = {BAD}",
        "The rating is not a number",
        _AS_UNKNOWN,
    ),
    Check(
        "interactions",
        "text",
        "warning",
        "text_long",
        "The review is longer than can be",
        f"Its first {MAX_TEXT:,} characters are kept.",
    ),
)
_LEFT_OUT = "The row was left out."
WORD_CHECKS = (
    Check("queries", "query", "warning", "query = ''", "The query is empty", _LEFT_OUT),
    Check(
        "queries",
        "query",
        "warning",
        "query_long",
        "The query is longer than can be",
        f"Its first {MAX_TITLE:,} characters are kept; is the right column mapped?",
    ),
    Check(
        "queries",
        "item_id",
        "warning",
        "item_id <> '' AND item_id NOT IN (SELECT item_id FROM kept_items)",
        "The item {value!r} is not in the table of items",
        "The query is left out; add the item, or leave its id empty.",
        "item_id",
    ),
    Check(
        "queries",
        "relevance",
        "warning",
        f"relevance_state IN ({BAD}, {INFINITE})",
        "The relevance is not a number",
        _AS_UNKNOWN,
    ),
    Check("dialogues", "dialogue_id", "warning", "dialogue_id = ''", "The dialogue has no id", _LEFT_OUT),
    Check(
        "dialogues",
        "dialogue_id",
        "error",
        f"length(dialogue_id) > {MAX_ID}",
        "The dialogue's id is longer than can be",
        _TOO_LONG,
    ),
    Check("dialogues", "text", "warning", "text = ''", "Nothing is said", _LEFT_OUT),
    Check(
        "dialogues",
        "text",
        "warning",
        "text_long",
        "What is said is longer than can be",
        f"Its first {MAX_TEXT:,} characters are kept.",
    ),
    Check(
        "dialogues",
        "turn",
        "warning",
        f"turn_state IN ({BAD}, {INFINITE})",
        "The turn is not a number",
        "It comes last in its dialogue; number the turns 0, 1, 2, ...",
    ),
)
_EMPTY_TIME = Check(
    "interactions", "timestamp", "warning", f"time_state = {EMPTY}", "The time is empty", _BEYOND_TIME
)
_SCENELESS = "The row names no scene"


def row_problems(
    connection: duckdb.DuckDBPyConnection, tables: list[Mapped], facts: Facts, scene_column: str | None
) -> list[Problem]:
    """All problems of single rows, one entry per kind with the first rows and the count."""
    checks = list(ITEM_CHECKS)
    interactions = list(INTERACTION_CHECKS)
    if facts.timed and not facts.ordered:
        interactions.append(_EMPTY_TIME)
    if scene_column is not None:
        todo = f"It was left out; fill in {scene_column!r}."
        checks.append(Check("items", scene_column, "warning", "scene = ''", _SCENELESS, todo))
        if facts.scenes_in_interactions:
            interactions.append(
                Check("interactions", scene_column, "warning", "scene = ''", _SCENELESS, todo)
            )
    checks += _malformed("items", tables)
    interactions += _malformed("interactions", tables)
    found = run_checks(connection, "items", checks, tables)
    found += _timeless(connection, run_checks(connection, "interactions", interactions, tables))
    for table in ("queries", "dialogues"):
        words = [check for check in WORD_CHECKS if check.table == table]
        found += run_checks(connection, table, [*words, *_malformed(table, tables)], tables)
    return found


def _malformed(table: str, tables: list[Mapped]) -> list[Check]:
    """The database reads a line that is no JSON object as a row of nothing."""
    files = [number for number, mapped in enumerate(tables) if mapped.relation.file.format == "json"]
    if not files:
        return []
    among = ", ".join(map(str, files))
    what, todo = "The line is not a JSON object", "Write one object with our columns in each line."
    return [Check(table, "", "error", f"blank AND file IN ({among})", what, todo)]


def run_checks(
    connection: duckdb.DuckDBPyConnection, table: str, checks: list[Check], tables: list[Mapped]
) -> list[Problem]:
    """One pass over ``staged_<table>`` for all ``checks``."""
    parts = []
    for check in checks:
        rows = f"FILTER (WHERE {check.condition})"
        parts += [
            f"count(*) {rows}",
            f"min(ord, 3) {rows}",
            f"arg_min(CAST({check.value} AS VARCHAR), ord) {rows}",
        ]
    row = connection.execute(
        f"SELECT {', '.join(parts)} FROM (SELECT *, {ORDER} AS ord FROM staged_{table})"
    ).fetchone()
    problems = []
    for number, check in enumerate(checks):
        count, first, value = (row or ())[3 * number : 3 * number + 3] or (0, [], "")
        if count:
            problems.append(_problem(check, int(count), list(first), str(value), tables))
    return problems


def _problem(check: Check, count: int, first: list[int], value: str, tables: list[Mapped]) -> Problem:
    row, table = first[0] & ((1 << 40) - 1), place(check.table, first[0], tables)
    what = check.what.format(value=value) + listed_rows(first, count)
    return Problem(table, row, check.column, check.severity, what, check.todo, count)


def place(table: str, ord: int, tables: list[Mapped]) -> str:
    """The table, with the file's name where several files make it up."""
    if sum(mapped.table == table for mapped in tables) < 2:
        return table
    return f"{table} ({tables[ord >> 40].relation.file.label})"


def listed_rows(first: list[int], count: int) -> str:
    """`` (rows 3, 9, 12 and 40 more)`` for several rows."""
    if count < 2:
        return ""
    rows = ", ".join(f"{ord & ((1 << 40) - 1):,}" for ord in first[:3])
    return f" (rows {rows}{f' and {count - 3:,} more' if count > 3 else ''})"


def _timeless(connection: duckdb.DuckDBPyConnection, problems: list[Problem]) -> list[Problem]:
    """Unreadable times become errors where they are too many to leave their rows out."""
    (total,) = connection.execute("SELECT count(*) FROM staged_interactions").fetchone() or (0,)
    bad = sum(problem.count for problem in problems if problem.column == "timestamp")
    if bad <= _SHARE_WITHOUT_TIME * total:
        return problems
    return [
        replace(problem, severity="error") if problem.column == "timestamp" else problem
        for problem in problems
    ]
