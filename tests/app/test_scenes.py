"""The Scenes page: cards, links, removal with undo, distances."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import OpenPage, assert_calm
from xscene_core.home import Home
from xscene_core.scenes.library import SceneLibrary


def html_of(app: AppTest) -> str:
    return " ".join(str(element.body) for element in app.get("html"))


def words(app: AppTest) -> str:
    shown = [*app.markdown, *app.caption, *app.info, *app.error, *app.warning]
    return " ".join(str(element.value) for element in shown)


def test_every_sample_scene_has_a_card_with_counts_and_is_marked_as_sample(
    open_page: OpenPage, home: Home
) -> None:
    app = open_page("scenes")
    for card in SceneLibrary(home).cards():
        assert card.title.replace("(", "\\(").replace(")", "\\)") in words(app)
        assert f"**{card.items:,}** products" in words(app)
    assert "sample data" in html_of(app)


def test_a_removed_scene_is_gone_and_comes_back_with_undo(open_page: OpenPage, home: Home) -> None:
    app = open_page("scenes")
    app.button(key="scene.jewelry.remove").click().run()
    assert_calm(app)
    assert "jewelry" not in SceneLibrary(home).names()
    assert "was removed" in words(app)
    app.button(key="scenes.undo").click().run()
    assert "jewelry" in SceneLibrary(home).names()
    assert "was removed" not in words(app)


def test_without_scenes_the_page_says_how_to_add_one(open_page: OpenPage, home: Home) -> None:
    library = SceneLibrary(home)
    for name in library.names():
        library.remove(name)
    app = open_page("scenes")
    assert "No scenes here" in words(app)


@pytest.mark.parametrize("value", ["nonsense", "<script>", "x" * 5000, "profile,library", ""])
def test_an_unusable_link_falls_back_to_the_library(open_page: OpenPage, value: str) -> None:
    app = open_page("scenes", view=value, scene=value, measure=value)
    assert app.get_by_key("param.view").value == "library"


def test_a_link_opens_the_profile_of_its_scene_and_the_url_keeps_it(open_page: OpenPage) -> None:
    app = open_page("scenes", view="profile", scene="jewelry")
    assert app.selectbox(key="param.scene").value == "jewelry"
    assert app.query_params["scene"] in ("jewelry", ["jewelry"])


def test_the_open_button_leads_to_that_scenes_profile(open_page: OpenPage) -> None:
    app = open_page("scenes")
    app.button(key="scene.electronics.open").click().run()
    assert_calm(app)
    assert app.selectbox(key="param.scene").value == "electronics"


@pytest.mark.parametrize("measure", ["people", "words", "proxy_a_distance"])
def test_distances_name_the_closest_pair_in_words(open_page: OpenPage, measure: str) -> None:
    app = open_page("scenes", view="distances", measure=measure)
    assert app.get("plotly_chart")
    assert "City store" in words(app)


def test_two_files_of_one_table_can_be_mapped_and_kept(open_page: OpenPage, home: Home) -> None:
    app = open_page("scenes", view="add")
    choices = "customer_id,sku\nann,a1\nann,a2\nbo,a1\nbo,a2\n"
    files = [
        ("items.csv", "sku,product_name,brand_name,seller\na1,Cup,Ann,Bo\na2,Jug,Ann,Bo\n"),
        ("interactions.csv", choices),
        ("meta_more.csv", "sku,product_name,brand_name,seller\na3,Pan,Ann,Bo\n"),
    ]
    uploads = [(name, content.encode(), "text/csv") for name, content in files]
    app.file_uploader[0].set_value(uploads).run()
    assert_calm(app)
    brands = [box for box in app.selectbox if str(box.key).endswith(".items.brand")]
    assert [box.value for box in brands] == ["brand_name", "brand_name"]
    brands[1].select("seller").run()
    assert_calm(app)
    brands = [box for box in app.selectbox if str(box.key).endswith(".items.brand")]
    assert [box.value for box in brands] == ["seller", "seller"], "both hold the same table"
    app.text_input(key="scenes.name").set_value("pots").run()
    app.button(key="scenes.keep").click().run()
    items = SceneLibrary(home).load("pots").items
    assert set(items["title"]) == {"Cup", "Jug", "Pan"}
    assert set(items["brand"]) == {"Bo"}


def test_the_profile_lists_the_labels_of_the_scene_with_their_rows(open_page: OpenPage, home: Home) -> None:
    from xscene_core.scenes.labels import LabelColumn, labelled_rows, labels_of

    app = open_page("scenes", view="profile", scene="electronics")
    scene = SceneLibrary(home).load("electronics")
    table = next(frame.value for frame in app.dataframe if "commonest" in frame.value)
    assert table["column"].tolist() == [str(label) for label in labels_of(scene)]
    rated = labelled_rows(scene, LabelColumn("reviews", "sentiment"))["label"]
    sentiment = table.set_index("column").loc["reviews.sentiment"]
    assert sentiment["rows"] == (rated != "").sum()
    assert sentiment["different"] == 2
    assert f"negative ({(rated == 'negative').sum() / (rated != '').sum():.0%})" in sentiment["commonest"]


def test_without_past_runs_pairs_are_listed_by_likeness_and_nothing_is_promised(open_page: OpenPage) -> None:
    app = open_page("scenes", view="distances")
    assert_calm(app)
    assert "Too little is known to predict a gain" in words(app)
    assert "0 pairs have been compared" in words(app)
    pairs = app.dataframe[-1].value
    assert pairs["expected"].isna().all()
    assert len(pairs) == 12
