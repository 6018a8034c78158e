"""First orders and judgements of a new category: who ordered, or was said to like, which of its products."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from xscene_core.newcategory.one_table import first_of, read_one_table
from xscene_core.scenes.readers import values
from xscene_core.scenes.readers.files import Source, SourceFile
from xscene_core.scenes.readers.formats import doubled, rejected, relation
from xscene_core.scenes.readers.mapping import propose
from xscene_core.scenes.validation import Problem

FIELDS = ("user_id", "item_id", "event", "timestamp")
WITHDRAWN = "none"
"""A judgement that is taken back."""
MOST_EVENTS = 10_000
_SPELLINGS = {
    "order": "order orders ordered purchase purchased buy bought sale sold transaction checkout",
    "up": "up like liked thumbsup thumbup positive yes +1 1",
    "down": "down dislike disliked thumbsdown thumbdown negative no -1",
}
_MEANING = {word: event for event, words in _SPELLINGS.items() for word in words.split()}


@dataclass(frozen=True)
class Orders:
    """table : user_id, item_id, event (``order``, ``up``, ``down``) and timestamp (Int64, seconds since 1970,
    missing where unknown), the earliest first; nobody does the same with a product twice."""

    table: pd.DataFrame

    def __len__(self) -> int:
        return len(self.table)

    @property
    def key(self) -> str:
        """16 hex digits; equal for equal events in equal order."""
        text = self.table[list(FIELDS)].to_json(orient="values", force_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def count(self, event: str) -> int:
        """How many there are of ``event``."""
        return int((self.table["event"] == event).sum())

    def first(self, orders: int | None) -> "Orders":
        """Only the first so many orders (``None``: all of them), and every judgement."""
        if orders is None:
            return self
        number = (self.table["event"] == "order").cumsum()
        kept = (self.table["event"] != "order") | (number <= orders)
        return Orders(self.table[kept].reset_index(drop=True))

    def judged(self, judgements: "Orders") -> "Orders":
        """With ``judgements`` at the end; of somebody's judgements of a product the last one counts, and one
        that was taken back is gone."""
        both = pd.concat([self.table, judgements.table], ignore_index=True)
        kind = both["event"].where(both["event"] == "order", "judgement")
        twice = both.assign(kind=kind).duplicated(["user_id", "item_id", "kind"], keep="last")
        kept = (both["event"] == "order") | (~twice & (both["event"] != WITHDRAWN))
        return Orders(both[kept].reset_index(drop=True))


def orders_of(events: Sequence[tuple[str, str, str]]) -> Orders:
    """Orders from (user_id, item_id, event), the earliest first."""
    table = pd.DataFrame(list(events), columns=["user_id", "item_id", "event"], dtype=object)
    return Orders(table.assign(timestamp=pd.array([None] * len(table), dtype="Int64")))


NO_ORDERS = orders_of([])


@dataclass(frozen=True)
class OrderList:
    """What a file holds, as ``product_list.ProductList``; ``orders`` is ``None`` where an error stops it."""

    columns: tuple[str, ...]
    mapping: dict[str, str]
    orders: Orders | None
    problems: tuple[Problem, ...]


def read_orders(
    source: Source,
    items: pd.DataFrame,
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
) -> OrderList:
    """Reads orders of the products ``items`` from CSV, TSV, Excel, Parquet or JSON lines (also .gz, or a .zip
    of one).

    Rows that cannot be used (no person, a product that is not in the list, an unknown event, a repetition)
    are left out and reported. Without an event column every row is an order; without times the order of the
    rows counts. People whom no scene knows are allowed.

    Raises
    ------
    InputError : there is no table to read. WorkError : the disk refuses.
    """
    return read_one_table(
        source,
        "interactions",
        encoding,
        lambda connection, file, found: _read(
            connection, file, items, dict(mapping or {}), list(found.problems)
        ),
        lambda problems: OrderList((), {}, None, problems),
    )


def load_orders(path: Path | str, items: pd.DataFrame, encoding: str | None = None) -> OrderList:
    """The orders in a file, for the command line.

    Raises
    ------
    InputError : it cannot be used; names the first problem and how many there are.
    """
    read = read_orders(Path(path), items, encoding=encoding)
    if read.orders is None:
        raise first_of(read.problems)
    return read


def _read(
    connection: duckdb.DuckDBPyConnection,
    file: SourceFile,
    items: pd.DataFrame,
    given: dict[str, str],
    problems: list[Problem],
) -> OrderList:
    table = relation(connection, file)
    columns = tuple(table.columns)
    problems += doubled(table)
    proposed = propose("interactions", columns, {ours: theirs for ours, theirs in given.items() if theirs})
    used = {
        ours: theirs[0] for ours, theirs in proposed.items() if ours in FIELDS and given.get(ours, "?") != ""
    }

    def stop(column: str, what: str, todo: str) -> OrderList:
        problems.append(Problem(file.label, None, column, "error", what, todo))
        problems.sort(key=lambda problem: problem.severity != "error")
        return OrderList(columns, used, None, tuple(problems))

    for column, words in (("user_id", "the person"), ("item_id", "the product")):
        if column not in used:
            what = f"No column holds {words} (columns: {', '.join(columns[:12])})"
            return stop(column, what, f"Say which column is {words}.")
    text = table.columns
    chosen = [
        '"row " AS row',
        *(f"{values.identifier(text[used[c]])} AS {c}" for c in ("user_id", "item_id")),
    ]
    chosen.append(f"{text[used['event']]} AS event" if "event" in used else "'order' AS event")
    if "timestamp" in used:
        chosen.append(f"{values.seconds(text[used['timestamp']])} AS timestamp")
    else:
        chosen.append("CAST(NULL AS BIGINT) AS timestamp")
    sql = f"SELECT {', '.join(chosen)} FROM ({table.sql}) LIMIT {MOST_EVENTS + 1}"
    rows = connection.execute(sql).df()
    if table.rejects:
        problems += rejected(connection, file)
    if len(rows) > MOST_EVENTS:
        return stop("", f"The file has more than {MOST_EVENTS:,} rows", "Give the first orders only.")
    usable = _checked(rows, items, file.label, "timestamp" in used, problems)
    if usable.empty:
        return stop("", "No row can be used as an order of these products", "Check the ids and the columns.")
    problems.sort(key=lambda problem: problem.severity != "error")
    stopped = any(problem.severity == "error" for problem in problems)
    return OrderList(columns, used, None if stopped else Orders(usable), tuple(problems))


def _checked(
    rows: pd.DataFrame, items: pd.DataFrame, label: str, timed: bool, problems: list[Problem]
) -> pd.DataFrame:
    """The usable rows, the earliest first; what is wrong with the others is added to ``problems``."""

    def without(bad: "pd.Series[bool]", column: str, what: str, todo: str, drop: bool = True) -> None:
        nonlocal rows
        if bad.any():
            first, count = int(rows.loc[bad, "row"].iloc[0]), int(bad.sum())
            problems.append(Problem(label, first, column, "warning", what, todo, count))
        rows = rows[~bad] if drop else rows

    said = rows["event"].fillna("").astype(str).str.lower().str.replace(r"[\s_-]+(?=[a-z])", "", regex=True)
    rows = rows.assign(event=said.str.strip().map(_MEANING))
    without(rows["user_id"] == "", "user_id", "The person is empty; the row is left out", "Give an id.")
    unknown = ~rows["item_id"].isin(items["item_id"])
    shown = ", ".join(repr(one[:40]) for one in rows.loc[unknown, "item_id"].unique()[:3])
    what = f"The product list has no {shown}; the row is left out"
    without(unknown, "item_id", what, "Use the ids of the product list.")
    what = "The event is none of order, up and down; the row is left out"
    without(rows["event"].isna(), "event", what, "Write order, up or down.")
    if timed:
        blank = rows["timestamp"].isna()
        what = "A time cannot be read, so the order of the rows counts as the order of time"
        without(blank, "timestamp", what, "Write times as 2024-01-31 12:00.", drop=False)
        if not blank.any():
            rows = rows.sort_values("timestamp", kind="stable")
    order = rows["event"] == "order"
    before = (
        rows[~order].duplicated(["user_id", "item_id"], keep="last").reindex(rows.index, fill_value=False)
    )
    what = "The person judged this product again later; the last word counts"
    without(before, "event", what, "Nothing to do.")
    twice = rows.duplicated(["user_id", "item_id", "event"])
    without(twice, "", "The person did the same with this product before; once counts", "Nothing to do.")
    table = rows[list(FIELDS)].reset_index(drop=True)
    return table.astype({"user_id": object, "item_id": object, "event": object}).assign(
        timestamp=table["timestamp"].astype("Float64").astype("Int64")
    )
