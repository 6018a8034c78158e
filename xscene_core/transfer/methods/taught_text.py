"""Taught text: fine-tuning that begins with the sentence encoder, which learns what matters in a text."""

from pathlib import Path
from typing import TYPE_CHECKING

from xscene_core.transfer.method import Method, Params, register
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.recommender import Trained


def fit(view: TrainingView, params: Params, watcher: Watcher) -> "Trained":
    """theta_0 of the encoder's last layers and of both networks from the sources, then the target's choices.
    Without these it is content similarity of texts as the sources taught to read them."""
    from xscene_core.transfer.learning import Recipe, learn

    return learn("taught-text", view, Recipe("first", text=True), watcher)


def load(folder: Path, view: TrainingView) -> "Trained":
    from xscene_core.transfer.recommender import load_trained

    return load_trained("taught-text", folder, view)


register(
    Method(
        name="taught-text",
        family="model",
        summary="Fine-tune in which the sources teach the sentence encoder too, what matters in a text",
        source="Li et al. (2023), Text is all you need; Hou et al. (2024), BLaIR",
        params=Params,
        reference="target-only",
        fit=fit,
        load=load,
        refusal="It learns from who chose what, and a task with labels has no choices.",
    )
)
