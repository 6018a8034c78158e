"""xscene as a person uses it: one command line in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from xscene_core.errors import InputError, WorkError
from xscene_core.home import Home

ROOT = Path(__file__).resolve().parent.parent


def real(data: Path | None, name: str) -> Path:
    """The folder ``name`` of the real data.

    Raises
    ------
    InputError : it is not there.
    """
    folder = (data or Path()) / name
    if data is None or not folder.is_dir():
        raise InputError(
            f"This benchmark reads the data set {name} and it is not there",
            where=str(data or "no data folder"),
            todo="Name the folder of the real data with --data or XSCENE_REAL_DATA.",
        )
    return folder


def command(home: Home, *arguments: str) -> list[str]:
    """The command line for one home."""
    return [sys.executable, "-m", "xscene_core", "--home", str(home.path), *arguments]


def environment(**more: str) -> dict[str, str]:
    """This process's environment without a tracking server: every benchmark starts from an empty store."""
    return {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"} | more


def run(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own, run to its end, whatever that is."""
    return subprocess.run(
        command(home, *arguments),
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def import_scenes(home: Home, folder: Path, *options: str) -> None:
    """``scenes import``. Raises ``WorkError`` when it does not end well."""
    done = run(home, "scenes", "import", str(folder), *options)
    if done.returncode:
        raise WorkError(f"The import failed: {done.stderr[-600:].strip()}", where=str(folder))
