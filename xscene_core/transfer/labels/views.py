"""What a method may see of a label task: rows with features, and labels where they are not held back."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from xscene_core.errors import InputError

Matrix = npt.NDArray[np.float64]
Features: TypeAlias = Any
"""A ``Matrix`` or a ``scipy.sparse.csr_matrix``, which the type checker does not know."""
Labels = npt.NDArray[np.int64]

HELD_BACK = -1


@dataclass(frozen=True)
class LabelRows:
    """One scene's rows.

    features : (n, d) float64, dense or CSR. labels : (n,) class numbers, ``HELD_BACK`` where unknown.
    """

    name: str
    features: Features
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: npt.NDArray[np.int64]) -> "LabelRows":
        return LabelRows(self.name, self.features[rows], self.labels[rows])

    @property
    def labelled(self) -> "LabelRows":
        """The rows whose label may be learned from."""
        return self.take(np.flatnonzero(self.labels != HELD_BACK))


@dataclass(frozen=True)
class LabelView:
    """All that a method receives: labelled sources, and target rows of which only those within the budget
    have a label. Held-back labels do not exist in it.

    classes : (C,) names, shared by all scenes.
    """

    sources: tuple[LabelRows, ...]
    target: LabelRows
    classes: tuple[str, ...]
    seed: int
    cache: Path | None = None

    @property
    def source(self) -> LabelRows:
        """All sources in one."""
        if len(self.sources) == 1:
            return self.sources[0]
        name = "+".join(rows.name for rows in self.sources)
        labels = np.concatenate([rows.labels for rows in self.sources])
        return LabelRows(name, stacked([rows.features for rows in self.sources]), labels)


def stacked(parts: list[Features]) -> Features:
    """Rows below each other; sparse when all parts are."""
    if all(sp.issparse(part) for part in parts):
        return sp.csr_matrix(sp.vstack(parts, format="csr"))
    return np.vstack([dense(part) for part in parts])


def dense(features: Features) -> Matrix:
    """(n, d) as an array."""
    return np.asarray(features.toarray() if sp.issparse(features) else features, dtype=np.float64)


def canonical(view: LabelView) -> LabelView:
    """The same task with its rows in an order that depends on their content alone, equal unlabelled target
    rows once: so no method's result depends on how a table was sorted or on repeated rows.
    """
    _check(view)
    sources = tuple(rows.take(np.argsort(_digests(rows), kind="stable")) for rows in view.sources)
    digests = _digests(view.target)
    order = np.argsort(digests, kind="stable")
    repeated = np.concatenate([[False], digests[order[1:]] == digests[order[:-1]]])[: len(order)]
    kept = order[~(repeated & (view.target.labels[order] == HELD_BACK))]
    return replace(view, sources=sources, target=view.target.take(kept))


def _check(view: LabelView) -> None:
    """Raises ``InputError`` for features that are no finite (n, d) numbers, or labels that are no class."""
    width = view.target.features.shape[-1]
    for rows in (*view.sources, view.target):
        values = rows.features.data if sp.issparse(rows.features) else rows.features
        if len(rows.features.shape) != 2 or rows.features.shape != (len(rows.labels), width):
            raise InputError(
                f"Features are {' x '.join(map(str, rows.features.shape))}, not {len(rows.labels)} x {width}",
                where=f"scene {rows.name}",
                todo="Give every scene the same columns, and every row a label or none.",
            )
        if not np.isfinite(values).all():
            raise InputError(
                "A feature is not a finite number",
                where=f"scene {rows.name}",
                todo="Fill or leave out missing values.",
            )
        if len(rows.labels) and not HELD_BACK <= rows.labels.min() <= rows.labels.max() < len(view.classes):
            raise InputError("A label is no class of the task", where=f"scene {rows.name}")
    if not view.sources and not len(view.target.labelled):
        raise InputError("There is no labelled row to learn from", where="source scenes")


def _digests(rows: LabelRows) -> npt.NDArray[np.uint64]:
    """A digest of each row's features and label."""
    from hashlib import blake2b

    features = rows.features
    salts = {label: str(label).encode()[:16] for label in np.unique(rows.labels).tolist()}
    if sp.issparse(features):
        features = features.sorted_indices()
        bounds = zip(features.indptr[:-1], features.indptr[1:], strict=True)
        contents = (features.indices[a:b].tobytes() + features.data[a:b].tobytes() for a, b in bounds)
    else:
        contents = (memoryview(row) for row in np.ascontiguousarray(features))
    found = [
        blake2b(content, digest_size=8, salt=salts[label]).digest()
        for content, label in zip(contents, rows.labels.tolist(), strict=True)
    ]
    return np.frombuffer(b"".join(found), dtype=np.uint64)
