"""Thumbs up and down: kept at once, taken back step by step, and learned as a question of its own."""

from pathlib import Path

import pytest

from xscene_core.errors import InputError
from xscene_core.home import Home
from xscene_core.newcategory import from_words
from xscene_core.newcategory.desk import Question, ask, folder_of
from xscene_core.newcategory.judgements import discard, pending, say, undo_last
from xscene_core.newcategory.orders import NO_ORDERS, Orders, orders_of


@pytest.fixture
def asked(home: Home, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("xscene_core.newcategory.desk._start", lambda *_: None)
    return ask(home, Question("0" * 32, from_words("Lamps", "red lamp\nblue lamp")))


def told(found: Orders) -> list[list[str]]:
    return found.table[["user_id", "item_id", "event"]].to_numpy().tolist()


def test_the_last_word_on_a_product_counts_and_can_be_taken_back_step_by_step(home: Home, asked: str) -> None:
    say(home, asked, "a", "idea-1", "up")
    say(home, asked, "b", "idea-2", "down")
    say(home, asked, "a", "idea-1", "down")
    assert told(pending(home, asked, NO_ORDERS)) == [["b", "idea-2", "down"], ["a", "idea-1", "down"]]
    undo_last(home, asked)
    assert told(pending(home, asked, NO_ORDERS)) == [["a", "idea-1", "up"], ["b", "idea-2", "down"]]
    say(home, asked, "a", "idea-1", "none")
    assert told(pending(home, asked, NO_ORDERS)) == [["b", "idea-2", "down"]]
    discard(home, asked)
    assert not len(pending(home, asked, NO_ORDERS))


def test_taking_back_what_is_learned_is_a_judgement_and_saying_it_again_is_none(
    home: Home, asked: str
) -> None:
    learned = orders_of([("a", "idea-1", "order"), ("a", "idea-1", "up")])
    say(home, asked, "a", "idea-1", "up")
    assert not len(pending(home, asked, learned))
    say(home, asked, "a", "idea-1", "none")
    new = pending(home, asked, learned)
    assert told(new) == [["a", "idea-1", "none"]]
    assert told(learned.judged(new)) == [["a", "idea-1", "order"]]


def test_learning_gives_a_question_of_its_own_that_knows_the_way_back(home: Home, asked: str) -> None:
    say(home, asked, "a", "idea-1", "up")
    new = Question(
        "0" * 32,
        from_words("Lamps", "red lamp\nblue lamp"),
        orders=NO_ORDERS.judged(pending(home, asked, NO_ORDERS)),
        parent=asked,
    )
    assert ask(home, new) != asked
    assert len(pending(home, asked, NO_ORDERS)) == 1
    assert not len(pending(home, new.key, new.orders))


def test_a_torn_file_and_an_unknown_question_do_no_harm(home: Home, asked: str) -> None:
    Path(folder_of(home, asked) / "judgements.json").write_text("[[1,")
    assert not len(pending(home, asked, NO_ORDERS))
    with pytest.raises(InputError, match="no longer kept"):
        say(home, "0" * 16, "a", "idea-1", "up")
