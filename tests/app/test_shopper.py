"""The shopper on the Overview is chosen by a rule."""

import numpy as np
import pandas as pd

from pages.ui import shopper
from xscene_core.experiments.ranks import RankTable


def table(ranks: list[float]) -> RankTable:
    n = len(ranks)
    people = np.array([f"p{k}" for k in range(n)], dtype=object)
    answers = np.array([f"i{k}" for k in range(n)], dtype=object)
    whole = np.full(n, 3, dtype=np.int64)
    return RankTable(people, answers, np.array(ranks), whole, whole)


BEFORE, AFTER = table([10, 10, 10, 10, 10]), table([1, 5, 8, 10, 40])


def test_the_first_is_the_person_of_the_median_change() -> None:
    people = shopper.in_order(BEFORE, AFTER, {f"p{k}" for k in range(5)})
    assert people[0].user_id == "p2"
    assert (people[0].before, people[0].after) == (10, 8)
    assert {person.user_id for person in people[-2:]} == {"p0", "p4"}, "the unusual come last"


def test_people_whose_lists_were_not_stored_are_not_shown_but_count_for_the_median() -> None:
    people = shopper.in_order(BEFORE, AFTER, {"p0", "p3"})
    assert [person.user_id for person in people] == ["p3", "p0"]


def test_ties_do_not_go_by_id() -> None:
    same = table([4.0] * 200)
    order = [person.user_id for person in shopper.in_order(same, same, set(same.people))]
    assert order != sorted(order)
    assert order == [person.user_id for person in shopper.in_order(same, same, set(same.people))]


def test_nobody_to_show_is_not_an_error() -> None:
    assert shopper.in_order(table([]), table([]), set()) == []


def test_people_are_found_by_id_and_lists_come_best_first() -> None:
    people = shopper.in_order(BEFORE, AFTER, {f"p{k}" for k in range(5)})
    assert people[shopper.find(people, " p4 ")].user_id == "p4"
    assert shopper.find(people, "nobody") is None
    top = pd.DataFrame({"user_id": ["p1"] * 3 + ["p2"], "place": [3, 1, 2, 1], "item_id": list("cabd")})
    assert shopper.top_of(top, "p1", 2) == ["a", "b"]
    assert shopper.top_of(top, "nobody", 2) == []
