"""The New category page on a real run: content similarity from apparel to home."""

import hashlib
from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from xscene_core.experiments import worker
from xscene_core.experiments.spec import RunSpec, TaskSpec
from xscene_core.experiments.store import RunStore
from xscene_core.home import Home
from xscene_core.newcategory import desk, from_items, from_words, job
from xscene_core.text import t

OpenPage = Callable[..., AppTest]
NAME, LINES = "Travel", "waterproof rain jacket\nceramic tea mug with lid\nwool throw for the sofa"
SHOP = pd.DataFrame(
    {
        "item_id": ["w1", "w2", "w3", "w4"],
        "title": ["Rain jacket", "Tea mug", "Wool throw", "Linen sheet"],
        "description": [
            "waterproof hooded jacket",
            "ceramic mug",
            "wool throw for the sofa",
            "linen bedding",
        ],
        "brand": ["North", "Kiln, Sons", "North", "Loom"],
        "category": ["Coats", "Kitchen", "Living", "Bedding"],
        "price": [89.5, 12, 45, 60],
        "stock": [3, 0, 1, 8],
    }
)
TASK = TaskSpec(sources=("apparel",), target="home", budget="0", encoder="tfidf")


def finished(home: Home, method: str) -> str:
    """The id of a run of ``method`` that this process has carried out."""
    run_id = RunStore(home).submit(RunSpec(task=TASK, method=method), "one")
    assert worker.main(["--home", str(home.path), "--run", run_id]) == 0
    return run_id


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, str, str]:
    """A home with a run and an answered question: (home, run, question)."""
    home = Home.resolve(tmp_path_factory.mktemp("placed"))
    run_id = finished(home, "content")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "_start", lambda *_: None)
        key = desk.ask(home, desk.Question(run_id, from_words(NAME, LINES), "", 2))
    assert job.main(["--home", str(home.path), "--key", key]) == 0
    return home, run_id, key


@pytest.fixture
def home(world: tuple[Home, str, str]) -> Home:
    return world[0]


@pytest.fixture(scope="module")
def shop(world: tuple[Home, str, str]) -> dict[str, str]:
    """The link to an answered question about a product list."""
    home, run_id, _ = world
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "_start", lambda *_: None)
        key = desk.ask(home, desk.Question(run_id, from_items(SHOP, "Travel shop"), "", 2))
    assert job.main(["--home", str(home.path), "--key", key]) == 0
    return {"run": run_id, "ask": key}


def words(app: AppTest) -> str:
    """All that is written on the page."""
    parts = [element.value for element in (*app.markdown, *app.caption, *app.info, *app.warning, *app.error)]
    return " ".join(map(str, [*parts, *(element.body for element in app.get("html"))]))


def test_before_the_first_question_the_page_says_what_it_can_tell(
    open_page: OpenPage, world: tuple[Home, str, str]
) -> None:
    app = open_page("new_category")
    assert t("new_category.empty_title") in words(app)
    assert app.button(key="nc.ask").disabled


def test_the_example_can_be_asked_at_once(open_page: OpenPage) -> None:
    app = open_page("new_category")
    app.button(key="nc.example").click().run()
    assert app.text_input(key="nc.name").value == t("new_category.example_name")
    assert t("new_category.kind_ideas", n=6) in words(app)
    assert not app.button(key="nc.ask").disabled


def test_a_link_restores_the_question_and_its_answer(
    open_page: OpenPage, world: tuple[Home, str, str]
) -> None:
    _, run_id, key = world
    app = open_page("new_category", run=run_id, ask=key)
    assert app.text_input(key="nc.name").value == NAME
    assert app.text_area(key="nc.text").value == LINES
    assert app.slider(key="nc.top").value == 2
    answer = desk.answer(world[0], key)
    table = people_of(app)
    assert table["user_id"].tolist() == answer.people["user_id"].tolist()
    said = words(app)
    assert t("new_category.person", id=answer.people["user_id"][0]) in said
    assert answer.reasons["title"][0][:20].split("“")[0].strip() in said


def test_a_person_is_found_by_a_part_of_the_id(open_page: OpenPage, world: tuple[Home, str, str]) -> None:
    _, run_id, key = world
    wanted = desk.answer(world[0], key).people["user_id"].iloc[-1]
    app = open_page("new_category", run=run_id, ask=key)
    app.text_input(key="nc.search").set_value(wanted).run()
    assert people_of(app)["user_id"].tolist() == [wanted]
    assert t("new_category.person", id=wanted) in words(app)
    app.text_input(key="nc.search").set_value("nobody at all").run()
    assert t("new_category.nobody") in words(app)


def test_a_link_to_a_question_that_is_gone_says_so_and_offers_a_new_one(open_page: OpenPage) -> None:
    app = open_page("new_category", ask="0" * 16)
    assert "no longer kept here" in words(app)
    assert t("new_category.empty_title") in words(app)


def test_a_run_that_cannot_place_new_products_says_which_one_to_choose(
    open_page: OpenPage, home: Home
) -> None:
    run_id = finished(home, "popularity")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "_start", lambda *_: None)
        key = desk.ask(home, desk.Question(run_id, from_words(NAME, LINES)))
    assert job.main(["--home", str(home.path), "--key", key]) == 1
    said = words(open_page("new_category", run=run_id, ask=key))
    assert "cannot place new ones" in said
    assert "Choose a run of content" in said


@pytest.mark.parametrize("text", ["x" * 100_000, "<script>alert(1)</script>\n=SUM(A1)\n**bold**"])
def test_any_text_gets_a_sentence_or_is_taken_literally(open_page: OpenPage, text: str) -> None:
    app = open_page("new_category")
    app.text_area(key="nc.text").set_value(text).run()
    assert not app.exception
    assert ("100,000 characters" in words(app).replace("\\", "")) == (len(text) == 100_000)


def test_marks_survive_strange_text_and_pictures_name_their_regions() -> None:
    from pages.ui.new_category_carried import Carried, excerpt, marked, picture

    assert marked("<b>red & blue", [(3, 6)]) == "&lt;b&gt;<mark>red</mark> &amp; blue"
    assert marked("red lamp", [(0, 3), (1, 8)]) == "<mark>red</mark><mark> lamp</mark>"
    assert marked("red " + "x" * 300, [(0, 3), (200, 210)]).endswith("x…")
    far = "word " * 60 + "wool throw"
    assert excerpt(far, [(300, 304)]).endswith("<mark>wool</mark> throw")
    assert excerpt(far, [(300, 304)]).startswith("… word")
    assert excerpt(far, []) == ""
    seen = picture(b"png", Carried({}, [], [(0, 3)]), {"faithfulness_regions": {"low": -1}}, "Mug <1>")
    assert "row 1, column 4" in seen
    assert t("new_category.regions_unsure") in seen
    assert "left:75.0%;top:0.0%" in seen
    assert "Mug &lt;1&gt;" in seen
    assert picture(None, Carried({}, [], []), {}, "Mug") == ""


def test_a_group_is_named_by_quoted_words_and_plain_categories() -> None:
    from pages.ui.new_category_segments import segment_name

    traits = [{"kind": "category", "text": "Home > Lamps"}, {"kind": "word", "text": "daring"}]
    assert segment_name(traits) == "Lamps · “daring”"


def digest(value: str) -> str:
    """How the link names a brand or a product."""
    return hashlib.sha256(value.encode()).hexdigest()[:8]


def offers_of(app: AppTest) -> str:
    """The cards of the segments and of the person, without the controls."""
    return " ".join(element.body for element in app.get("html") if "xs-" in element.body)


def people_of(app: AppTest) -> pd.DataFrame:
    """The table of people, whatever other tables the page shows."""
    return next(one.value for one in app.dataframe if "user_id" in one.value)


def first_choices(app: AppTest) -> set[str]:
    return set(people_of(app)["title"])


def test_filters_and_pins_shape_the_lists_stay_in_the_link_and_can_be_undone(
    open_page: OpenPage, shop: dict[str, str]
) -> None:
    app = open_page("new_category", **shop)
    plain = first_choices(app)
    app.number_input(key=f"nc.price_max.{shop['ask']}").set_value(60).run()
    brands = app.multiselect(key="param.brands")
    assert brands.options == ["Kiln, Sons", "Loom", "North"]
    brands.set_value([digest("Kiln, Sons"), digest("North")]).run()
    assert first_choices(app) <= {"Tea mug", "Wool throw"}
    app.multiselect(key="param.pin").set_value([digest("w4")]).run()
    app.multiselect(key="param.hide").set_value([digest("w3")]).run()
    assert first_choices(app) == {"Linen sheet"}
    assert "Wool throw" not in offers_of(app)
    link = dict(app.query_params)
    assert not app.exception

    again = open_page(
        "new_category", **{name: one if isinstance(one, str) else one[0] for name, one in link.items()}
    )
    assert first_choices(again) == {"Linen sheet"}
    assert t("new_category.shaped", left=2, all=4) in words(again)
    again.button(key="nc.reset").click().run()
    assert first_choices(again) == plain
    assert not {"brands", "pin", "hide", "price_max"} & set(again.query_params)


def test_only_what_is_in_stock_can_be_asked_for_and_stays_in_the_link(
    open_page: OpenPage, shop: dict[str, str]
) -> None:
    app = open_page("new_category", **shop)
    assert t("new_category.stock_none") in offers_of(app) or t("new_category.stock_left") in offers_of(app)
    app.button_group(key="param.stock").set_value(["yes"]).run()
    assert t("new_category.shaped", left=3, all=4) in words(app)
    assert "Tea mug" not in first_choices(app)
    assert t("new_category.stock_none") not in offers_of(app)
    again = open_page("new_category", **shop, stock="yes")
    assert first_choices(again) == first_choices(app)
    again.button(key="nc.reset").click().run()
    assert "stock" not in again.query_params


def test_the_words_that_carried_an_offer_are_marked_named_and_tested(
    open_page: OpenPage, world: tuple[Home, str, str]
) -> None:
    home, run_id, key = world
    answer = desk.answer(home, key)
    app = open_page("new_category", run=run_id, ask=key)
    user = answer.people["user_id"][0]
    named = answer.offers[answer.offers["user_id"] == user]["words"].iloc[0].split(" | ")
    assert named != [""]
    for word in named:
        assert f"<mark>{word}</mark>" in offers_of(app)
        assert t("new_category.word", text=word) in offers_of(app)
    assert t("new_category.words_tried", **answer.facts["faithfulness_words"]) in words(app)


def test_variety_is_kept_in_the_link_and_says_what_it_changed(
    open_page: OpenPage, shop: dict[str, str]
) -> None:
    app = open_page("new_category", **shop, diversity="60")
    assert app.slider(key="param.diversity").value == 60
    assert "are alike by" in words(app)
    assert first_choices(app) == first_choices(open_page("new_category", **shop))


def test_filters_that_leave_nothing_say_so_and_offer_the_way_back(
    open_page: OpenPage, shop: dict[str, str]
) -> None:
    app = open_page("new_category", **shop, brands=digest("Loom"), categories=digest("Coats"))
    assert t("new_category.nothing_left_text") in words(app)
    assert t("new_category.how") in [one.value for one in app.subheader]
    app.button(key="nc.reset").click().run()
    assert t("new_category.nothing_left_text") not in words(app)


def test_a_band_that_ends_before_it_begins_gets_a_sentence(open_page: OpenPage, shop: dict[str, str]) -> None:
    app = open_page("new_category", **shop, price_min="60", price_max="20")
    assert "lowest price 60 is above the highest, 20" in words(app)


def test_controls_appear_only_where_the_list_has_something_to_choose(
    open_page: OpenPage, world: tuple[Home, str, str]
) -> None:
    _, run_id, key = world
    app = open_page("new_category", run=run_id, ask=key, brands="abc", pin="nonsense", diversity="900")
    keys = {element.key for element in app.multiselect}
    assert keys == {"param.pin", "param.hide"}
    assert "param.stock" not in {element.key for element in app.button_group}
    assert not app.number_input
    assert app.slider(key="param.diversity").value == 0


@pytest.mark.parametrize("text", [LINES, LINES.splitlines()[0]])
def test_a_link_restores_a_question_without_a_name_as_it_was_asked(
    open_page: OpenPage, world: tuple[Home, str, str], text: str
) -> None:
    home, run_id, _ = world
    asked = desk.Question(run_id, from_words("", text), "", 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "_start", lambda *_: None)
        key = desk.ask(home, asked)
    app = open_page("new_category", run=run_id, ask=key)
    name, said = app.text_input(key="nc.name").value, app.text_area(key="nc.text").value
    assert from_words(name, said).key == asked.category.key


def test_an_answer_of_a_run_that_is_gone_says_so(open_page: OpenPage, world: tuple[Home, str, str]) -> None:
    home, run_id, _ = world
    other = finished(home, "item-knn")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "_start", lambda *_: None)
        key = desk.ask(home, desk.Question(other, from_words(NAME, LINES), "", 2))
    RunStore(home).delete(other)
    said = words(open_page("new_category", run=run_id, ask=key))
    assert "no longer here" in said
    assert "chose another run" not in said


def test_an_answer_that_other_code_made_says_so_and_can_be_made_anew(
    open_page: OpenPage, world: tuple[Home, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, run_id, key = world
    app = open_page("new_category", run=run_id, ask=key)
    assert t("new_category.outdated") not in words(app)
    monkeypatch.setattr(desk, "made_by", lambda: "other code")
    app = open_page("new_category", run=run_id, ask=key)
    assert t("new_category.outdated") in words(app)
    started: list[str] = []
    monkeypatch.setattr(desk, "_start", lambda home, key, folder: started.append(key))
    app.button(key="nc.outdated").click().run()
    assert not app.exception
    assert started == [key]
    assert desk.status(home, key).state == "new"
    assert job.main(["--home", str(home.path), "--key", key]) == 0
    assert t("new_category.outdated") not in words(open_page("new_category", run=run_id, ask=key))
