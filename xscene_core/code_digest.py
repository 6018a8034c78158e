"""A digest of code, for what is kept on disk and must not outlive the code that made it."""

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import xscene_core

NUMERIC = ("numpy", "scipy", "scikit-learn", "torch")
"""Libraries that decide what is calculated."""


@cache
def code_digest(parts: Sequence[str], libraries: Sequence[str] = NUMERIC) -> str:
    """16 hex digits that change with the files ``parts`` and with the versions of ``libraries``.

    parts : files and folders, relative to ``xscene_core``. Read from the files, because a number that
    somebody must remember to raise is forgotten.
    """
    root = Path(xscene_core.__file__).parent
    digest = hashlib.sha256()
    for part in parts:
        place = root / part
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(f"{file.relative_to(root)}\n".encode() + file.read_bytes())
    for library in libraries:
        digest.update(f"{library} {_version(library)}\n".encode())
    return digest.hexdigest()[:16]


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
