"""Trying methods out on people within the budget, as if they were new: the evidence that ``auto`` uses."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from xscene_core.evaluation.ranking import metric, rank_answers
from xscene_core.scenes.new_people import until_first
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.method import find
from xscene_core.transfer.views import Questions, SceneView, TrainingView
from xscene_core.watcher import Watcher, Within

CROSS_FITTED_UP_TO = 1000
"""With at most so many people everybody is judged once; with more, a quarter is."""
FOLDS = 4
JUDGED, QUESTIONS_EACH = 1000, 5
FEWEST = 10
"""Fewer held-out people cannot be evidence."""
METRIC = "ndcg@10"


def rehearse(
    view: TrainingView, names: Sequence[str], watcher: Watcher
) -> dict[str, npt.NDArray[np.float64]]:
    """Each method's held-out NDCG@10, person by person: name -> (P,) in one order of people.

    The people within the budget are dealt into folds; a method learns from the other folds and is asked
    for each of the last choices of the people left out, of whom it saw nothing. A person's value is the mean
    over these questions. With ``view.new_people`` it is asked for their first choice, without a history in
    the target, and only of those who have one elsewhere. Uses training data alone, never the sealed test.
    """
    values: dict[str, list[npt.NDArray[np.float64]]] = {name: [] for name in names}
    rounds = list(_rounds(view))
    for number, (inner, asked, person) in enumerate(rounds):
        for place, name in enumerate(names):
            done = (number + place / len(names)) / len(rounds)
            watcher.progress("rehearse", done)
            kept = view.checkpoints.inside(f"rehearse-{number}-{name}") if view.checkpoints else None
            within = Within(watcher, "rehearse", done, ("pretrain", "encode"))
            values[name].append(_judged(replace(inner, checkpoints=kept), name, asked, person, within))
    watcher.progress("rehearse", 1.0)
    return {name: np.concatenate(parts) if parts else np.empty(0) for name, parts in values.items()}


def _judged(
    view: TrainingView, name: str, asked: Questions, person: npt.NDArray[np.int64], watcher: Watcher
) -> npt.NDArray[np.float64]:
    """(P,) what one method is worth to each person; read where the run had found it out before it ended."""
    kept, file = view.checkpoints, "values"
    known = kept.read(file) if kept else None
    if known is not None:
        return np.asarray(known[0]["values"], dtype=np.float64)
    method = find(name)
    fitted = method.fit(view, method.check({}), watcher)
    ranks, _ = rank_answers(fitted.score, asked)
    found = np.bincount(person, metric(METRIC, ranks)) / np.bincount(person)
    if kept:
        kept.clear()  # its trainings are over
        kept.write(file, {"values": found}, {})
    return found


def _rounds(view: TrainingView) -> Iterator[tuple[TrainingView, Questions, npt.NDArray[np.int64]]]:
    """Training view without the judged people, their questions, and whose each question is."""
    whole = view.target.sequences if view.new_people else _with_validation(view)
    judged = _known_elsewhere(view) if view.new_people else np.flatnonzero(whole.lengths >= 2)
    fold = np.random.default_rng([view.seed, 13]).permutation(len(judged)) % FOLDS
    rounds = FOLDS if len(judged) <= CROSS_FITTED_UP_TO else 1
    for number in range(rounds):
        out = judged[fold == number][:JUDGED]
        if len(out) == 0:
            continue
        left = whole.take(out)
        kept = np.setdiff1d(np.arange(len(whole)), judged[fold == number])
        if view.new_people:
            blind = replace(view, sources=_until_first(view, left.people))
            yield _without(blind, kept), Questions.first_of(left), np.arange(len(left))
        else:
            yield _without(view, kept), *last_questions(left, QUESTIONS_EACH)


def last_questions(sequences: Sequences, each: int) -> tuple[Questions, npt.NDArray[np.int64]]:
    """The last ``each`` choices of every person, each with what came before it, and (Q,) whose it is."""
    counts = np.minimum(np.maximum(sequences.lengths - 1, 0), each)
    person = np.repeat(np.arange(len(sequences)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    answers = sequences.indptr[1:][person] - 1 - (np.arange(len(person)) - first)
    histories = sequences.slice(person, sequences.indptr[:-1][person], answers)
    return Questions(histories, sequences.items[answers]), person


def _until_first(view: TrainingView, people: npt.NDArray[np.object_]) -> tuple[SceneView, ...]:
    """The sources, in which ``people`` have not yet chosen what they chose after their first choice in the
    target: of those of the sealed test it is not known either."""
    target = view.target.sequences
    return tuple(
        replace(scene, sequences=until_first(scene.sequences, target, people)) for scene in view.sources
    )


def _known_elsewhere(view: TrainingView) -> npt.NDArray[np.int64]:
    """Rows of the people within the budget who chose something in a source before they came to the target."""
    known: set[str] = set()
    for scene in _until_first(view, view.target.sequences.people):
        known |= set(scene.sequences.people[scene.sequences.lengths > 0])
    there = np.array([name in known for name in view.target.sequences.people], dtype=bool)
    return np.flatnonzero(there & (view.target.sequences.lengths > 0))


def _with_validation(view: TrainingView) -> Sequences:
    """What the people within the budget chose, their held-out choice included."""
    people = view.target.sequences
    asked = dict(zip(view.validation.histories.people, view.validation.answers, strict=True))
    rows = [
        np.append(people.of(number), asked[name]) if name in asked else people.of(number)
        for number, name in enumerate(people.people)
    ]
    lengths = [len(row) for row in rows]
    items = np.concatenate(rows).astype(np.int32) if rows else np.empty(0, np.int32)
    return Sequences(people.people, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), items)


def _without(view: TrainingView, kept: npt.NDArray[np.int64]) -> TrainingView:
    """The view in which only the people ``kept`` are within the budget; in ``new_people`` validation is about
    others, who stay."""
    target = replace(view.target, sequences=view.target.sequences.take(kept))
    if view.new_people:
        return replace(view, target=target)
    names = set(view.target.sequences.people[kept])
    rows = np.array(
        [k for k, name in enumerate(view.validation.histories.people) if name in names], dtype=np.int64
    )
    validation = Questions(view.validation.histories.take(rows), view.validation.answers[rows])
    return replace(view, target=target, validation=validation)
