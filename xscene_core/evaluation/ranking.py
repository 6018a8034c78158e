"""Ranks over the whole catalogue, and the metrics that follow from them."""

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from xscene_core.errors import InputError, WorkError
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.views import Questions
from xscene_core.watcher import Silent, Watcher

Score = Callable[[Sequences], npt.NDArray[np.float32]]
BATCH = 512
CELLS = 8_000_000
"""Scores held at a time: in a large catalogue fewer people are ranked at once."""


def rank_answers(
    score: Score, questions: Questions, *, top: int = 0, watcher: Watcher | None = None
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int32]]:
    """Where each person's answer stands in the whole catalogue without what the person already chose.

    Equal scores share the middle of the ranks they span, so a constant score earns no luck.

    Returns
    -------
    ranks : (Q,) float64, 1 is best; half ranks come from ties.
    lists : (Q, min(top, I)) int32, the best ``top`` items of each person, best first; -1 where none is left
        that the person has not chosen.

    Raises
    ------
    WorkError : a score is not a number.
    """
    watcher = watcher or Silent()
    ranks = np.empty(len(questions))
    lists = [np.empty((0, 0), dtype=np.int32)]
    start, size = 0, 16  # few first: how many items there are is known from their scores
    while start < len(questions):
        rows = np.arange(start, min(start + size, len(questions)))
        histories = questions.histories.take(rows)
        scores = np.array(score(histories), dtype=np.float32)
        start, size = start + len(rows), at_once(scores.shape[1])
        if np.isnan(scores).any():
            raise WorkError("The method gave scores that are not numbers", where="evaluation")
        answers = questions.answers[rows]
        given = scores[np.arange(len(rows)), answers]
        scores[np.repeat(np.arange(len(rows)), histories.lengths), histories.items] = -np.inf
        scores[np.arange(len(rows)), answers] = given
        better = (scores > given[:, None]).sum(axis=1)
        equal = (scores == given[:, None]).sum(axis=1) - 1
        ranks[rows] = 1 + better + equal / 2
        found = best(scores, top)
        lists.append(np.where(np.isneginf(np.take_along_axis(scores, found, axis=1)), -1, found))
        watcher.progress("evaluate", rows[-1] / len(questions))
    return ranks, np.concatenate(lists[1:] or lists)


def at_once(items: int) -> int:
    """How many people to score together among ``items``."""
    return max(1, min(BATCH, CELLS // max(items, 1)))


def best(scores: npt.NDArray[np.float32], top: int) -> npt.NDArray[np.int32]:
    """(Q, min(top, I)) columns of the highest scores, best first, equal scores by column.

    scores : (Q, I), none of them NaN.
    """
    top = min(top, scores.shape[1])
    if top == 0:
        return np.empty((len(scores), 0), dtype=np.int32)
    last = np.partition(scores, -top, axis=1)[:, -top, None]  # a plain argpartition cuts equals at random
    above, equal = scores > last, scores == last
    room = top - above.sum(axis=1, keepdims=True)
    columns = np.nonzero(above | (equal & (np.cumsum(equal, axis=1) <= room)))[1].reshape(-1, top)
    order = np.argsort(-np.take_along_axis(scores, columns, axis=1), axis=1, kind="stable")
    return np.take_along_axis(columns, order, axis=1).astype(np.int32)


def metric(name: str, ranks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(Q,) per-person values of ``hr@k``, ``recall@k``, ``ndcg@k`` or ``mrr``.

    Every person has one answer, so recall@k equals hr@k, and ndcg@k is 1 / log2(1 + rank) within the
    first k (Jarvelin and Kekalainen, 2002).
    """
    if name == "mrr":
        return 1 / ranks
    parts = re.fullmatch(r"(hr|recall|ndcg)@([1-9]\d*)", name)
    if parts is None:
        raise InputError(f"There is no metric {name[:40]!r}", todo="Use hr@k, recall@k, ndcg@k or mrr.")
    within = ranks <= int(parts[2])
    return within / np.log2(1 + ranks) if parts[1] == "ndcg" else within.astype(np.float64)


def coverage(lists: npt.NDArray[np.int32], items: int) -> float:
    """Share of the catalogue that appears in anybody's list, 0 to 1; -1 is no item."""
    return len(np.unique(lists[lists >= 0])) / items
