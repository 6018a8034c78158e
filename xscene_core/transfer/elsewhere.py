"""What people new to the target chose in the source scenes: one longer history instead of none."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp

from xscene_core.models.similarity import choice_matrix, content_people
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.views import TrainingView

Scores = npt.NDArray[np.float32]


class Elsewhere:
    """Looks people up in the sources of a view by their ids.

    Item rows of a longer history count through the target's items and then those of each source in turn.
    """

    def __init__(self, view: TrainingView) -> None:
        self.scenes = (view.target, *view.sources)
        self._starts = np.cumsum([0, *(len(scene.item_ids) for scene in self.scenes)])
        self._people = [pd.Index(scene.sequences.people) for scene in view.sources]

    def counts(self, people: npt.NDArray[np.object_]) -> sp.csr_matrix:
        """(Q, all source items) how often each of ``people`` chose each item of the sources."""
        blocks = []
        for scene, known in zip(self.scenes[1:], self._people, strict=True):
            place = known.get_indexer(pd.Index(people))
            found = np.flatnonzero(place >= 0)
            pick = sp.csr_matrix(
                (np.ones(len(found), np.float32), (found, np.arange(len(found)))),
                shape=(len(people), len(found)),
            )
            blocks.append(pick @ choice_matrix(scene.sequences.take(place[found]), len(scene.item_ids)))
        return sp.hstack(blocks).tocsr() if blocks else sp.csr_matrix((len(people), 0), dtype=np.float32)

    def longer(self, histories: Sequences) -> Sequences:
        """``histories`` with those that are empty replaced by what the same people chose in the sources,
        source by source, or by time where every source has it."""
        rows = [histories.of(row) for row in range(len(histories))]
        for row in np.flatnonzero(histories.lengths == 0):
            rows[row] = self._of(str(histories.people[row]))
        return _packed(histories.people, rows)

    def before(self, histories: Sequences, before: int, after: int) -> Sequences:
        """The last ``before`` choices of the same people in the sources, and then the first ``after`` of
        ``histories``."""
        rows = [
            np.concatenate([self._of(str(person))[-before:], histories.of(row)[:after]])
            for row, person in enumerate(histories.people)
        ]
        return _packed(histories.people, rows)

    def place(self, histories: Sequences, vectors: Mapping[str, Scores]) -> Scores:
        """(Q, d) unit vectors of people of the target among ``vectors`` (scene -> (I, d)): decayed means of
        what they chose there, or of what they chose in the sources where they are new."""
        own = vectors[self.scenes[0].name]
        if (histories.lengths > 0).all():
            return content_people(histories, own)
        stacked = np.vstack([vectors[scene.name] for scene in self.scenes])
        return content_people(self.longer(histories), stacked)

    def _of(self, person: str) -> npt.NDArray[np.int32]:
        items, times = [], []
        for number, known in enumerate(self._people):
            if person not in known:
                continue
            chosen, row = self.scenes[number + 1].sequences, int(known.get_indexer(pd.Index([person]))[0])
            items.append(chosen.of(row) + self._starts[number + 1])
            times.append(
                None if chosen.times is None else chosen.times[chosen.indptr[row] : chosen.indptr[row + 1]]
            )
        if not items:
            return np.empty(0, np.int32)
        flat = np.concatenate(items).astype(np.int32)
        timed = [one for one in times if one is not None]
        return flat[np.argsort(np.concatenate(timed), kind="stable")] if len(timed) == len(items) else flat


def _packed(people: npt.NDArray[np.object_], rows: list[npt.NDArray[np.int32]]) -> Sequences:
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return Sequences(people, indptr, np.concatenate([*rows, np.empty(0, np.int32)]).astype(np.int32))
