"""Items nobody has bought: a tenth of a scene's items is taken out of everything that is learned from.

Every choice of those items disappears from the training, the validation and the histories; test questions
are those whose answer is one of them. Two tasks, apart: find the answer in the whole catalogue, where a
held-out item competes with all others, and among the held-out items alone. ``gain`` rows compare with
content similarity.

Office has 3,977 items that nobody ever bought, so there is no choice of them to find: they stay in the
catalogue, and ``never bought, places`` is the share of the first ten places that they get, beside their
``share of the catalogue``.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.rankings import (
    FOUR,
    METRICS,
    SETS,
    Floats,
    Tried,
    gain_rows,
    try_out,
    value_rows,
    values_of,
    workplace,
)
from benchmarks.row import Row
from xscene_core.errors import InputError
from xscene_core.evaluation.statistics import bootstrap_mean
from xscene_core.models.similarity import choice_matrix
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.fitted import Scores
from xscene_core.transfer.views import Questions, TrainingView

METHODS = ("content", "target-only", "fine-tune")
ARTS, OFFICE = "Arts_Crafts_and_Sewing", "Office_Products"
SCENES = ("Industrial_and_Scientific", OFFICE)
RANKED = tuple(SETS)
SHARE = 0.1
ROWS = 256
Score = Callable[[Sequences], Scores]


def options(parser: argparse.ArgumentParser) -> None:
    """Which scenes and methods."""
    parser.add_argument(
        "--scene", action="append", help=f"of {', '.join((*FOUR, OFFICE))} (default: {' and '.join(SCENES)})"
    )
    parser.add_argument("--methods", default=",".join(METHODS), help="separated by commas")


def run(data: Path | None, given: argparse.Namespace) -> list[Row]:
    """Rows ``SCENE/METHOD, whole catalogue`` and ``SCENE/METHOD, among cold items``."""
    rows: list[Row] = []
    for scene in given.scene or ():
        if scene not in (*FOUR, OFFICE):
            raise InputError(f"{scene} is no scene of this benchmark", where="--scene")
    with workplace(data, *RANKED) as place:
        for scene in given.scene or SCENES:
            sources = (ARTS,) if scene == OFFICE else tuple(name for name in FOUR if name != scene)
            view, questions = place.view(place.task(scene, sources, "all", 0))
            cold = held_out(len(view.target.item_ids), view.seed)
            never = unbought(view, questions)
            view, questions = without(view, cold), asked_for(questions, cold)
            worth = partial(values_everywhere, questions=questions, cold=cold, never=never)
            tried = try_out(view, questions, given.methods.split(","), worth)
            rows += _rows(scene, {name: one.values for name, one in tried.items()})
            if never.any():
                rows.append(Row(f"{scene}/never bought", "share of the catalogue", float(never.mean())))
                rows += _places(scene, tried)
    return rows


def values_everywhere(
    score: Score, *, questions: Questions, cold: npt.NDArray[np.bool_], never: npt.NDArray[np.bool_]
) -> dict[str, Floats]:
    """Person-by-person values in the whole catalogue, and the same among cold items (``cold ndcg@10``)."""
    apart = values_of(among_cold(score, cold), questions)
    found = values_of(score, questions) | {f"cold {about}": one for about, one in apart.items()}
    return found | ({"places": places(score, questions, never)} if never.any() else {})


def _rows(scene: str, values: dict[str, dict[str, Floats]]) -> list[Row]:
    rows = []
    for where, before in (("whole catalogue", ""), ("among cold items", "cold ")):
        there = {name: {about: one[before + about] for about in METRICS} for name, one in values.items()}
        for name, one in there.items():
            rows += value_rows(f"{scene}/{name}, {where}", one)
            if name != "content" and "content" in there:
                rows += gain_rows(f"{scene}/{name} over content, {where}", one, there["content"])
    return rows


def _places(scene: str, tried: dict[str, Tried]) -> list[Row]:
    rows = []
    for name, one in tried.items():
        found = bootstrap_mean(one.values["places"])
        rows.append(Row(f"{scene}/{name}, never bought", "places", found.value, found.low, found.high))
    return rows


def unbought(view: TrainingView, questions: Questions) -> npt.NDArray[np.bool_]:
    """(I,) items of which there is no choice at all, the sealed ones included; used for reporting alone."""
    never = np.ones(len(view.target.item_ids), dtype=bool)
    for chosen in (view.target.sequences.items, view.validation.answers, questions.answers):
        never[chosen] = False
    return never


def held_out(items: int, seed: int) -> npt.NDArray[np.bool_]:
    """(I,) which items are cold."""
    cold = np.zeros(items, dtype=bool)
    cold[np.random.default_rng([seed, 71]).permutation(items)[: round(SHARE * items)]] = True
    return cold


def without(view: TrainingView, cold: npt.NDArray[np.bool_]) -> TrainingView:
    """The view in which nobody has chosen a cold item."""
    warm = view.validation.answers[~cold[view.validation.answers]]
    rows = np.flatnonzero(~cold[view.validation.answers])
    validation = Questions(_thinned(view.validation.histories.take(rows), cold), warm)
    target = replace(view.target, sequences=_thinned(view.target.sequences, cold))
    return replace(view, target=target, validation=validation)


def asked_for(questions: Questions, cold: npt.NDArray[np.bool_]) -> Questions:
    """The questions whose answer is cold, of people with another choice before it."""
    rows = np.flatnonzero(cold[questions.answers])
    histories = _thinned(questions.histories.take(rows), cold)
    known = np.flatnonzero(histories.lengths > 0)
    return Questions(histories.take(known), questions.answers[rows][known])


def among_cold(score: Score, cold: npt.NDArray[np.bool_]) -> Score:
    """The scores with every warm item ruled out."""
    return lambda histories: np.where(cold, score(histories), np.float32(-1e9)).astype(np.float32)


def places(score: Score, questions: Questions, items: npt.NDArray[np.bool_]) -> Floats:
    """Person by person, the share of the first ten places that ``items`` get, chosen ones left out."""
    found = []
    for start in range(0, len(questions), ROWS):
        histories = questions.histories.take(np.arange(start, min(start + ROWS, len(questions))))
        scores = np.where(choice_matrix(histories, len(items)).toarray() > 0, -np.inf, score(histories))
        found.append(items[np.argpartition(-scores, 10, axis=1)[:, :10]].mean(axis=1))
    return np.concatenate(found)


def _thinned(sequences: Sequences, cold: npt.NDArray[np.bool_]) -> Sequences:
    kept = ~cold[sequences.items]
    lengths = np.add.reduceat(np.append(kept, False).astype(np.int64), sequences.indptr[:-1])
    lengths[sequences.lengths == 0] = 0
    return Sequences(
        sequences.people, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), sequences.items[kept]
    )
