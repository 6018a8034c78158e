"""Opening the MLflow store quietly, without telemetry, and saying in one sentence what is wrong with it.

The default store is one SQLite file in the home folder (write-ahead log, so that readers never wait for
writers); ``MLFLOW_TRACKING_URI`` names any other MLflow store. MLflow is imported on first use: it costs
more than a second, and pages must open without it.
"""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from xscene_core.errors import InputError, WorkError, XSceneError, disk_full
from xscene_core.home import Home

EXPERIMENT = "xscene"
_QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_LOGGING_LEVEL": "CRITICAL"}
_LOCK_SECONDS = 60.0


def tracking_uri(home: Home) -> str:
    """Where the runs are kept."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{home.database}"


def is_local(home: Home) -> bool:
    """Whether the runs are kept in the home folder's own database."""
    return tracking_uri(home) == f"sqlite:///{home.database}"


@contextmanager
def home_lock(home: Home) -> Iterator[None]:
    """One process at a time changes what runs are to do; the system frees the lock of a killed process.

    May be entered again by the thread that holds it. Raises ``WorkError`` after a minute of waiting.
    """
    try:
        with FileLock(home.path / "runs.lock", timeout=_LOCK_SECONDS, is_singleton=True):
            yield
    except Timeout as error:
        raise WorkError(
            "Another process has been changing the runs for a minute",
            where=str(home.path / "runs.lock"),
            todo="Try again; if it stays so, end the xscene processes that use this home.",
        ) from error


def connect(home: Home) -> tuple[Any, str]:
    """An ``MlflowClient`` and the id of xscene's experiment; the store is made where there is none.

    Raises
    ------
    InputError : the store is not a database, was written by another version, or cannot be reached.
    """
    with speaking(home):
        if not is_local(home):
            return _connect(home, tracking_uri(home), 0)
        if not home.database.exists():
            _load()  # before others have to wait
            with home_lock(home):
                if not home.database.exists():
                    _create(home.database)
        return _connect(home, tracking_uri(home), home.database.stat().st_ino)


@lru_cache(maxsize=16)
def _connect(home: Home, uri: str, file_number: int) -> tuple[Any, str]:
    """``file_number`` tells a replaced database file from the one that was opened before."""
    if file_number:
        _check_file(home.database)
        _forget_engine(uri)
    client = _client(uri)
    found = client.get_experiment_by_name(EXPERIMENT)
    if found is None:
        with home_lock(home):
            found = client.get_experiment_by_name(EXPERIMENT)
            if found is None:
                place = str(home.artifacts) if is_local(home) else None
                return client, client.create_experiment(EXPERIMENT, artifact_location=place)
    return client, found.experiment_id


def _client(uri: str) -> Any:
    os.environ.update(_QUIET)
    from mlflow.tracking import MlflowClient

    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return MlflowClient(tracking_uri=uri)


def _load() -> None:
    """Imports MLflow and its store without opening one, which would make a database that is not ours yet."""
    os.environ.update(_QUIET)
    import mlflow.store.tracking.sqlalchemy_store
    import mlflow.tracking  # noqa: F401


def _forget_engine(uri: str) -> None:
    """MLflow keeps one engine per address for ever; a file that was replaced needs a fresh one."""
    os.environ.update(_QUIET)
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
    from mlflow.tracking._tracking_service import utils

    engine = SqlAlchemyStore._engine_map.pop(uri, None)
    if engine is not None:
        engine.dispose()
        utils._tracking_store_registry._get_store_with_resolved_uri.cache_clear()


def _check_file(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=20)) as database:
        tables = {name for (name,) in database.execute("select name from sqlite_master where type = 'table'")}
    if "runs" not in tables:
        raise InputError(
            "The run store holds no table of runs",
            where=str(path),
            todo="Move the file away to start a new store; nothing in it was changed.",
        )


def _create(path: Path) -> None:
    """Makes the database aside and renames it, so that a kill in between leaves no half store."""
    fresh = path.with_name(f"{path.name}.new")
    for leftover in path.parent.glob(f"{fresh.name}*"):
        leftover.unlink()
    uri = f"sqlite:///{fresh}"
    _client(uri).search_experiments()
    _forget_engine(uri)
    with closing(sqlite3.connect(fresh)) as database:
        database.execute("pragma journal_mode = wal")
    fresh.replace(path)


@contextmanager
def speaking(home: Home) -> Iterator[None]:
    """Turns whatever the store raises into one sentence: what, where, what to do."""
    try:
        yield
    except XSceneError:
        raise
    except Exception as error:
        raise _explain(error, home) from error


def _explain(error: Exception, home: Home) -> XSceneError:
    text = " ".join(str(cause) for cause in _causes(error)).lower()
    where = str(home.database) if is_local(home) else tracking_uri(home)
    first = (str(error).splitlines() or [type(error).__name__])[0]
    move = "Move the file away to start a new store; nothing in it was changed."
    if "not a database" in text or "malformed" in text or "file is encrypted" in text:
        return InputError("The run store is not a readable database", where=where, todo=move)
    if "out-of-date database schema" in text or "can't locate revision" in text:
        return InputError(
            "The run store was written by another version of MLflow",
            where=where,
            todo="Use that version, or copy the file and run 'mlflow db upgrade' with its address; "
            "nothing in it was changed.",
        )
    if disk_full(error):
        return WorkError("The disk is full", where=where, todo="Free some space and try again.")
    if "disk i/o error" in text:
        todo = "Check that there is space and that the disk is well; earlier results are untouched."
        return WorkError("The disk did not take or give what the run store needs", where=where, todo=todo)
    if "readonly database" in text or "unable to open" in text or isinstance(error, PermissionError):
        return InputError(
            "The run store cannot be opened for writing", where=where, todo="Check the folder's permissions."
        )
    if "locked" in text:
        return WorkError("The run store is busy", where=where, todo="Try again in a moment.")
    if not is_local(home):
        todo = "Check MLFLOW_TRACKING_URI and that the server is up."
        return WorkError(f"The run store did not answer as expected: {first[:200]}", where=where, todo=todo)
    return WorkError(f"The run store failed: {first[:200]}", where=where)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
