"""Source-only: learned from the sources and applied unchanged, even where it hurts."""

from pathlib import Path
from typing import TYPE_CHECKING

from xscene_core.transfer.method import Method, Params, register
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.recommender import Trained


def fit(view: TrainingView, params: Params, watcher: Watcher) -> "Trained":
    from xscene_core.transfer.learning import Recipe, learn

    return learn("source-only", view, Recipe("first", adapt=False), watcher)


def load(folder: Path, view: TrainingView) -> "Trained":
    from xscene_core.transfer.recommender import load_trained

    return load_trained("source-only", folder, view)


register(
    Method(
        name="source-only",
        family="schedule",
        summary="Learned from the sources, applied to the target unchanged",
        source="Ding et al. (2021), zero-shot recommender systems",
        params=Params,
        reference="target-only",
        fit=fit,
        load=load,
    )
)
