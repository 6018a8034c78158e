"""Rounds of learning from a classifier's own answers, and when they are worth nothing."""

import numpy as np
import numpy.typing as npt

from xscene_core.transfer.labels.classifier import Classifier
from xscene_core.transfer.labels.pieces import Same
from xscene_core.transfer.labels.recipe import LabelRecipe, fit_head, gather, learn_labels
from xscene_core.transfer.labels.views import HELD_BACK, Labels, LabelView, Matrix, stacked
from xscene_core.watcher import Watcher

COLLAPSED = 0.25
"""Answers have collapsed where the entropy of their shares is below this part of that of the sources'
classes: for two equal classes, where 96 % of the rows get the same."""
Rows = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]


def train_on_answers(
    name: str,
    view: LabelView,
    recipe: LabelRecipe,
    rounds: int,
    weight: float,
    wanted: Shares | None,
    watcher: Watcher,
) -> Classifier:
    """The recipe's classifier, then ``rounds`` of it with the surest answers on the target as labels.

    With no round, no unlabelled target row, or weight 0 it is the recipe's classifier bit for bit. Where the
    answers collapse it is source-only, and says so. wanted : (C,) shares of the classes, see ``surest``.
    """
    fitted = learn_labels(name, view, recipe)
    asked = np.flatnonzero(view.target.labels == HELD_BACK)
    if not rounds or not weight or not len(asked):
        fitted.facts["rounds"] = 0.0
        return fitted
    features, labels, weights = gather(view, recipe)
    target = recipe.maps.get(view.target.name, Same())(view.target.features)[asked]
    first = told = np.asarray(fitted.head(target))
    floor = COLLAPSED * entropy_of_shares(labels, len(view.classes))
    for number in range(rounds + 1):
        if entropy_of_shares(told.argmax(axis=1), told.shape[1]) < floor:
            return _collapsed(name, view, number, told)
        if number == rounds:
            break
        watcher.progress("self-train", number / rounds)
        sure, answers = surest(told, (number + 1) / rounds, wanted)
        fitted.head = fit_head(
            stacked([features, target[sure]]),
            np.concatenate([labels, answers]),
            np.concatenate([weights, np.full(len(sure), weight)]),
            len(view.classes),
            recipe.head,
            recipe.strength,
        )
        told = np.asarray(fitted.head(target))
    changed = float((told.argmax(axis=1) != first.argmax(axis=1)).mean())
    fitted.facts |= {
        "rounds": float(rounds),
        "collapsed": 0.0,
        "answers_changed": changed,
        "rows_answered": float(len(asked)),
    }
    fitted.reason += (
        f" Then {rounds} rounds on its own answers for {len(asked):,} rows of {view.target.name}, "
        f"of which {changed:.0%} changed."
    )
    if wanted is not None:
        fitted.reason += " The classes' shares in the target were taken as known."
    return fitted


def _collapsed(name: str, view: LabelView, number: int, told: Matrix) -> Classifier:
    shares = np.bincount(told.argmax(axis=1), minlength=told.shape[1]) / len(told)
    most = int(shares.argmax())
    plain = learn_labels(name, view, LabelRecipe())
    plain.reason = (
        f"Collapsed: after {number} rounds {shares[most]:.0%} of {view.target.name} were answered "
        f"{view.classes[most]}, so nothing was learned from answers. {plain.reason}"
    )
    plain.stands_for = "source-only" if not len(view.target.labelled) else "pooled"
    plain.facts |= {"rounds": 0.0, "collapsed": 1.0, "collapsed_in_round": float(number)}
    return plain


def surest(told: Matrix, share: float, wanted: Shares | None) -> tuple[Rows, Labels]:
    """Rows of ``told`` (m, C) and their answers: of those answered with a class, the ``share`` with the
    largest margin to any other. With ``wanted`` (C,), answers are first scaled until they have those
    shares.
    """
    answers = np.asarray(told.argmax(axis=1), dtype=np.int64) if wanted is None else scaled(told, wanted)
    rows = np.arange(len(told))
    others = told.copy()
    others[rows, answers] = -np.inf
    margin = told[rows, answers] - others.max(axis=1)
    kept = []
    for number in np.unique(answers):
        inside = np.flatnonzero(answers == number)
        order = np.argsort(-margin[inside], kind="stable")
        kept.append(inside[order[: int(np.ceil(share * len(inside)))]])
    found = np.sort(np.concatenate(kept))
    return found, answers[found]


def scaled(told: Matrix, wanted: Shares) -> Labels:
    """(m,) the likeliest class after a factor for each that makes the answers have ``wanted`` shares (C,)
    as nearly as one factor each can: Sinkhorn's scaling of rows to 1 and columns to m times their share,
    and the likeliest in the plan.
    """
    known = np.flatnonzero(wanted > 0)
    cost = -np.log(np.maximum(told[:, known], 1e-12))
    sharp = max(float(np.median(np.ptp(cost, axis=1))), 1e-12) / 50  # near to whole answers
    from scipy.special import logsumexp

    column = np.zeros(len(known))
    for _ in range(200):
        row = -logsumexp(column - cost / sharp, axis=1)
        column = np.log(wanted[known] * len(told)) - logsumexp(row[:, None] - cost / sharp, axis=0)
    return np.asarray(known[(column - cost / sharp).argmax(axis=1)], dtype=np.int64)


def entropy_of_shares(answers: Labels, classes: int) -> float:
    """Of how often each class is answered, in nats."""
    shares = np.bincount(answers, minlength=classes) / max(len(answers), 1)
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())
