"""Opens the files of an import: what each holds, how its columns are mapped, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from xscene_core.scenes.problem import Problem
from xscene_core.scenes.readers import mapping as mappings
from xscene_core.scenes.readers.files import SourceFile
from xscene_core.scenes.readers.formats import Relation, Unreadable, doubled, first_rows, relation
from xscene_core.scenes.readers.staging import Mapped

if TYPE_CHECKING:
    from xscene_core.scenes.importing import ImportOptions


@dataclass(frozen=True)
class Table:
    """One file as a preview shows it."""

    label: str
    table: str
    columns: tuple[str, ...]
    mapping: dict[str, tuple[str, ...]]
    ignored: tuple[str, ...]
    rows: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Opened:
    reader: str
    mapped: list[Mapped]
    tables: tuple[Table, ...]
    ignored: tuple[str, ...]
    problems: list[Problem]
    scenes_in_interactions: bool


def open_tables(
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[SourceFile],
    options: "ImportOptions",
    failed: bool = False,
) -> Opened:
    """Everything short of reading the rows. Problems that concern columns are all found here.

    failed : a file could not even be opened, so a missing table is no news.
    """
    relations, problems = _relations(connection, files)
    held, ignored = _roles(relations)
    mapped = [_map(table, role, options) for table, role in held]
    problems += _missing(mapped, options, all_open=len(relations) == len(files) and not failed)
    tables = [
        Table(
            label=entry.relation.file.label,
            table=entry.table,
            columns=tuple(entry.relation.columns),
            mapping=entry.mapping,
            ignored=entry.ignored,
            rows=tuple(_rows(connection, entry)),
        )
        for entry in mapped
    ]
    in_interactions = any(entry.table == "interactions" and entry.scene_column for entry in mapped)
    return Opened(_reader(mapped), mapped, tuple(tables), tuple(ignored), problems, in_interactions)


def _relations(
    connection: duckdb.DuckDBPyConnection, files: Sequence[SourceFile]
) -> tuple[list[Relation], list[Problem]]:
    relations, problems = [], []
    for file in files:
        try:
            table = relation(connection, file)
        except Unreadable as unreadable:
            problems.append(unreadable.problem)
            continue
        relations.append(table)
        problems += doubled(table)
    return relations, problems


def _roles(relations: list[Relation]) -> tuple[list[tuple[Relation, str]], list[str]]:
    """Each relation with the table it holds: by its file's name, else by its columns."""
    held: list[tuple[Relation, str]] = []
    ignored = []
    for table in relations:
        role = table.file.role or mappings.role_of(table.columns)
        if not role and len(relations) == 1:
            role = "items"
        if role:
            held.append((table, role))
        else:
            ignored.append(table.file.label)
    has_interactions = any(role == "interactions" for _, role in held)
    held = [
        (table, "interactions" if role == "reviews" and not has_interactions else role)
        for table, role in held
    ]
    if not any(role == "items" for _, role in held):
        # one table of everything: people, items and their titles
        held += [(table, "items") for table, role in held if role == "interactions" and _sells(table)]
    return held, ignored


def _sells(table: Relation) -> bool:
    names = {name.casefold() for name in table.columns}
    reviews = {"text", "review_text", "reviewtext", "review_body", "helpful_vote"} & names
    titles = {"product_title", "product_name", "item_name", "item_title", "prod_name", "title", "name"}
    return bool(names & titles) and (not reviews or bool(names & (titles - {"title", "name"})))


def _map(table: Relation, role: str, options: "ImportOptions") -> Mapped:
    scene = _named(table, options.scene_column)
    order = _named(table, options.order_column) if role == "interactions" else None
    given = dict(options.mapping)
    if order is not None:
        given["interactions.position"] = order
    mapping = mappings.propose(role, table.columns, given, [order] if order is not None else [])
    used = {name for parts in mapping.values() for name in parts} | {scene, order}
    ignored = tuple(name for name in table.columns if name not in used)
    return Mapped(table, role, mapping, scene, ignored)


def _named(table: Relation, name: str | None) -> str | None:
    if name is None or name in table.columns:
        return name
    return next((column for column in table.columns if column.casefold() == name.casefold()), None)


def _missing(mapped: list[Mapped], options: "ImportOptions", all_open: bool) -> list[Problem]:
    problems = []
    by_table: dict[str, list[str]] = {}
    for entry in mapped:
        by_table.setdefault(entry.table, []).extend(entry.relation.columns)
        for field in mappings.NEEDED[entry.table]:
            if field not in entry.mapping:
                listed = ", ".join(list(entry.relation.columns)[:30])
                what = f"The file {entry.relation.file.label} has no column that holds the {field}"
                todo = f"Name it with --map {field}=COLUMN. Its columns: {listed}."
                problems.append(Problem(entry.table, None, field, "error", what, todo))
    for ours, theirs in mappings.unmatched(options.mapping, by_table):
        what = f"There is no column {theirs[:60]!r} to map to {ours}"
        columns = "; ".join(f"{table}: {', '.join(names[:30])}" for table, names in by_table.items())
        problems.append(Problem(ours, None, theirs[:60], "error", what, f"There are {columns}."))
    if all_open and "items" not in by_table:
        what = "There is no table of items"
        todo = "Add a file items.csv with item_id and title (or meta_*.jsonl, or *.item)."
        problems.append(Problem("items", None, "", "error", what, todo))
    problems += _missing_option(mapped, options.scene_column, "items", "--scene-column")
    problems += _missing_option(mapped, options.order_column, "interactions", "--order-column")
    return problems


def _missing_option(mapped: list[Mapped], column: str | None, table: str, flag: str) -> list[Problem]:
    if column is None:
        return []
    without = [entry for entry in mapped if entry.table == table and _named(entry.relation, column) is None]
    return [
        Problem(
            table,
            None,
            column[:60],
            "error",
            f"{flag} names {column[:60]!r}, which {entry.relation.file.label} does not have",
            f"Its columns: {', '.join(list(entry.relation.columns)[:30])}.",
        )
        for entry in without
    ]


def _rows(connection: duckdb.DuckDBPyConnection, entry: Mapped) -> list[dict[str, str]]:
    try:
        return first_rows(connection, entry.relation)
    except duckdb.Error:
        return []  # staging reads the file as well and says what is wrong with it


def _reader(mapped: list[Mapped]) -> str:
    if any(entry.relation.file.format == "atomic" for entry in mapped):
        return "RecBole atomic files"
    if any("parent_asin" in entry.relation.columns for entry in mapped):
        return "Amazon Reviews 2023"
    names = {"csv": "CSV", "json": "JSON lines", "parquet": "Parquet"}
    return " and ".join(sorted({names[entry.relation.file.format] for entry in mapped})) or "nothing"
