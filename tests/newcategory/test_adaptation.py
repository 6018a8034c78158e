"""Learning from first orders: the formula, what must not matter, and what orders are worth."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from xscene_core.newcategory import Recommendations, recommend
from xscene_core.newcategory.adaptation import Evidence, Strengths, adapt, centred
from xscene_core.newcategory.held_back import try_held_back
from xscene_core.newcategory.meta_learning import Tasks, learn
from xscene_core.newcategory.order_value import OrderValue, value_of_orders
from xscene_core.newcategory.orders import NO_ORDERS, orders_of
from xscene_core.newcategory.rehearsal import Rehearsal, dealt, judge
from xscene_core.newcategory.selection import Selection, choose
from xscene_core.watcher import Silent

ALL = Strengths(position=2.0, popularity=0.5, category=0.7, spread=0.5, prior=3.0)
PRODUCTS = pd.DataFrame(
    {
        "item_id": [f"n{number}" for number in range(6)],
        "title": ["red lamp", "green lamp", "blue lamp", "red mug", "green mug", "blue mug"],
    }
)


def evidence(rng: np.random.Generator, people: np.ndarray, products: int, count: int) -> Evidence:
    who = people[rng.integers(len(people), size=count)]
    sign = rng.choice([1.0, -1.0], count).astype(np.float32)
    return Evidence(rng.integers(products, size=count), sign, who)


def test_the_formula_agrees_with_one_worked_out_by_hand() -> None:
    """Two people at right angles, two products unlike each other; the first person ordered the first product
    twice as it were: once, and once more by somebody unknown."""
    people = np.eye(2, dtype=np.float32)
    given = Evidence(np.array([0, 0]), np.ones(2, np.float32), np.array([[1.0, 0.0], [0.0, 0.0]], np.float32))
    z = np.array([[0.1, 0.3], [0.2, 0.4]], np.float32)
    vectors = np.array([[1.0, 0.0], [-1.0, 0.0]], np.float32)
    found = adapt(z, people, vectors, given, Strengths(position=2, popularity=0.5, category=4, prior=3))
    popularity = np.log((3 + 2) / 3)
    place = 1 / (3 + 1)  # of the first product along the first axis; that of the second stays 0
    wanted = z.astype(float)
    wanted += 0.5 * np.array([popularity / 2, -popularity / 2])
    wanted[0] += 2 * np.array([place / 2, -place / 2]) + 4 * 1 / (3 + 1)
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


def test_an_order_counts_for_similar_products_as_far_as_the_spread_says() -> None:
    vectors = np.array([[1, 0], [0.6, 0.8], [0, 1]], np.float32)
    given = Evidence(np.array([0]), np.ones(1, np.float32), np.zeros((1, 2), np.float32))
    z, people = np.zeros((1, 3), np.float32), np.ones((1, 2), np.float32)
    found = adapt(z, people, vectors, given, Strengths(popularity=1.0, spread=0.5, prior=2.0))[0]
    raw = np.log((2 + np.array([1, 0.3, 0])) / 2)
    np.testing.assert_allclose(found, raw - raw.mean(), rtol=1e-5)


def test_with_no_orders_or_no_strength_nothing_changes() -> None:
    rng = np.random.default_rng(0)
    people = centred(rng.normal(size=(5, 3)).astype(np.float32))
    z = rng.normal(size=(5, 4)).astype(np.float32)
    vectors = centred(rng.normal(size=(4, 3)).astype(np.float32))
    given = evidence(rng, people, 4, 6)
    assert adapt(z, people, vectors, given.first(0), ALL) is z
    assert adapt(z, people, vectors, given, Strengths()) is z


def test_the_order_of_the_orders_does_not_matter_to_the_last_bit() -> None:
    rng = np.random.default_rng(1)
    people = centred(rng.normal(size=(40, 8)).astype(np.float32))
    z, vectors = rng.normal(size=(40, 9)).astype(np.float32), centred(rng.normal(size=(9, 5)).astype("f4"))
    given = evidence(rng, people, 9, 50)
    mixed = rng.permutation(50)
    other = Evidence(given.product[mixed], given.sign[mixed], given.who[mixed])
    first, second = adapt(z, people, vectors, given, ALL), adapt(z, people, vectors, other, ALL)
    assert np.array_equal(first, second)
    assert not np.array_equal(first, z)


def test_a_thumb_down_moves_products_the_opposite_way() -> None:
    rng = np.random.default_rng(2)
    people = centred(rng.normal(size=(30, 4)).astype(np.float32))
    z, vectors = np.zeros((30, 5), np.float32), centred(rng.normal(size=(5, 4)).astype(np.float32))
    given = evidence(rng, people, 5, 12)
    away = Evidence(given.product, -given.sign, given.who)
    up, down = adapt(z, people, vectors, given, ALL), adapt(z, people, vectors, away, ALL)
    np.testing.assert_allclose(up, -down, atol=1e-5)


def test_quality_agrees_with_pairs_and_ranks_counted_one_by_one() -> None:
    z = np.array([[0.3, 0.3, 0.9, 0.1, 5.0]], np.float32)
    chosen = np.array([[True, False, False, False, False]])
    usable = np.array([[True, True, True, True, False]])
    which, ndcg = judge(z, chosen, usable)
    assert which[0] == pytest.approx((0.5 + 0 + 1) / 3)
    assert ndcg[0] == pytest.approx(1 / np.log2(1 + 2.5))


def category(number: int, informative: bool, people: int = 240, products: int = 12) -> Rehearsal:
    """A category in which two groups of people choose different halves of the products, which the appeal does
    not know; whether where people lie tells their group is ``informative``."""
    rng = np.random.default_rng([9, number])
    group = rng.integers(2, size=people)
    taste = np.where(group == 1, 1.0, -1.0) if informative else rng.choice([-1.0, 1.0], people)
    places = centred(np.c_[taste, rng.normal(size=(people, 3)) * 0.4].astype(np.float32))
    half = rng.permutation(products) % 2
    choices = np.array([rng.choice(np.flatnonzero(half == one), 2, replace=False) for one in group])
    early = rng.permutation(people)[:50]
    later = np.setdiff1d(np.arange(people), early)
    chosen = np.zeros((people, products), bool)
    np.put_along_axis(chosen, choices, True, axis=1)
    return Rehearsal(
        scene="s",
        name=str(number),
        z=rng.normal(size=(people, products)).astype(np.float32) * 0.3,
        people=places,
        vectors=centred(rng.normal(size=(products, 6)).astype(np.float32)),
        revealed=Evidence(choices[early, 0], np.ones(50, np.float32), places[early]),
        judged=later,
        chosen=chosen[later],
        open=np.ones((len(later), products), bool),
        later=np.isin(np.arange(people), later),
        fresh=np.isin(np.arange(people), later),
        stratum=np.ones(people, np.int64),
    )


def valued(tasks: list[Rehearsal], used: int = 0) -> OrderValue:
    return value_of_orders(Tasks(tasks), used, True, 0, Silent())


@pytest.fixture(scope="module")
def telling() -> list[Rehearsal]:
    return [category(number, informative=True) for number in range(5)]


def test_where_orders_tell_tastes_more_of_them_are_worth_more_and_the_strength_is_learned(
    telling: list[Rehearsal],
) -> None:
    found = valued(telling)
    assert found.strengths.position > 0
    gains = [step.which_gain for step in found.steps]
    assert [step.orders for step in found.steps] == [5, 10, 20, 50]
    assert gains[-1][1] > 0.1
    assert gains[-1][0] > gains[0][0]
    assert found.steps[-1].ndcg_gain[1] > 0
    np.testing.assert_allclose(found.following, gains[2])
    for step in found.steps:
        assert step.which[0] - step.before_which[0] == pytest.approx(step.which_gain[0])


def test_the_next_orders_are_counted_from_those_in_use(telling: list[Rehearsal]) -> None:
    found = valued(telling, used=40)
    assert (found.start, found.stop) == (40, 50)
    assert found.following[0] < valued(telling).following[0]
    assert np.isnan(valued(telling, used=70).following).all()


def test_orders_dealt_to_random_people_show_no_gain(telling: list[Rehearsal]) -> None:
    """Neither judged with the strengths learned from true orders, nor learned from anew."""
    assert valued(telling).control[1] <= 0
    shuffled = [dealt(one, np.random.default_rng(number)) for number, one in enumerate(telling)]
    found = valued(shuffled)
    assert all(step.which_gain[1] <= 0 for step in found.steps)
    assert found.steps[-1].which_gain[0] < 0.02


def test_where_tastes_cannot_be_told_from_where_people_lie_the_position_stays() -> None:
    found = learn(Tasks([category(number, informative=False) for number in range(5)]))
    assert found.position == 0


def test_with_too_few_categories_nothing_is_learned_and_nothing_is_claimed(telling: list[Rehearsal]) -> None:
    assert learn(Tasks(telling[:2])) == Strengths()
    assert not valued(telling[:1]).measured


def test_the_last_fifth_is_kept_out_and_judged_before_and_after(telling: list[Rehearsal]) -> None:
    one, strengths = telling[0], Strengths(position=10, prior=1)
    at = one.judged[:60]
    person = np.repeat(at, 1)
    given = Evidence(
        one.chosen[:60].argmax(axis=1), np.ones(60, np.float32), one.people[person].astype(np.float32)
    )
    orders = np.ones(60, bool)
    found = try_held_back(one.z, one.people, one.vectors, person, given, orders, strengths, 0)
    assert found is not None
    assert (found.events, found.people) == (12, 12)
    assert found.after > found.before
    assert not found.worse
    bad = try_held_back(
        one.z, one.people, one.vectors, person, given, orders, Strengths(position=-10, prior=1), 0
    )
    assert bad is not None
    assert bad.worse
    few = try_held_back(
        one.z, one.people, one.vectors, person[:24], given.first(24), orders[:24], strengths, 0
    )
    assert few is None
    thumbs = try_held_back(one.z, one.people, one.vectors, person, given, ~orders, strengths, 0)
    assert thumbs is None  # who gave them had seen the lists: no evidence that learning helped


@pytest.fixture(scope="module")
def plain(world: Any) -> Recommendations:
    return recommend(world, PRODUCTS, top=3, most=90)


def test_without_orders_the_answer_is_the_same_and_says_what_orders_would_be_worth(
    world: Any, plain: Recommendations
) -> None:
    again = recommend(world, PRODUCTS, top=3, most=90, orders=NO_ORDERS)
    assert again.document() == plain.document()
    assert plain.facts["orders"]["measured"]
    assert "events" not in plain.facts["orders"]
    assert "z_before_orders" not in plain.offers


def test_a_person_s_own_judgements_move_that_person_s_list_and_survive_filters(
    world: Any, plain: Recommendations
) -> None:
    user = plain.people["user_id"].iloc[0]
    best = plain.offers.query("user_id == @user")["item_id"].tolist()
    worst = next(item for item in PRODUCTS["item_id"] if item not in best)
    given = orders_of([(user, worst, "up"), (user, best[0], "down")])
    found = recommend(world, PRODUCTS, top=3, most=90, orders=given)
    listed = found.offers.query("user_id == @user")["item_id"].tolist()
    assert listed[0] == worst
    assert best[0] not in listed
    filtered = choose(found, Selection(hidden=("n5",), diversity=0.5)).offers.query("user_id == @user")
    assert filtered["item_id"].tolist()[0] == (worst if worst != "n5" else filtered["item_id"].iloc[0])
    assert best[0] not in filtered["item_id"].tolist()
    longest = recommend(world, PRODUCTS, top=6, most=90, orders=given).offers.query("user_id == @user")
    assert len(longest) == 5


def test_orders_of_unknown_people_are_allowed_counted_and_said(world: Any, tmp_path: Any) -> None:
    given = orders_of([("stranger", "n1", "order"), ("a001", "n1", "order"), ("a004", "n2", "down")])
    found = recommend(world, PRODUCTS, top=2, most=60, orders=given)
    facts = found.facts["orders"]
    assert (facts["events"], facts["order"], facts["down"], facts["unknown_people"]) == (3, 2, 1, 1)
    assert {"a001", "a004"} <= set(found.people["user_id"])
    assert found.products.set_index("item_id")["orders"].to_dict()["n1"] == 2
    document = found.document()
    assert [one["user_id"] for one in document["orders"]] == ["stranger", "a001", "a004"]
    assert "z_before_orders" in found.to_csv().splitlines()[0]
    found.save(tmp_path / "answer")
    assert Recommendations.load(tmp_path / "answer").document() == document


def test_the_appeal_after_orders_is_that_before_plus_what_was_learned(
    world: Any, plain: Recommendations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is learned moves the scores and the share of the catalogue that a product beats alike."""
    monkeypatch.setattr(
        "xscene_core.newcategory.order_value.learn", lambda *_, **__: Strengths(popularity=1.0)
    )
    given = orders_of([(f"x{number}", "n4", "order") for number in range(30)])
    found = recommend(world, PRODUCTS, top=6, most=90, orders=given)
    row = PRODUCTS["item_id"].tolist().index("n4")
    raised = found.shelf.z[:, row] - found.shelf.start[:, row]
    wanted = np.log((5 + 30) / 5) * (1 - 1 / 6)
    np.testing.assert_allclose(raised, wanted, rtol=1e-4)
    before = plain.shelf.beats[:, row][plain.people["user_id"].argsort()]
    after = found.shelf.beats[:, row][found.people["user_id"].argsort()]
    assert (after >= before).all()
    assert after.mean() > before.mean()
