"""From scenes to what a method may see and what only the evaluator sees."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from xscene_core.errors import InputError
from xscene_core.scenes.new_people import new_people, until_first
from xscene_core.scenes.scene import Scene
from xscene_core.scenes.sequences import Sequences, sequences_of
from xscene_core.scenes.splits import Protocol, Split, before, split, time_cuts
from xscene_core.transfer.budget import Budget
from xscene_core.transfer.views import Questions, SceneView, TestView, TrainingView


def prepare(
    scenes: Mapping[str, Scene],
    vectors: Mapping[str, npt.NDArray[np.float32]],
    *,
    sources: tuple[str, ...],
    target: str,
    budget: Budget,
    protocol: Protocol,
    seed: int,
) -> tuple[TrainingView, TestView]:
    """The two views of one task.

    The people within the budget are the first of one permutation by ``seed``, so a smaller budget's people
    are among a larger one's. With the global-time split, sources end where the target's training ends.

    Raises
    ------
    InputError : the target has interactions to learn from but nobody could be tested.
    """
    choices = sequences_of(scenes[target])
    if protocol == "new-people":
        return _prepare_new(scenes, vectors, choices, sources, target, budget, seed)
    cuts = split(choices, protocol)
    if not (cuts.test >= 0).any():
        raise InputError(
            "Nobody in the target scene has two choices in order, so nothing can be tested",
            where=f"scene {target}",
            todo="Choose another target, another split, or add interactions.",
        )
    chosen = people_within(choices, cuts, budget, seed)
    learn = choices.slice(chosen, choices.indptr[chosen], cuts.train[chosen])
    target_view = _view(scenes[target], vectors[target], learn)
    moment = time_cuts(choices)[0] if protocol == "global-time" else None
    source_views = tuple(
        _view(scenes[name], vectors[name], _source_choices(scenes[name], moment)) for name in sources
    )
    training = TrainingView(source_views, target_view, _questions(choices, cuts.valid, chosen), seed)
    asked = np.flatnonzero(cuts.test >= 0)
    return training, TestView(_questions(choices, cuts.test, asked), target_view.counts)


VALID_SHARE, MOST_VALID = 0.2, 2000
"""Of the people within the budget who are also elsewhere, how many are kept for choosing."""


def _prepare_new(
    scenes: Mapping[str, Scene],
    vectors: Mapping[str, npt.NDArray[np.float32]],
    choices: Sequences,
    sources: tuple[str, ...],
    target: str,
    budget: Budget,
    seed: int,
) -> tuple[TrainingView, TestView]:
    """People new to the target: asked for their first choice there, known by what they chose elsewhere.

    Nothing of what test and validation people chose in the target is learned from, and where scenes have
    times their source choices end at that first choice. The budget counts validation people. Other people's
    choices stay whole, later ones too.
    """
    elsewhere = {name: sequences_of(scenes[name]) for name in sources}
    able, test = (found := new_people(choices, elsewhere, target, seed)).able, found.test
    others = np.setdiff1d(np.flatnonzero(choices.lengths > 0), test)
    shuffled = np.random.default_rng([seed, 20]).permutation(others)
    chosen = shuffled[: budget.people(len(others))]
    askable = chosen[np.isin(chosen, able)]
    valid = np.sort(askable[: min(round(VALID_SHARE * len(askable)), MOST_VALID)])
    learned = np.setdiff1d(chosen, valid)
    held = choices.people[np.union1d(test, valid)]
    target_view = _view(scenes[target], vectors[target], choices.take(learned))
    source_views = tuple(
        _view(scenes[name], vectors[name], until_first(elsewhere[name], choices, held)) for name in sources
    )
    training = TrainingView(
        source_views, target_view, Questions.first_of(choices.take(valid)), seed, new_people=True
    )
    return training, TestView(Questions.first_of(choices.take(test)), target_view.counts)


def people_within(choices: Sequences, cuts: Split, budget: Budget, seed: int) -> npt.NDArray[np.int64]:
    """Rows of the people who may be learned from, in their original order."""
    able = np.flatnonzero(cuts.train > choices.indptr[:-1])
    shuffled = np.random.default_rng([seed, 20]).permutation(able)
    return np.sort(shuffled[: budget.people(len(able))])


def _view(scene: Scene, vectors: npt.NDArray[np.float32], choices: Sequences) -> SceneView:
    return SceneView(scene.name, scene.items["item_id"].to_numpy(dtype=object), vectors, choices)


def _source_choices(scene: Scene, moment: int | None) -> Sequences:
    choices = sequences_of(scene)
    return choices if moment is None else before(choices, moment)


def _questions(choices: Sequences, answers: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> Questions:
    rows = rows[answers[rows] >= 0]
    histories = choices.slice(rows, choices.indptr[rows], answers[rows])
    return Questions(histories, choices.items[answers[rows]])
