"""The Overview: the verdict of real runs on two small scenes, and the way to a first one."""

import html

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import OpenPage
from tests.conftest import Compared
from xscene_core.home import Home
from xscene_core.text import t


@pytest.fixture
def open_overview(compared: Compared, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    monkeypatch.setenv("XSCENE_HOME", str(compared.home.path))
    return open_page


def linked(app, name: str) -> str:
    """A parameter of the link, however the test client tells it."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def texts(app) -> str:
    parts = [*(part.value for part in app.markdown), *(part.value for part in app.caption)]
    return "\n".join(parts).replace("\\", "")


def pictures(app) -> str:
    return "\n".join(
        part.value if hasattr(part, "value") else str(part.proto.body) for part in app.get("html")
    )


def test_without_runs_one_click_starts_the_sample_comparison(
    open_page: OpenPage, stored_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(
        "xscene_core.experiments.submission.submit_methods",
        lambda home, task, methods, params: asked.append((task, methods)) or "group",
    )
    app = open_page("overview")
    assert t("overview.start_text") in texts(app)
    app.button(key="overview.run_sample").click().run()
    assert asked, [part.value for part in app.error]
    task, methods = asked[0]
    assert (task.sources, task.target) == (("apparel",), "home")
    assert methods, "something that learns from the source must be asked for"


def test_the_verdict_is_the_one_of_the_command_line(open_overview: OpenPage, compared: Compared) -> None:
    from xscene_core.experiments.comparison import compare
    from xscene_core.experiments.store import RunStore
    from xscene_core.experiments.verdict import verdict

    app = open_overview("overview")
    said = verdict(compare(RunStore(compared.home), list(compared.runs.values()))).text()
    assert said in texts(app)
    assert "fine-tune" in said


def test_three_figures_say_how_much_for_how_many_at_what_cost(open_overview: OpenPage) -> None:
    shown = pictures(open_overview("overview"))
    for name in ("figure_gain", "figure_better", "figure_cost"):
        assert t(f"overview.{name}", metric="NDCG@10") in shown


@pytest.mark.parametrize(("case", "edge"), [("helps", "good"), ("unclear", "warn"), ("hurts", "bad")])
def test_the_gain_is_painted_as_the_sentence_judges_it(
    open_overview: OpenPage, monkeypatch: pytest.MonkeyPatch, case: str, edge: str
) -> None:
    from dataclasses import replace

    from pages.ui import comparisons

    original = comparisons.verdict_of
    monkeypatch.setattr(comparisons, "verdict_of", lambda found: replace(original(found), case=case))
    figures = pictures(open_overview("overview")).split("xs-figures")[1]
    assert figures.index(f"xs-edge-{edge}") < figures.index(t("overview.figure_gain", metric="NDCG@10"))


def test_the_shopper_is_real_and_what_they_chose_is_in_the_scene(
    open_overview: OpenPage, compared: Compared
) -> None:
    from xscene_core.scenes.library import SceneLibrary

    app = open_overview("overview")
    person = app.selectbox(key="param.shopper").value
    scene = SceneLibrary(compared.home).load("small-home")
    chosen = scene.interactions[scene.interactions["user_id"] == person]["item_id"]
    last = scene.items.set_index("item_id").loc[chosen.iloc[-1], "title"]
    shown = pictures(app)
    assert last in shown
    assert t("overview.answer_note") in shown
    assert t("overview.chosen_typical", n="160") in texts(app)


def test_of_a_shopper_new_to_the_target_the_sources_show_what_they_chose(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xscene_core.scenes.library import SceneLibrary

    def page(person: str) -> None:
        from pages.ui import engine, shopper_view

        shopper_view._show_elsewhere(("store",), engine.scene("home"), person)

    monkeypatch.setenv("XSCENE_HOME", str(home.path))
    store, target = (SceneLibrary(home).load(name) for name in ("store", "home"))
    begun = target.interactions.groupby("user_id")["timestamp"].min()
    there = store.interactions
    early = there[there["timestamp"] < there["user_id"].map(begun)]
    person = early["user_id"].value_counts().index[0]
    chosen = early[early["user_id"] == person]["item_id"]
    app = AppTest.from_function(page, args=(person,), default_timeout=60).run()
    assert t("overview.elsewhere_heading", n=len(chosen), shown=min(len(chosen), 7)) in texts(app)
    titles = store.items.set_index("item_id")["title"]
    shown = pictures(app)
    assert html.escape(titles[chosen.iloc[-1]]) in shown
    later = there[(there["user_id"] == person) & ~there["item_id"].isin(chosen)]["item_id"]
    assert not any(html.escape(titles[item]) in shown for item in later)


def test_next_and_previous_walk_from_typical_to_unusual(open_overview: OpenPage) -> None:
    app = open_overview("overview")
    first = app.selectbox(key="param.shopper").value
    assert app.button(key="shopper.previous").disabled
    app.button(key="shopper.next").click().run()
    second = app.selectbox(key="param.shopper").value
    assert second != first
    assert linked(app, "shopper") == second
    app.button(key="shopper.previous").click().run()
    assert app.selectbox(key="param.shopper").value == first


def test_a_link_shows_the_same_shopper(open_overview: OpenPage) -> None:
    options = open_overview("overview").selectbox(key="param.shopper").options
    person = options[7].split(" ")[0]
    assert open_overview("overview", shopper=person).selectbox(key="param.shopper").value == person


def test_how_it_was_measured_names_people_catalogue_and_seed(open_overview: OpenPage) -> None:
    said = texts(open_overview("overview"))
    assert t("overview.measured_leave-one-out") in said
    assert "160 people" in said
    assert "400 products" in said


def test_the_catalogue_counted_is_the_one_that_was_ranked_even_if_the_scene_is_gone(
    open_overview: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.ui.comparisons.changed_scenes", lambda task: ["small-home"])
    monkeypatch.setattr("pages.ui.engine.cards", list)
    assert "400 products" in texts(open_overview("overview"))
