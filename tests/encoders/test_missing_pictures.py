"""An item without a picture is told by its text alone, and never pushed to the mean picture."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xscene_core.encoders import denoised_pictures
from xscene_core.encoders.encoder import without_pictures
from xscene_core.encoders.encoding import Encoding, encode
from xscene_core.encoders.pictures import COLUMN
from xscene_core.home import Home
from xscene_core.scenes.library import SceneLibrary

BARE, ITEMS = 30, 100
"""The first so many of the items have no picture."""


@pytest.fixture(scope="module")
def spaces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Encoding]:
    folder = tmp_path_factory.mktemp("home")
    library = SceneLibrary(Home.resolve(folder))
    items = library.items("home").head(ITEMS).reset_index(drop=True)
    shown = items["item_id"].map(library.pictures("home", items["item_id"])).astype(object)
    shown.iloc[:BARE] = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(denoised_pictures, "STEPS", 12)
        scenes = {"home": items.assign(picture=shown)}
        return {name: encode(scenes, name, folder) for name in ("tfidf", "pictures", "tfidf+pictures")}


def test_it_says_nothing_in_the_picture_s_part_and_all_by_its_text(spaces: dict[str, Encoding]) -> None:
    text, both = (spaces[name].vectors["home"] for name in ("tfidf", "tfidf+pictures"))
    width = text.shape[1]
    np.testing.assert_allclose(both[:BARE, :width], text[:BARE], atol=1e-6)
    assert not both[:BARE, width:].any()
    np.testing.assert_allclose(np.linalg.norm(both[BARE:, width:], axis=1), np.sqrt(0.5), atol=1e-4)
    alone = spaces["pictures"].vectors["home"]
    assert not alone[:BARE].any()


def test_it_is_ranked_among_its_like_as_by_text_alone(spaces: dict[str, Encoding]) -> None:
    """For people who chose things with pictures, too."""
    text, both = (spaces[name].vectors["home"] for name in ("tfidf", "tfidf+pictures"))
    people = np.arange(BARE, ITEMS)
    by_text = np.argsort(-(text[people] @ text[:BARE].T), axis=1, kind="stable")
    by_both = np.argsort(-(both[people] @ both[:BARE].T), axis=1, kind="stable")
    assert (by_text == by_both).mean() > 0.99


def test_missing_pictures_do_not_move_the_mean_picture_or_the_spread(spaces: dict[str, Encoding]) -> None:
    (part,) = spaces["pictures"].parts
    items = spaces["pictures"].items["home"]
    seen = part.encoder.encode(items.iloc[BARE:], None)  # type: ignore[arg-type]
    np.testing.assert_allclose(part.centres["home"], seen.mean(axis=0), rtol=1e-4, atol=1e-5)
    centred = seen - seen.mean(axis=0)
    before = centred.T @ centred / len(seen)
    after = part.whiten @ before @ part.whiten
    values = [np.linalg.eigvalsh(one)[::-1] for one in (before, after)]
    assert values[1][0] / values[1][9] < values[0][0] / values[0][9]


def test_new_products_without_pictures_are_placed_by_their_text(spaces: dict[str, Encoding]) -> None:
    new = pd.DataFrame(
        {"title": ["linen sheet", "tea mug"], "description": "", "category": "", "brand": "", "price": np.nan}
    )
    text, both = (spaces[name].encode_new(new) for name in ("tfidf", "tfidf+pictures"))
    np.testing.assert_allclose(both[:, : text.shape[1]], text, atol=1e-6)
    assert not both[:, text.shape[1] :].any()


def test_other_items_placed_beside_new_ones_have_the_same_centre(spaces: dict[str, Encoding]) -> None:
    items = spaces["tfidf+pictures"].items["home"].iloc[20:50]
    newcomers = spaces["tfidf+pictures"].newcomers(items)
    np.testing.assert_allclose(newcomers.beside(items.iloc[:3]), newcomers.vectors[:3], atol=1e-5)
    bare = newcomers.beside(items.iloc[10:13].drop(columns=COLUMN))
    assert not np.allclose(bare, newcomers.vectors[10:13], atol=1e-2)


@pytest.mark.parametrize(
    ("name", "left"),
    [("minilm+pictures", "minilm"), ("tfidf", "tfidf"), ("pictures", ""), ("pairs", "pairs")],
)
def test_an_encoder_without_its_pictures_is_the_rest(name: str, left: str) -> None:
    assert without_pictures(name) == left


def test_encodings_are_kept_per_picture(tmp_path: Path) -> None:
    """A picture that is taken away is not answered from the cache."""
    library = SceneLibrary(Home.resolve(tmp_path))
    items = library.items("home").head(12)
    shown = items["item_id"].map(library.pictures("home", items["item_id"])).astype(object)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(denoised_pictures, "STEPS", 2)
        whole = encode({"home": items.assign(picture=shown)}, "pictures", tmp_path).vectors["home"]
        shown = shown.copy()
        shown.iloc[0] = None
        less = encode({"home": items.assign(picture=shown)}, "pictures", tmp_path).vectors["home"]
    assert whole[0].any()
    assert not less[0].any()
