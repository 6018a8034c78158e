"""When auto transfers, when it abstains, and that its rehearsal sees nothing of whom it judges."""

import numpy as np
import pytest

from tests.transfer.worlds import histories, task, world
from xscene_core.errors import Cancelled, InputError
from xscene_core.transfer import rehearsal
from xscene_core.transfer.method import find
from xscene_core.transfer.methods.auto import FEWEST, AutoParams, choose
from xscene_core.transfer.rehearsal import last_questions, rehearse
from xscene_core.watcher import Silent, StopAfter

PARAMS = AutoParams(candidates=("fine-tune", "coral"))


def values(people: int = 200, **means: float) -> dict[str, np.ndarray]:
    """Per-person qualities that share most of their spread, as those of one task do."""
    random = np.random.default_rng(0)
    common = random.random(people) * 0.5
    named = {
        "content": 0.3,
        "popularity": 0.2,
        "item-knn": 0.25,
        "target-only": 0.31,
        "fine-tune": 0.3,
        "coral": 0.3,
    }
    named |= {name.replace("_", "-"): mean for name, mean in means.items()}
    return {name: common + mean + 0.01 * random.standard_normal(people) for name, mean in named.items()}


def test_a_sure_gain_over_the_best_baseline_is_taken() -> None:
    choice = choose(values(fine_tune=0.35), PARAMS, seed=0)
    assert (choice.chosen, choice.reference) == ("fine-tune", "target-only")
    assert choice.reason.startswith("Chose fine-tune")
    assert "200 people" in choice.reason


def test_of_several_sure_gains_the_largest_is_taken() -> None:
    assert choose(values(fine_tune=0.35, coral=0.37), PARAMS, seed=0).chosen == "coral"


def test_sure_gains_that_cannot_be_told_apart_go_to_the_first_candidate() -> None:
    level = values(fine_tune=0.3500, coral=0.3502)
    assert level["coral"].mean() > level["fine-tune"].mean()
    assert choose(level, PARAMS, seed=0).chosen == "fine-tune"
    turned = AutoParams(candidates=("coral", "fine-tune"))
    assert choose(level, turned, seed=0).chosen == "coral"
    assert "coral surely beat target-only" in choose(level, PARAMS, seed=0).reason


def test_a_candidate_below_the_baseline_is_never_taken_beside_a_sure_one() -> None:
    noise = np.random.default_rng(1).standard_normal(200)
    unsure = values(coral=0.37)
    unsure["fine-tune"] = unsure["target-only"] - 0.01 + 2 * (noise - noise.mean())
    assert choose(unsure, PARAMS, seed=0).chosen == "coral"


def test_no_gain_keeps_the_best_baseline_and_says_so() -> None:
    choice = choose(values(content=0.33), PARAMS, seed=0)
    assert (choice.chosen, choice.reference) == ("content", "content")
    assert choice.reason.startswith("Abstained")


def test_target_only_is_kept_where_content_is_not_surely_better() -> None:
    """In the rehearsal it has fewer people than it will have."""
    level = values(content=0.3102)
    assert level["content"].mean() > level["target-only"].mean()
    choice = choose(level, PARAMS, seed=0)
    assert (choice.chosen, choice.reference) == ("target-only", "target-only")
    assert "surely beat content" in choice.reason
    assert choice.reason.endswith("now learns from more people.")
    assert choose(level, PARAMS, seed=0, learns={}).chosen == "content"
    other = values(item_knn=0.3102)
    assert other["item-knn"].mean() > other["target-only"].mean()
    assert choose(other, PARAMS, seed=0).chosen == "item-knn"  # to which it does not fall back


def test_a_gain_over_a_weak_baseline_only_is_not_enough() -> None:
    assert choose(values(fine_tune=0.305, target_only=0.31), PARAMS, seed=0).chosen == "target-only"


def test_an_uncertain_gain_is_not_taken() -> None:
    noisy = values(30)
    noisy["fine-tune"] = noisy["target-only"] + np.random.default_rng(1).standard_normal(30) * 0.5
    choice = choose(noisy, PARAMS, seed=0)
    assert choice.chosen == choice.reference == "target-only"


def test_negative_transfer_is_named() -> None:
    choice = choose(values(fine_tune=0.1, coral=0.1), PARAMS, seed=0)
    assert choice.chosen == "target-only"
    assert "It would have hurt." in choice.reason


@pytest.mark.parametrize("people", [0, 1, FEWEST - 1])
def test_too_few_people_are_no_evidence(people: int) -> None:
    choice = choose(values(people, fine_tune=9.0), PARAMS, seed=0)
    assert (choice.chosen, choice.reference) == ("content", "content")
    assert f"only {people} people" in choice.reason


def test_the_number_of_people_said_to_be_too_few_is_the_real_one() -> None:
    view, _ = task(*world(), budget="4")
    fitted = find("auto").run(view, {}, Silent())
    assert f"only {len(view.validation)} people" in fitted.reason
    assert fitted.stands_for == "content"


def test_without_candidates_the_best_baseline_is_kept() -> None:
    assert choose(values(), AutoParams(candidates=()), seed=0).chosen == "target-only"


def test_the_choice_is_the_same_every_time() -> None:
    assert choose(values(), PARAMS, seed=4) == choose(values(), PARAMS, seed=4)


@pytest.mark.parametrize("name", ["content", "auto", "nothing"])
def test_only_transfer_methods_can_be_candidates(name: str) -> None:
    with pytest.raises(InputError):
        find("auto").check({"candidates": name})


def test_candidates_may_be_written_with_a_plus() -> None:
    assert AutoParams(candidates="coral+dann").candidates == ("coral", "dann")  # type: ignore[arg-type]


@pytest.mark.parametrize("budget", ["6", "24", "all"])
def test_whom_rehearsal_judges_it_never_learns_from(budget: str) -> None:
    view, test = task(*world(), budget=budget)
    judged: list[str] = []
    for inner, asked, person in rehearsal._rounds(view):
        people = set(asked.histories.people)
        assert not people & set(inner.target.sequences.people)
        assert not people & set(inner.validation.histories.people)
        assert inner.sources is view.sources
        assert set(inner.target.sequences.people) < set(view.target.sequences.people)
        assert person.max() + 1 == len(people)
        judged += people
    assert sorted(judged) == sorted(view.target.sequences.people)  # everybody once
    assert len(test.questions) > len(judged) or budget == "all"


def test_rehearsal_asks_only_about_choices_within_the_budget() -> None:
    view, test = task(*world(), budget="all")
    sealed = dict(zip(test.questions.histories.people, test.questions.answers, strict=True))
    held = dict(zip(view.validation.histories.people, view.validation.answers, strict=True))
    learned = {name: view.target.sequences.of(k) for k, name in enumerate(view.target.sequences.people)}
    for _, asked, _ in rehearsal._rounds(view):
        for name, history, answer in zip(
            asked.histories.people,
            (asked.histories.of(k) for k in range(len(asked))),
            asked.answers,
            strict=True,
        ):
            known = [*learned[name], held[name]]
            assert [*history, answer] == known[: len(history) + 1]
            assert answer != sealed[name]  # nobody here chooses a thing twice


def test_the_last_questions_are_the_last_choices_with_what_came_before() -> None:
    asked, person = last_questions(histories([1, 2, 3, 4], [5], [6, 7]), each=2)
    found = [(int(p), asked.histories.of(k).tolist(), int(asked.answers[k])) for k, p in enumerate(person)]
    assert found == [(0, [1, 2, 3], 4), (0, [1, 2], 3), (2, [6], 7)]


def test_rehearsed_values_are_per_person_and_in_one_order_for_all_methods() -> None:
    view, _ = task(*world(), budget="12")
    found = rehearse(view, ("popularity", "content", "item-knn"), Silent())
    assert {len(each) for each in found.values()} == {12}
    assert all(((each >= 0) & (each <= 1)).all() for each in found.values())
    alone = rehearse(view, ("content",), Silent())
    np.testing.assert_array_equal(alone["content"], found["content"])


def test_rehearsal_can_be_cancelled_in_the_middle_of_a_fit() -> None:
    view, _ = task(*world(), budget="12")
    with pytest.raises(Cancelled):
        rehearse(view, ("content", "fine-tune"), StopAfter(3))
