"""``scenes list | check | import | card | remove | restore``."""

import dataclasses
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from xscene_core.commands.options import HomeOption, JsonOption
from xscene_core.commands.output import emit, visible
from xscene_core.home import Home
from xscene_core.scenes.importing import ImportOptions, Prepared, prepare
from xscene_core.scenes.library import SceneLibrary
from xscene_core.scenes.problem import Problem
from xscene_core.scenes.readers.mapping import parse
from xscene_core.scenes.scene import SceneCard

app = typer.Typer(no_args_is_help=True, help="Look at, check, import and remove scenes.")

Source = Annotated[list[Path], typer.Argument(help="A folder, a .zip, or one or several files.")]
Map = Annotated[list[str] | None, typer.Option("--map", help="ours=theirs, such as title=keyword_text.")]
SceneColumn = Annotated[str | None, typer.Option("--scene-column", help="Splits the tables into scenes.")]
OrderColumn = Annotated[str | None, typer.Option("--order-column", help="Order where there is no time.")]
Name = Annotated[str | None, typer.Option("--name", help="Name of the scene.")]
Encoding = Annotated[str | None, typer.Option("--encoding", help="Of text files that are not UTF-8.")]


@app.command("list")
def list_scenes(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """All scenes of the library, samples first."""
    library = SceneLibrary(Home.resolve(home))
    cards = library.cards()
    if as_json:
        emit({"scenes": [_card_json(library, card) for card in cards]})
        return
    for card in cards:
        kind = "sample" if library.is_sample(card.name) else "imported"
        sizes = f"{card.items:>8,} items {card.people:>8,} people {card.interactions:>10,} interactions"
        _say(f"{card.name:<32} {kind:<9}{sizes}  {card.language}")


@app.command()
def card(name: str, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What one should know about a scene before trusting it."""
    library = SceneLibrary(Home.resolve(home))
    found = library.card(name)
    if as_json:
        emit(_card_json(library, found))
        return
    _say(f"{found.title} ({found.name})\n{found.description}")
    _say(f"{found.items:,} items, {found.people:,} people, {found.interactions:,} interactions")
    _say(f"Origin: {found.origin}. {found.how}\nLicence: {found.licence}. Language: {found.language}.")
    for note in found.notes:
        _say(f"- {note}")


@app.command()
def check(
    source: Source,
    mapping: Map = None,
    scene_column: SceneColumn = None,
    order_column: OrderColumn = None,
    name: Name = None,
    encoding: Encoding = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lists all problems of the files and imports nothing. Exit code 2 when one of them is an error."""
    options = ImportOptions(parse(mapping or ()), scene_column, order_column, name, encoding)
    library = SceneLibrary(Home.resolve(home))
    prepared = _prepare(source, options, library)
    try:
        if as_json:
            emit(_prepared_json(prepared))
        else:
            _show(prepared)
    finally:
        prepared.close()
    if prepared.errors:
        raise typer.Exit(2)


@app.command("import")
def import_scenes(
    source: Source,
    mapping: Map = None,
    scene_column: SceneColumn = None,
    order_column: OrderColumn = None,
    name: Name = None,
    encoding: Encoding = None,
    licence: Annotated[str, typer.Option("--licence", help="Kept in the scene's card.")] = "not stated",
    description: Annotated[str, typer.Option("--description", help="Kept in the scene's card.")] = "",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace scenes of the same name.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Checks the files and puts their scenes into the library, or nothing at all when there is an error."""
    options = ImportOptions(
        parse(mapping or ()), scene_column, order_column, name, encoding, licence, description
    )
    library = SceneLibrary(Home.resolve(home))
    prepared = _prepare(source, options, library)
    try:
        cards = [] if prepared.errors else prepared.commit(library, overwrite)
        document = {**_prepared_json(prepared), "imported": [_card_json(library, card) for card in cards]}
    finally:
        prepared.close()
    if as_json:
        emit(document)
    else:
        _show(prepared)
        for imported in cards:
            _say(f"Imported {imported.name}.")
    if prepared.errors:
        raise typer.Exit(2)


@app.command()
def remove(name: str, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Removes a scene; prints what ``restore`` needs to bring it back."""
    token = SceneLibrary(Home.resolve(home)).remove(name)
    if as_json:
        emit({"removed": name, "token": token})
    else:
        _say(f"Removed {name}. Bring it back with: scenes restore {token}")


@app.command()
def restore(token: str, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Brings a removed scene back."""
    name = SceneLibrary(Home.resolve(home)).restore(token)
    if as_json:
        emit({"restored": name})
    else:
        _say(f"Restored {name}.")


def _say(text: str) -> None:
    """Prints what may hold text of a stranger's files."""
    print(visible(text))


class _OnError:
    """Progress on stderr, so that stdout stays a document."""

    def progress(self, stage: str, fraction: float) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{stage} {fraction:4.0%} " + ("\n" if fraction >= 1 else ""))
            sys.stderr.flush()

    def curve(self, name: str, value: float, step: int) -> None:
        return None


def _prepare(source: list[Path], options: ImportOptions, library: SceneLibrary) -> Prepared:
    given = source[0] if len(source) == 1 else source
    return prepare(given, options, library, _OnError(), workspace=library.home.cache / "imports")


def _show(prepared: Prepared) -> None:
    _say(f"Read as {prepared.reader}.")
    for table in prepared.tables:
        pairs = ", ".join(f"{ours} = {'+'.join(theirs)}" for ours, theirs in table.mapping.items())
        _say(f"{table.label} holds {table.table}: {pairs}")
        if table.ignored:
            _say(f"  ignored columns: {', '.join(table.ignored)}")
    if prepared.ignored:
        _say(f"Ignored files: {', '.join(prepared.ignored)}")
    for problem in prepared.problems:
        _say(f"{problem.severity}: {_place(problem)}: {problem.what}. {problem.todo}")
    for scene in prepared.scenes:
        _say(
            f"Scene {scene.name}: {scene.items:,} items, {scene.people:,} people, "
            f"{scene.interactions:,} interactions, ordered by {'time' if scene.has_time else 'position'}"
        )
        if scene.reviews or scene.queries or scene.dialogues:
            said = f"{scene.reviews:,} reviews, {scene.queries:,} queries, {scene.dialogues:,} dialogues"
            _say(f"  {said}")
        if scene.pictures:
            _say(f"  {scene.pictures:,} pictures, named by item id")
        for other, count in scene.shared.items():
            _say(f"  {count:,} people also in {other}")
    errors, warnings = len(prepared.errors), len(prepared.warnings)
    _say(f"Errors: {errors}. Warnings: {warnings}.")


def _place(problem: Problem) -> str:
    parts = [problem.table, f"row {problem.row:,}" if problem.row is not None else "", problem.column]
    return ", ".join(part for part in parts if part)


def _prepared_json(prepared: Prepared) -> dict[str, Any]:
    return {
        "reader": prepared.reader,
        "tables": [
            {
                "file": table.label,
                "table": table.table,
                "columns": list(table.columns),
                "mapping": {ours: "+".join(theirs) for ours, theirs in table.mapping.items()},
                "ignored": list(table.ignored),
            }
            for table in prepared.tables
        ],
        "ignored_files": list(prepared.ignored),
        "problems": [dataclasses.asdict(problem) for problem in prepared.problems],
        "errors": len(prepared.errors),
        "warnings": len(prepared.warnings),
        "scenes": [dataclasses.asdict(scene) for scene in prepared.scenes],
    }


def _card_json(library: SceneLibrary, card: SceneCard) -> dict[str, Any]:
    return {**dataclasses.asdict(card), "sample": library.is_sample(card.name)}
