"""TrAdaBoost: source rows that contradict the target's labels count less from round to round."""

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from xscene_core.errors import InputError
from xscene_core.transfer.method import Method, Params, register
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.views import LabelView


class TradaboostParams(Params):
    rounds: int = Field(default=10, ge=1, le=200)


def fit_labels(view: "LabelView", params: TradaboostParams, watcher: Watcher) -> "Classifier":
    """N rounds of a logistic head; vote of the last N/2 with weights ln(1/beta_t) (Dai et al., 2007).

    A source row that is wrong is multiplied by beta_s = 1/(1 + sqrt(2 ln n / N)), a target row that is wrong
    by 1/beta_t, beta_t = e/(1 - e), e the weighted error on target rows, kept between 1/(2m) and 0.49 so that
    a round without error does not end the learning. One round is pooled, bit for bit.
    """
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.pieces import Piece, Same, Vote
    from xscene_core.transfer.labels.recipe import LabelRecipe, fit_head, gather, reason
    from xscene_core.transfer.weighting import effective_size

    own = len(view.target.labelled)
    if not own:
        raise InputError(
            "TrAdaBoost compares source rows with labelled target rows, and there is none",
            where=f"scene {view.target.name}",
            todo="Choose a budget above 0, or another method.",
        )
    features, labels, weights = gather(view, LabelRecipe())
    source = np.arange(len(labels)) < len(labels) - own
    count = int(source.sum())
    shrink = 1 / (1 + np.sqrt(2 * np.log(max(count, 2)) / params.rounds))
    heads: list[Piece] = []
    says: list[float] = []
    for number in range(params.rounds):
        watcher.progress("boost", number / params.rounds)
        heads.append(fit_head(features, labels, weights, len(view.classes)))
        wrong = heads[-1](features).argmax(axis=1) != labels
        error = float(weights[~source & wrong].sum() / weights[~source].sum())
        error = min(max(error, 1 / (2 * own)), 0.49)
        says.append(float(np.log((1 - error) / error)))
        last = weights
        weights = weights * np.where(source & wrong, shrink, 1.0)
        weights = weights * np.where(~source & wrong, (1 - error) / error, 1.0)
        weights = weights * (len(weights) / weights.sum())
    half = params.rounds // 2
    head = heads[0] if params.rounds == 1 else Vote(tuple(heads[half:]), np.array(says[half:]))
    maps: dict[str, Piece] = {rows.name: Same() for rows in (*view.sources, view.target)}
    fitted = Classifier("tradaboost", view.target.name, maps, head)
    fitted.facts = {
        "rows_learned_from": float(len(labels)),
        "target_rows_learned_from": float(own),
        "effective_rows/sources": effective_size(last[source]),
        "target_weight_share": float(last[~source].sum() / last.sum()),
    }
    fitted.reason = reason(view, "both")
    if count:
        worth = f"{fitted.facts['effective_rows/sources']:,.0f} of {count:,} source rows still count."
        fitted.reason += f" After {params.rounds} rounds {worth}"
    return fitted


register(
    Method(
        name="tradaboost",
        family="instance",
        summary="Source rows that contradict the target's labels count less and less",
        source="Dai et al. (2007), boosting for transfer learning",
        params=TradaboostParams,
        reference="target-only",
        fit_labels=fit_labels,
        refusal="It needs a label that is right or wrong, and a ranking has no such thing.",
        zero={"rounds": 1},
        zero_is=("pooled", {}),
    )
)
