"""How much each kind of evidence counts, learned from the held-out choices of a view."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from xscene_core.evaluation.ranking import at_once
from xscene_core.models.blend import PEOPLE, candidates, learn_weights
from xscene_core.models.similarity import choice_matrix
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.fitted import Scores
from xscene_core.transfer.views import Questions, TrainingView

ROWS = 256
"""People scored at a time, so that memory does not grow with their number."""


def held_out_weights(
    evidence: Callable[[Sequences], Sequence[Scores]],
    view: TrainingView,
    prior: npt.NDArray[np.float64],
    report: Callable[[float], None] = lambda done: None,
    among: npt.NDArray[np.int64] | None = None,
) -> npt.NDArray[np.float64]:
    """(K,) weights that make the held-out choices likeliest among the same random other items.

    evidence : Q histories to K arrays (Q, I) of scores of all target items.
    prior : (K,) weights that few held-out choices leave as they are, see ``learn_weights``.
    report : hears the share of people done.
    among : rows of the items whose choices count and compete; all by default.
    """
    generator = np.random.default_rng([view.seed, 5])
    items, answers = len(view.target.item_ids), view.validation.answers
    counted = np.arange(len(answers)) if among is None else np.flatnonzero(np.isin(answers, among))
    if len(counted) == 0:
        return prior
    rows = np.sort(generator.permutation(counted)[:PEOPLE])
    asked = Questions(view.validation.histories.take(rows), answers[rows])
    columns = candidates(asked.answers, np.arange(items) if among is None else among, generator)
    parts: list[list[Scores]] = []
    size = min(ROWS, at_once(items))
    for start in range(0, len(rows), size):
        report(start / len(rows))
        lines = np.arange(start, min(start + size, len(rows)))
        histories, wanted = asked.histories.take(lines), columns[lines]
        out = np.take_along_axis(choice_matrix(histories, items).toarray() > 0, wanted, axis=1)
        out |= wanted == asked.answers[lines][:, None]  # the answer drawn again is no rival to itself
        out[:, 0] = False
        kinds = [np.take_along_axis(kind, wanted, axis=1) for kind in evidence(histories)]
        parts.append([np.where(out, np.float32(-np.inf), kind) for kind in kinds])
    return learn_weights([np.concatenate(kind) for kind in zip(*parts, strict=True)], asked.answers, prior)
