"""The public data sets import with the counts that their card gives."""

import os
from pathlib import Path

import pytest

from xscene_core.home import Home
from xscene_core.scenes.importing import ImportOptions, Prepared, prepare
from xscene_core.scenes.library import SceneLibrary

DATA = Path(os.environ.get("XSCENE_REAL_DATA") or Path(__file__).resolve().parents[2].parent / "shared/data")

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data (or XSCENE_REAL_DATA) is absent"),
]

CASES = {
    "amazon2014_beauty_sports_toys": (
        ImportOptions({"title": "keyword_text"}, "domain", "position"),
        {
            "Beauty": (12_101, 22_363, 198_502),
            "Sports_and_Outdoors": (18_357, 35_598, 296_337),
            "Toys_and_Games": (11_924, 19_412, 167_597),
        },
    ),
    "amazon_art_office_urllm": (
        ImportOptions(scene_column="domain", order_column="position"),
        {"Arts_Crafts_and_Sewing": (18_639, 9_577, 110_877), "Office_Products": (19_757, 9_577, 97_664)},
    ),
    "amazon2018_scientific_unisrec": (
        ImportOptions(scene_column="domain", order_column="position"),
        {"Industrial_and_Scientific": (4_385, 8_442, 59_384)},
    ),
    "amazon2018_games_llmrank": (
        ImportOptions(scene_column="domain"),
        {"Video_Games": (16_859, 50_546, 440_264)},
    ),
    "amazon2018_gift_cards": (
        ImportOptions(name="Gift_Cards"),
        {"Gift_Cards": (1_547, 458, 2_969)},  # three of the 2,972 rows repeat another one
    ),
}


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[str, Prepared]:
    options, _ = CASES[request.param]
    return request.param, prepare(DATA / request.param, options)


def test_counts_agree_with_the_card(case: tuple[str, Prepared]) -> None:
    name, prepared = case
    assert prepared.errors == []
    found = {scene.name: (scene.items, scene.people, scene.interactions) for scene in prepared.scenes}
    assert found == CASES[name][1]


def test_none_looks_sorted_by_item_id(case: tuple[str, Prepared]) -> None:
    assert not [problem for problem in case[1].problems if "sorted by item id" in problem.what]


def test_all_load_as_the_scenes_that_were_shown(case: tuple[str, Prepared], tmp_path: Path) -> None:
    name, prepared = case
    library = SceneLibrary(Home.resolve(tmp_path), samples=None)
    for card in prepared.commit(library):
        scene = library.load(card.name)
        assert (len(scene.items), scene.interactions["user_id"].nunique(), len(scene.interactions)) == (
            CASES[name][1][card.name]
        )
        assert set(scene.interactions["item_id"]) <= set(scene.items["item_id"])


def test_gift_cards_bring_prices_times_and_reviews(tmp_path: Path) -> None:
    library = SceneLibrary(Home.resolve(tmp_path), samples=None)
    prepare(DATA / "amazon2018_gift_cards", ImportOptions(name="Gift_Cards")).commit(library)
    scene = library.load("Gift_Cards")
    assert scene.card.has_time
    assert scene.reviews is not None
    assert len(scene.reviews) == 2_969
    assert scene.items["price"].notna().sum() > 350
    assert not scene.items["description"].str.contains("<div|<br|&amp;").any()


def test_people_shared_between_scenes_agree_with_the_card() -> None:
    options, _ = CASES["amazon2014_beauty_sports_toys"]
    prepared = prepare(DATA / "amazon2014_beauty_sports_toys", options)
    shared = {scene.name: scene.shared for scene in prepared.scenes}
    assert shared["Beauty"] == {"Sports_and_Outdoors": 1_625, "Toys_and_Games": 2_073}
    assert shared["Sports_and_Outdoors"] == {"Beauty": 1_625, "Toys_and_Games": 1_734}
