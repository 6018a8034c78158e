"""Rounds of learning from a classifier's own answers, and when to stop."""

import numpy as np
import numpy.typing as npt

from xscene_core.transfer.labels.classifier import Classifier
from xscene_core.transfer.labels.pieces import Same
from xscene_core.transfer.labels.recipe import LabelRecipe, fit_head, gather, learn_labels
from xscene_core.transfer.labels.views import HELD_BACK, Labels, LabelView, Matrix, stacked
from xscene_core.watcher import Watcher

COLLAPSED = 0.5
"""Answers have collapsed where the entropy of their shares is below this part of what it was at the start."""
Rows = npt.NDArray[np.int64]


def train_on_answers(
    name: str,
    view: LabelView,
    recipe: LabelRecipe,
    *,
    rounds: int,
    weight: float,
    source_shares: bool,
    watcher: Watcher,
) -> Classifier:
    """The recipe's classifier, then ``rounds`` of it with the surest answers on the target as labels.

    With no round, no unlabelled target row, or weight 0 it is the recipe's classifier bit for bit.
    """
    fitted = learn_labels(name, view, recipe)
    asked = np.flatnonzero(view.target.labels == HELD_BACK)
    if not rounds or not weight or not len(asked):
        fitted.facts["rounds"] = 0.0
        return fitted
    features, labels, weights = gather(view, recipe)
    target = recipe.maps.get(view.target.name, Same())(view.target.features)[asked]
    wanted = np.bincount(view.source.labelled.labels, minlength=len(view.classes)).astype(float)
    wanted /= wanted.sum()
    first = told = np.asarray(fitted.head(target))
    answers = _answers(told, wanted if source_shares else None)
    done, collapsed = 0, False
    for number in range(1, rounds + 1):
        watcher.progress("self-train", (number - 1) / rounds)
        sure = surest(told, answers, number / rounds)
        head = fit_head(
            stacked([features, target[sure]]),
            np.concatenate([labels, answers[sure]]),
            np.concatenate([weights, np.full(len(sure), weight)]),
            len(view.classes),
            recipe.head,
            recipe.strength,
        )
        told = np.asarray(head(target))
        answers = _answers(told, wanted if source_shares else None)
        if entropy_of_shares(told.argmax(axis=1), told.shape[1]) < COLLAPSED * entropy_of_shares(
            first.argmax(axis=1), first.shape[1]
        ):
            collapsed = True
            break
        fitted.head, done = head, number
    changed = float((np.asarray(fitted.head(target)).argmax(axis=1) != first.argmax(axis=1)).mean())
    fitted.facts |= {
        "rounds": float(done),
        "collapsed": float(collapsed),
        "answers_changed": changed,
        "rows_answered": float(len(asked)),
    }
    fitted.reason += (
        f" Then {done} rounds on its own answers for {len(asked):,} rows of {view.target.name}, "
        f"of which {changed:.0%} changed."
    )
    if source_shares:
        fitted.reason += " Classes were taken to be as frequent as in the sources."
    if collapsed:
        fitted.reason += f" Stopped there: in round {done + 1} nearly all answers became one class."
    return fitted


def surest(told: Matrix, answers: Labels, share: float) -> Rows:
    """Of the rows (m, C) answered with each class, the ``share`` with the largest margin to another."""
    rows = np.arange(len(told))
    others = told.copy()
    others[rows, answers] = -np.inf
    margin = told[rows, answers] - others.max(axis=1)
    kept = []
    for number in np.unique(answers):
        inside = np.flatnonzero(answers == number)
        order = np.argsort(-margin[inside], kind="stable")
        kept.append(inside[order[: int(np.ceil(share * len(inside)))]])
    return np.sort(np.concatenate(kept))


def entropy_of_shares(answers: Labels, classes: int) -> float:
    """Of how often each class is answered, in nats."""
    shares = np.bincount(answers, minlength=classes) / max(len(answers), 1)
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())


def _answers(told: Matrix, wanted: npt.NDArray[np.float64] | None) -> Labels:
    """The likeliest class, or with ``wanted`` shares (C,) the likeliest after scaling classes until their
    mean probability has those shares (Saerens et al., 2002, with the shares known)."""
    if wanted is None:
        return np.asarray(told.argmax(axis=1), dtype=np.int64)
    known = np.flatnonzero(wanted > 0)
    scaled = np.maximum(told[:, known], 1e-12)
    for _ in range(200):
        scaled /= scaled.sum(axis=1, keepdims=True)
        scaled *= wanted[known] / np.maximum(scaled.mean(axis=0), 1e-12)
    return np.asarray(known[scaled.argmax(axis=1)], dtype=np.int64)
