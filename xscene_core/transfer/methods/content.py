"""Content similarity: more of what a person chose last, no learning at all."""

from pathlib import Path

from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.fitted import Fitted, Scores, read_words
from xscene_core.transfer.method import Method, Params, register
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Watcher


class Content(Fitted):
    """score(u, i) = cosine of item i and the mean of u's choices, each weighing half of the one after it;
    of somebody new to the target their choices in the sources."""

    name = "content"

    def score(self, histories: Sequences) -> Scores:
        return self.content(histories)

    def score_new(self, histories: Sequences, scene: str, vectors: Scores) -> Scores:
        return self.represent_people(histories, scene) @ vectors.T


def fit(view: TrainingView, params: Params, watcher: Watcher) -> Content:
    fitted = Content(view)
    fitted.reason = "Compares the items' content with what each person chose last; nothing was learned."
    return fitted


def load(folder: Path, view: TrainingView) -> Content:
    fitted = Content(view)
    read_words(folder, fitted)
    return fitted


register(
    Method(
        name="content",
        family="baseline",
        summary="Items whose text and attributes resemble what the person chose last",
        source="",
        params=Params,
        reference=None,
        fit=fit,
        load=load,
    )
)
