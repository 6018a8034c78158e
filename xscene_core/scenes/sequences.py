"""People's choices in order, packed into three flat arrays."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.scenes.scene import Scene


@dataclass(frozen=True)
class Sequences:
    """The ordered choices of U people among the I items of one scene (compressed rows).

    people : (U,) str, ids.
    indptr : (U + 1,) int64; person u chose ``items[indptr[u]:indptr[u + 1]]``, oldest first.
    items : (N,) int32, rows of the scene's item table.
    times : (N,) int64 seconds since 1970 UTC, or None where the scene has no time.
    """

    people: npt.NDArray[np.object_]
    indptr: npt.NDArray[np.int64]
    items: npt.NDArray[np.int32]
    times: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.people)

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """(U,) number of choices of each person."""
        return np.diff(self.indptr)

    def of(self, person: int) -> npt.NDArray[np.int32]:
        """The item rows that person number ``person`` chose, oldest first."""
        return self.items[self.indptr[person] : self.indptr[person + 1]]

    def take(self, rows: npt.NDArray[np.int64]) -> "Sequences":
        """The people ``rows``, in that order."""
        starts, lengths = self.indptr[rows], self.lengths[rows]
        return self.slice(rows, starts, starts + lengths)

    def slice(
        self, rows: npt.NDArray[np.int64], starts: npt.NDArray[np.int64], stops: npt.NDArray[np.int64]
    ) -> "Sequences":
        """People ``rows``, keeping only positions ``starts[k]:stops[k]`` of the flat arrays for each."""
        lengths = np.maximum(stops - starts, 0)
        indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        flat = np.repeat(starts - indptr[:-1], lengths) + np.arange(indptr[-1])
        times = None if self.times is None else self.times[flat]
        return Sequences(self.people[rows], indptr, self.items[flat], times)


def sequences_of(scene: Scene) -> Sequences:
    """The scene's interactions, already grouped by person and sorted by time, as sequences.

    People are in the order of their ids whatever the order of the table, since everything that is drawn
    by their place (budgets, folds, batches) shall be the same for the same people.
    """
    rows = scene.interactions
    codes, people = pd.factorize(rows["user_id"])  # grouped by person, so codes never decrease
    items = pd.Index(scene.items["item_id"]).get_indexer(rows["item_id"]).astype(np.int32)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=len(people)))]).astype(np.int64)
    has_time = len(rows) > 0 and bool(rows["timestamp"].notna().all())
    times = rows["timestamp"].to_numpy(dtype=np.int64) if has_time else None
    found = Sequences(np.asarray(people, dtype=object), indptr, items, times)
    return found.take(np.argsort(found.people, kind="stable"))
