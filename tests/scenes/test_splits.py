"""Which choices are learned from, held out and sealed."""

from dataclasses import replace

import numpy as np
import pytest

from tests.transfer.worlds import task, world
from xscene_core.errors import InputError
from xscene_core.scenes.sequences import Sequences, sequences_of
from xscene_core.scenes.splits import before, split, time_cuts
from xscene_core.transfer.budget import Budget
from xscene_core.transfer.task import people_within, prepare


def sequences(*times: list[int], timed: bool = True) -> Sequences:
    """Each person's choice times; the k-th choice of all is item k."""
    lengths = [len(one) for one in times]
    flat = np.array([moment for one in times for moment in one], dtype=np.int64)
    people = np.array([f"u{k}" for k in range(len(times))], dtype=object)
    indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return Sequences(people, indptr, np.arange(len(flat), dtype=np.int32), flat if timed else None)


def random_choices(seed: int) -> Sequences:
    random = np.random.default_rng(seed)
    return sequences(*[sorted(random.integers(0, 60, random.integers(0, 9)).tolist()) for _ in range(25)])


def test_leave_one_out_seals_the_last_and_holds_out_the_one_before() -> None:
    cuts = split(sequences([], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4], timed=False), "leave-one-out")
    assert cuts.train.tolist() == [0, 1, 2, 4, 8]
    assert cuts.valid.tolist() == [-1, -1, -1, 4, 8]
    assert cuts.test.tolist() == [-1, -1, 2, 5, 9]


def test_global_time_cuts_everybody_at_one_moment() -> None:
    early = sequences([0, 1, 2, 3, 4, 5, 6, 7], [0, 8, 9], [9, 9], [5, 9], [1, 8])
    first, second = time_cuts(early)
    assert (first, second) == tuple(int(np.quantile(early.times, q)) for q in (0.8, 0.9))
    cuts = split(early, "global-time")
    for person in range(len(early)):
        start, stop = early.indptr[person], early.indptr[person + 1]
        times = early.times[start:stop]
        assert cuts.train[person] - start == (times < first).sum()
        late = [start + k for k, moment in enumerate(times) if moment >= second]
        assert cuts.test[person] == (late[0] if late and late[0] > start else -1)
        between = [start + k for k, moment in enumerate(times) if first <= moment < second]
        wanted = between[0] if between and cuts.train[person] > start else -1
        assert cuts.valid[person] == wanted


@pytest.mark.parametrize("seed", range(20))
def test_global_time_lets_nothing_of_the_future_into_training(seed: int) -> None:
    choices = random_choices(seed)
    cuts = split(choices, "global-time")
    learned = [
        choices.times[place]
        for person in range(len(choices))
        for place in range(choices.indptr[person], cuts.train[person])
    ]
    latest = max(learned, default=-1)
    assert all(choices.times[place] > latest for place in cuts.valid if place >= 0)
    assert all(choices.times[place] > latest for place in cuts.test if place >= 0)
    if (cuts.valid >= 0).any() and (cuts.test >= 0).any():
        assert (
            choices.times[cuts.valid[cuts.valid >= 0]].max() < choices.times[cuts.test[cuts.test >= 0]].min()
        )


@pytest.mark.parametrize("protocol", ["leave-one-out", "global-time"])
@pytest.mark.parametrize("seed", range(5))
def test_learned_held_out_and_sealed_choices_never_overlap(seed: int, protocol) -> None:
    choices = random_choices(seed)
    cuts = split(choices, protocol)
    for person, (train, valid, test) in enumerate(zip(cuts.train, cuts.valid, cuts.test, strict=True)):
        start, stop = choices.indptr[person], choices.indptr[person + 1]
        assert start <= train <= stop
        assert valid == -1 or train <= valid < stop
        assert test == -1 or (train <= test < stop and test > valid and test > start)


def test_global_time_without_times_is_a_sentence() -> None:
    with pytest.raises(InputError, match="needs a timestamp"):
        split(sequences([1, 2], timed=False), "global-time")


def test_before_keeps_only_what_was_earlier() -> None:
    kept = before(sequences([1, 2, 3], [5], [2, 2, 9]), 3)
    assert kept.items.tolist() == [0, 1, 4, 5]
    assert kept.lengths.tolist() == [2, 0, 2]
    untimed = sequences([1, 2], timed=False)
    assert before(untimed, 0) is untimed


def test_sources_end_where_the_training_of_the_target_ends() -> None:
    view, _ = task(*world(), budget="all", protocol="global-time")
    moment = time_cuts(sequences_of(world()[0]["target"]))[0]
    assert view.target.sequences.times.max() < moment
    assert all(source.sequences.times.max() < moment for source in view.sources)


def test_budgets_hold_the_people_they_say_and_smaller_ones_lie_within_larger_ones() -> None:
    choices = random_choices(1)
    cuts = split(choices, "leave-one-out")
    able = set(np.flatnonzero(cuts.train > choices.indptr[:-1]))
    inside: set[int] = set()
    for text in ("0", "1", "5", "40%", "12", "all"):
        budget = Budget.parse(text)
        people = people_within(choices, cuts, budget, seed=3)
        assert len(people) == budget.people(len(able))
        assert (np.diff(people) > 0).all()
        assert inside <= set(people) <= able
        inside = set(people)
    assert inside == able
    drawn = [people_within(choices, cuts, Budget.parse("5"), seed) for seed in range(6)]
    assert len({tuple(one) for one in drawn}) > 1


def test_everybody_is_tested_whatever_the_budget() -> None:
    for budget in ("0", "5", "all"):
        view, test = task(*world(), budget=budget)
        assert len(test.questions) == 60
        assert len(view.target.sequences) == Budget.parse(budget).people(60)
        learned = np.bincount(view.target.sequences.items, minlength=40)
        np.testing.assert_array_equal(test.seen_counts, learned)


def test_a_target_in_which_nobody_can_be_tested_is_a_sentence() -> None:
    scenes, vectors = world()
    rows = scenes["target"].interactions.drop_duplicates("user_id", ignore_index=True)
    for interactions in (rows, rows.head(0)):
        alone = scenes | {"target": replace(scenes["target"], interactions=interactions)}
        with pytest.raises(InputError, match="Nobody in the target scene has two choices"):
            prepare(
                alone,
                vectors,
                sources=("source-a",),
                target="target",
                budget=Budget.parse("0"),
                protocol="leave-one-out",
                seed=0,
            )
