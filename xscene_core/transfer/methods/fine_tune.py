"""Fine-tune: the sources give the start, the target people the finish."""

from pathlib import Path
from typing import TYPE_CHECKING

from xscene_core.transfer.method import Method, Params, register
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.recommender import Trained


def fit(view: TrainingView, params: Params, watcher: Watcher) -> "Trained":
    from xscene_core.transfer.learning import Recipe, learn

    return learn("fine-tune", view, Recipe("first"), watcher)


def load(folder: Path, view: TrainingView) -> "Trained":
    from xscene_core.transfer.recommender import load_trained

    return load_trained("fine-tune", folder, view)


register(
    Method(
        name="fine-tune",
        family="schedule",
        summary="Learned from the sources first, then from the target people",
        source="Yosinski et al. (2014)",
        params=Params,
        reference="target-only",
        fit=fit,
        load=load,
    )
)
