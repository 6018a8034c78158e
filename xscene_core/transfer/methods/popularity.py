"""Popularity: the same list for everybody."""

from pathlib import Path

import numpy as np

from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.fitted import Fitted, Scores, read_words
from xscene_core.transfer.method import Method, Params, register
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Watcher


class Popularity(Fitted):
    """score(u, i) = how often i was chosen by the people within the budget."""

    name = "popularity"

    def score(self, histories: Sequences) -> Scores:
        return np.tile(self.view.target.counts.astype(np.float32), (len(histories), 1))


def fit(view: TrainingView, params: Params, watcher: Watcher) -> Popularity:
    fitted = Popularity(view)
    fitted.reason = f"Ranks items by {len(view.target.sequences.items)} choices in the target scene."
    return fitted


def load(folder: Path, view: TrainingView) -> Popularity:
    fitted = Popularity(view)
    read_words(folder, fitted)
    return fitted


register(
    Method(
        name="popularity",
        family="baseline",
        summary="What most people in the target chose, the same for everybody",
        source="",
        params=Params,
        reference=None,
        fit=fit,
        load=load,
    )
)
