import pandas as pd
import pytest

from xscene_core.errors import InputError
from xscene_core.newcategory import from_items, from_words


def test_one_line_is_a_description_that_stands_for_the_category_as_one_item() -> None:
    category = from_words("Watches", "Elegant watches for men and women")
    assert category.kind == "description"
    assert category.items[["title", "description"]].to_numpy().tolist() == [
        ["Watches", "Elegant watches for men and women"]
    ]


def test_several_lines_are_one_product_idea_each_without_repeats() -> None:
    category = from_words("Watches", "gold watch\n\n  steel watch \ngold watch")
    assert category.kind == "ideas"
    assert category.items["title"].tolist() == ["gold watch", "steel watch"]
    assert category.items["item_id"].is_unique


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("", " \n ", "no name and no description"),
        ("x" * 200, "", "200 characters"),
        ("a", "x" * 100_000, "100,000 characters"),
        ("a", "\n".join(map(str, range(501))), "501 lines"),
    ],
)
def test_words_that_cannot_be_used_get_a_sentence(name: str, text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        from_words(name, text)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (pd.DataFrame({"item_id": ["a"]}), "no column title"),
        (pd.DataFrame({"item_id": [], "title": []}), "empty"),
        (pd.DataFrame({"item_id": ["a", "b"], "title": ["x", None]}), "no title.*row 2"),
        (pd.DataFrame({"item_id": ["a", "a"], "title": ["x", "y"]}), "'a' occurs twice.*row 2"),
    ],
)
def test_a_product_list_that_cannot_be_used_gets_a_sentence(table: pd.DataFrame, says: str) -> None:
    with pytest.raises(InputError, match=says):
        from_items(table)


def test_equal_content_has_an_equal_key_and_other_content_another() -> None:
    assert from_words("a", "b").key == from_words("a", "b").key
    assert from_words("a", "b").key != from_words("a", "c").key
