"""What fitted classifiers are made of: small pieces of arrays and numbers that save themselves."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from xscene_core.transfer.labels.views import Features, Labels, Matrix, dense

Document = dict[str, Any]


class Piece:
    """A frozen dataclass of arrays, numbers, words, other pieces, and tuples or dicts of those.

    Subclasses are found by their name when read back, so a name must not be used twice.
    """

    kinds: ClassVar[dict[str, type["Piece"]]] = {}

    def __init_subclass__(cls) -> None:
        if cls.__name__ in Piece.kinds:
            raise ValueError(f"two pieces are named {cls.__name__}")
        Piece.kinds[cls.__name__] = cls

    def __post_init__(self) -> None:
        for name, value in _parts(self):
            if isinstance(value, np.ndarray):  # as it comes back from disk: products then round alike
                object.__setattr__(self, name, np.ascontiguousarray(value))

    def __call__(self, features: Features) -> Features:
        """(n, d) features to (n, e): a place in another space, or class probabilities."""
        raise NotImplementedError


@dataclass(frozen=True)
class Same(Piece):
    """Leaves features as they are."""

    def __call__(self, features: Features) -> Features:
        return features


@dataclass(frozen=True)
class Chain(Piece):
    """One piece after the other."""

    pieces: tuple[Piece, ...]

    def __call__(self, features: Features) -> Features:
        for piece in self.pieces:
            features = piece(features)
        return features


@dataclass(frozen=True)
class Affine(Piece):
    """x -> (x - offset) matrix + shift. offset : (d,), matrix : (d, e), shift : (e,)."""

    matrix: Matrix
    offset: Matrix
    shift: Matrix

    def __call__(self, features: Features) -> Features:
        return np.asarray(features @ self.matrix - self.offset @ self.matrix + self.shift)


@dataclass(frozen=True)
class Blend(Piece):
    """(1 - strength) x + strength piece(x)."""

    strength: float
    piece: Piece

    def __call__(self, features: Features) -> Features:
        if self.strength == 0:
            return features
        if self.strength == 1:
            return self.piece(features)
        return (1 - self.strength) * dense(features) + self.strength * dense(self.piece(features))


@dataclass(frozen=True)
class Beside(Piece):
    """Columns sqrt(1 - strength) x beside sqrt(strength) piece(x): (n, d + e), whose inner products are the
    mixture of both spaces'; at strength 0 and 1 only x or only piece(x)."""

    strength: float
    piece: Piece

    def __call__(self, features: Features) -> Features:
        if self.strength == 0:
            return features
        place = dense(self.piece(features))
        if self.strength == 1:
            return place
        return np.hstack([np.sqrt(1 - self.strength) * dense(features), np.sqrt(self.strength) * place])


@dataclass(frozen=True)
class Kernel(Piece):
    """x -> k(x, anchors) matrix - offset, k(x, y) = exp(-|x - y|^2 / (2 width^2)).

    anchors : (m, d), matrix : (m, e), offset : (e,).
    """

    anchors: Matrix
    matrix: Matrix
    offset: Matrix
    width: float

    def __call__(self, features: Features) -> Matrix:
        from sklearn.metrics import euclidean_distances

        rows = dense(features)
        found = np.empty((len(rows), self.matrix.shape[1]))
        for start in range(0, len(rows), 2000):  # bounds the memory of (n, m)
            squared = euclidean_distances(rows[start : start + 2000], self.anchors, squared=True)
            found[start : start + 2000] = np.exp(-0.5 / self.width**2 * squared) @ self.matrix
        return found - self.offset


@dataclass(frozen=True)
class Moved(Piece):
    """x -> x + the displacement of the nearest of ``rows`` (n, d), of which each moves to ``places`` (n, d);
    one of the rows itself lands exactly on its place."""

    rows: Matrix
    places: Matrix

    def __call__(self, features: Features) -> Matrix:
        from sklearn.metrics import pairwise_distances_argmin

        given = dense(features)
        found = pairwise_distances_argmin(given, self.rows)
        return given - self.rows[found] + self.places[found]


@dataclass(frozen=True)
class Together(Piece):
    """The columns of all ``pieces`` side by side, divided by the root of their number: squared distances
    are the means of theirs."""

    pieces: tuple[Piece, ...]

    def __call__(self, features: Features) -> Matrix:
        return np.hstack([dense(piece(features)) for piece in self.pieces]) / np.sqrt(len(self.pieces))


@dataclass(frozen=True)
class UnitLength(Piece):
    """x / |x|; a row of zeros stays one."""

    def __call__(self, features: Features) -> Matrix:
        rows = dense(features)
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.where(length > 0, length, 1.0))


@dataclass(frozen=True)
class Positive(Piece):
    """Scores (n, C) to shares that keep their order; what is below 0 counts nothing where any is above."""

    def __call__(self, features: Features) -> Matrix:
        scores = dense(features)
        best = scores.max(axis=1, keepdims=True)
        cut = np.maximum(scores, np.where(best > 0, 0.0, best - 1.0)) - np.where(best > 0, 0.0, best - 1.0)
        return np.asarray(cut / cut.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class Mixture(Piece):
    """(1 - strength) other(x) + strength head(x), of class probabilities."""

    strength: float
    head: Piece
    other: Piece

    def __call__(self, features: Features) -> Matrix:
        return (1 - self.strength) * dense(self.other(features)) + self.strength * dense(self.head(features))


@dataclass(frozen=True)
class Vote(Piece):
    """The share of ``weights`` (k,) whose head finds a class likeliest: (n, C)."""

    heads: tuple[Piece, ...]
    weights: Matrix

    def __call__(self, features: Features) -> Matrix:
        shares = [dense(head(features)) for head in self.heads]
        classes = shares[0].shape[1]
        votes = [
            weight * np.eye(classes)[share.argmax(axis=1)]
            for weight, share in zip(self.weights, shares, strict=True)
        ]
        return np.asarray(np.sum(votes, axis=0) / self.weights.sum())


@dataclass(frozen=True)
class Logistic(Piece):
    """Probabilities softmax(x coefficients + intercept). coefficients : (d, C), intercept : (C,)."""

    coefficients: Matrix
    intercept: Matrix

    def __call__(self, features: Features) -> Matrix:
        return np.asarray(softmax(features @ self.coefficients + self.intercept, axis=1))


@dataclass(frozen=True)
class Shares(Piece):
    """The same probabilities (C,) for every row."""

    shares: Matrix

    def __call__(self, features: Features) -> Matrix:
        return np.tile(self.shares, (features.shape[0], 1))


@dataclass(frozen=True)
class Nearest(Piece):
    """The label of the nearest of ``rows`` (n, d) by Euclidean distance, with certainty 1."""

    rows: Matrix
    labels: Labels
    classes: int

    def __call__(self, features: Features) -> Matrix:
        from sklearn.metrics import pairwise_distances_argmin

        found = pairwise_distances_argmin(dense(features), self.rows)
        return np.eye(self.classes)[self.labels[found]]


def write_piece(folder: Path, piece: Piece) -> None:
    """``pieces.json`` and, with its arrays, ``pieces.safetensors``."""
    from safetensors.numpy import save_file

    arrays: dict[str, npt.NDArray[Any]] = {}
    folder.mkdir(parents=True, exist_ok=True)
    document = _document(piece, "piece", arrays)
    save_file(
        {name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / "pieces.safetensors"
    )
    (folder / "pieces.json").write_text(json.dumps(document), encoding="utf-8")


def read_piece(folder: Path) -> Piece:
    """What ``write_piece`` wrote."""
    from safetensors.numpy import load_file

    document = json.loads((folder / "pieces.json").read_text(encoding="utf-8"))
    piece = _value(document, load_file(folder / "pieces.safetensors"))
    assert isinstance(piece, Piece)
    return piece


def _document(value: Any, name: str, arrays: dict[str, npt.NDArray[Any]]) -> Any:
    if isinstance(value, np.ndarray):
        arrays[name] = value
        return {"array": name}
    if isinstance(value, Piece):
        parts = {key: _document(part, f"{name}.{key}", arrays) for key, part in _parts(value)}
        return {"piece": type(value).__name__, "parts": parts}
    if isinstance(value, tuple):
        return {"tuple": [_document(part, f"{name}.{k}", arrays) for k, part in enumerate(value)]}
    if isinstance(value, dict):
        return {"dict": {key: _document(part, f"{name}.{key}", arrays) for key, part in value.items()}}
    return {"value": value}


def _value(document: Document, arrays: dict[str, npt.NDArray[Any]]) -> Any:
    if "array" in document:
        return arrays[document["array"]]
    if "piece" in document:
        parts = {key: _value(part, arrays) for key, part in document["parts"].items()}
        return Piece.kinds[document["piece"]](**parts)
    if "tuple" in document:
        return tuple(_value(part, arrays) for part in document["tuple"])
    if "dict" in document:
        return {key: _value(part, arrays) for key, part in document["dict"].items()}
    return document["value"]


def _parts(piece: Piece) -> Iterator[tuple[str, Any]]:
    for part in fields(piece):  # type: ignore[arg-type]
        yield part.name, getattr(piece, part.name)
