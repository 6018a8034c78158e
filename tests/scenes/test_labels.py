"""Labels that the tables of a scene hold."""

from dataclasses import replace

import pandas as pd
import pytest

from xscene_core.errors import InputError
from xscene_core.home import Home
from xscene_core.scenes.labels import LabelColumn, labelled_rows, labels_of
from xscene_core.scenes.library import SceneLibrary


def test_sentiment_is_read_from_ratings_and_the_middle_says_nothing(home: Home) -> None:
    scene = SceneLibrary(home).load("apparel")
    rows = labelled_rows(scene, LabelColumn.parse("reviews.sentiment"))
    rating = scene.reviews["rating"].to_numpy()
    assert (rows["label"].to_numpy()[rating >= 4] == "positive").all()
    assert (rows["label"].to_numpy()[rating == 3] == "").all()
    assert not rows["category"].any()
    assert not rows["brand"].any()


def test_the_answer_is_not_among_the_features(home: Home) -> None:
    scene = SceneLibrary(home).load("apparel")
    for name, column in (("category", "category"), ("department", "category"), ("brand", "brand")):
        rows = labelled_rows(scene, LabelColumn("items", name))
        assert not rows[column].any()
        assert len(set(rows["label"])) > 1


def test_the_labels_of_a_scene_are_listed(home: Home) -> None:
    scene = SceneLibrary(home).load("apparel")
    known = set(map(str, labels_of(scene)))
    assert {"items.category", "items.department", "items.brand", "reviews.sentiment"} <= known
    assert "items.title" not in known
    assert "reviews.timestamp" not in known


def test_a_query_intends_the_category_of_what_it_found(home: Home) -> None:
    scene = SceneLibrary(home).load("apparel")
    items = scene.items.head(4)
    queries = pd.DataFrame(
        {
            "query": ["a", "b", "c", "d"],
            "item_id": items["item_id"].to_list(),
            "relevance": [1.0, 2.0, 1.0, 2.0],
        }
    )
    rows = labelled_rows(replace(scene, queries=queries), LabelColumn.parse("queries.intent"))
    assert rows["label"].to_list() == items["category"].to_list()
    assert not rows["category"].any()
    graded = labelled_rows(replace(scene, queries=queries), LabelColumn.parse("queries.relevance"))
    assert graded["label"].to_list() == ["1", "2", "1", "2"]
    assert graded["description"].to_list() == items["title"].to_list()


@pytest.mark.parametrize("text", ["", "sentiment", "people.name", "items."])
def test_a_label_without_a_table_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="does not name a label"):
        LabelColumn.parse(text)
