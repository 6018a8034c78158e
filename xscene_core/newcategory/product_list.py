"""Reads a product list and says everything that is wrong with it at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from xscene_core.newcategory.category import MOST_PRODUCTS, NewCategory, from_items
from xscene_core.newcategory.one_table import first_of, read_one_table
from xscene_core.newcategory.stock import pieces, says_nothing, stock_column
from xscene_core.scenes.readers import values
from xscene_core.scenes.readers.files import Source, SourceFile
from xscene_core.scenes.readers.formats import Relation, doubled, rejected, relation
from xscene_core.scenes.readers.mapping import FIELDS, propose
from xscene_core.scenes.readers.pictures import read_pictures
from xscene_core.scenes.validation import Problem
from xscene_core.watcher import Silent


@dataclass(frozen=True)
class ProductList:
    """What a file holds.

    columns : its columns.  mapping : our column -> theirs, as used.  category : the products, ``None``
    where a problem of severity ``error`` stops it.  problems : all of them, errors first.
    """

    columns: tuple[str, ...]
    mapping: dict[str, str]
    category: NewCategory | None
    problems: tuple[Problem, ...]


def read_products(
    source: Source, mapping: Mapping[str, str] | None = None, name: str = "", encoding: str | None = None
) -> ProductList:
    """Reads CSV, Excel, Parquet or JSON lines (also .gz, or a .zip or folder of one with pictures beside it).

    Only a title is needed: rows without an id are numbered, and products that cannot be used (no title, an
    id that came before) are left out and reported.

    mapping : our column -> theirs, where theirs is not recognised by its name; ``""`` leaves one out.
    encoding : of a text file that is not UTF-8.

    Raises
    ------
    InputError : there is no table to read. WorkError : the disk refuses.
    """
    return read_one_table(
        source,
        "items",
        encoding,
        lambda connection, file, found: _read(
            connection, file, dict(mapping or {}), name, list(found.problems), found.pictures
        ),
        lambda problems: ProductList((), {}, None, problems),
    )


def load_products(path: Path | str, name: str = "", encoding: str | None = None) -> NewCategory:
    """The products in a file, for the command line.

    Raises
    ------
    InputError : it cannot be used; names the first problem and how many there are.
    """
    read = read_products(Path(path), name=name, encoding=encoding)
    if read.category is not None:
        return read.category
    raise first_of(read.problems)


def _read(
    connection: duckdb.DuckDBPyConnection,
    file: SourceFile,
    given: dict[str, str],
    name: str,
    problems: list[Problem],
    pictures: Mapping[str, Path],
) -> ProductList:
    table = relation(connection, file)
    columns = tuple(table.columns)
    problems += doubled(table)
    wanted = {ours: theirs for ours, theirs in given.items() if theirs}
    proposed = propose("items", columns, wanted)
    used = {ours: theirs[0] for ours, theirs in proposed.items() if given.get(ours, "?") != ""}
    used.pop("image", None)
    used |= _stock(columns, given, set(used.values()))
    if "title" not in used:
        listed = ", ".join(columns[:12])
        what = f"No column holds the title (columns: {listed})"
        problems.append(Problem(file.label, None, "title", "error", what, "Say which column is the title."))
        return ProductList(columns, used, None, tuple(problems))
    rows = _rows(connection, table, used)
    if table.rejects:
        problems += rejected(connection, file)
    if len(rows) > MOST_PRODUCTS:
        what, todo = f"The list has more than {MOST_PRODUCTS:,} products", "A sample of it says as much."
        problems.append(Problem(file.label, None, "", "error", what, todo))
        return ProductList(columns, used, None, tuple(problems))
    usable = _checked(rows, file.label, "item_id" in used, problems)
    if usable.empty:
        what, todo = "The list has no usable product", "Give at least one row with a title."
        problems.append(Problem(file.label, None, "", "error", what, todo))
        return ProductList(columns, used, None, tuple(problems))
    if pictures:
        usable = _pictured(connection, usable, pictures, problems)
    problems.sort(key=lambda problem: problem.severity != "error")
    stopped = any(problem.severity == "error" for problem in problems)
    return ProductList(columns, used, None if stopped else from_items(usable, name), tuple(problems))


def _pictured(
    connection: duckdb.DuckDBPyConnection,
    rows: pd.DataFrame,
    pictures: Mapping[str, Path],
    problems: list[Problem],
) -> pd.DataFrame:
    """The products with those of the pictures that are named after their ids."""
    connection.register("usable", rows[["item_id"]])
    connection.execute("CREATE OR REPLACE TABLE kept_items AS SELECT item_id FROM usable")
    problems += read_pictures(connection, pictures, Silent())
    known = dict(connection.execute("SELECT item_id, png FROM kept_pictures").fetchall())
    found = pd.Series([known.get(item) for item in rows["item_id"]], index=rows.index, dtype=object)
    return rows.assign(picture=found) if known else rows


def _rows(connection: duckdb.DuckDBPyConnection, table: Relation, used: dict[str, str]) -> pd.DataFrame:
    """All rows with our columns, text cleaned; ``price_said`` keeps what could not be read as a number, and
    ``stock_said`` what is said about the stock."""
    limits = {"title": values.MAX_TITLE, "description": values.MAX_TEXT}
    chosen = ['"row " AS row']
    for ours, theirs in used.items():
        text = table.columns[theirs]
        if ours == "item_id":
            chosen.append(f"left({values.identifier(text)}, {values.MAX_ID}) AS item_id")
        elif ours == "price":
            chosen += [f"{values.price(text)} AS price", f"{text} AS price_said"]
        elif ours == "stock":
            chosen.append(f"left({text}, {values.MAX_LABEL}) AS stock_said")
        else:
            plain = values.plain_text(values.joined(text, " > " if ours == "category" else " "))
            known = f"CASE WHEN {values.is_unknown(text)} THEN '' ELSE {plain} END"
            chosen.append(f"left({known}, {limits.get(ours, values.MAX_LABEL)}) AS {ours}")
    listed = ", ".join(chosen)
    return connection.execute(f"SELECT {listed} FROM ({table.sql}) LIMIT {MOST_PRODUCTS + 1}").df()


def _checked(rows: pd.DataFrame, label: str, has_ids: bool, problems: list[Problem]) -> pd.DataFrame:
    """The usable rows; what is wrong with the others is added to ``problems``."""

    def report(bad: "pd.Series[bool]", column: str, what: str, todo: str) -> None:
        count = int(bad.sum())
        if count:
            first = int(rows.loc[bad, "row"].iloc[0])
            problems.append(Problem(label, first, column, "warning", what, todo, count))

    if not has_ids:
        rows = rows.assign(item_id="row-" + rows["row"].astype(str))
        what = "No column holds a product id, so the rows are numbered"
        problems.append(Problem(label, None, "item_id", "warning", what, "Map one if there is one."))
    untitled = rows["title"].fillna("") == ""
    report(untitled, "title", "The title is empty; the product is left out", "Give it a title.")
    unnamed = (rows["item_id"] == "") & ~untitled
    report(unnamed, "item_id", "The product id is empty; the product is left out", "Give it an id.")
    twice = rows["item_id"].duplicated() & ~untitled & ~unnamed
    report(twice, "item_id", "The product id came before; the first one counts", "Give each its own id.")
    if "price" in rows:
        said = rows["price_said"].fillna("").str.strip().str.lower()
        unread = rows["price"].isna() & ~said.isin(["", "nan", "null", "none", "na", "n/a", "<na>"])
        report(unread, "price", "The price is not a number and is ignored", "Write it as 12.50.")
        wrong = (rows["price"] < 0) | np.isinf(rows["price"])
        report(wrong, "price", "The price is negative or infinite and is ignored", "Correct it.")
        rows = rows.assign(price=rows["price"].mask(wrong))
    if "stock_said" in rows:
        told = rows["stock_said"]
        rows = rows.assign(stock=[pieces(one) for one in told])
        unread = rows["stock"].isna() & ~pd.Series([says_nothing(one) for one in told], index=rows.index)
        todo = "Write a number, or yes and no."
        report(unread, "stock", "The stock is neither a number nor a yes or no and is ignored", todo)
    kept = rows[~(untitled | unnamed | twice)]
    return kept.drop(columns=[one for one in ("row", "price_said", "stock_said") if one in kept])


def _stock(columns: tuple[str, ...], given: dict[str, str], taken: set[str]) -> dict[str, str]:
    """Which of the columns tells the stock: what the user says, then well-known names."""
    theirs = given.get("stock")
    if theirs is None:
        theirs = stock_column(name for name in columns if name not in taken)
    return {"stock": theirs} if theirs in columns else {}


def fields() -> tuple[str, ...]:
    """Our columns that can be mapped."""
    return (*(field for field in FIELDS["items"] if field != "image"), "stock")
