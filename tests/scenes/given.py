"""Small good data that each test spoils in one place."""

from collections.abc import Iterable
from pathlib import Path

from xscene_core.scenes.importing import ImportOptions, Prepared, prepare
from xscene_core.scenes.problem import Problem

ITEMS = "item_id,title,price,category\n" + "".join(
    f"i{k},Thing number {k},{k}.50,Kind > Sub {k % 3}\n" for k in range(1, 11)
)
INTERACTIONS = "user_id,item_id,timestamp,rating\n" + "".join(
    f"u{u},i{1 + (u * 7 + step * 3) % 10},{1_500_000_000 + u * 1000 + step * 86_400},{1 + step}\n"
    for u in range(12)
    for step in range(4)
)


def folder(path: Path, items: str | bytes = ITEMS, interactions: str | bytes | None = INTERACTIONS) -> Path:
    """A folder with ``items.csv`` and ``interactions.csv``."""
    path.mkdir(parents=True, exist_ok=True)
    for name, content in (("items.csv", items), ("interactions.csv", interactions)):
        if content is not None:
            (path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path, **options: object) -> Prepared:
    return prepare(path, ImportOptions(**options))  # type: ignore[arg-type]


def one(problems: Iterable[Problem], text: str) -> Problem:
    """The single problem whose sentence holds ``text``."""
    listed = list(problems)
    found = [problem for problem in listed if text in problem.what]
    assert len(found) == 1, [problem.what for problem in listed]
    return found[0]
