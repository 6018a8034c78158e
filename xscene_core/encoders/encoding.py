"""The content space of one task: every scene's items as comparable vectors."""

from collections.abc import Mapping, Sequence
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

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """One encoder's share of the space.

    centres : scene -> (d,) mean of its items, taken away so that scenes share their origin.
    whiten : (d, d) symmetric map, from the covariance of all scenes with equal weight.

    An item without a picture has nothing to say in the columns that pictures fill. It counts neither for
    their mean nor for their spread and lies at zero in them, so that its text speaks alone; the mean picture
    would say that it looks like everything.
    """

    encoder: Encoder
    centres: dict[str, Floats]
    whiten: Floats

    def place(self, raw: Vectors, centre: Floats) -> Vectors:
        return _unit(((raw - centre) * said(self.encoder, raw)) @ self.whiten)

    def new_centre(self, raw: Vectors) -> Floats:
        """The centre of items that no scene has: their own mean drawn towards the mean centre of the known
        scenes, as if ``_NEW_SCENE_PRIOR`` items already lay there."""
        known = np.mean(list(self.centres.values()), axis=0)
        own, count = mean_said(self.encoder, raw)
        weight = count / (count + _NEW_SCENE_PRIOR)
        return np.asarray(weight * own + (1 - weight) * known)


@dataclass(frozen=True)
class Newcomers:
    """Items that no scene has, and the way to place others of their kind beside them.

    vectors : (M, d) theirs.  centres : of each part of the encoding.
    """

    vectors: Vectors
    centres: tuple[Floats, ...]
    parts: tuple[Part, ...] = field(repr=False)

    def beside(self, items: pd.DataFrame, watcher: Watcher | None = None) -> Vectors:
        """(N, d) vectors of other items with the same centres, such as these with a word left out."""
        raw = [part.encoder.encode(items, watcher or Silent()) for part in self.parts]
        return _together(self.parts, raw, self.centres)


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
    cache: Path = field(repr=False)
    _ready: set[str] = field(default_factory=set, repr=False, compare=False)

    @property
    def sees_pictures(self) -> bool:
        """Whether pictures change the vectors."""
        return any(picture_columns(part.encoder) is not None for part in self.parts)

    @property
    def slow(self) -> bool:
        """Whether a text takes so long that thousands of them are waited for."""
        return any(getattr(part.encoder, "slow", False) for part in self.parts)

    def read_by(self, encoders: Sequence[Encoder], watcher: Watcher | None = None) -> "Encoding":
        """The content space of the same items as ``encoders`` read them."""
        return encode_by(encoders, self.items, self.name, self.cache, watcher)

    def encode_new(self, items: pd.DataFrame, watcher: Watcher | None = None) -> Vectors:
        """(M, d) vectors of new items, see ``newcomers``."""
        return self.newcomers(items, watcher).vectors

    def newcomers(self, items: pd.DataFrame, watcher: Watcher | None = None) -> Newcomers:
        """Places new items.

        Their centre is their own mean drawn towards the mean centre of the known scenes, as if twenty
        items already lay there: one item alone is not its own centre, and two categories stay apart.
        """
        watcher, parts = watcher or Silent(), tuple(self.parts)
        raw = []
        for part in parts:
            if part.encoder.joint and part.encoder.name not in self._ready:
                part.encoder.fit(list(self.items.values()), watcher)
                self._ready.add(part.encoder.name)
            raw.append(part.encoder.encode(items, watcher))
        centres = tuple(part.new_centre(rows) for part, rows in zip(parts, raw, strict=True))
        return Newcomers(_together(parts, raw, centres), centres, parts)


def encode(
    items: Mapping[str, pd.DataFrame], encoder: str, cache: Path, watcher: Watcher | None = None
) -> Encoding:
    """The content space of the scenes ``items`` (name -> item table), see ``encode_by``.

    Raises
    ------
    InputError : unknown encoder, or items that it cannot read.
    """
    return encode_by(encoder_named(encoder), items, encoder, cache, watcher)


def encode_by(
    encoders: Sequence[Encoder],
    items: Mapping[str, pd.DataFrame],
    name: str,
    cache: Path,
    watcher: Watcher | None = None,
) -> Encoding:
    """The content space that ``encoders`` make of the scenes ``items``.

    Vectors are centred within each scene, half-whitened by the covariance shared by all scenes, and of unit
    length; the parts of a composed encoder count equally. Uses target text, never interactions.

    Raises
    ------
    InputError : items that one of them cannot read.
    """
    watcher = watcher or Silent()
    names = list(items)
    parts, placed, plain = [], [], []
    for part_encoder in encoders:
        if isinstance(part_encoder, Learned):
            part_encoder.folder = cache / "encoders"
        raw = _raw(part_encoder, [items[name] for name in names], cache / "encodings", watcher)
        part = _part(part_encoder, dict(zip(names, raw, strict=True)))
        parts.append(part)
        placed.append([part.place(rows, part.centres[name]) for name, rows in zip(names, raw, strict=True)])
        plain.append([_unit(rows) for rows in raw])
    watcher.progress("encode", 1.0)
    return Encoding(name, _joined(names, placed), _joined(names, plain), parts, dict(items), cache)


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


def _together(parts: Sequence[Part], raw: Sequence[Vectors], centres: Sequence[Floats]) -> Vectors:
    placed = [part.place(rows, centre) for part, rows, centre in zip(parts, raw, centres, strict=True)]
    return _unit(np.hstack(placed))


def picture_columns(encoder: Encoder) -> slice | None:
    """Which columns of the encoder's vectors come from pictures; ``None`` where it does not look at any."""
    columns: slice | None = getattr(encoder, "picture_columns", None)
    return columns


def said(encoder: Encoder, raw: Vectors) -> Vectors:
    """(I, d) 1, and 0 where a picture would speak and there is none; (1, 1) where none would."""
    columns = picture_columns(encoder)
    if columns is None:
        return np.ones((1, 1), np.float32)
    mask = np.ones(raw.shape, np.float32)
    mask[:, columns] = raw[:, columns].any(axis=1, keepdims=True)
    return mask


def mean_said(encoder: Encoder, raw: Vectors) -> tuple[Floats, Floats]:
    """(d,) mean of the rows that say something and (d,) how many these are."""
    mask = np.broadcast_to(said(encoder, raw), raw.shape)
    if mask.all():
        return raw.mean(axis=0, dtype=np.float64), np.full(raw.shape[1], float(len(raw)))
    count = mask.sum(axis=0, dtype=np.float64)
    return (raw * mask).sum(axis=0, dtype=np.float64) / np.maximum(count, 1), count


def _part(encoder: Encoder, raw: dict[str, Vectors]) -> Part:
    centres = {name: mean_said(encoder, rows)[0] for name, rows in raw.items()}
    spreads = []
    for name, rows in raw.items():
        mask = np.broadcast_to(said(encoder, rows), rows.shape)
        centred = (rows - centres[name]) * mask
        known = len(rows) if mask.all() else np.maximum(mask.T @ mask, 1)
        spreads.append(centred.T @ centred / known)
    covariance = np.mean(spreads, axis=0).astype(np.float64)
    spread, axes = np.linalg.eigh(covariance)
    spread = np.maximum(spread, 0) + SHRINKAGE * max(spread.mean(), 1e-12)
    return Part(encoder, centres, (axes * spread ** (-WHITENING / 2)) @ axes.T)


def _unit(rows: npt.NDArray[np.floating]) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
