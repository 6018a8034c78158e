"""From the values of a scene column, or a file's name, to names that scenes can have."""

import re
from typing import TYPE_CHECKING

from xscene_core.errors import InputError
from xscene_core.scenes.problem import Problem
from xscene_core.scenes.readers.archive import is_path_trick
from xscene_core.scenes.readers.workbook import BETWEEN
from xscene_core.scenes.scene import check_name

if TYPE_CHECKING:
    from xscene_core.scenes.importing import ImportOptions

_SUFFIXES = re.compile(
    r"(\.(csv|tsv|txt|parquet|pq|jsonl|ndjson|json|inter|item|zip|gz|xls[xmb]?|ods))+$", re.IGNORECASE
)


def slug(text: str) -> str:
    """``Arts, Crafts & Sewing`` -> ``Arts_Crafts_Sewing``; ``""`` where nothing usable is left."""
    return re.sub(r"[^\w.-]+", "_", text.strip()).strip("_.-")[:64].rstrip("_.-")


def name_scenes(
    values: list[str], options: "ImportOptions", shown: str
) -> tuple[dict[str, str], list[Problem]]:
    """Value of the scene column (``""`` where there is none) -> scene name, and what is wrong with names.

    Raises
    ------
    InputError : one name was asked for but there are several scenes.
    """
    if options.name is not None and len(values) > 1:
        raise InputError(
            f"One name cannot serve {len(values)} scenes",
            where="--name",
            todo="Leave --name out: the scene column names them.",
        )
    names: dict[str, str] = {}
    problems: list[Problem] = []
    column = options.scene_column or ""
    for value in values:
        if options.name is not None:
            names[value] = options.name
            continue
        wanted = (
            value if options.scene_column else _SUFFIXES.sub("", shown.split(",")[0].partition(BETWEEN)[0])
        )
        name = slug(wanted) or ("" if options.scene_column else "scene")
        if not options.scene_column and name.casefold() in ("items", "interactions"):
            name = "scene"  # what an uploaded file is called says nothing here
        if is_path_trick(wanted) or "/" in wanted or "\\" in wanted:
            what = f"The scene name {wanted[:60]!r} is a path"
            problems.append(_problem(column, "error", what, "Use letters, digits, '_', '-' or '.'."))
        elif not _can_name(name):
            what = f"{wanted[:60]!r} cannot name a scene"
            problems.append(_problem(column, "error", what, "Use letters, digits, '_', '-' or '.'."))
        elif name.casefold() in {taken.casefold() for taken in names.values()}:
            what = f"Two scenes would be named {name!r}"
            problems.append(_problem(column, "error", what, f"Spell them apart in {column!r}."))
        else:
            names[value] = name
            if options.scene_column and name != value:
                todo = "Nothing to do, unless you want another name."
                problems.append(_problem(column, "warning", f"{value[:60]!r} becomes {name!r}", todo))
    return names, problems


def _can_name(name: str) -> bool:
    try:
        check_name(name)
    except InputError:
        return False
    return True


def _problem(column: str, severity: str, what: str, todo: str) -> Problem:
    return Problem("items", None, column, "error" if severity == "error" else "warning", what, todo)
