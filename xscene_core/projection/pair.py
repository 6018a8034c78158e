"""The same points before and after adaptation, drawn so that one camera makes sense for both."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from xscene_core.projection.project import Method, Points, Projection, checked, principal, project
from xscene_core.projection.quality import quality
from xscene_core.watcher import Silent, Watcher

Frame = Literal["joint-axes", "aligned"]


@dataclass(frozen=True)
class Pair:
    """before, after : of the same n points, row by row, in one frame.

    frame : ``joint-axes``: both on the first two principal axes of before and after together, so
        positions mean the same; ``aligned``: drawn apart with the same seed, then the second is turned,
        mirrored, shifted and scaled (nothing else) onto the first as well as it goes.
    misfit : 0 to 1, the share of the first picture's variance that the aligned second does not meet.
    """

    before: Projection
    after: Projection
    frame: Frame
    misfit: float


def pair(
    before: npt.NDArray[np.float32],
    after: npt.NDArray[np.float32],
    method: Method = "umap",
    seed: int = 0,
    watcher: Watcher | None = None,
) -> Pair:
    """Draws (n, d) ``before`` and (n, e) ``after``; both are treated alike.

    Raises ``InputError`` for an unknown method, ``WorkError`` for vectors that are not numbers,
    ``ValueError`` for different numbers of points.
    """
    watcher = watcher or Silent()
    before, after = checked(before), checked(after)
    if len(before) != len(after):
        raise ValueError(f"{len(before)} points before and {len(after)} after")
    if method == "pca" and before.shape[1] == after.shape[1]:
        return _on_joint_axes(before, after, seed)
    watcher.progress("before", 0.0)
    first = project(before, method, seed)
    watcher.progress("after", 0.0)
    second = project(after, method, seed)
    points, misfit = aligned(second.points, first.points)
    # a similarity keeps who is near whom, so the quality stays that of the unaligned picture
    return Pair(first, Projection(points, second.method, seed, second.quality), "aligned", misfit)


def aligned(points: Points, onto: Points) -> tuple[Points, float]:
    """``points`` (n, 2) turned, mirrored, shifted and scaled onto ``onto``: orthogonal Procrustes.

    Returns the moved points and the misfit: residual sum of squares over that of ``onto`` centred.
    """
    if not len(points):
        return points, 0.0
    moving, fixed = points.astype(np.float64), onto.astype(np.float64)
    centre = fixed.mean(axis=0)
    moving, fixed = moving - moving.mean(axis=0), fixed - centre
    size, total = float(np.sum(moving**2)), float(np.sum(fixed**2))
    if size == 0.0 or total == 0.0:
        return np.asarray(moving + centre, dtype=np.float32), float(total > 0)
    left, scales, right = np.linalg.svd(moving.T @ fixed)
    moved = moving @ (left @ right) * (scales.sum() / size)
    misfit = float(np.sum((moved - fixed) ** 2)) / total
    return np.asarray(moved + centre, dtype=np.float32), misfit


def _on_joint_axes(before: npt.NDArray[np.float32], after: npt.NDArray[np.float32], seed: int) -> Pair:
    both = np.concatenate([before, after])
    drawn = [
        Projection(points, "pca", seed, quality(vectors, points, seed))
        for vectors, points in ((part, principal(both, part)) for part in (before, after))
    ]
    first, second = (projection.points.astype(np.float64) for projection in drawn)
    spread = float(np.sum((first - first.mean(axis=0)) ** 2)) if len(first) else 0.0
    misfit = min(1.0, float(np.sum((second - first) ** 2)) / spread) if spread else 0.0
    return Pair(drawn[0], drawn[1], "joint-axes", misfit)
