"""Items nobody has bought: a tenth of a scene's items is taken out of everything that is learned from.

Every choice of those items disappears from the training, the validation and the histories; test questions
are those whose answer is one of them. Two tasks, apart: find the answer in the whole catalogue, where a
held-out item competes with all others, and among the held-out items alone. ``gain`` rows compare with
content similarity.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.few_shot import SETS
from benchmarks.rankings import FOUR, gain_rows, try_out, value_rows, values_of, workplace
from benchmarks.row import Row
from xscene_core.errors import InputError
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.fitted import Scores
from xscene_core.transfer.method import Recommender
from xscene_core.transfer.views import Questions, TrainingView

METHODS = ("content", "target-only", "fine-tune")
SHARE = 0.1


def options(parser: argparse.ArgumentParser) -> None:
    """Which scenes and methods."""
    parser.add_argument(
        "--scene", action="append", help=f"one of {', '.join(FOUR)} (default: Industrial_and_Scientific)"
    )
    parser.add_argument("--methods", default=",".join(METHODS), help="separated by commas")


def run(data: Path | None, given: argparse.Namespace) -> list[Row]:
    """Rows ``SCENE/METHOD, whole catalogue`` and ``SCENE/METHOD, among cold items``."""
    rows: list[Row] = []
    for scene in given.scene or ():
        if scene not in FOUR:
            raise InputError(f"{scene} is no scene of this benchmark", where="--scene")
    with workplace(data, *SETS) as place:
        for scene in given.scene or ("Industrial_and_Scientific",):
            sources = tuple(name for name in FOUR if name != scene)
            view, questions = place.view(place.task(scene, sources, "all", 0))
            cold = held_out(len(view.target.item_ids), view.seed)
            view, questions = without(view, cold), asked_for(questions, cold)
            tried = try_out(view, questions, given.methods.split(","))
            among = {
                name: values_of(among_cold(one.recommender, cold), questions) for name, one in tried.items()
            }
            for name, one in tried.items():
                rows += value_rows(f"{scene}/{name}, whole catalogue", one.values, one.seconds)
                rows += value_rows(f"{scene}/{name}, among cold items", among[name])
                if name != "content" and "content" in tried:
                    about = f"{scene}/{name} over content"
                    rows += gain_rows(f"{about}, whole catalogue", one.values, tried["content"].values)
                    rows += gain_rows(f"{about}, among cold items", among[name], among["content"])
    return rows


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


def among_cold(recommender: Recommender, cold: npt.NDArray[np.bool_]):  # type: ignore[no-untyped-def]
    """The recommender's scores with every warm item ruled out."""

    def score(histories: Sequences) -> Scores:
        return np.where(cold, recommender.score(histories), np.float32(-1e9)).astype(np.float32)

    return score


def _thinned(sequences: Sequences, cold: npt.NDArray[np.bool_]) -> Sequences:
    kept = ~cold[sequences.items]
    lengths = np.add.reduceat(np.append(kept, False).astype(np.int64), sequences.indptr[:-1])
    lengths[sequences.lengths == 0] = 0
    return Sequences(
        sequences.people, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), sequences.items[kept]
    )
