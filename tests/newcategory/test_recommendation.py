import dataclasses
import io
import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xscene_core.errors import InputError
from xscene_core.newcategory import Recommendations, from_words, recommend
from xscene_core.watcher import StopAfter

PRODUCTS = pd.DataFrame(
    {
        "item_id": ["n1", "n2", "n3", "n4"],
        "title": ["red lamp", "red scarf", "green lamp", "blue lamp"],
    }
)


@pytest.fixture(scope="module")
def answer(world: Any) -> Recommendations:
    return recommend(world, PRODUCTS, top=2)


def likes(user: str) -> str:
    return ("red", "green", "blue")[int(user[1:]) % 3]


def test_everybody_is_offered_what_suits_what_they_chose_before(answer: Recommendations) -> None:
    first = answer.offers[answer.offers["place"] == 1].merge(answer.products, on="item_id")
    for colour in ("green", "blue"):
        offered = first[[likes(user) == colour for user in first["user_id"]]]
        assert set(offered["title"]) == {f"{colour} lamp"}


def test_two_different_categories_fit_different_people(world: Any) -> None:
    red = recommend(world, from_words("", "red things, red everywhere"))
    blue = recommend(world, from_words("", "blue things, blue everywhere"))
    best_red = set(red.people.query("fifth == 5")["user_id"])
    best_blue = set(blue.people.query("fifth == 5")["user_id"])
    assert {likes(user) for user in best_red} == {"red"}
    assert {likes(user) for user in best_blue} == {"blue"}
    assert not best_red & best_blue


def test_people_who_chose_in_two_scenes_are_one_person_with_both_histories(
    world: Any, answer: Recommendations
) -> None:
    assert answer.people["user_id"].is_unique
    shared = answer.people[answer.people["scenes"] == "target + source"]
    assert len(shared) == 120 == answer.facts["shared_people"]
    one = shared.iloc[0]
    both = sum((scene.interactions["user_id"] == one["user_id"]).sum() for scene in world.scenes.values())
    assert one["choices"] == both


def test_forgetting_the_named_reason_lowers_the_score_by_the_stated_amount(
    world: Any, answer: Recommendations
) -> None:
    person = answer.people[(answer.people["scenes"] == "source") & (answer.people["choices"] > 2)].iloc[0]
    reason = answer.reasons[answer.reasons["user_id"] == person["user_id"]].iloc[0]
    offer = answer.offers.query("user_id == @person.user_id and place == @reason.place").iloc[0]
    view = world.view.sources[0]
    row = view.sequences.people.tolist().index(person["user_id"])
    history = view.sequences.take(np.array([row]))
    without = history.items[view.item_ids[history.items] != reason["item_id"]]
    shorter = type(history)(history.people, np.array([0, len(without)]), without)
    new = world.encoding.encode_new(answer.products[answer.products["item_id"] == offer["item_id"]])
    full, less = (world.recommender.score_new(h, "source", new)[0, 0] for h in (history, shorter))
    from xscene_core.newcategory.appeal import yardstick

    spread = world.recommender.score_new(history, "source", yardstick(world, 0)).std()
    assert reason["drop"] == pytest.approx((full - less) / spread, rel=1e-3)
    assert reason["drop"] > 0


def test_reasons_are_the_person_s_own_choices_and_their_shares_do_not_exceed_one(
    world: Any, answer: Recommendations
) -> None:
    own = {
        (user, item)
        for scene in world.scenes.values()
        for user, item in scene.interactions[["user_id", "item_id"]].itertuples(index=False)
    }
    assert set(answer.reasons[["user_id", "item_id"]].itertuples(index=False, name=None)) <= own
    assert (answer.reasons.groupby(["user_id", "place"])["share"].sum() <= 1 + 1e-9).all()
    assert (answer.reasons["drop"] > 0).all()


def test_content_far_from_everything_known_is_not_ranked_with_confidence(world: Any) -> None:
    result = recommend(world, from_words("Submarines", "nuclear periscope"))
    assert result.abstains
    assert set(result.people["confidence"]) == {"none"}
    assert result.products["far"].all()


def test_an_appeal_that_tells_nothing_about_hidden_categories_gives_no_confidence(world: Any) -> None:
    """Everybody here chooses kinds at random, so the appeal of a hidden kind cannot tell its buyers."""
    result = recommend(world, PRODUCTS)
    trial = result.calibration
    assert trial["measured"]
    assert trial["grouping"] == "category"
    assert {one["name"] for one in trial["hidden"]} <= {"lamp", "chair", "mug", "scarf"}
    assert 0.8 < trial["lift"][4] < 1.2
    assert trial["low"][4] < 1 < trial["high"][4]
    assert "high" not in set(result.people.query("fifth == 5")["confidence"])


def test_an_appeal_that_tells_buyers_of_hidden_categories_gives_confidence(world: Any) -> None:
    """Everybody here keeps to one colour, so with "red lamp" hidden the other red things point at it."""
    scenes = {
        name: dataclasses.replace(scene, items=scene.items.assign(category=scene.items["title"]))
        for name, scene in world.scenes.items()
    }
    result = recommend(SimpleNamespace(**vars(world) | {"scenes": scenes}), PRODUCTS)
    trial = result.calibration
    assert trial["low"][4] > 1.5
    assert trial["high"][0] < 0.5
    assert trial["auc"] > 0.8
    assert trial["low"][4] > trial["control"][0]
    assert "high" in set(result.people.query("fifth == 5")["confidence"])


def test_segments_part_people_by_taste_and_say_what_sets_them_apart(answer: Recommendations) -> None:
    assert len(answer.segments) == 3
    names = {one["traits"][0]["text"] for one in answer.segments}
    assert names == {"red house", "green house", "blue house"}
    assert sum(one["people"] for one in answer.segments) == len(answer.people)
    best = answer.segments[0]
    assert best["low"] <= best["lift"] <= best["high"]
    for one in answer.segments:
        colour = one["traits"][0]["text"].split()[0]
        assert one["choices"][0]["title"].startswith(colour)


def test_asking_for_some_people_changes_nothing_about_their_answer(
    world: Any, answer: Recommendations
) -> None:
    wanted = ["a007", "b130"]
    some = recommend(world, PRODUCTS, people=wanted, top=2)
    assert sorted(some.people["user_id"]) == wanted
    whole = answer.people[answer.people["user_id"].isin(wanted)].reset_index(drop=True)
    pd.testing.assert_frame_equal(some.people, whole)


def test_only_people_of_the_scene_asked_for_are_answered(world: Any) -> None:
    assert set(recommend(world, PRODUCTS, scene="source").people["scenes"]) == {"source"}


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ({"scene": "moon"}, "no scene 'moon'.*target, source"),
        ({"people": ["a0o7"]}, "chosen nothing.*a0o7.*Close to the first: a"),
        ({"top": 0}, "0 products per person"),
    ],
)
def test_questions_that_cannot_be_answered_get_a_sentence(
    world: Any, question: dict[str, Any], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        recommend(world, PRODUCTS, **question)


def test_a_run_that_ignores_content_says_which_run_to_choose(world: Any) -> None:
    recommender = type(world.recommender)(world.recommender.vectors, content=False, stands_for="item-knn")
    run = SimpleNamespace(**vars(world) | {"recommender": recommender})
    with pytest.raises(InputError, match=r"item-knn.*Choose a run of content"):
        recommend(run, PRODUCTS)


def test_at_most_so_many_people_are_considered_and_each_scene_gives_its_part(world: Any) -> None:
    result = recommend(world, PRODUCTS, most=60)
    assert len(result.people) == 60
    assert result.facts["known_by_scene"] == {"target": 120, "source": 180}
    assert result.facts["known"] == 180  # 120 of them chose in both scenes
    assert min(result.facts["considered_by_scene"].values()) >= 30


def test_the_same_question_gets_the_same_answer_bit_for_bit(world: Any, answer: Recommendations) -> None:
    again = recommend(world, PRODUCTS, top=2)
    assert again.to_csv() == answer.to_csv()
    assert again.document() == answer.document()


def test_the_answer_survives_saving(answer: Recommendations, tmp_path: Any) -> None:
    answer.save(tmp_path / "answer")
    again = Recommendations.load(tmp_path / "answer")
    assert json.dumps(again.document()) == json.dumps(answer.document())


def test_the_csv_opens_in_excel_and_runs_no_formula(world: Any) -> None:
    evil = pd.DataFrame({"item_id": ["=1+1", "b"], "title": ['=HYPERLINK("x") red lamp', "红 red mug"]})
    text = recommend(world, evil, top=2).to_csv()
    table = pd.read_csv(io.BytesIO(text.encode("utf-8")), encoding="utf-8-sig", dtype=str)
    assert text.encode("utf-8").startswith(b"\xef\xbb\xbf")
    assert set(table["item_id"]) == {"'=1+1", "b"}
    assert set(table["title"]) == {'\'=HYPERLINK("x") red lamp', "红 red mug"}
    assert list(table["user_id"].unique()) == recommend(world, evil, top=2).people["user_id"].tolist()


def test_it_stops_when_asked_to(world: Any) -> None:
    from xscene_core.errors import Cancelled

    with pytest.raises(Cancelled):
        recommend(world, PRODUCTS, watcher=StopAfter(2))
