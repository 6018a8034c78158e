import hashlib
import json
import os
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from xscene_core.errors import InputError
from xscene_core.experiments.process import worker_of
from xscene_core.home import Home
from xscene_core.newcategory import from_words
from xscene_core.newcategory.desk import (
    Question,
    Status,
    again,
    answer,
    ask,
    cancel,
    earlier_seconds,
    folder_of,
    question,
    status,
    write_status,
)
from xscene_core.newcategory.job import main
from xscene_core.newcategory.orders import NO_ORDERS, orders_of

ORDERS = orders_of([("a001", "idea-1", "order"), ("new", "idea-2", "order"), ("a003", "idea-3", "up")])
WORDS = from_words("Lamps", "red lamp\nblue lamp\ngreen mug")


@pytest.fixture(autouse=True)
def _own_handlers() -> Any:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def asked(home: Home, monkeypatch: pytest.MonkeyPatch) -> str:
    """A kept question nobody works on."""
    monkeypatch.setattr("xscene_core.newcategory.desk._start", lambda *_: None)
    return ask(home, Question("0" * 32, WORDS, "target", 2))


def wait_until_settled(home: Home, key: str, seconds: float = 60) -> str:
    end = time.monotonic() + seconds
    while status(home, key).state == "running" and time.monotonic() < end:
        time.sleep(0.1)
    return status(home, key).state


def test_a_kept_question_comes_back_word_for_word(home: Home, asked: str) -> None:
    found = question(home, asked)
    assert found.key == asked
    assert (found.run_id, found.scene, found.top) == ("0" * 32, "target", 2)
    assert found.category.items["title"].tolist() == ["red lamp", "blue lamp", "green mug"]


def test_the_work_leaves_an_answer_that_can_be_read_again(home: Home, asked: str, world: Any) -> None:
    assert main(["--home", str(home.path), "--key", asked], load=lambda *_: world) == 0
    assert status(home, asked).state == "done"
    found = answer(home, asked)
    assert found.name == "Lamps"
    assert set(found.people["scenes"]) == {"target"}
    assert found.offers["place"].max() == 2


def test_links_from_before_there_were_orders_keep_their_keys() -> None:
    one = Question("0" * 32, WORDS, "target", 2)
    text = json.dumps([1, "0" * 32, WORDS.key, "target", 2])
    assert one.key == hashlib.sha256(text.encode()).hexdigest()[:16]
    assert one.key == Question("0" * 32, WORDS, "target", 2, NO_ORDERS, 7).key


def test_orders_how_many_are_used_and_the_way_back_are_part_of_the_key() -> None:
    plain = Question("0" * 32, WORDS)
    ordered = replace(plain, orders=ORDERS)
    first, later = replace(ordered, first=1), replace(ordered, parent=plain.key)
    assert len({one.key for one in (plain, ordered, first, later)}) == 4


def test_a_question_with_orders_comes_back_and_its_answer_learned_from_the_first_of_them(
    home: Home, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xscene_core.newcategory.desk._start", lambda *_: None)
    asked = Question("0" * 32, WORDS, "target", 2, ORDERS, 1, "f" * 16)
    key = ask(home, asked)
    again = question(home, key)
    assert again.key == key
    assert (again.first, again.parent) == (1, "f" * 16)
    assert again.orders.key == ORDERS.key
    assert main(["--home", str(home.path), "--key", key], load=lambda *_: world) == 0
    found = answer(home, key)
    assert found.orders["user_id"].tolist() == ["a001", "a003"]
    assert found.facts["orders"]["order"] == 1


def test_an_unknown_run_ends_the_work_with_a_sentence(home: Home) -> None:
    key = ask(home, Question("f" * 32, WORDS))
    assert wait_until_settled(home, key) == "failed"
    problem = status(home, key).problem
    assert isinstance(problem, InputError)
    assert "ffff" in str(problem)


def test_killed_work_is_shown_as_lost_and_can_be_asked_again(home: Home) -> None:
    key = ask(home, Question("f" * 32, WORDS))
    worker = status(home, key).worker
    assert worker is not None
    os.kill(worker.pid, signal.SIGKILL)
    assert wait_until_settled(home, key) == "lost"
    assert ask(home, question(home, key)) == key
    again = status(home, key).worker
    assert again is not None
    assert again.pid != worker.pid
    os.kill(again.pid, signal.SIGKILL)


def test_asking_twice_starts_one_process(home: Home) -> None:
    first = Question("f" * 32, WORDS)
    key = ask(home, first)
    worker = status(home, key).worker
    assert ask(home, first) == key
    again = status(home, key).worker
    assert worker is not None
    assert again == worker
    os.kill(worker.pid, signal.SIGKILL)


def test_work_stops_when_asked_to(home: Home, asked: str, world: Any) -> None:
    folder = folder_of(home, asked)
    write_status(folder, Status("running", "start", worker=worker_of(os.getpid())))

    def load(*_: Any) -> Any:
        cancel(home, asked)
        return world

    assert main(["--home", str(home.path), "--key", asked], load=load) == 1
    assert status(home, asked).state == "cancelled"
    assert not (folder / "answer").exists()


def test_how_long_the_last_answer_took_tells_what_is_left_of_the_next(
    home: Home, asked: str, world: Any
) -> None:
    one = question(home, asked)
    assert earlier_seconds(home, one) == {}
    seen: list[float | None] = []

    def load(*_: Any) -> Any:
        seen.append(status(home, asked).seconds_left)
        return world

    assert main(["--home", str(home.path), "--key", asked], load=load) == 0
    took = earlier_seconds(home, one)
    assert {"load", "appeal", "words"} <= set(took)
    assert seen == [None]

    again(home, asked)  # asked anew; _start does nothing here

    def slow(_home: Home, _run: str, watcher: Any) -> Any:
        time.sleep(0.3)  # progress is written a few times a second
        watcher.progress("load", 0.5)
        seen.append(status(home, asked).seconds_left)
        return world

    assert main(["--home", str(home.path), "--key", asked], load=slow) == 0
    assert seen[1] == pytest.approx(0.3 + sum(took.values()) - took["load"], abs=0.25)
    assert earlier_seconds(home, replace(one, orders=ORDERS)) == {}
    assert earlier_seconds(home, replace(one, run_id="1" * 32)) == {}
    (folder_of(home, asked) / "seconds.json").write_text("[]")
    assert earlier_seconds(home, one) == {}


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "abc", "0" * 17, "0" * 15 + "/"])
def test_a_link_that_names_no_question_gets_a_sentence(home: Home, key: str) -> None:
    with pytest.raises(InputError, match="does not name a question"):
        question(home, key)


def test_a_question_that_is_gone_gets_a_sentence(home: Home) -> None:
    with pytest.raises(InputError, match="no longer kept"):
        question(home, "0" * 16)


def test_old_answers_make_room_for_the_newest_question(
    home: Home, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xscene_core.newcategory.desk.KEPT_BYTES", 1_000_000)
    large = folder_of(home, asked) / "answer" / "shelf"
    large.mkdir(parents=True)
    (large / "z.npy").write_bytes(bytes(2_000_000))
    os.utime(folder_of(home, asked), (1, 1))
    newest = ask(home, Question("1" * 32, WORDS))
    assert not folder_of(home, asked).exists()
    assert question(home, newest).run_id == "1" * 32


def test_a_torn_status_counts_as_not_begun(home: Home, asked: str) -> None:
    Path(folder_of(home, asked) / "status.json").write_text("{")
    assert status(home, asked).state == "new"
