"""Majority: the shares of the labels that may be learned from, for every row."""

from typing import TYPE_CHECKING

import numpy as np

from xscene_core.transfer.method import Method, Params, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView


def fit_labels(view: "LabelView", params: Params, watcher: Watcher) -> "Classifier":
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.pieces import Piece, Same, Shares

    own = view.target.labelled
    known = own if len(own) else view.source.labelled
    shares = np.bincount(known.labels, minlength=len(view.classes)) / max(len(known), 1)
    maps: dict[str, Piece] = {rows.name: Same() for rows in (*view.sources, view.target)}
    fitted = Classifier("majority", view.target.name, maps, Shares(shares))
    fitted.reason = (
        f"Always {view.classes[int(shares.argmax())]}, the commonest label of {known.name}: what "
        "anything that reads the rows has to beat."
    )
    return fitted


register(
    Method(
        name="majority",
        family="baseline",
        summary="The commonest label, whatever the row says",
        source="",
        params=Params,
        reference=None,
        fit_labels=fit_labels,
        refusal="Majority labels rows, and this task ranks items; popularity is its counterpart.",
    )
)
