"""Encodings on disk, found again by the content that made them."""

import hashlib
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from xscene_core.encoders.encoder import Vectors
from xscene_core.locking import exclusive
from xscene_core.watcher import Watcher

_READ = ("title", "description", "category", "brand", "price")


def content_key(scenes: list[pd.DataFrame], encoder: str) -> str:
    """32 hex digits for what ``encoder`` reads of these items, in order."""
    digest = hashlib.sha256(encoder.encode())
    for items in scenes:
        for column in _READ:
            digest.update(pd.util.hash_pandas_object(items[column], index=False).to_numpy().tobytes())
        for picture in items.get("picture", ()):
            digest.update(hashlib.sha256(picture or b"").digest())
        digest.update(b"|")
    return digest.hexdigest()[:32]


def remembered(folder: Path, key: str, make: Callable[[], list[Vectors]], watcher: Watcher) -> list[Vectors]:
    """The arrays kept under ``key``, made and kept when they are not there yet.

    Two processes that need the same encoding do the work once. A file that cannot be read is made again; one
    that cannot be written is done without.
    """
    file = folder / f"{key}.npz"
    found = _read(file)
    if found is not None:
        return found
    with exclusive(folder / f"{key}.lock", watcher, "encode"):
        found = _read(file)
        if found is None:
            found = make()
            aside = file.with_suffix(f".{os.getpid()}.npz")
            try:
                np.savez(aside, *found)
                aside.replace(file)
            except OSError:  # a full disk: the encoding is at hand, only the next run makes it again
                pass
            finally:
                aside.unlink(missing_ok=True)
    return found


def _read(file: Path) -> list[Vectors] | None:
    try:
        with np.load(file, allow_pickle=False) as kept:
            return [kept[f"arr_{k}"] for k in range(len(kept.files))]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
