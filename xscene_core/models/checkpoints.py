"""Where a run keeps what its trainings know so far, so that one that was killed goes on instead of anew."""

import json
import os
import shutil
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from xscene_core.code_digest import code_digest

EVERY = 60.0
"""Seconds between two checkpoints of one training. What takes less altogether is trained again."""
_CODE = ("models", "transfer", "evaluation/ranking.py", "scenes/sequences.py")
"""What is learned from equal input changes with these."""

Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Checkpoints:
    """The folder of one run.

    about : what determines the run's numbers (task, method, settings); with the digest of the code and
        libraries it stands in every file, and a file about anything else is as good as absent.
    say : is told in one sentence when work goes on from a checkpoint.
    resumed : the epoch that the latest training to be resumed went on from; empty where none was.
    """

    folder: Path
    about: str
    every: float = EVERY
    say: Callable[[str], None] = lambda words: None
    resumed: list[int] = field(default_factory=list)

    def inside(self, name: str) -> "Checkpoints":
        """A folder within for a part of the run that trains by itself."""
        return replace(self, folder=self.folder / name, about=f"{self.about} {name}")

    def due(self, since: float) -> bool:
        """Whether it is time to write: ``every`` seconds after the moment ``since`` (``time.monotonic``)."""
        return time.monotonic() - since >= self.every

    def clear(self) -> None:
        """Deletes the folder: what it was for is done."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, name: str, arrays: Mapping[str, npt.NDArray[Any]], words: Mapping[str, Any]) -> bool:
        """Replaces what is kept under ``name``, whole or not at all; whether the disk took it.

        words : JSON values. A full disk costs the checkpoint and nothing else.
        """
        file = self._file(name)
        aside = file.with_suffix(f".{os.getpid()}")
        plain = {key: np.asarray(value, order="C") for key, value in arrays.items()}
        heading = {"about": self._heading(), "sum": _checksum(plain), "words": json.dumps(dict(words))}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            save_file(plain, aside, metadata=heading)
            with aside.open("rb") as written:  # a machine that stops must not leave a name without content
                os.fsync(written.fileno())
            aside.replace(file)
        except (OSError, SafetensorError):
            return False
        else:
            return True
        finally:
            aside.unlink(missing_ok=True)

    def read(self, name: str) -> tuple[Arrays, dict[str, Any]] | None:
        """What ``write`` kept under ``name``; None where it is absent, torn, or about something else."""
        try:
            with safe_open(self._file(name), framework="np") as kept:
                heading = kept.metadata()
                if heading["about"] != self._heading():
                    return None
                arrays = {key: np.asarray(kept.get_tensor(key)) for key in kept.keys()}  # noqa: SIM118 - no mapping
            words = json.loads(heading["words"])
        except Exception:  # whatever a reader makes of a file that is cut off, changed or not ours
            return None
        return (arrays, words) if heading["sum"] == _checksum(arrays) else None

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.safetensors"

    def _heading(self) -> str:
        return f"{code_digest(_CODE)} {self.about}"


def _checksum(arrays: Mapping[str, npt.NDArray[Any]]) -> str:
    found = 0
    for name in sorted(arrays):
        found = zlib.crc32(arrays[name].reshape(-1).view(np.uint8).data, found)
    return f"{found:08x}"
