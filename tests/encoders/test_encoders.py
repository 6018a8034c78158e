"""Items as vectors: what the space promises, and what the cache and the named models refuse."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xscene_core.encoders import encoding, sentences
from xscene_core.encoders.cache import content_key, remembered
from xscene_core.encoders.encoder import encoder_named
from xscene_core.encoders.encoding import Encoding, encode
from xscene_core.encoders.item_text import LONGEST, item_texts
from xscene_core.encoders.sentences import Sentences
from xscene_core.encoders.tfidf import TfIdf
from xscene_core.errors import InputError, WorkError
from xscene_core.watcher import Silent

WORDS = {
    "wear": ("cotton shirt", "wool coat", "running shoes", "leather belt", "silk scarf"),
    "cook": ("iron pan", "steel knife", "glass bowl", "wooden spoon", "copper kettle"),
    "visit": ("山顶 寺庙", "湖边 公园", "古城 博物馆", "滑雪场", "海洋 世界"),
}
COLOURS = ("red", "blue", "green", "black")


def items(kind: str, brand: str = "Acme") -> pd.DataFrame:
    """Twenty items: five things in four colours."""
    titles = [f"{colour} {thing}" for thing in WORDS[kind] for colour in COLOURS]
    return pd.DataFrame(
        {
            "item_id": [f"{kind}{k}" for k in range(20)],
            "title": titles,
            "description": [f"A fine {title}" for title in titles],
            "category": [f"{kind} > part {k // 4}" for k in range(20)],
            "brand": [f"{brand} {k % 3}" for k in range(20)],
            "price": np.linspace(5, 100, 20),
            "image": "",
        }
    )


def space(folder: Path, encoder: str = "tfidf", *kinds: str) -> Encoding:
    return encode({kind: items(kind) for kind in kinds or ("wear", "cook")}, encoder, folder)


@pytest.mark.parametrize("encoder", ["tfidf", "attributes", "tfidf+attributes"])
def test_vectors_are_of_unit_length_finite_and_aligned_with_the_items(encoder: str, tmp_path: Path) -> None:
    found = space(tmp_path, encoder)
    assert list(found.vectors) == ["wear", "cook"]
    for rows in found.vectors.values():
        assert rows.dtype == np.float32
        assert len(rows) == 20
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    shuffled = {kind: items(kind).sample(frac=1, random_state=1) for kind in ("wear", "cook")}
    other = encode(shuffled, encoder, tmp_path)
    for kind, table in shuffled.items():
        np.testing.assert_allclose(other.vectors[kind], found.vectors[kind][table.index], atol=1e-3)


def test_each_scene_is_centred_before_lengths_are_made_equal(tmp_path: Path) -> None:
    found = space(tmp_path)
    part = found.parts[0]
    raw = part.encoder.encode(items("wear"), Silent())
    np.testing.assert_allclose(raw.mean(axis=0), part.centres["wear"], atol=1e-6)
    centred = (raw - part.centres["wear"]) @ part.whiten
    np.testing.assert_allclose(centred.mean(axis=0), 0, atol=1e-5)


def test_whitening_is_symmetric_and_evens_out_the_spread(tmp_path: Path) -> None:
    part = space(tmp_path).parts[0]
    np.testing.assert_allclose(part.whiten, part.whiten.T, atol=1e-8)
    spread = np.linalg.eigvalsh(part.whiten)
    assert (spread > 0).all()
    raw = [part.encoder.encode(items(kind), Silent()) - part.centres[kind] for kind in ("wear", "cook")]
    before = np.mean([rows.T @ rows / len(rows) for rows in raw], axis=0)
    after = part.whiten @ before @ part.whiten
    ratios = [values[-1] / values[-10] for values in map(np.linalg.eigvalsh, (before, after))]
    assert ratios[1] == pytest.approx(np.sqrt(ratios[0]), rel=0.15)  # half-way, up to the shrinkage


def test_known_items_given_as_new_lie_near_their_own_vectors(tmp_path: Path) -> None:
    found = space(tmp_path, "tfidf+attributes")
    again = found.encode_new(items("wear"))
    nearest = (again @ found.vectors["wear"].T).argmax(axis=1)
    assert (nearest == np.arange(20)).mean() >= 0.9
    assert np.mean(np.sum(again * found.vectors["wear"], axis=1)) > 0.8


def test_two_new_categories_lie_apart(tmp_path: Path) -> None:
    found = space(tmp_path, "tfidf", "wear", "cook")
    means = [found.encode_new(items(kind).head(4)).mean(axis=0) for kind in ("wear", "cook")]
    cosine = means[0] @ means[1] / (np.linalg.norm(means[0]) * np.linalg.norm(means[1]))
    assert cosine < 0.5


@pytest.mark.parametrize("encoder", ["tfidf", "attributes"])
def test_a_cached_encoding_equals_a_fresh_one_and_is_not_computed_again(
    encoder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = space(tmp_path, encoder)
    kind = type(encoder_named(encoder)[0])

    def never(*_: object) -> None:
        raise AssertionError("it was computed again")

    with monkeypatch.context() as patch:
        patch.setattr(kind, "encode", never)
        cached = space(tmp_path, encoder)
    for name, rows in fresh.vectors.items():
        np.testing.assert_array_equal(cached.vectors[name], rows)


@pytest.mark.parametrize("damage", ["truncated", "other", "empty", "flipped"])
def test_a_damaged_cache_file_is_made_again(damage: str, tmp_path: Path) -> None:
    fresh = space(tmp_path)
    (file,) = (tmp_path / "encodings").glob("*.npz")
    whole = file.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :]
    damaged = {"truncated": whole[:middle], "other": b"no such file", "empty": b"", "flipped": flipped}
    file.write_bytes(damaged[damage])
    again = space(tmp_path)
    np.testing.assert_array_equal(again.vectors["wear"], fresh.vectors["wear"])
    assert file.read_bytes() != damaged[damage]


def test_other_content_or_another_encoder_has_another_key() -> None:
    plain = content_key([items("wear")], "tfidf")
    assert plain == content_key([items("wear")], "tfidf")
    dearer = items("wear").assign(price=1.0)
    renamed = items("wear").assign(title="something")
    others = [
        content_key([dearer], "tfidf"),
        content_key([renamed], "tfidf"),
        content_key([items("wear")], "attributes"),
        content_key([items("wear"), items("cook")], "tfidf"),
        content_key([items("wear").iloc[::-1]], "tfidf"),
    ]
    assert len({plain, *others}) == 6
    assert content_key([items("wear").assign(image="x")], "tfidf") == plain


def test_work_that_fails_leaves_nothing_in_the_cache(tmp_path: Path) -> None:
    def fail() -> list[np.ndarray]:
        raise WorkError("no")

    with pytest.raises(WorkError):
        remembered(tmp_path, "key", fail, Silent())
    assert not list(tmp_path.glob("*.npz"))
    assert len(remembered(tmp_path, "key", lambda: [np.ones((1, 2), np.float32)], Silent())) == 1


def test_a_cut_off_encoding_is_made_again(tmp_path: Path) -> None:
    def make() -> list[np.ndarray]:
        return [np.arange(4000, dtype=np.float32).reshape(-1, 2)]

    whole = remembered(tmp_path, "key", make, Silent())
    for size in (0, 10, 9000):
        file = tmp_path / "key.npz"
        file.write_bytes(file.read_bytes()[:size])
        np.testing.assert_array_equal(remembered(tmp_path, "key", make, Silent())[0], whole[0])
        assert len(file.read_bytes()) > 16_000


def test_a_full_disk_only_loses_what_would_be_remembered(tmp_path: Path, monkeypatch) -> None:
    def full(file: Path, *_: np.ndarray) -> None:
        file.write_bytes(b"a part")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    assert len(remembered(tmp_path, "key", lambda: [np.ones((1, 2), np.float32)], Silent())) == 1
    assert not list(tmp_path.glob("*.npz"))


def test_equal_texts_have_equal_vectors(tmp_path: Path) -> None:
    table = items("wear")
    table.loc[7, ["title", "description", "category", "brand"]] = table.loc[
        3, ["title", "description", "category", "brand"]
    ]
    found = encode({"wear": table, "cook": items("cook")}, "tfidf", tmp_path).vectors["wear"]
    np.testing.assert_array_equal(found[3], found[7])
    assert (np.abs(found[3] - found[8]) > 1e-3).any()


def test_chinese_texts_are_told_apart_by_words_and_characters(tmp_path: Path) -> None:
    found = space(tmp_path, "tfidf", "visit").vectors["visit"]
    assert (np.linalg.norm(found, axis=1) > 0.99).all()
    similar = found @ found.T
    kind = np.arange(20) // 4
    same, different = kind[:, None] == kind[None, :], kind[:, None] != kind[None, :]
    np.fill_diagonal(same, False)
    assert similar[same].mean() > similar[different].mean() + 0.1


def test_items_that_say_nothing_have_numbers_for_vectors(tmp_path: Path) -> None:
    silent = items("cook").assign(title="!", description="", category="", brand="", price=np.nan)
    for encoder in ("tfidf", "attributes"):
        found = encode({"wear": items("wear"), "cook": silent}, encoder, tmp_path)
        assert np.isfinite(found.vectors["cook"]).all()
        assert np.isfinite(found.encode_new(silent.head(1))).all()


def test_scenes_without_any_word_are_a_sentence(tmp_path: Path) -> None:
    silent = items("cook").assign(title="!", description="", category="", brand="")
    with pytest.raises(InputError, match="no words to compare"):
        encode({"cook": silent.head(3)}, "tfidf", tmp_path)


@pytest.mark.parametrize("encoder", ["tfidf", "attributes"])
def test_a_scene_of_one_item_can_be_encoded(encoder: str, tmp_path: Path) -> None:
    found = encode({"wear": items("wear").head(1), "cook": items("cook")}, encoder, tmp_path)
    assert all(np.isfinite(rows).all() for rows in found.vectors.values())


def test_prices_are_compared_within_their_scene(tmp_path: Path) -> None:
    table = items("wear").assign(brand="", category="")
    dear = table.assign(price=table["price"] * 1.0)
    found = encode({"wear": table, "cook": dear}, "attributes", tmp_path).vectors
    np.testing.assert_allclose(found["wear"], found["cook"], atol=1e-6)
    assert found["wear"][0] @ found["wear"][1] > found["wear"][0] @ found["wear"][19]


@pytest.mark.parametrize("name", ["", "bert", "st:", "tfidf+", "tfidf+nothing", "MINILM"])
def test_an_unknown_encoder_is_a_sentence_with_the_known_ones(name: str) -> None:
    with pytest.raises(InputError, match=r"There is no encoder .* Use tfidf, attributes, minilm"):
        encoder_named(name)


def test_a_repeated_part_is_a_sentence() -> None:
    with pytest.raises(InputError, match="names a part twice"):
        encoder_named("tfidf+tfidf")


def test_a_sentence_model_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be loaded"):
        Sentences(f"{tmp_path}/nothing").encode(items("wear").head(1), Silent())


def test_item_texts_leave_out_what_is_unknown_and_are_bounded() -> None:
    table = (
        items("wear").head(2).assign(brand=["", None], category=["", " "], description=["", "x" * 100_000])
    )
    found = item_texts(table)
    assert found[0] == "red cotton shirt"
    assert found[1].startswith("blue cotton shirt. xxx")
    assert len(found[1]) == LONGEST


def test_two_fits_of_tfidf_are_equal_bit_for_bit() -> None:
    scenes = [items("wear"), items("cook")]
    found = []
    for _ in range(2):
        encoder = TfIdf()
        encoder.fit(scenes, Silent())
        found.append(encoder.encode(scenes[0], Silent()))
    np.testing.assert_array_equal(*found)


def test_the_parts_of_a_composed_encoder_count_equally(tmp_path: Path) -> None:
    both = space(tmp_path, "tfidf+attributes").vectors["wear"]
    text = space(tmp_path, "tfidf").vectors["wear"]
    width = text.shape[1]
    np.testing.assert_allclose(np.linalg.norm(both[:, :width], axis=1), np.sqrt(0.5), atol=1e-3)
    assert encoding.WHITENING <= 1


# ---- the pre-trained model ----------------------------------------------------------------------------


def test_weights_with_another_checksum_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"other weights")

    class Found:
        submodule_search_locations = (str(tmp_path),)

    monkeypatch.setattr(sentences, "find_spec", lambda _: Found())
    with pytest.raises(WorkError, match="not the expected ones"):
        Sentences("minilm").encode(items("wear").head(1), Silent())


def test_a_missing_wheel_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "find_spec", lambda _: None)
    with pytest.raises(WorkError, match="not installed"):
        Sentences("minilm").encode(items("wear").head(1), Silent())


def test_minilm_knows_what_means_the_same_and_does_not_depend_on_the_order_of_items() -> None:
    titles = ["warm winter jacket", "frying pan", "coat for cold weather", "skillet", "frying pan"]
    table = pd.DataFrame({"title": titles, "description": "", "category": "", "brand": "", "price": np.nan})
    model = Sentences("minilm")
    found = model.encode(table, Silent())
    assert found.shape == (5, 384)
    found = found / np.linalg.norm(found, axis=1, keepdims=True)
    similar = found @ found.T
    np.testing.assert_array_equal(found[1], found[4])
    assert similar[0, 2] > max(similar[0, 1], similar[0, 3])
    assert similar[1, 3] > max(similar[1, 0], similar[1, 2])
    turned = model.encode(table.iloc[::-1], Silent())[::-1]
    np.testing.assert_allclose(turned / np.linalg.norm(turned, axis=1, keepdims=True), found, atol=1e-6)
