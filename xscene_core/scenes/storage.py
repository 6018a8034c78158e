"""Writing a folder whole or not at all, and saying so in a sentence when the disk refuses."""

import errno
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from xscene_core.errors import InputError, WorkError, disk_full

_STALE_AFTER = 24 * 3600.0
_REFUSED = (
    OSError,
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,  # the disk was full when a change was to be kept
    duckdb.FatalException,  # or when one was to be taken back
    pa.ArrowException,
)


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Turns what the disk refuses (full, read-only, not permitted) into a ``WorkError`` naming ``folder``."""
    try:
        yield
    except _REFUSED as error:
        raise _sentence(error, folder) from error


def _sentence(error: BaseException, folder: Path) -> WorkError:
    text = str(error).strip() or type(error).__name__
    if disk_full(error):
        return WorkError(
            "The disk is full; nothing was changed",
            where=str(folder),
            todo="Free some space, or name another folder with --home.",
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return WorkError(
            "The work needs more memory or disk for spilling than it may use; nothing was changed",
            where=str(folder),
            todo="Free some disk space there, or import a part of the data.",
        )
    return WorkError(
        f"The files could not be written or read: {text.splitlines()[0]}",
        where=str(folder),
        todo="Check that the folder exists and that you may write to it.",
    )


@contextmanager
def staging(parent: Path) -> Iterator[Path]:
    """A fresh folder in ``parent`` to write into; what is still there at the end is deleted."""
    with disk_errors(parent):
        parent.mkdir(parents=True, exist_ok=True)
        sweep(parent, ".staging-*")
        folder = parent / f".staging-{uuid.uuid4().hex}"
        folder.mkdir()
    try:
        with disk_errors(parent):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path, pattern: str) -> None:
    """Deletes what processes that were killed in the middle of their work left a day ago."""
    for folder in parent.glob(pattern):
        try:
            if time.time() - folder.stat().st_mtime > _STALE_AFTER:
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue  # another process is sweeping too


def move_into_place(staged: Path, final: Path, replaced: Path | None) -> None:
    """Renames ``staged`` to ``final``; a folder already there goes to ``replaced``, or nothing happens.

    Raises
    ------
    InputError : ``final`` exists and ``replaced`` is None (also when another process was quicker).
    """
    if replaced is not None and final.exists():
        replaced.parent.mkdir(parents=True, exist_ok=True)
        final.rename(replaced)
        try:
            staged.rename(final)
        except OSError:
            replaced.rename(final)
            raise
        return
    try:
        if final.exists():
            raise FileExistsError(errno.EEXIST, "exists", str(final))
        staged.rename(final)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
            raise
        raise exists_already(final.name) from error


def exists_already(name: str) -> InputError:
    return InputError(
        f"There is a scene named {name!r} already, and it was not touched",
        where="scene library",
        todo="Choose another name (--name), remove the scene first, or ask to overwrite it (--overwrite).",
    )
