"""People new to the target: what is held back of them, what stands in for it, and who finds the link."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.transfer.worlds import histories, scene_of_choices, short_training, task, unit
from xscene_core.errors import InputError
from xscene_core.evaluation.ranking import metric, rank_answers
from xscene_core.models.similarity import content_people
from xscene_core.scenes.new_people import chosen_elsewhere
from xscene_core.scenes.scene import Scene
from xscene_core.scenes.sequences import Sequences, sequences_of
from xscene_core.transfer import rehearsal
from xscene_core.transfer.elsewhere import Elsewhere
from xscene_core.transfer.fitted import Scores
from xscene_core.transfer.method import find, methods
from xscene_core.transfer.methods.bridge import EVIDENCE, Bridged, BridgeParams
from xscene_core.transfer.rehearsal import rehearse
from xscene_core.transfer.views import TestView, TrainingView
from xscene_core.watcher import Silent

KINDS, ITEMS, PEOPLE = 4, 40, 200


def world(start: int = 1_600_000_000) -> tuple[dict[str, Scene], dict[str, np.ndarray]]:
    """Everybody shops in both scenes and likes one of four kinds, which only ids tell: content is noise.

    start : when the target opens, seconds; the source's choices are one a day from 1,500,000,000 on.
    """
    random = np.random.default_rng(0)
    scenes, vectors = {}, {}
    for name in ("source-a", "source-b", "target"):
        ids = [f"{name}-{number}" for number in range(ITEMS)]
        choices = {}
        for person in range(PEOPLE if name != "source-b" else 20):
            liked = np.where(np.arange(ITEMS) % KINDS == person % KINDS, 8.0, 1.0)
            drawn = random.choice(ITEMS, 6, replace=False, p=liked / liked.sum())
            choices[f"u{person:03d}"] = [ids[item] for item in drawn]
        scenes[name] = scene_of_choices(name, ids, choices)
        vectors[name] = unit(random.standard_normal((ITEMS, 12)))
    later = scenes["target"].interactions.copy()
    later["timestamp"] += start - 1_500_000_000
    return scenes | {"target": replace(scenes["target"], interactions=later)}, vectors


def views(**changed: Any) -> tuple[TrainingView, TestView]:
    scenes, vectors = world()
    return task(scenes, vectors, budget=changed.get("budget", "all"), protocol="new-people")


def quality(name: str, view: TrainingView, test: TestView, **params: Any) -> float:
    ranks, _ = rank_answers(find(name).run(view, params, Silent()).score, test.questions)
    return float(metric("ndcg@10", ranks).mean())


def test_the_sealed_people_have_no_choice_in_the_training_view_and_are_asked_for_their_first_one() -> None:
    view, test = views()
    sealed = set(test.questions.histories.people)
    assert len(sealed) == 40
    assert not sealed & set(view.target.sequences.people)
    assert not sealed & set(view.validation.histories.people)
    assert not set(view.validation.histories.people) & set(view.target.sequences.people)
    assert (test.questions.histories.lengths == 0).all()
    assert (view.validation.histories.lengths == 0).all()
    whole = sequences_of(world()[0]["target"])
    first = {person: whole.of(row)[0] for row, person in enumerate(whole.people)}
    assert [first[one] for one in test.questions.histories.people] == test.questions.answers.tolist()
    assert view.new_people


def test_whatever_the_sealed_people_chose_in_the_target_the_view_is_the_same() -> None:
    scenes, vectors = world()
    view, test = task(scenes, vectors, budget="all", protocol="new-people")
    rows = scenes["target"].interactions.copy()
    theirs = rows["user_id"].isin(test.questions.histories.people)
    rows.loc[theirs, "item_id"] = scenes["target"].items["item_id"].iloc[7]
    spoiled = scenes | {"target": replace(scenes["target"], interactions=rows)}
    other, other_test = task(spoiled, vectors, budget="all", protocol="new-people")
    assert not np.array_equal(other_test.questions.answers, test.questions.answers)
    for one, again in zip((view.target, *view.sources), (other.target, *other.sources), strict=True):
        assert one.sequences.people.tolist() == again.sequences.people.tolist()
        np.testing.assert_array_equal(one.sequences.items, again.sequences.items)
    np.testing.assert_array_equal(view.validation.answers, other.validation.answers)


def test_with_times_nothing_they_chose_elsewhere_after_their_first_choice_here_is_seen() -> None:
    scenes, vectors = world(start=1_500_000_000 + 3 * 86_400)
    view, test = task(scenes, vectors, budget="all", protocol="new-people")
    source = view.sources[0].sequences
    lengths = dict(zip(source.people, source.lengths, strict=True))
    held = {*test.questions.histories.people, *view.validation.histories.people}
    assert {int(lengths[one]) for one in held} == {3}
    assert {int(count) for one, count in lengths.items() if one not in held} == {6}


def test_the_budget_counts_everybody_whose_target_choices_are_used() -> None:
    view, test = views(budget="30")
    assert len(view.target.sequences) + len(view.validation) == 30
    assert len(test.questions) == 40
    none, _ = views(budget="0")
    assert len(none.target.sequences) == len(none.validation) == 0


def test_where_nobody_is_shared_a_sentence_says_so() -> None:
    scenes, vectors = world()
    rows = scenes["target"].interactions.assign(user_id=lambda table: "x" + table["user_id"])
    with pytest.raises(InputError, match="Nobody in target can be asked as a new person"):
        task(
            scenes | {"target": replace(scenes["target"], interactions=rows)}, vectors, protocol="new-people"
        )


def test_the_bridge_finds_what_only_shared_people_tell() -> None:
    view, test = views()
    bridge, popular, content = (quality(name, view, test) for name in ("bridge", "popularity", "content"))
    assert bridge > 1.3 * max(popular, content)


def test_the_bridge_maps_tastes_that_look_different_in_the_two_scenes() -> None:
    """Whoever likes one kind in the sources likes a kind of other content in the target."""
    scenes, vectors = world()
    kinds, noise = np.eye(KINDS, 12), np.random.default_rng(3)
    for name, shift in (("source-a", 0), ("source-b", 0), ("target", 1)):
        told = kinds[(np.arange(ITEMS) + shift) % KINDS]
        vectors[name] = unit(told + 0.1 * noise.standard_normal((ITEMS, 12)))
    view, test = task(scenes, vectors, budget="all", protocol="new-people")
    fitted = Bridged(view, BridgeParams())
    asked = test.questions

    def worth(score: Callable[[Sequences], Scores]) -> float:
        return float(metric("ndcg@10", rank_answers(score, asked)[0]).mean())

    mapped = worth(lambda histories: fitted.mapped(fitted.elsewhere.counts(histories.people)))
    assert mapped > 1.3 * worth(fitted.content)
    off = Bridged(view, BridgeParams(content=False))
    assert not off.evidence(asked.histories)[EVIDENCE.index("mapping")].any()


def test_with_histories_elsewhere_dealt_to_other_people_the_bridge_is_no_better_than_popularity() -> None:
    view, test = views()
    random = np.random.default_rng(0)
    sources = tuple(
        replace(one, sequences=replace(one.sequences, people=random.permutation(one.sequences.people)))
        for one in view.sources
    )
    spoiled = replace(view, sources=sources)
    assert quality("bridge", spoiled, test) < 1.15 * quality("popularity", spoiled, test)


def test_content_compares_the_target_with_what_was_chosen_elsewhere() -> None:
    view, test = views()
    people = test.questions.histories.take(np.arange(3))
    found = find("content").run(view, {}, Silent()).score(people)
    source = view.sources[0]
    row = source.sequences.people.tolist().index(people.people[2])
    alone = content_people(source.sequences.take(np.array([row])), source.vectors)
    if people.people[2] not in view.sources[1].sequences.people:
        np.testing.assert_allclose(found[2:], alone @ view.target.vectors.T, atol=1e-6)
    assert np.abs(found).max() > 0.1


def test_a_longer_history_takes_every_source_in_the_order_of_time() -> None:
    view, _ = views()
    elsewhere = Elsewhere(view)
    person = view.sources[1].sequences.people[0]
    asked = replace(histories([], [3, 4]), people=np.array([person, "nobody"], dtype=object))
    longer = elsewhere.longer(asked)
    assert longer.of(1).tolist() == [3, 4]
    parts = [one.sequences for one in view.sources]
    own = [part.of(part.people.tolist().index(person)) for part in parts]
    assert sorted(longer.of(0)) == sorted([*(own[0] + ITEMS), *(own[1] + 2 * ITEMS)])
    assert longer.of(0)[:2].tolist() in ([own[0][0] + ITEMS, own[1][0] + 2 * ITEMS],)
    counts = elsewhere.counts(asked.people).toarray()
    assert counts[0].sum() == 12
    assert not counts[1].any()


def test_somebody_with_a_history_here_is_placed_by_that_alone() -> None:
    view, _ = views()
    here = replace(histories([0, 1]), people=view.sources[0].sequences.people[:1])
    unknown = histories([0, 1])
    score = find("content").run(view, {}, Silent()).score
    np.testing.assert_array_equal(score(here), score(unknown))


def test_on_the_map_new_people_lie_where_their_choices_elsewhere_put_them() -> None:
    view, test = views()
    vectors = {one.name: one.vectors for one in (*view.sources, view.target)}
    placed = Elsewhere(view).place(test.questions.histories, vectors)
    np.testing.assert_allclose(np.linalg.norm(placed, axis=1), 1, atol=1e-5)
    source = view.sources[0].sequences
    only = [
        one for one in test.questions.histories.people if one not in set(view.sources[1].sequences.people)
    ]
    rows = [test.questions.histories.people.tolist().index(one) for one in only]
    expected = content_people(
        source.take(np.array([source.people.tolist().index(one) for one in only])), view.sources[0].vectors
    )
    np.testing.assert_allclose(placed[rows], expected, atol=1e-6)


@pytest.mark.parametrize("name", ["fine-tune", "target-only"])
def test_a_network_places_new_people_by_what_they_chose_elsewhere(name: str) -> None:
    view, test = views()
    with short_training():
        fitted = find(name).run(view, {}, Silent())
    placed = fitted.tower.place_people(test.questions.histories, "target")
    assert (np.abs(placed).sum(axis=1) > 0).all()
    assert np.isfinite(fitted.score(test.questions.histories)).all()


def test_a_rehearsal_asks_people_who_are_new_as_the_test_does() -> None:
    view, _ = views()
    values = rehearse(view, ("popularity", "bridge"), Silent())
    assert len(values["bridge"]) == len(view.target.sequences)
    assert values["bridge"].mean() > values["popularity"].mean()


def test_auto_judges_the_bridge_and_chooses_it_where_it_surely_helps() -> None:
    view, _ = views()
    with short_training(1):
        fitted = find("auto").run(view, {"candidates": ()}, Silent())
    assert "rehearsed/bridge" in fitted.facts
    assert fitted.stands_for == "bridge"


def test_every_method_answers_for_new_people() -> None:
    view, test = views(budget="30")
    asked = test.questions.histories.take(np.arange(5))
    for name in methods("ranking"):
        if name == "auto":
            continue
        with short_training(1):
            found = find(name).run(view, {}, Silent()).score(asked)
        assert found.shape == (5, ITEMS), name
        assert np.isfinite(found).all(), name


def test_in_the_rehearsal_nobody_is_known_by_what_came_after_their_first_choice() -> None:
    """The sealed people are not either: with it the rehearsal would promise more than the test can hold."""
    scenes, vectors = world(start=1_500_000_000 + 2 * 86_400 + 3_600)  # opens after three source choices
    view, _ = task(scenes, vectors, budget="all", protocol="new-people")
    whole = {one.name: one.sequences for one in view.sources}
    for inner, asked, _ in rehearsal._rounds(view):
        judged = set(asked.histories.people)
        assert judged
        for scene in inner.sources:
            for row, person in enumerate(scene.sequences.people):
                before = whole[scene.name].of(row)
                wanted = before[:3] if person in judged else before
                assert scene.sequences.of(row).tolist() == wanted.tolist()


def test_who_chose_elsewhere_only_later_is_not_judged_in_the_rehearsal() -> None:
    scenes, vectors = world()
    rows = scenes["target"].interactions.copy()
    early = rows["user_id"].str[-1].astype(int) % 2 == 1
    rows.loc[early, "timestamp"] -= 200_000_000
    scenes |= {"target": replace(scenes["target"], interactions=rows)}
    view, _ = task(scenes, vectors, budget="all", protocol="new-people")
    assert any(int(person[-1]) % 2 for person in view.target.sequences.people)
    judged = [person for _, asked, _ in rehearsal._rounds(view) for person in asked.histories.people]
    assert judged
    assert not any(int(person[-1]) % 2 for person in judged)


def test_a_source_without_times_in_which_somebody_never_was_keeps_no_order_from_them() -> None:
    scenes, _ = world()
    named = {"early": scenes["source-a"], "blank": scenes["source-b"], "late": scenes["source-a"]}
    rows = named["early"].interactions
    blank = named["blank"].interactions.iloc[:0]
    named["early"] = replace(named["early"], interactions=rows.assign(timestamp=rows["timestamp"] + 7))
    lost = scenes["source-b"].interactions.assign(timestamp=pd.NA, user_id="nobody")
    named["blank"] = replace(named["blank"], interactions=pd.concat([blank, lost]))
    shown = chosen_elsewhere(named, scenes["target"], "u000")
    assert [source for source, _ in shown] == ["late", "early"] * 6


@pytest.mark.parametrize("opens", [2 * 86_400 + 3_600, 90 * 86_400])
@pytest.mark.parametrize("timed", [True, False])
def test_what_somebody_is_known_by_can_be_shown(opens: int, timed: bool) -> None:
    scenes, vectors = world(start=1_500_000_000 + opens)
    if not timed:
        source = scenes["source-a"]
        blank = source.interactions.assign(timestamp=pd.array([pd.NA] * len(source.interactions), "Int64"))
        scenes["source-a"] = replace(source, interactions=blank)
    view, test = task(scenes, vectors, budget="all", protocol="new-people")
    ids = np.concatenate([scenes[name].items["item_id"] for name in ("target", "source-a", "source-b")])
    known = Elsewhere(view).longer(test.questions.histories)
    sources = {name: scenes[name] for name in ("source-a", "source-b")}
    for row, person in enumerate(known.people):
        shown = chosen_elsewhere(sources, scenes["target"], str(person))
        assert [item for _, item in shown] == ids[known.of(row)].tolist()
        assert all(item.startswith(source) for source, item in shown)
