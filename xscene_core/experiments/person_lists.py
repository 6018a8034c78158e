"""What a finished run would show to people of its target today: the lists that a shop takes away."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.errors import InputError
from xscene_core.experiments.pipeline import LoadedRun
from xscene_core.scenes.sequences import Sequences, sequences_of
from xscene_core.transfer.lists import Lists
from xscene_core.watcher import Watcher

COLUMNS = ("user_id", "place", "item_id", "title", "score")


def person_lists(
    run: LoadedRun, people: Sequence[str] = (), top: int = 20, watcher: Watcher | None = None
) -> pd.DataFrame:
    """One row per person and place, best first: ``user_id, place, item_id, title, score``.

    Everything that a person chose in the target counts, the last choices included, and is not listed again.
    Of somebody who chose nothing there, what they chose in the sources counts.

    people : ids; all people of the target where empty.

    Raises
    ------
    InputError : an id that neither the target nor a source knows.
    """
    histories = _histories(run, people)
    items = run.scenes[run.view.target.name].items
    rows, scores = Lists(run.recommender, len(items)).top(histories, top, watcher)
    person, place = np.nonzero(rows >= 0)
    chosen = rows[person, place]
    return pd.DataFrame(
        {
            "user_id": histories.people[person].astype(str),
            "place": place + 1,
            "item_id": items["item_id"].to_numpy()[chosen],
            "title": items["title"].to_numpy()[chosen],
            "score": scores[person, place],
        },
        columns=list(COLUMNS),
    )


def _histories(run: LoadedRun, people: Sequence[str]) -> Sequences:
    whole = sequences_of(run.scenes[run.view.target.name])
    if not people:
        return whole
    known = pd.Index(whole.people)
    elsewhere = {str(one) for scene in run.view.sources for one in scene.sequences.people}
    wanted = np.array(list(dict.fromkeys(people)), dtype=object)
    unknown = [one for one in wanted if one not in known and one not in elsewhere]
    if unknown:
        where = ", ".join(one[:60] for one in unknown[:5])
        todo = "Leave them out, or check how ids are written."
        what = f"{len(unknown)} of the people are in none of the run's scenes"
        raise InputError(what, where=where, todo=todo)
    return _taken(whole, known.get_indexer(pd.Index(wanted)), wanted)


def _taken(whole: Sequences, rows: npt.NDArray[np.intp], people: npt.NDArray[np.object_]) -> Sequences:
    """The people ``rows`` under their ids; an empty history where a row is -1."""
    lengths = np.where(rows >= 0, whole.lengths[rows], 0)
    starts = np.where(rows >= 0, whole.indptr[rows], 0)
    found = whole.slice(np.maximum(rows, 0).astype(np.int64), starts, starts + lengths)
    return Sequences(people, found.indptr, found.items, found.times)
