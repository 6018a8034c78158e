"""What a method may see of a label task: rows with features, and labels where they are not held back."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

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
    sources = tuple(rows.take(_order(rows)) for rows in view.sources)
    target = view.target.take(_order(view.target))
    repeated = _repeats_previous(target) & (target.labels == HELD_BACK)
    return replace(view, sources=sources, target=target.take(np.flatnonzero(~repeated)))


def _order(rows: LabelRows) -> npt.NDArray[np.int64]:
    return np.argsort(_digests(rows), kind="stable")


def _repeats_previous(rows: LabelRows) -> npt.NDArray[np.bool_]:
    digests = _digests(rows)
    return np.concatenate([[False], digests[1:] == digests[:-1]]) if len(digests) else np.empty(0, bool)


def _digests(rows: LabelRows) -> npt.NDArray[np.str_]:
    """A digest of each row's features and label."""
    from hashlib import blake2b

    found = []
    features = rows.features
    for number, label in enumerate(rows.labels):
        if sp.issparse(features):
            part = slice(features.indptr[number], features.indptr[number + 1])
            kept = np.argsort(features.indices[part], kind="stable")
            content = features.indices[part][kept].tobytes() + features.data[part][kept].tobytes()
        else:
            content = np.ascontiguousarray(features[number]).tobytes()
        found.append(blake2b(content, digest_size=12, salt=str(label).encode()[:16]).hexdigest())
    return np.array(found, dtype=np.str_)
