"""First orders and thumbs on the New category page, on a real run from apparel to home."""

import io
from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import new_category_value
from tests.app.test_new_category import LINES, NAME, finished, offers_of, words
from xscene_core.home import Home
from xscene_core.newcategory import desk, from_words, job, judgements
from xscene_core.newcategory.orders import NO_ORDERS, Orders, orders_of
from xscene_core.text import t

OpenPage = Callable[..., AppTest]
Answered = tuple[Home, str, str]


def answered(home: Home, question: desk.Question) -> str:
    """The key of a question that this process has answered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "_start", lambda *_: None)
        key = desk.ask(home, question)
    assert job.main(["--home", str(home.path), "--key", key]) == 0
    return key


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    """A home with a run and an answer without orders."""
    home = Home.resolve(tmp_path_factory.mktemp("feedback"))
    run_id = finished(home, "content")
    return home, run_id, answered(home, desk.Question(run_id, from_words(NAME, LINES), "", 2))


@pytest.fixture
def home(world: Answered) -> Home:
    return world[0]


@pytest.fixture(scope="module")
def learned(world: Answered) -> tuple[str, str]:
    """(key, person): 30 orders and one thumb down for the best-fitting person's first product."""
    home, run_id, plain = world
    before = desk.answer(home, plain)
    people = before.people["user_id"].tolist()
    first = before.offers[before.offers["user_id"] == people[0]]["item_id"].iloc[0]
    events = [(user, f"idea-{1 + number % 3}", "order") for number, user in enumerate(people[5:34])]
    orders = orders_of([*events, ("stranger", "idea-2", "order"), (people[0], first, "down")])
    asked = desk.Question(run_id, from_words(NAME, LINES), "", 2, orders, None, plain)
    return answered(home, asked), people[0]


@pytest.fixture(autouse=True)
def _nothing_waits(world: Answered) -> None:
    judgements.discard(world[0], world[2])


def waiting(world: Answered) -> Orders:
    return judgements.pending(world[0], world[2], NO_ORDERS)


def test_without_orders_the_page_says_what_they_would_be_worth_and_the_slider_waits(
    open_page: OpenPage, world: Answered
) -> None:
    app = open_page("new_category", run=world[1], ask=world[2])
    slider = next(one for one in app.slider if one.label == t("new_category.first"))
    assert slider.disabled
    assert t("new_category.first_none") in words(app)
    assert t("new_category.worth") in [one.value for one in app.subheader]
    said = words(app)
    assert "The next 20 orders are worth" in said or "No sure gain from the next 20 orders" in said
    assert "dealt to random people" in said
    assert not [one for one in app.button if one.key == "nc.update"]


def test_an_uploaded_file_of_orders_becomes_part_of_the_question(
    open_page: OpenPage, world: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[desk.Question] = []
    monkeypatch.setattr(desk, "ask", lambda _, question: asked.append(question) or world[2])
    people = desk.answer(world[0], world[2]).people["user_id"].tolist()[:12]
    text = "user_id,item_id\n" + "\n".join(f"{user},idea-1" for user in people) + "\nx,idea-77\n"
    app = open_page("new_category", run=world[1], ask=world[2])
    app.get("file_uploader")[0].upload("orders.csv", text.encode(), "text/csv").run()
    assert not app.exception
    said = words(app)
    assert t("new_category.orders_read", order=12, up=0, down=0, people=12) in said
    assert "idea-77" in said.replace("\\", "")
    slider = next(one for one in app.slider if one.label == t("new_category.first"))
    assert (slider.disabled, slider.value) == (False, 12)
    slider.set_value(5).run()
    app.button(key="nc.ask").click().run()
    assert [(len(one.orders), one.first) for one in asked] == [(12, 5)]


def test_thumbs_are_kept_at_once_survive_a_reload_and_can_be_taken_back(
    open_page: OpenPage, world: Answered
) -> None:
    _, run_id, key = world
    app = open_page("new_category", run=run_id, ask=key)
    thumbs = [one for one in app.get("button_group") if one.key and one.key.startswith("nc.judge")]
    assert len(thumbs) == 2
    thumbs[0].set_value("up").run()
    thumbs = [one for one in app.get("button_group") if one.key and one.key.startswith("nc.judge")]
    thumbs[1].set_value("down").run()
    assert sorted(waiting(world).table["event"]) == ["down", "up"]
    again = open_page("new_category", run=run_id, ask=key)
    assert t("new_category.waiting", n=2) in words(again)
    again.button(key="nc.undo_last").click().run()
    assert waiting(world).table["event"].tolist() == ["up"]
    again.button(key="nc.discard").click().run()
    assert not len(waiting(world))
    assert not [one for one in again.button if one.key == "nc.update"]


def test_update_asks_a_question_that_knows_the_judgements_and_the_way_back(
    open_page: OpenPage, world: Answered, learned: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[desk.Question] = []
    monkeypatch.setattr(desk, "ask", lambda _, question: asked.append(question) or learned[0])
    judgements.say(world[0], world[2], learned[1], "idea-1", "up")
    app = open_page("new_category", run=world[1], ask=world[2])
    app.button(key="nc.update").click().run()
    assert not app.exception
    assert asked[0].parent == world[2]
    assert asked[0].orders.table["event"].tolist() == ["up"]
    assert learned[0] in app.query_params["ask"]


def test_what_was_learned_is_shown_before_and_after_and_can_be_undone(
    open_page: OpenPage, world: Answered, learned: tuple[str, str]
) -> None:
    key, user = learned
    app = open_page("new_category", run=world[1], ask=key, person=user)
    said = words(app)
    assert t("new_category.learned", order=30, up=0, down=1) in said
    assert t("new_category.held_back") in said
    assert t("new_category.moved_first") in said
    assert t("new_category.unknown_people", n=1) in said
    assert t("new_category.left_out") in said
    assert "Against the earlier answer" in said
    tried = desk.answer(world[0], key).facts["orders"]["held_back"]
    assert (t("new_category.worse") in said) == bool(tried and tried["worse"])
    app.button(key="nc.back").click().run()
    assert world[2] in app.query_params["ask"]
    assert t("new_category.left_out") not in words(app)


def test_a_product_turned_down_leaves_the_list_and_can_be_put_back(
    open_page: OpenPage, world: Answered, learned: tuple[str, str]
) -> None:
    key, user = learned
    asked = desk.question(world[0], key)
    item = asked.orders.table["item_id"].iloc[-1]
    answer = desk.answer(world[0], key)
    title = answer.products.set_index("item_id")["title"][item]
    app = open_page("new_category", run=world[1], ask=key, person=user)
    offers = offers_of(app).split('<div class="xs-offer">')[1:]
    assert len(offers) == 2
    assert not any(title in body.split("xs-label")[0] for body in offers)
    app.button(key=f"nc.put_back.{item}").click().run()
    back = judgements.pending(world[0], key, asked.orders)
    assert back.table["event"].tolist() == ["none"]
    assert app.button(key=f"nc.put_back.{item}").disabled
    judgements.discard(world[0], key)


def test_the_export_holds_the_events_and_the_scores_before_and_after(
    world: Answered, learned: tuple[str, str]
) -> None:
    answer = desk.answer(world[0], learned[0])
    events = pd.read_csv(io.StringIO(answer.orders_csv().lstrip("\ufeff")))
    assert len(events) == 31
    lists = pd.read_csv(io.StringIO(answer.to_csv().lstrip("\ufeff")))
    assert {"z", "z_before_orders", "orders", "downs", "said"} <= set(lists.columns)


def test_an_answer_whose_parent_is_gone_still_shows(open_page: OpenPage, world: Answered) -> None:
    home, run_id, _ = world
    orders = orders_of([("stranger", "idea-1", "order")])
    key = answered(home, desk.Question(run_id, from_words(NAME, LINES), "", 2, orders, None, "0" * 16))
    app = open_page("new_category", run=run_id, ask=key)
    assert t("new_category.learned", order=1, up=0, down=0) in words(app)
    assert t("new_category.held_back_few") in words(app)


def test_held_back_orders_of_one_person_alone_are_told_without_an_interval(
    open_page: OpenPage, world: Answered
) -> None:
    home, run_id, plain = world
    lines = "\n".join(
        f"{kind} for the {room}" for kind in ("rug", "lamp", "vase") for room in ("hall", "bath")
    )
    people = desk.answer(home, plain).people["user_id"].tolist()
    early = [(user, f"idea-{1 + number % 6}", "order") for number, user in enumerate(people[1:21])]
    late = [(people[0], f"idea-{number}", "order") for number in range(1, 6)]
    asked = desk.Question(run_id, from_words(NAME, lines), "", 2, orders_of([*early, *late]), None, plain)
    key = answered(home, asked)
    told = desk.answer(home, key).facts["orders"]["held_back"]
    assert (told["people"], told["low"], told["high"]) == (1, None, None)
    app = open_page("new_category", run=run_id, ask=key)
    assert not app.exception
    assert "all of one person, so there is no interval" in words(app)


@pytest.mark.parametrize(
    ("start", "stop", "following", "said"),
    [
        (0, 20, [0.021, 0.004, 0.04], "The next 20 orders are worth +2.1 points"),
        (0, 20, [0.021, -0.004, 0.04], "No sure gain from the next 20 orders"),
        (20, 40, [None, None, None], "Too few hidden categories have 40 orders"),
        (20, 40, [0.021, None, None], "Too few hidden categories have 40 orders"),
        (50, 50, [None, None, None], "More than 50 orders were not tried"),
    ],
)
def test_what_the_next_orders_are_worth_is_said_only_where_it_was_measured(
    start: int, stop: int, following: list[float | None], said: str
) -> None:
    assert said in new_category_value.sentence({"start": start, "stop": stop, "following": following})
