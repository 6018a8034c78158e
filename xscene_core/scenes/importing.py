"""From files to scenes in the library: first everything is read and checked, then it is kept or not."""

import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from xscene_core.errors import InputError
from xscene_core.scenes.checks import row_problems
from xscene_core.scenes.cleaning import clean, write_scene
from xscene_core.scenes.language import script_language
from xscene_core.scenes.library import SceneLibrary
from xscene_core.scenes.naming import name_scenes
from xscene_core.scenes.overlap import shared_people
from xscene_core.scenes.problem import Problem
from xscene_core.scenes.readers.engine import connect, usable
from xscene_core.scenes.readers.files import Source, find_files
from xscene_core.scenes.readers.interrupt import interruptible
from xscene_core.scenes.readers.mapping import NEEDED
from xscene_core.scenes.readers.pictures import read_pictures
from xscene_core.scenes.readers.staging import Mapped, stage
from xscene_core.scenes.readers.tables import Opened, Table, open_tables
from xscene_core.scenes.readers.values import latest_believable
from xscene_core.scenes.scene import SceneCard, check_name
from xscene_core.scenes.storage import disk_errors, staging, sweep
from xscene_core.scenes.validation import find_problems
from xscene_core.watcher import Silent, Watcher

_SHOWN = 8


@dataclass(frozen=True)
class ImportOptions:
    """How to read.

    mapping : our column -> theirs, ``{"title": "keyword_text", "items.price": "cost"}``; ``a+b`` joins two.
    scene_column : splits items and interactions into scenes. order_column : order where there is no time.
    name : of the scene when there is one; else the file's or folder's name. encoding : of text files,
    when they are not UTF-8.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    scene_column: str | None = None
    order_column: str | None = None
    name: str | None = None
    encoding: str | None = None
    licence: str = "not stated"
    description: str = ""


@dataclass(frozen=True)
class SceneFound:
    """A scene as it would be imported. ``shared`` : people it has in common with other scenes, by name."""

    name: str
    value: str
    items: int
    people: int
    interactions: int
    reviews: int
    has_time: bool
    language: str
    shared: dict[str, int]
    queries: int = 0
    dialogues: int = 0
    pictures: int = 0


@dataclass(frozen=True)
class Prepared:
    """What reading found: show it, then ``commit`` or ``close``.

    reader : what kind of data it was taken for. tables : each file with its columns, the mapping used, the
    columns ignored and the first rows. ignored : files that hold nothing of a scene.
    """

    reader: str
    tables: tuple[Table, ...]
    ignored: tuple[str, ...]
    problems: tuple[Problem, ...]
    scenes: tuple[SceneFound, ...]
    options: ImportOptions
    source: str
    workspace: Path

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "warning"]

    def commit(self, library: SceneLibrary, overwrite: bool = False) -> list[SceneCard]:
        """Puts all scenes into the library, or none.

        Raises
        ------
        InputError : there are errors, or a name is taken. WorkError : the disk refuses.
        """
        if self.errors:
            first = self.errors[0]
            more = f" and {len(self.errors) - 1} more errors" if len(self.errors) > 1 else ""
            raise InputError(f"{first.what}{more}", where=_place(first), todo=first.todo)
        if not self.workspace.is_dir():
            raise InputError("This import was closed already", todo="Read the files again.")
        for found in self.scenes:
            library.refuse_taken(found.name, overwrite)
        with staging(library.home.scenes) as parent:
            cards = [(self._write(found, parent), found.name) for found in self.scenes]
            return _adopt_all(library, [card for card, _ in cards], parent, overwrite)

    def _write(self, found: SceneFound, parent: Path) -> SceneCard:
        folder = parent / found.name
        folder.mkdir()
        with _database(self.workspace, parent) as connection:
            has_time = write_scene(connection, found.value, folder)
        return SceneCard(
            name=found.name,
            title=found.name.replace("_", " "),
            description=self.options.description or f"Imported from {self.source}.",
            origin="imported",
            how=f"Read as {self.reader}; {_mapping_said(self.tables)}",
            licence=self.options.licence,
            language=found.language,
            imported_at=datetime.now(UTC).isoformat(timespec="seconds"),
            items=found.items,
            people=found.people,
            interactions=found.interactions,
            has_time=has_time,
            has_images=found.pictures > 0,
            notes=tuple(_notes(self.warnings, found)),
        )

    def close(self) -> None:
        """Deletes what was read; also happens when the object is forgotten."""
        shutil.rmtree(self.workspace, ignore_errors=True)


def prepare(
    source: Source,
    options: ImportOptions | None = None,
    library: SceneLibrary | None = None,
    watcher: Watcher | None = None,
    workspace: Path | None = None,
) -> Prepared:
    """Reads and checks everything in ``source`` without changing the library.

    library : whose scenes are looked at for shared people and taken names. workspace : a folder on a disk
    with room for about as much as the data; by default the system's temporary folder.

    Raises
    ------
    InputError : nothing can be read there at all, or an option cannot be used. Everything else that is
    wrong is in ``problems``.
    """
    options, watcher = options or ImportOptions(), watcher or Silent()
    if options.name is not None:
        check_name(options.name, where="--name")
    with disk_errors(workspace or Path(tempfile.gettempdir())):
        workspace = workspace if workspace is not None and usable(workspace) else None
        if workspace is not None:
            workspace.mkdir(parents=True, exist_ok=True)
            sweep(workspace, "xscene-import-*")
        room = Path(tempfile.mkdtemp(prefix="xscene-import-", dir=workspace)).resolve()
    try:
        with disk_errors(room):
            prepared = _prepare(source, options, library, watcher, room)
    except BaseException:
        shutil.rmtree(room, ignore_errors=True)
        raise
    weakref.finalize(prepared, shutil.rmtree, room, True)
    return prepared


def _prepare(
    source: Source, options: ImportOptions, library: SceneLibrary | None, watcher: Watcher, room: Path
) -> Prepared:
    watcher.progress("read", 0.0)
    found = find_files(source, room, options.encoding)
    problems = list(found.problems)
    shown = _shown(source)
    with _database(room) as connection:
        opened = open_tables(connection, found.files, options, failed=bool(problems))
        problems += opened.problems
        scenes: list[SceneFound] = []
        if any(problem.severity == "error" for problem in problems):
            problems += _rows_anyway(connection, opened, options)
        elif opened.mapped:
            watcher.progress("read", 0.2)
            torn = stage(connection, opened.mapped, latest_believable())
            problems += torn
            watcher.progress("check", 0.0)
            facts = clean(connection, opened.scenes_in_interactions, options.scene_column)
            if all(problem.row is not None for problem in torn):
                problems += find_problems(connection, opened.mapped, facts, options.scene_column)
            watcher.progress("check", 0.6)
            problems += read_pictures(connection, found.pictures, watcher)
            scenes, named = _scenes(connection, options, library, shown)
            problems += named
        watcher.progress("check", 1.0)
    return Prepared(
        reader=opened.reader,
        tables=opened.tables,
        ignored=found.ignored + opened.ignored,
        problems=tuple(sorted(problems, key=lambda problem: problem.severity != "error")),
        scenes=tuple(scenes),
        options=options,
        source=shown,
        workspace=room,
    )


def _rows_anyway(
    connection: duckdb.DuckDBPyConnection, opened: Opened, options: ImportOptions
) -> list[Problem]:
    """What is wrong with single rows where a file or a column stops the import: everything is to be said at
    once. How the tables belong together cannot be judged then, nor what a missing column would hold."""
    problems = stage(connection, opened.mapped, latest_believable())
    facts = clean(connection, opened.scenes_in_interactions, options.scene_column)
    rows = row_problems(connection, opened.mapped, facts, options.scene_column)
    absent = {
        (entry.table, field)
        for entry in opened.mapped
        for field in (
            *(name for name in NEEDED[entry.table] if name not in entry.mapping),
            *_sceneless(entry, options.scene_column),
        )
    }
    return problems + [
        problem for problem in rows if (problem.table.split(" (")[0], problem.column) not in absent
    ]


def _sceneless(entry: Mapped, asked: str | None) -> list[str]:
    return [asked] if asked is not None and entry.scene_column is None else []


def _scenes(
    connection: duckdb.DuckDBPyConnection, options: ImportOptions, library: SceneLibrary | None, shown: str
) -> tuple[list[SceneFound], list[Problem]]:
    rows = connection.execute("""
        SELECT scene, items, coalesce(people, 0), coalesce(interactions, 0), coalesce(timed, false),
            coalesce(reviews, 0), coalesce(queries, 0), coalesce(dialogues, 0), coalesce(pictures, 0)
        FROM (SELECT scene, count(*) AS items FROM kept_items GROUP BY scene)
        LEFT JOIN (SELECT scene, count(*) AS interactions, count(DISTINCT user_id) AS people,
            bool_and(time IS NOT NULL) AS timed FROM kept_interactions GROUP BY scene) USING (scene)
        LEFT JOIN (SELECT scene, count(*) AS reviews FROM kept_reviews GROUP BY scene) USING (scene)
        LEFT JOIN (SELECT scene, count(*) AS queries FROM kept_queries GROUP BY scene) USING (scene)
        LEFT JOIN (SELECT scene, count(DISTINCT dialogue_id) AS dialogues FROM kept_dialogues GROUP BY scene)
            USING (scene)
        LEFT JOIN (SELECT scene, count(*) AS pictures FROM kept_items JOIN kept_pictures USING (item_id)
            GROUP BY scene) USING (scene)
        ORDER BY scene LIMIT 200""").fetchall()
    names, problems = name_scenes([str(row[0]) for row in rows], options, shown)
    scenes = []
    for value, items, people, interactions, timed, reviews, queries, dialogues, pictures in rows:
        if value not in names:
            continue
        shared = shared_people(connection, value, names, library) if len(rows) <= _SHOWN * 8 else {}
        titles = connection.execute(
            "SELECT title || ' ' || left(description, 100) FROM kept_items WHERE scene = $scene LIMIT 300",
            {"scene": value},
        ).fetchall()
        language = script_language(str(title) for (title,) in titles)
        scenes.append(
            SceneFound(
                names[value],
                value,
                int(items),
                int(people),
                int(interactions),
                int(reviews),
                bool(timed),
                language,
                shared,
                int(queries),
                int(dialogues),
                int(pictures),
            )
        )
    return scenes, problems


@contextmanager
def _database(room: Path, *others: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect(room, readable=others)
    try:
        with interruptible(connection):
            yield connection
    finally:
        connection.close()


def _adopt_all(
    library: SceneLibrary, cards: list[SceneCard], parent: Path, overwrite: bool
) -> list[SceneCard]:
    done: list[SceneCard] = []
    try:
        for card in cards:
            done.append(library.adopt(parent / card.name, card, overwrite))
    except BaseException:
        for card in done:
            library.remove(card.name)
        raise
    return done


def _notes(warnings: list[Problem], found: SceneFound) -> list[str]:
    notes = [f"{problem.table}: {problem.what}. {problem.todo}" for problem in warnings]
    return notes + [f"{count:,} people also in {other}." for other, count in found.shared.items()]


def _mapping_said(tables: tuple[Table, ...]) -> str:
    said = []
    for table in tables:
        pairs = ", ".join(f"{ours} = {'+'.join(theirs)}" for ours, theirs in table.mapping.items())
        said.append(f"{table.label} as {table.table}: {pairs}")
    return "; ".join(said)


def _place(problem: Problem) -> str:
    row = f"row {problem.row:,}" if problem.row is not None else ""
    return ", ".join(part for part in (problem.table, row, problem.column) if part)


def _shown(source: Source) -> str:
    if isinstance(source, Path | str):
        path = Path(source).resolve()
        stem = path.name.split(".")[0].casefold()
        return path.parent.name if stem in ("items", "interactions") else path.name
    return ", ".join(Path(str(name)).name for name in list(source)[:_SHOWN])
