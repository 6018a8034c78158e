"""Which code makes the numbers of a run, so that a changed engine never passes off old numbers as its own."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import xscene_core

_CODE = (
    "encoders",
    "models",
    "transfer",
    "evaluation",
    "experiments/pipeline.py",
    "experiments/label_pipeline.py",
    "experiments/label_table.py",
    "experiments/artifacts.py",
    "scenes/labels.py",
    "scenes/sequences.py",
    "scenes/splits.py",
)
_LIBRARIES = ("numpy", "scipy", "scikit-learn", "torch", "sentence-transformers", "transformers")


@cache
def engine() -> str:
    """16 hex digits that change with the engine's code and with the libraries it calculates with.

    Read from the files, because a number that somebody must remember to raise is forgotten; a changed
    comment costs no more than running baselines again.
    """
    root = Path(xscene_core.__file__).parent
    digest = hashlib.sha256()
    for part in _CODE:
        place = root / part
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(f"{file.relative_to(root)}\n".encode() + file.read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library} {_version(library)}\n".encode())
    return digest.hexdigest()[:16]


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
