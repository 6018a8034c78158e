"""Encoders that are pre-trained, without labels, on the scenes' own catalogues."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.encoders.cache import content_key
from xscene_core.encoders.encoder import Vectors
from xscene_core.errors import InputError
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from torch.nn import Module

SEED = 0
BATCH = 64


class Learned(ABC):
    """Trains once for a set of catalogues, and keeps what it learned as safetensors.

    folder : where that is kept; without one it is learned anew by every process.
    """

    name: str
    joint = True
    folder: Path | None = None
    words: tuple[str, ...] = ()
    """The vocabulary, most frequent first; empty for what reads pictures only."""

    def fit(self, scenes: list[pd.DataFrame], watcher: Watcher) -> None:
        """Learns from all items of all scenes, or reads back what was learned from the same ones.

        Raises
        ------
        InputError : there is nothing of the kind it reads in these scenes.
        """
        import torch

        from xscene_core.models.device import device

        items = pd.concat(scenes, ignore_index=True)
        self.prepare(items)
        file = self.folder and self.folder / f"{content_key(scenes, self.name)}.safetensors"
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)
            network = self.build()
            if not (file and _read(network, file)):
                network.to(device()).train()
                self.learn(items, watcher)
                if file:
                    _write(network, file)
        network.to(device()).eval()

    @abstractmethod
    def prepare(self, items: pd.DataFrame) -> None:
        """Looks at the items for what the network's shape depends on."""

    @abstractmethod
    def build(self) -> "Module":
        """The network at its start; kept by the encoder too."""

    @abstractmethod
    def learn(self, items: pd.DataFrame, watcher: Watcher) -> None:
        """Trains the network."""

    @abstractmethod
    def encode(self, items: pd.DataFrame, watcher: Watcher) -> Vectors:
        """(I, d) float32 vectors; zero where an item has nothing that is read."""


def batches(rows: int, steps: int) -> Iterator[npt.NDArray[np.int64]]:
    """``steps`` batches of row numbers: one shuffle after another, the same every time."""
    random = np.random.default_rng(SEED)
    queue = np.empty(0, dtype=np.int64)
    for _ in range(steps):
        while len(queue) < min(BATCH, rows):
            queue = np.concatenate([queue, random.permutation(rows)])
        yield queue[:BATCH]
        queue = queue[BATCH:]


def nothing_to_read(encoder: str, what: str) -> InputError:
    return InputError(
        f"The items have no {what} to learn from",
        where=f"encoder {encoder}",
        todo="Choose scenes that have them, or another encoder.",
    )


def _write(network: "Module", file: Path) -> None:
    import os

    from safetensors.torch import save_file

    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_suffix(f".{os.getpid()}.tmp")
    try:
        save_file({name: value.cpu().contiguous() for name, value in network.state_dict().items()}, aside)
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def _read(network: "Module", file: Path) -> bool:
    """Whether ``file`` was there and fits; what cannot be read is learned again."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        network.load_state_dict(load_file(file))
    except (OSError, SafetensorError, RuntimeError, ValueError):
        return False
    return True
