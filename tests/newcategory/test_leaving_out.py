"""Words and picture regions that carried a score, and whether they really did."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xscene_core.newcategory import Recommendations, leaving_out, recommend
from xscene_core.newcategory.leaving_out import Pieces, named_pieces
from xscene_core.newcategory.regions import Cell
from xscene_core.newcategory.selection import Selection, choose
from xscene_core.newcategory.words import Span

PRODUCTS = pd.DataFrame(
    {
        "item_id": ["n1", "n2", "n3"],
        "title": ["a red lamp for reading", "green chair with a soft seat", "one blue mug of stoneware"],
        "description": ["", "a green one", ""],
    }
)


@pytest.fixture(scope="module")
def answer(world: Any) -> Recommendations:
    return recommend(world, PRODUCTS, top=2, most=120)


def test_the_word_that_people_chose_by_is_named(answer: Recommendations) -> None:
    """People keep to a colour, so what carries the first offer is the colour of the product."""
    first = answer.offers[answer.offers["place"] == 1].merge(answer.products, on="item_id")
    named = [words.split(" | ")[0] for words in first["words"]]
    colours = [
        next(word for word in title.split() if word in ("red", "green", "blue")) for title in first["title"]
    ]
    assert np.mean([one == other for one, other in zip(named, colours, strict=True)]) > 0.9


def test_the_drop_is_what_the_score_of_the_person_loses(world: Any, answer: Recommendations) -> None:
    pieces = answer.shelf.pieces
    row = next(row for row in pieces.of(1, "word") if pieces.where[row][0] == Span("title", 0, 5))
    assert [span.field for span in pieces.where[row]] == ["title", "description"]
    shorter = PRODUCTS.assign(
        title=["a red lamp for reading", "chair with a soft seat", "one blue mug of stoneware"],
        description=["", "a one", ""],
    )
    after = recommend(world, shorter, top=2, most=120)
    ids = after.people["user_id"].tolist()
    again = [ids.index(one) for one in answer.people["user_id"]]
    expected = answer.shelf.z[:, 1] - after.shelf.z[again, 1]
    np.testing.assert_allclose(pieces.drop[:, row], expected, atol=0.01)


def test_leaving_out_the_named_words_costs_more_than_leaving_out_others(answer: Recommendations) -> None:
    found = answer.facts["faithfulness_words"]
    assert found["n"] == 3  # products, each for the people for whom it comes first
    assert found["low"] > 0.1
    assert found["named"] > 0 >= found["chance"] - 0.1
    assert answer.facts["faithfulness_regions"] is None


def test_words_drawn_at_random_do_not_pass(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drops by lot instead of the measured ones: the test must be able to fail."""
    honest = leaving_out.leave_each_out

    def by_lot(*given: Any) -> Pieces:
        found = honest(*given)
        return dataclasses.replace(
            found, drop=np.random.default_rng(2).random(found.drop.shape).astype(np.float16)
        )

    monkeypatch.setattr("xscene_core.newcategory.recommendation.leave_each_out", by_lot)
    found = recommend(world, PRODUCTS, top=2, most=120).facts["faithfulness_words"]
    assert found["low"] < 0


def test_few_pieces_are_named_and_never_most_of_a_product() -> None:
    assert named_pieces(np.array([1.0, 5, 2, -4, 3, 0, 0, 0])).tolist() == [1, 4, 2]
    assert named_pieces(np.array([1.0, 5, 2])).tolist() == [1]
    assert named_pieces(np.array([100.0, 1, 0, 0])).tolist() == [0]
    assert named_pieces(np.array([-1.0, -5])).tolist() == []
    assert named_pieces(np.array([3.0])).tolist() == []


def test_pieces_survive_saving_and_filters(answer: Recommendations, tmp_path: Path) -> None:
    answer.shelf.pieces.save(tmp_path)
    again = Pieces.load(tmp_path)
    assert again.where == answer.shelf.pieces.where
    np.testing.assert_array_equal(again.drop, answer.shelf.pieces.drop)
    kept = choose(answer, Selection(hidden=("n1",))).offers
    both = kept.merge(answer.offers, on=["user_id", "item_id"])
    assert len(both)
    assert (both["words_x"] == both["words_y"]).all()
    cells = Pieces(np.array([0]), np.array(["region"], object), (Cell(1, 2),), np.ones((1, 1), np.float16))
    cells.save(tmp_path)
    assert Pieces.load(tmp_path).where == (Cell(1, 2),)


def test_the_products_listed_most_are_looked_at_first(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving_out, "MOST_PIECES", 7)
    found = recommend(world, PRODUCTS, top=1, most=120)
    (known,) = set(found.shelf.pieces.product)
    assert found.offers["item_id"].value_counts().index[0] == PRODUCTS["item_id"][known]
    others = found.offers["item_id"] != PRODUCTS["item_id"][known]
    assert (found.offers["words"][others] == "").all()
