"""The content space of one task: every scene's items as comparable vectors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.encoders.cache import content_key, remembered
from xscene_core.encoders.encoder import Encoder, Vectors, encoder_named
from xscene_core.encoders.learned import Learned
from xscene_core.watcher import Silent, Watcher

WHITENING = 0.5
"""0 keeps each direction's spread, 1 makes all equal. Half-way ranks best without any training."""
SHRINKAGE = 0.05
"""Share of the average spread added to every direction, so that rare ones are not blown up."""
_NEW_SCENE_PRIOR = 20.0


@dataclass(frozen=True)
class Part:
    """One encoder's share of the space.

    centres : scene -> (d,) mean of its items, taken away so that scenes share their origin.
    whiten : (d, d) symmetric map, from the covariance of all scenes with equal weight.
    """

    encoder: Encoder
    centres: dict[str, npt.NDArray[np.float64]]
    whiten: npt.NDArray[np.float64]

    def place(self, raw: Vectors, centre: npt.NDArray[np.float64]) -> Vectors:
        return _unit((raw - centre) @ self.whiten)


@dataclass(frozen=True)
class Encoding:
    """Content vectors of all scenes of a task, and the way to place items that no scene has.

    vectors : scene -> (I, d) float32 of unit length (zero for an item that says nothing at all).
    plain : the same as the encoders gave it, neither centred nor whitened: how far apart the scenes lie
        before anything aligns them (centring alone already takes away what a linear classifier sees).
    """

    name: str
    vectors: dict[str, Vectors]
    plain: dict[str, Vectors] = field(repr=False)
    parts: list[Part] = field(repr=False)
    items: dict[str, pd.DataFrame] = field(repr=False)

    def encode_new(self, items: pd.DataFrame, watcher: Watcher | None = None) -> Vectors:
        """(M, d) vectors of new items.

        Their centre is their own mean drawn towards the mean centre of the known scenes, as if twenty
        items already lay there: one item alone is not its own centre, and two categories stay apart.
        """
        watcher = watcher or Silent()
        placed = []
        for part in self.parts:
            if part.encoder.joint:
                part.encoder.fit(list(self.items.values()), watcher)
            raw = part.encoder.encode(items, watcher)
            known = np.mean(list(part.centres.values()), axis=0)
            weight = len(raw) / (len(raw) + _NEW_SCENE_PRIOR)
            placed.append(part.place(raw, weight * raw.mean(axis=0) + (1 - weight) * known))
        return _unit(np.hstack(placed))


def encode(
    items: Mapping[str, pd.DataFrame], encoder: str, cache: Path, watcher: Watcher | None = None
) -> Encoding:
    """The content space of the scenes ``items`` (name -> item table).

    Vectors are centred within each scene, half-whitened by the covariance shared by all scenes, and of unit
    length; the parts of a composed encoder count equally. Uses target text, never interactions.

    Raises
    ------
    InputError : unknown encoder, or items that it cannot read.
    """
    watcher = watcher or Silent()
    names = list(items)
    parts, placed, plain = [], [], []
    for part_encoder in encoder_named(encoder):
        if isinstance(part_encoder, Learned):
            part_encoder.folder = cache / "encoders"
        raw = _raw(part_encoder, [items[name] for name in names], cache / "encodings", watcher)
        part = _part(part_encoder, dict(zip(names, raw, strict=True)))
        parts.append(part)
        placed.append([part.place(rows, part.centres[name]) for name, rows in zip(names, raw, strict=True)])
        plain.append([_unit(rows) for rows in raw])
    watcher.progress("encode", 1.0)
    return Encoding(encoder, _joined(names, placed), _joined(names, plain), parts, dict(items))


def _joined(names: list[str], blocks: list[list[Vectors]]) -> dict[str, Vectors]:
    """Scene -> the unit vectors of all its encoders side by side, of unit length again."""
    return {name: _unit(np.hstack([block[k] for block in blocks])) for k, name in enumerate(names)}


def _raw(encoder: Encoder, scenes: list[pd.DataFrame], folder: Path, watcher: Watcher) -> list[Vectors]:
    folder.mkdir(parents=True, exist_ok=True)

    def all_at_once() -> list[Vectors]:
        encoder.fit(scenes, watcher)
        return [encoder.encode(items, watcher) for items in scenes]

    if encoder.joint:
        return remembered(folder, content_key(scenes, encoder.name), all_at_once, watcher)
    found = []
    for items in scenes:
        key = content_key([items], encoder.name)
        found += remembered(folder, key, lambda items=items: [encoder.encode(items, watcher)], watcher)  # type: ignore[misc]
    return found


def _part(encoder: Encoder, raw: dict[str, Vectors]) -> Part:
    centres = {name: rows.mean(axis=0, dtype=np.float64) for name, rows in raw.items()}
    centred = [rows - centres[name] for name, rows in raw.items()]
    covariance = np.mean([rows.T @ rows / len(rows) for rows in centred], axis=0).astype(np.float64)
    spread, axes = np.linalg.eigh(covariance)
    spread = np.maximum(spread, 0) + SHRINKAGE * max(spread.mean(), 1e-12)
    return Part(encoder, centres, (axes * spread ** (-WHITENING / 2)) @ axes.T)


def _unit(rows: npt.NDArray[np.floating]) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
