"""Which files make up a scene, and what each of them is."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from xscene_core.errors import InputError
from xscene_core.scenes.problem import Problem
from xscene_core.scenes.readers.archive import LOCK_FILE, is_path_trick, unpack
from xscene_core.scenes.readers.encoding import BadText, check_utf8, is_gzip, transcode
from xscene_core.scenes.readers.pictures import FOLDERS, is_picture
from xscene_core.scenes.readers.workbook import BETWEEN, is_workbook, sheets

Format = Literal["csv", "json", "parquet", "atomic"]
Role = Literal["items", "interactions", "reviews", "queries", "dialogues", ""]
Source = Path | Sequence[Path] | Mapping[str, Path]
"""A file, a folder or an archive; several files; or files by the name they were uploaded under."""

_FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".inter": "atomic",
    ".item": "atomic",
}
_ROLES: tuple[tuple[Role, str], ...] = (
    ("items", r"items?|products?|catalog(ue)?|goods|meta([_.-].*)?"),
    ("interactions", r"interactions?|ratings?|events?|purchases?|orders?|clicks?|transactions?"),
    ("reviews", r"reviews?"),
    ("queries", r"query|queries|search(es)?"),
    ("dialogues", r"dialogues?|dialogs?|conversations?|chats?"),
)
_READABLE = "CSV, Excel, Parquet, JSON lines (also .gz), RecBole .inter and .item, or a .zip of these"


@dataclass(frozen=True)
class SourceFile:
    """One table: where it lies (inside the workspace), the name to show, and what it seems to be.

    role : by the file's name; ``""`` where only the columns can tell.
    """

    path: Path
    label: str
    format: Format
    gzip: bool
    role: Role


@dataclass(frozen=True)
class Found:
    files: tuple[SourceFile, ...]
    ignored: tuple[str, ...]
    problems: tuple[Problem, ...]
    pictures: dict[str, Path]


def find_files(source: Source, workspace: Path, encoding: str | None = None) -> Found:
    """Every readable table in ``source``, linked into ``workspace`` under a name of our own making, and the
    pictures that lie beside them, by file name.

    Raises
    ------
    InputError : ``source`` does not exist or holds nothing that can be read.
    """
    found, problems = _named(source, workspace)
    pictures = {label: path for label, path in found.items() if is_picture(label) and BETWEEN not in label}
    named = {label: path for label, path in found.items() if label not in pictures}
    files: list[SourceFile] = []
    ignored: list[str] = []
    for label, path in named.items():
        file = _recognise(label, path)
        if file is None:
            ignored.append(label)
        else:
            files.append(file)
    if any(file.role == "items" for file in files) and any(file.role == "interactions" for file in files):
        ignored += [file.label for file in files if not file.role]
        files = [file for file in files if file.role]
    if not files and not problems:
        listed = ", ".join(ignored[:5]) or "nothing"
        what = f"There is no table to read here (found: {listed})"
        raise InputError(what, where=_shown(source), todo=f"Give {_READABLE}.")
    usable = []
    for number, file in enumerate(files):
        ready, problem = _prepared(file, workspace / f"source-{number}", encoding)
        problems += [problem] if problem else []
        usable += [ready] if ready else []
    return Found(tuple(usable), tuple(ignored), tuple(problems), pictures)


def _named(source: Source, workspace: Path) -> tuple[dict[str, Path], list[Problem]]:
    if isinstance(source, Mapping):
        named = {str(label): Path(path) for label, path in source.items()}
    elif isinstance(source, Path | str):
        path = Path(source)
        if path.is_dir():
            inside = sorted(entry for entry in path.iterdir() if entry.is_file())
            named = {entry.name: entry for entry in inside if not entry.name.startswith(".")}
            named |= _beside(path)
        else:
            named = {path.name: path}
    else:
        named = {path.name: path for path in map(Path, source)}
        if len(named) < len(source):
            raise InputError(
                "Two of the files have the same name", where=_shown(source), todo="Rename one of them."
            )
    named = {label: path for label, path in named.items() if not label.startswith(LOCK_FILE)}
    problems: list[Problem] = []
    unpacked: dict[str, Path] = {}
    for label, path in list(named.items()):
        if not path.is_file():
            raise InputError("There is no such file or folder", where=str(path)[:300], todo="Check the path.")
        if is_path_trick(label) or "/" in label or "\\" in label:
            what = f"The file name {label[:80]!r} is a path"
            problems.append(
                Problem(label[:80], None, "", "error", what, "Rename the file and upload it again.")
            )
            del named[label]
        elif label.lower().endswith(".zip"):
            members, refused = unpack(path, label, workspace)
            problems += refused
            unpacked |= members
            del named[label]
    found = {**named, **unpacked}
    for label in [label for label in found if is_workbook(label)]:
        tables, refused = sheets(found.pop(label), label, workspace)
        problems += refused
        found |= tables
    return found, problems


def _beside(folder: Path) -> dict[str, Path]:
    """The pictures in a folder of their own."""
    return {
        entry.name: entry
        for name in FOLDERS
        if (folder / name).is_dir()
        for entry in sorted((folder / name).iterdir())
        if entry.is_file() and is_picture(entry.name) and not entry.name.startswith(".")
    }


def _recognise(label: str, path: Path) -> SourceFile | None:
    stem = label.lower()
    book, _, sheet = stem.partition(BETWEEN)
    if is_workbook(book):
        return SourceFile(path, label, "csv", False, _role(sheet or stem.rpartition(".")[0]))
    packed = stem.endswith(".gz")
    stem = stem.removesuffix(".gz")
    suffix = Path(stem).suffix
    if suffix not in _FORMATS:
        return None
    stem = stem.removesuffix(suffix)
    role = _role(stem)
    if suffix in (".inter", ".item"):
        role = "items" if suffix == ".item" else "interactions"
    return SourceFile(path, label, _FORMATS[suffix], packed, role)


def _role(stem: str) -> Role:
    return next((role for role, pattern in _ROLES if re.fullmatch(pattern, stem)), "")


def _prepared(file: SourceFile, link: Path, encoding: str | None) -> tuple[SourceFile | None, Problem | None]:
    """``file`` ready for the database, or the reason why it cannot be read."""
    if file.path.stat().st_size == 0:
        return None, _problem(file, "The file is empty", "Export it again, with a header line and rows.")
    packed = is_gzip(file.path)
    if file.gzip and not packed:
        return None, _problem(file, "The name ends in .gz but this is no gzip file", "Rename or pack it.")
    if file.format == "parquet":
        with file.path.open("rb") as opened:
            if opened.read(4) != b"PAR1":
                return None, _problem(file, "This is not a Parquet file", "Export it again as Parquet.")
    else:
        try:
            named = _encoding(file, encoding)
            if named is not None:
                text = transcode(file.path, file.label, named, link)
                return replace(file, path=text, gzip=False), None
        except BadText as bad:
            what = f"Line {bad.line:,}, byte {bad.offset:,} of the file: {bad.what}"
            return None, _problem(file, what, bad.todo)
        except InputError as error:
            return None, _problem(file, error.what, error.todo)
    os.symlink(file.path.resolve(), link)  # noqa: PTH211
    return replace(file, path=link, gzip=packed), None


def _encoding(file: SourceFile, asked: str | None) -> str | None:
    """None for UTF-8. ``asked`` is for the files that are not UTF-8: others in the folder may well be."""
    try:
        return check_utf8(file.path, file.label)
    except BadText:
        if asked is None:
            raise
        return asked


def _problem(file: SourceFile, what: str, todo: str) -> Problem:
    return Problem(file.label, None, "", "error", what, todo)


def _shown(source: Source) -> str:
    if isinstance(source, Path | str):
        return str(source)[:300]
    return ", ".join(str(path) for path in list(source)[:5])[:300]
