"""Encoders pre-trained on the scenes' own catalogues: that they learn, keep, and miss nothing."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from xscene_core.encoders import contrasted_pairs, denoised_pictures, masked_language
from xscene_core.encoders.encoder import encoder_named, reads_pictures
from xscene_core.encoders.encoding import encode
from xscene_core.encoders.item_text import item_texts
from xscene_core.encoders.pictures import COLUMN, decoded, picture_array
from xscene_core.encoders.vocabulary import FIRST, PAD, numbers, vocabulary
from xscene_core.errors import InputError
from xscene_core.home import Home
from xscene_core.scenes.library import SceneLibrary
from xscene_core.watcher import Silent

NAMES = ("mlm", "pictures", "pairs")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Generated products with drawn pictures."""
    library = SceneLibrary(Home.resolve(tmp_path_factory.mktemp("home")))
    items = library.items("apparel")
    items = items.sample(frac=1, random_state=0).reset_index(drop=True)
    return items.assign(picture=items["item_id"].map(library.pictures("apparel", items["item_id"])))


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (masked_language, denoised_pictures, contrasted_pairs):
        monkeypatch.setattr(module, "STEPS", 12)


def test_filling_in_masked_words_beats_their_frequency(
    catalogue: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(masked_language, "STEPS", 300)
    monkeypatch.setattr(masked_language, "LENGTH", 20)
    seen, unseen = catalogue.iloc[60:].reset_index(drop=True), catalogue.iloc[:60].reset_index(drop=True)
    encoder = masked_language.MaskedLanguage()
    encoder.fit([seen], Silent())
    rows = numbers(item_texts(unseen), encoder.words, masked_language.LENGTH)
    random = np.random.default_rng(1)
    given, asked = masked_language.masked(rows, FIRST + len(encoder.words), random)
    with torch.no_grad():
        said = encoder._network(torch.from_numpy(given), torch.from_numpy(asked)).argmax(dim=1).numpy()
    counts = np.bincount(numbers(item_texts(seen), encoder.words, masked_language.LENGTH).ravel())
    counts[:FIRST] = 0
    commonest = (rows[asked] == counts.argmax()).mean()
    assert (said == rows[asked]).mean() > 2 * commonest


def test_a_picture_without_its_noise_is_nearer_than_the_mean_picture(
    catalogue: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(denoised_pictures, "STEPS", 350)
    encoder = denoised_pictures.DenoisedPictures()
    encoder.fit([catalogue.iloc[60:].reset_index(drop=True)], Silent())
    unseen = torch.from_numpy(picture_array(catalogue[COLUMN].iloc[:60]))
    with torch.no_grad():
        painted = encoder._network(unseen)
    mean = torch.from_numpy(picture_array(catalogue[COLUMN].iloc[60:])).mean(dim=0)
    left, plain = (float((one - unseen).square().mean()) for one in (painted, mean))
    assert left < 0.5 * plain


def test_a_text_finds_its_picture_among_others_that_were_not_learned(
    catalogue: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contrasted_pairs, "STEPS", 200)
    encoder = contrasted_pairs.ContrastedPairs()
    encoder.fit([catalogue.iloc[100:].reset_index(drop=True)], Silent())
    found = encoder.encode(catalogue.iloc[:100], Silent())
    texts, pictures = found[:, :64], found[:, 64:]
    place = (-texts @ pictures.T).argsort(axis=1).argsort(axis=1)[np.arange(100), np.arange(100)]
    assert np.median(place) < 25  # 50 by chance


@pytest.mark.parametrize("name", NAMES)
def test_what_was_learned_is_kept_and_gives_the_same_vectors(
    name: str, catalogue: pd.DataFrame, tmp_path: Path, short: None
) -> None:
    first = encode({"a": catalogue, "b": catalogue.iloc[:50]}, name, tmp_path)
    kept = list((tmp_path / "encoders").glob("*.safetensors"))
    assert len(kept) == 1
    state = torch.get_rng_state()
    (encoder,) = encoder_named(name)
    encoder.folder = tmp_path / "encoders"
    encoder.learn = None  # must not be needed again
    encoder.fit([catalogue, catalogue.iloc[:50]], Silent())
    again = encoder.encode(catalogue, Silent())
    raw = again / np.maximum(np.linalg.norm(again, axis=1, keepdims=True), 1e-9)
    np.testing.assert_allclose(raw, first.plain["a"], atol=1e-6)
    assert torch.equal(state, torch.get_rng_state())
    new = first.encode_new(catalogue.iloc[:3].drop(columns=COLUMN))
    assert np.isfinite(new).all()


def test_a_damaged_file_is_learned_again(catalogue: pd.DataFrame, tmp_path: Path, short: None) -> None:
    encode({"a": catalogue}, "mlm", tmp_path)
    (kept,) = (tmp_path / "encoders").glob("*.safetensors")
    kept.write_bytes(kept.read_bytes()[:100])
    for file in (tmp_path / "encodings").glob("*.npz"):
        file.unlink()
    assert np.isfinite(encode({"a": catalogue}, "mlm", tmp_path).vectors["a"]).all()


def test_missing_and_damaged_pictures_are_zero_and_the_rest_is_not(
    catalogue: pd.DataFrame, short: None
) -> None:
    some = catalogue.head(8).copy()
    some[COLUMN] = [None, b"no picture", b"", *some[COLUMN].iloc[3:]]
    encoder = denoised_pictures.DenoisedPictures()
    encoder.fit([some], Silent())
    found = encoder.encode(some, Silent())
    assert not found[:3].any()
    assert found[3:].any(axis=1).all()
    assert decoded(b"no picture") is None


def test_scenes_without_pictures_are_refused_in_a_sentence(catalogue: pd.DataFrame) -> None:
    for name in ("pictures", "pairs"):
        (encoder,) = encoder_named(name)
        with pytest.raises(InputError, match="no pictures to learn from"):
            encoder.fit([catalogue.drop(columns=COLUMN)], Silent())
    assert reads_pictures("tfidf+pictures")
    assert not reads_pictures("mlm+tfidf")


def test_words_become_numbers_and_chinese_is_read_sign_by_sign() -> None:
    words = vocabulary(["red coat", "red shirt", "山顶 公园", "公园"], 10)
    assert set(words) == {"red", "公", "园"}
    rows = numbers(["red sock", "公园", ""], words, 4)
    assert (rows[0] == [FIRST + words.index("red"), 2, PAD, PAD]).all()
    assert not rows[2].any()
