"""The Align page on a real run; the picture is drawn by PCA, which takes a second."""

import time

import pytest

from pages.ui.align_selection import write
from pages.ui.point_map import Outline
from tests.app.conftest import OpenPage
from tests.conftest import Compared
from xscene_core.home import Home
from xscene_core.projection import control
from xscene_core.text import t


@pytest.fixture(scope="module")
def drawn(compared: Compared) -> dict[str, control.Wish]:
    """Pictures of products and people of the fine-tuned run."""
    from xscene_core.experiments.store import RunStore
    from xscene_core.projection.job import run

    folder = RunStore(compared.home).get(compared.runs["fine-tune"]).folder
    wishes = {what: control.Wish(folder, what, "pca", 0) for what in ("items", "people")}
    for wish in wishes.values():
        compared.home.projections.mkdir(exist_ok=True)
        assert run(compared.home, wish).state == "ready"
    return wishes


@pytest.fixture
def open_align(compared: Compared, drawn, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    monkeypatch.setenv("XSCENE_HOME", str(compared.home.path))
    return lambda **parameters: open_page(
        "align", **{"run": compared.runs["fine-tune"], "drawing": "pca", **parameters}
    )


def linked(app, name: str) -> str:
    """A parameter of the link, however the test client tells it."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def texts(app) -> str:
    parts = [*(part.value for part in app.markdown), *(part.value for part in app.caption)]
    return "\n".join(parts).replace("\\", "")


def test_without_runs_it_says_what_to_do(open_page: OpenPage, stored_home: Home) -> None:
    assert t("app.empty_runs_text") in texts(open_page("align"))


def test_the_picture_says_how_it_was_made_and_how_far_to_trust_it(open_align: OpenPage) -> None:
    said = texts(open_align())
    assert "PCA, seed 0, 820 of 820 products" in said
    assert "Trustworthiness 0." in said
    assert t("align.numbers_origin") in said


def test_people_can_be_shown_instead_of_products(open_align: OpenPage) -> None:
    assert "of 460 people" in texts(open_align(points="people"))


@pytest.mark.parametrize("colour", ["scene", "category", "error"])
def test_points_are_coloured_in_every_way(open_align: OpenPage, colour: str) -> None:
    open_align(colour=colour)
    open_align(colour=colour, points="people")


def test_a_scene_is_selected_without_a_mouse_and_told_apart_from_the_rest(open_align: OpenPage) -> None:
    app = open_align()
    app.multiselect(key="param.in").select("small-home").run()
    said = texts(app)
    assert t("align.selected", count="400 products", of="820") in said
    assert linked(app, "in") == "small-home"
    listed = app.dataframe[0].value
    assert len(listed) == 400
    app.button(key="align.clear").click().run()
    assert not app.dataframe
    assert "in" not in app.query_params


def test_words_select_titles_that_contain_them(open_align: OpenPage) -> None:
    app = open_align(words="LAMP")
    rows = app.dataframe[0].value
    assert len(rows)
    together = rows["title"] + rows["category"] + rows["brand"]
    assert together.str.contains("lamp", case=False).all()


def test_formulas_and_markup_in_the_words_are_words(open_align: OpenPage) -> None:
    assert t("align.nothing_selected") in texts(open_align(words="<b>(*[$"))


def test_a_link_with_a_drawn_outline_selects_what_lies_inside(open_align: OpenPage, drawn) -> None:
    import numpy as np

    everything = Outline(0, np.array([[-2.0, -2.0], [2.0, -2.0], [2.0, 2.0], [-2.0, 2.0]]))
    app = open_align(outline=write(everything, drawn["items"].key))
    assert t("align.selected", count="820 products", of="820") in texts(app)
    other = open_align(outline=write(everything, "another picture"))
    assert t("align.how_to_select") in texts(other)
    assert "outline" not in other.query_params


def test_a_picture_that_is_not_there_is_drawn_in_a_process_of_its_own(
    open_align: OpenPage, compared: Compared
) -> None:
    app = open_align(run=compared.runs["target-only"])
    end = time.monotonic() + 60
    while not app.multiselect and time.monotonic() < end:
        time.sleep(0.5)
        app.run()
    assert "PCA, seed 0" in texts(app)


def test_a_cancelled_picture_waits_to_be_asked_for_again(
    open_align: OpenPage, compared: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "poll", lambda home, wish: control.Progress("cancelled", "before"))
    app = open_align()
    assert t("align.was_cancelled") in texts(app)
    assert app.button(key="align.again")


def test_a_failed_picture_says_why(open_align: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = control.Progress("failed", error="The picture could not be written: No space left.")
    monkeypatch.setattr(control, "poll", lambda home, wish: failed)
    assert "No space left" in texts(open_align())
