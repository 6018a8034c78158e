"""How the evidence counts for items that nobody has chosen: by weights of its own, in the same room."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from xscene_core.evaluation.ranking import at_once
from xscene_core.models.similarity import choice_matrix
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.evidence import ROWS, held_out_weights
from xscene_core.transfer.fitted import Scores
from xscene_core.transfer.views import TrainingView

PLACES = 10
PEOPLE = 500
"""At most so many people's first places are looked at."""
Numbers = npt.NDArray[np.float64]


class Unchosen(NamedTuple):
    """The score of an item that nobody has chosen is the evidence times ``weights`` (K,), plus ``level``."""

    weights: Numbers
    level: float


def weigh_unchosen(
    evidence: Callable[[Sequences], Sequence[Scores]], view: TrainingView, weights: Numbers, prior: Numbers
) -> Unchosen | None:
    """What makes held-out choices of such items likeliest among such items; None where nothing tells them
    apart or there are none.

    What tells chosen items apart (how often, beside what) is borrowed from their likes for unchosen ones, and
    tells these apart far less well. How widely their scores spread and which share of the first places they
    get is left as the common ``weights`` have it: held-out choices say how rarely they were chosen while
    nobody was shown them, and a level learned from that would bury them.

    evidence : Q histories to K arrays (Q, I). weights : (K,) of all items. prior : (K,), left as it is where
        nobody chose such an item.
    """
    counts = view.target.counts
    unchosen = np.flatnonzero(counts == 0)
    if len(unchosen) == 0 or len(unchosen) == len(counts):
        return None
    own = held_out_weights(evidence, view, prior, among=unchosen)
    drawn = np.random.default_rng([view.seed, 6]).permutation(len(view.validation))[:PEOPLE]
    asked = view.validation.histories.take(np.sort(drawn))
    firsts: list[tuple[Scores, ...]] = []
    spreads: list[Scores] = []
    size = min(ROWS, at_once(len(counts)))
    for start in range(0, len(asked), size):
        histories = asked.take(np.arange(start, min(start + size, len(asked))))
        kinds = evidence(histories)
        common, theirs = _sum(kinds, weights), _sum([kind[:, unchosen] for kind in kinds], own)
        common[choice_matrix(histories, len(counts)).toarray() > 0] = -np.inf
        before = common[:, unchosen]
        firsts.append((first(np.delete(common, unchosen, axis=1)), first(before), first(theirs)))
        spreads.append(np.stack([before.std(axis=1), theirs.std(axis=1)]))
    wide, narrow = np.concatenate(spreads, axis=1).mean(axis=1) if spreads else (0.0, 0.0)
    if not narrow > 0 or not wide > 0:
        return None
    chosen, before, after = (np.concatenate(part) for part in zip(*firsts, strict=True))
    stretch = float(wide / narrow)
    level = same_room(lifts(chosen, before), lifts(chosen, np.float32(stretch) * after))
    return Unchosen(own * stretch, level)


def first(scores: Scores) -> Scores:
    """(Q, PLACES) the highest of each row, highest first; -inf where there are fewer."""
    missing = max(PLACES - scores.shape[1], 0)
    padded = np.pad(scores, ((0, 0), (0, missing)), constant_values=-np.inf)
    return -np.sort(np.partition(-padded, PLACES - 1, axis=1)[:, :PLACES], axis=1)


def lifts(chosen: Scores, unchosen: Scores) -> Scores:
    """(Q, PLACES) by how much unchosen items must be lifted so that 1, 2, ... of them are among the first
    ``PLACES``. chosen, unchosen : what ``first`` makes of their scores."""
    with np.errstate(invalid="ignore"):  # neither an item to lift nor one to pass
        found = chosen[:, ::-1] - unchosen
    return np.where(np.isneginf(unchosen), np.float32(np.inf), found)


def same_room(before: Scores, after: Scores) -> float:
    """The level at which as many lifts ``after`` are passed as ``before`` without one."""
    wanted = int((before < 0).sum()) - int(np.isneginf(after).sum())
    edges = np.sort(after[np.isfinite(after)])
    if len(edges) == 0:
        return 0.0
    around = np.concatenate([[edges[0] - 1], edges, [edges[-1] + 1]])
    at = int(np.clip(wanted, 0, len(edges)))
    return float((around[at] + around[at + 1]) / 2)


def _sum(kinds: Sequence[Scores], weights: Numbers) -> Scores:
    found = np.zeros_like(kinds[0])
    for weight, kind in zip(weights, kinds, strict=True):
        if weight > 0:
            found += np.float32(weight) * kind
    return found
