"""What is wrong with a scene, all at once, each with its place and what to do."""

from typing import Literal

import duckdb
import numpy as np
import pandas as pd

from xscene_core.errors import InputError
from xscene_core.scenes.checks import listed_rows, place, row_problems
from xscene_core.scenes.cleaning import ORDER, Facts
from xscene_core.scenes.ordering import rises
from xscene_core.scenes.problem import Problem
from xscene_core.scenes.readers.staging import Mapped

__all__ = ["Problem", "find_problems", "refuse_broken"]

MAX_SCENES = 50


def find_problems(
    connection: duckdb.DuckDBPyConnection, tables: list[Mapped], facts: Facts, scene_column: str | None
) -> list[Problem]:
    """Every problem of the staged and cleaned tables, errors first, in order of table and row."""
    problems = row_problems(connection, tables, facts, scene_column)
    problems += _doubled_items(connection, tables)
    problems += _links(connection, tables, facts)
    problems += _words(connection, tables)
    problems += _order(connection, tables, facts)
    problems += _scenes(connection, scene_column)
    return sorted(
        problems, key=lambda problem: (problem.severity != "error", problem.table, problem.row or 0)
    )


def _doubled_items(connection: duckdb.DuckDBPyConnection, tables: list[Mapped]) -> list[Problem]:
    """Items that occur twice: the same again, or with other values."""
    found = connection.execute(f"""
        WITH doubled AS (
            SELECT item_id, min({ORDER}) AS kept, max({ORDER}) AS again, count(*) - 1 AS extra, count(DISTINCT
                hash(title, description, category, brand, price, image)) > 1 AS conflict
            FROM staged_items WHERE item_id <> '' GROUP BY scene, item_id HAVING count(*) > 1)
        SELECT conflict, sum(extra), min(again, 3), arg_min(item_id, again), arg_min(kept, again), count(*)
        FROM doubled GROUP BY conflict""").fetchall()
    problems = []
    for conflict, extra, rows, item, kept, items in found:
        table, row = place("items", rows[0], tables), rows[0] & ((1 << 40) - 1)
        first = kept & ((1 << 40) - 1)
        if conflict:
            what = f"The item {item!r} occurs again with other values than in row {first:,}"
            todo = "The first row is kept; keep one row per item, or give variants ids of their own."
        else:
            what = f"The item {item!r} occurs again with the same values as in row {first:,}"
            todo = "Nothing to do: it is kept once."
        what += listed_rows(list(rows), int(items))
        problems.append(Problem(table, row, "item_id", "warning", what, todo, int(extra)))
    return problems


def _links(connection: duckdb.DuckDBPyConnection, tables: list[Mapped], facts: Facts) -> list[Problem]:
    """Interactions of unknown items, doubled interactions, items that nobody chose."""
    problems = []
    total, kept, usable, unknown, rows, item = connection.execute("""
        SELECT count(*), (SELECT count(*) FROM kept_interactions), count(*) FILTER (known AND usable),
            count(*) FILTER (NOT known AND item_id <> ''), min(ord, 3) FILTER (NOT known AND item_id <> ''),
            arg_min(item_id, ord) FILTER (NOT known AND item_id <> '') FROM linked""").fetchall()[0]
    if unknown:
        what = f"The item {item!r} is not in the table of items" + listed_rows(rows, unknown)
        todo = "The interaction is left out; add the item to the items, or check that ids are spelled alike."
        severity: Literal["error", "warning"] = "error" if unknown == total else "warning"
        row = rows[0] & ((1 << 40) - 1)
        table = place("interactions", rows[0], tables)
        problems.append(Problem(table, row, "item_id", severity, what, todo, unknown))
    if usable > kept:
        what = f"{usable - kept:,} interactions repeat another one exactly"
        problems.append(_whole("interactions", "", what, "Nothing to do: each is kept once.", usable - kept))
    if total and not (facts.timed or facts.ordered):
        again = connection.execute("""
            SELECT coalesce(sum(n - 1), 0) FROM (
                SELECT count(*) AS n FROM kept_interactions GROUP BY scene, user_id, item_id)""").fetchall()
        if again[0][0]:
            what = f"{again[0][0]:,} interactions repeat a person and an item"
            todo = "They are kept, because without a time a repeated purchase looks like a doubled row."
            problems.append(_whole("interactions", "", what, todo, int(again[0][0])))
    ((alone,),) = connection.execute(
        "SELECT count(*) FROM kept_items ANTI JOIN kept_interactions USING (scene, item_id)"
    ).fetchall()
    if alone and total:
        what = "1 item has no interaction" if alone == 1 else f"{alone:,} items have no interaction"
        problems.append(
            _whole("items", "item_id", what, "They are kept: recommended by content alone.", alone)
        )
    return problems


def _words(connection: duckdb.DuckDBPyConnection, tables: list[Mapped]) -> list[Problem]:
    """Queries and dialogues that cannot be told to any of the scenes."""
    problems = []
    for table, one in (("queries", "query"), ("dialogues", "dialogue")):
        count, rows = connection.execute(
            f"SELECT count(*), min(ord, 3) FROM kept_{table}"
            " WHERE scene IS NULL OR scene NOT IN (SELECT scene FROM kept_items)"
        ).fetchall()[0]
        if count:
            what = f"The {one} belongs to none of the scenes" + listed_rows(rows, count)
            todo = "It is left out; name its scene in the column that tells scenes apart."
            row = rows[0] & ((1 << 40) - 1)
            problems.append(Problem(place(table, rows[0], tables), row, "", "warning", what, todo, count))
    return problems


def _order(connection: duckdb.DuckDBPyConnection, tables: list[Mapped], facts: Facts) -> list[Problem]:
    """Is the order of choices known, and does it look like the order of item ids?"""
    problems = []
    ((rows, latest),) = connection.execute("SELECT count(*), max(time) FROM kept_interactions").fetchall()
    if rows and not facts.timed and not facts.ordered:
        what = (
            "There is no time and no order column, so the order of the file is taken as the order of choice"
        )
        todo = "Map a time (--map timestamp=COLUMN) or name an order column (--order-column COLUMN)."
        problems.append(_whole("interactions", "timestamp", what, todo, rows))
    if latest is not None and latest < 100_000_000:
        what = "Every time lies before 1973, so this is rather a running number than a time"
        todo = "If it is an order, use --order-column instead of mapping it to timestamp."
        problems.append(_whole("interactions", "timestamp", what, todo, rows))
    for (scene,) in connection.execute("SELECT DISTINCT scene FROM kept_interactions ORDER BY 1").fetchall():
        rise = rises(connection, scene)
        if rise.looks_sorted:
            share = max(rise.up, rise.steps - rise.up) / rise.steps
            where = f" of {scene}" if scene else ""
            what = (
                f"The interactions{where} look sorted by item id instead of by time: {share:.1%} of "
                f"{rise.steps:,} steps go to the next id"
            )
            todo = "Give a time or the true order; what is learned from such an order is worthless."
            problems.append(_whole("interactions", "item_id", what, todo, rise.steps))
    return problems


def _scenes(connection: duckdb.DuckDBPyConnection, scene_column: str | None) -> list[Problem]:
    """Scenes that are too small, or too many."""
    sizes = connection.execute("""
        SELECT scene, count(*), count(*) FILTER (untitled), any_value(people) FROM kept_items
        LEFT JOIN (SELECT scene, count(DISTINCT user_id) AS people FROM kept_interactions GROUP BY scene)
        USING (scene) GROUP BY scene ORDER BY scene""").fetchall()
    problems = []
    if len(sizes) > MAX_SCENES:
        what = f"The column {scene_column!r} names {len(sizes):,} scenes, more than {MAX_SCENES}"
        return [_error("items", scene_column or "", what, "Name the column that tells scenes apart.")]
    if not sizes:
        problems.append(_error("items", "", "There is no item with an id", "Give at least two items."))
    for scene, items, untitled, people in sizes:
        name = f"The scene {scene[:60]}" if scene else "The scene"
        if items == 1:
            what = f"{name} has only 1 item, so there is nothing to choose between"
            problems.append(_error("items", "", what, "Give at least two items."))
        if untitled == items:
            what = f"No item of {scene[:60]} has a title" if scene else "No item has a title"
            problems.append(_error("items", "title", what, "Map the column that holds titles to title."))
        if not people:
            what = f"{name} has no interactions"
            todo = "It can be a target at budget 0 or a new category; nothing can be measured on it."
            problems.append(_whole("interactions", "", what, todo, 1))
        elif people == 1:
            what = f"{name} has only 1 person"
            todo = "Nothing can be measured on one person; use it as a new category, or give more people."
            problems.append(_whole("interactions", "user_id", what, todo, 1))
    return problems


def _whole(table: str, column: str, what: str, todo: str, count: int) -> Problem:
    return Problem(table, None, column, "warning", what, todo, count)


def _error(table: str, column: str, what: str, todo: str) -> Problem:
    return Problem(table, None, column, "error", what, todo)


def refuse_broken(name: str, items: pd.DataFrame, interactions: pd.DataFrame) -> None:
    """Raises ``InputError`` naming the first broken rule of ``Scene`` in canonical tables."""

    def fail(what: str, where: str) -> InputError:
        return InputError(what, where=f"scene {name}, {where}", todo="Correct the table and save again.")

    if items.empty:
        raise fail("There is no item", "items")
    for column in ("item_id", "title"):
        if bool((items[column].str.strip() == "").any()):
            raise fail(f"An item has an empty {column}", f"items.{column}")
    if bool(items["item_id"].duplicated().any()):
        twice = items.loc[items["item_id"].duplicated(), "item_id"].iloc[0]
        raise fail(f"The item {twice!r} occurs twice", "items.item_id")
    price = items["price"].to_numpy()
    if bool((price < 0).any() or np.isinf(price).any()):
        raise fail("A price is negative or infinite", "items.price")
    if bool((interactions["user_id"] == "").any()):
        raise fail("An interaction has no person", "interactions.user_id")
    unknown = ~interactions["item_id"].isin(items["item_id"])
    if bool(unknown.any()):
        first = interactions.loc[unknown, "item_id"].iloc[0]
        raise fail(f"An interaction names the unknown item {first!r}", "interactions.item_id")
    if bool(np.isinf(interactions["rating"].to_numpy()).any()):
        raise fail("A rating is infinite", "interactions.rating")
