"""Filters, variety, pinned and hidden products change the lists and nothing else."""

import dataclasses
import io
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xscene_core.errors import InputError
from xscene_core.newcategory import Recommendations, recommend
from xscene_core.newcategory.diversity import diversify, intra_list_similarity
from xscene_core.newcategory.selection import Selection, choose

TITLES = [f"{colour} {kind}" for colour in ("red", "green", "blue") for kind in ("lamp", "mug", "scarf")]
PRODUCTS = pd.DataFrame(
    {
        "item_id": [f"n{number}" for number in range(len(TITLES))],
        "title": TITLES,
        "category": [title.split()[1] for title in TITLES],
        "brand": [f"{title.split()[0]} house" for title in TITLES],
        "price": [*map(float, range(1, len(TITLES))), np.nan],
    }
)
LAMBDAS = np.linspace(0, 1, 11)


@pytest.fixture(scope="module")
def answer(world: Any) -> Recommendations:
    return recommend(world, PRODUCTS, top=3, most=60)


def listed(found: Recommendations) -> pd.DataFrame:
    return found.offers.merge(found.products.drop(columns="far"), on="item_id")


def test_nothing_said_leaves_the_answer_as_it_is(answer: Recommendations) -> None:
    assert choose(answer, Selection()) is answer


@pytest.mark.parametrize(
    ("wish", "holds"),
    [
        (Selection(price_min=3, price_max=6), "3 <= price <= 6"),
        (Selection(price_min=7), "price >= 7"),
        (Selection(brands=("green house", "blue house")), "brand != 'red house'"),
        (Selection(categories=("mug",)), "category == 'mug'"),
        (Selection(hidden=("n0", "n4")), "item_id not in ['n0', 'n4']"),
    ],
)
def test_only_what_is_wished_for_is_listed_and_best_first(
    answer: Recommendations, wish: Selection, holds: str
) -> None:
    found = choose(answer, wish)
    lists = listed(found)
    assert len(lists.query(holds)) == len(lists) > 0
    assert set(lists["user_id"]) == set(answer.people["user_id"])
    allowed = answer.products.query(holds).index
    for row, user in enumerate(answer.people["user_id"]):
        z = lists[lists["user_id"] == user].sort_values("place")["z"].to_numpy()
        np.testing.assert_allclose(z, np.sort(answer.shelf.z[row, allowed])[::-1][:3])
    pd.testing.assert_frame_equal(found.people, answer.people)
    ids = set(answer.products.loc[allowed, "item_id"])
    assert {one["item_id"] for card in found.segments for one in card["choices"]} <= ids


def test_a_product_newly_listed_comes_with_its_own_reasons(answer: Recommendations) -> None:
    """Narrowed to a third of the products, these get the drops that they have in a list of everything."""
    longer = dataclasses.replace(answer, facts=answer.facts | {"top": 9})
    whole = choose(longer, Selection(hidden=("n8",)))
    found = choose(answer, Selection(categories=("mug",)))
    assert found.offers["explained"].all()
    keys = ["user_id", "item_id_offer", "item_id", "rank"]

    def told(one: Recommendations) -> pd.DataFrame:
        both = one.reasons.merge(
            one.offers[["user_id", "place", "item_id"]], on=["user_id", "place"], suffixes=("", "_offer")
        )
        return both.set_index(keys)["drop"].sort_index()

    assert whole.offers["place"].max() == 8
    mine, theirs = told(found), told(whole)
    mine = mine[mine.index.get_level_values("item_id_offer") != "n8"]
    assert len(mine) > 50
    pd.testing.assert_series_equal(mine, theirs.loc[mine.index])


def test_pinned_products_come_first_for_everybody_and_hiding_beats_pinning(answer: Recommendations) -> None:
    wish = Selection(brands=("green house",), pinned=("n8", "n0", "n1"), hidden=("n1",), diversity=0.5)
    lists = choose(answer, wish).offers
    assert set(lists.query("place == 1")["item_id"]) == {"n8"}
    assert set(lists.query("place == 2")["item_id"]) == {"n0"}
    assert set(lists.query("place == 3")["item_id"]) <= {"n3", "n4", "n5"}
    assert lists["pinned"].tolist() == lists["item_id"].isin(["n8", "n0"]).tolist()


def test_what_a_person_chose_before_is_left_out_for_that_person_only(world: Any) -> None:
    catalogue = world.scenes["target"].items.iloc[:12]
    found = recommend(world, catalogue, top=12, most=60)
    fresh = choose(found, Selection(exclude_bought=True))
    own = world.scenes["target"].interactions
    bought = set(own[["user_id", "item_id"]].itertuples(index=False, name=None))
    before, after = (
        set(zip(one.offers["user_id"], one.offers["item_id"], strict=True)) for one in (found, fresh)
    )
    assert before & bought
    assert after == before - bought


def test_variety_keeps_the_first_product_and_never_makes_lists_more_alike_on_average(
    answer: Recommendations,
) -> None:
    plain = answer.offers.query("place == 1")["item_id"].tolist()
    alike = []
    for diversity in LAMBDAS[1:]:
        found = choose(answer, Selection(diversity=float(diversity)))
        assert found.offers.query("place == 1")["item_id"].tolist() == plain
        assert found.offers.groupby("user_id")["item_id"].nunique().eq(3).all()
        alike.append(found.facts["alike"]["after"])
    alike.insert(0, found.facts["alike"]["before"])
    assert (np.diff(alike) <= 1e-6).all()
    assert alike[-1] < alike[0] - 0.1


def test_maximal_marginal_relevance_agrees_with_the_formula_worked_out_by_hand() -> None:
    """Two equal products and a different one: the second of the twins waits from (1-d)(1-.5) < d on."""
    vectors = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    relevance = np.array([[3.0, 2.0, 1.0]], dtype=np.float32)
    order, none = np.array([[0, 1, 2]]), np.zeros(1, dtype=np.int64)
    for diversity, wanted in ((0, [0, 1]), (0.3, [0, 1]), (0.36, [0, 2]), (1, [0, 2])):
        assert diversify(relevance, order, vectors, 2, diversity, none).tolist() == [wanted]
    lists = np.array([[0, 1, 2], [0, 2, -1], [1, -1, -1]])
    assert intra_list_similarity(lists, vectors) == pytest.approx((1 / 3 + 0) / 2)


def test_on_many_random_catalogues_likeness_never_grows_with_variety() -> None:
    """What the method weighs, likeness to the closest product before it, falls with every step; the mean over
    all pairs of a list falls with it but for ripples where hardly anything is left to gain."""
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(80, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    score = rng.normal(size=(300, 80)).astype(np.float32)
    order = np.argsort(-score, axis=1)
    ranked, none = np.take_along_axis(score, order, axis=1), np.zeros(300, dtype=np.int64)
    lists = [diversify(ranked, order, vectors, 5, float(one), none) for one in LAMBDAS]
    assert all((one[:, 0] == order[:, 0]).all() for one in lists)

    def closest(chosen: np.ndarray) -> float:
        cosine = np.einsum("pnd,pmd->pnm", vectors[chosen], vectors[chosen])
        return float(np.mean([cosine[:, place, :place].max(axis=1) for place in range(1, 5)]))

    assert (np.diff([closest(one) for one in lists]) <= 0).all()
    pairs = np.array([intra_list_similarity(one, vectors) for one in lists])
    assert (np.diff(pairs[:7]) < 0).all()
    assert np.diff(pairs).max() < 0.003
    assert pairs[-1] < pairs[0] - 0.15


def test_the_export_holds_the_lists_as_shaped_and_says_how(answer: Recommendations) -> None:
    wish = Selection(price_min=3, price_max=6.5, pinned=("n8",), diversity=0.25)
    table = pd.read_csv(io.StringIO(choose(answer, wish).to_csv().lstrip("\ufeff")))
    assert set(table["selection"]) == {"price 3..6.5; pinned n8; diversity 0.25"}
    assert set(table[~table["pinned"]]["item_id"]) <= {"n2", "n3", "n4", "n5"}
    plain = pd.read_csv(io.StringIO(answer.to_csv().lstrip("\ufeff")))
    assert set(plain["selection"]) == {"none"} or plain["selection"].isna().all()


def test_where_nothing_is_left_the_lists_are_empty_and_can_be_exported(answer: Recommendations) -> None:
    found = choose(answer, Selection(price_min=1000))
    assert found.offers.empty
    assert found.reasons.empty
    assert found.facts["left"] == 0
    assert all(person["offers"] == [] for person in found.document()["people"])
    assert len(found.to_csv().splitlines()) == 1


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"price_min": 5, "price_max": 2}, "lowest price 5 is above the highest, 2"),
        ({"price_min": float("nan"), "price_max": 2}, "lowest price"),
        ({"diversity": 1.5}, "diversity of 1.5"),
        ({"brands": ("Red Haus",)}, "no product.*brand 'Red Haus'.*red house"),
        ({"categories": ("boat",)}, "no product.*category 'boat'"),
        ({"pinned": ("n99",)}, "no product.*item_id 'n99'"),
    ],
)
def test_a_wish_that_cannot_be_met_gets_a_sentence(
    answer: Recommendations, wish: dict[str, Any], says: str
) -> None:
    with pytest.raises(InputError, match=f"(?i){says}"):
        choose(answer, Selection(**wish))


def test_a_price_band_on_a_list_without_prices_is_refused(answer: Recommendations) -> None:
    bare = dataclasses.replace(answer, products=answer.products.assign(price=np.nan))
    with pytest.raises(InputError, match="has a price"):
        choose(bare, Selection(price_max=3))
