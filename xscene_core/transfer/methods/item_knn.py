"""Item-kNN: people who chose this also chose that, in the target scene alone."""

from pathlib import Path

import numpy as np
from pydantic import Field

from xscene_core.models.item_knn import item_neighbours
from xscene_core.models.similarity import choice_matrix
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.fitted import Fitted, Scores, read_number, read_words
from xscene_core.transfer.method import Method, Params, register
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Watcher


class ItemKnnParams(Params):
    neighbours: int = Field(default=100, ge=1, le=2000)


class ItemKnn(Fitted):
    """score(u, i) = sum over u's choices j of the similarity of i and j (Sarwar et al., 2001)."""

    name = "item-knn"

    def __init__(self, view: TrainingView, neighbours: int) -> None:
        super().__init__(view)
        self.items = len(view.target.item_ids)
        self.similarity = item_neighbours(view.target.sequences, self.items, neighbours)

    def score(self, histories: Sequences) -> Scores:
        scores = choice_matrix(histories, self.items) @ self.similarity
        return np.asarray(scores.toarray(), dtype=np.float32)


def fit(view: TrainingView, params: ItemKnnParams, watcher: Watcher) -> ItemKnn:
    fitted = ItemKnn(view, params.neighbours)
    linked = int((np.diff(fitted.similarity.indptr) > 1).sum())
    fitted.facts = {"items_with_neighbours": float(linked), "neighbours": float(params.neighbours)}
    fitted.reason = f"{linked} of {fitted.items} items were chosen together with another one."
    return fitted


def load(folder: Path, view: TrainingView) -> ItemKnn:
    fitted = ItemKnn(view, int(read_number(folder, "neighbours")))
    read_words(folder, fitted)
    return fitted


register(
    Method(
        name="item-knn",
        family="baseline",
        summary="People who chose this also chose that, from the target people within the budget",
        source="Sarwar et al. (2001), item-based collaborative filtering",
        params=ItemKnnParams,
        reference=None,
        fit=fit,
        load=load,
    )
)
