"""Shared people and words between scenes."""

import pandas as pd
import pytest

from xscene_core.scenes.likeness import overlap_coefficient, people, shared_people, words
from xscene_core.scenes.scene import Scene, SceneCard


def scene(titles: list[str], buyers: list[str]) -> Scene:
    items = pd.DataFrame({"item_id": [str(n) for n in range(len(titles))], "title": titles})
    for column in ("description", "category", "brand", "image"):
        items[column] = ""
    choices = pd.DataFrame({"user_id": buyers, "item_id": "0"})
    card = SceneCard("s", "S", "", "imported", "", "")
    return Scene("s", items, choices, card, "0")


def test_words_ignore_case_digits_and_single_letters() -> None:
    assert words(scene(["Red SHIRT, a size 42", "red-shirt"], [])) == {"red", "shirt", "size"}


def test_chinese_titles_are_read_in_pairs_of_characters() -> None:
    assert words(scene(["红色衬衫 XL", "茶"], [])) == {"红色", "色衬", "衬衫", "xl", "茶"}


def test_people_are_counted_once_and_shared_people_symmetrically() -> None:
    one, two = scene(["x"], ["ann", "ann", "bo"]), scene(["y"], ["bo", "cy", "di"])
    table = shared_people({"one": people(one), "two": people(two)})
    assert table.loc["one", "one"] == 2
    assert table.loc["one", "two"] == table.loc["two", "one"] == 1


def test_overlap_is_a_share_of_the_smaller_scene_and_0_for_an_empty_one() -> None:
    table = overlap_coefficient({"small": frozenset("ab"), "large": frozenset("abcd"), "none": frozenset()})
    assert table.loc["small", "large"] == pytest.approx(1.0)
    assert table.loc["none", "large"] == 0.0
    assert (table.to_numpy() == table.to_numpy().T).all()
