"""The profile of a scene agrees with a plain count."""

from pathlib import Path

import numpy as np
import pytest

from tests.scenes.given import INTERACTIONS, ITEMS, folder, read
from xscene_core.home import Home
from xscene_core.scenes.language import script_language
from xscene_core.scenes.library import SceneLibrary
from xscene_core.scenes.profile import profile


@pytest.fixture
def library(tmp_path: Path) -> SceneLibrary:
    library = SceneLibrary(Home.resolve(tmp_path / "home"), samples=None)
    read(folder(tmp_path / "shop", items=ITEMS + "i11,Free,0,Kind > New\ni12,Priceless,,\n")).commit(library)
    half = "\n".join(INTERACTIONS.splitlines()[:25])
    read(folder(tmp_path / "outlet", interactions=half)).commit(library)
    return library


def test_counts_and_distributions_agree_with_the_tables(library: SceneLibrary) -> None:
    scene = library.load("shop")
    found = profile(scene, library)
    assert (found.items, found.people, found.interactions) == (12, 12, 48)
    pairs = len(set(zip(scene.interactions["user_id"], scene.interactions["item_id"], strict=True)))
    assert found.sparsity == pytest.approx(1 - pairs / (12 * 12))
    assert found.items_without_interactions == 2
    assert found.items_without_price == 1
    assert sum(found.per_person.counts) == 12
    assert sum(found.per_item.counts) == 10
    assert sum(found.price.counts) == 10  # a price of nothing has no logarithm
    assert found.price.edges[0] == pytest.approx(1.5)
    assert found.price.edges[-1] == pytest.approx(10.5)
    assert found.price_median == pytest.approx(np.median([0, *(k + 0.5 for k in range(1, 11))]))
    assert found.first == scene.interactions["timestamp"].min()
    assert found.rating_mean == pytest.approx(2.5)
    assert found.shared == {"outlet": 6}


def test_histogram_bins_hold_what_they_say(library: SceneLibrary) -> None:
    found = profile(library.load("shop"))
    assert found.per_person.edges == (1.0, 2.0, 3.0, 5.0)
    assert found.per_person.counts == (0, 0, 12)


def test_a_scene_without_interactions_and_prices_has_an_empty_profile(tmp_path: Path) -> None:
    library = SceneLibrary(Home.resolve(tmp_path / "home"), samples=None)
    items = "item_id,title\ni1,Lamp\ni2,Chair\n"
    read(folder(tmp_path / "new", items=items, interactions=None)).commit(library)
    found = profile(library.load("new"), library)
    assert (found.people, found.interactions, found.sparsity) == (0, 0, 1.0)
    assert found.price.counts == found.per_person.counts == ()
    assert (found.price_median, found.first, found.rating_mean) == (None, None, None)
    assert [title for title, _ in found.texts] == ["Lamp", "Chair"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("A silk dress", "en"),
        ("丝绸连衣裙 XL", "zh"),
        ("シルクのドレス 絹", "ja"),
        ("실크 드레스", "ko"),
        ("Шёлковое платье", "ru"),
        ("123 !?", "und"),
        ("", "und"),
    ],
)
def test_the_script_tells_the_language(text: str, language: str) -> None:
    assert script_language([text]) == language
