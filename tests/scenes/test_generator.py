"""The shipped sample scenes are what the generator writes, and what they claim to be is true in them."""

import io
import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from xscene_core.home import SAMPLE_SCENES
from xscene_core.scenes.fingerprint import fingerprint_folder
from xscene_core.scenes.generator.__main__ import SHIPPED_SEED
from xscene_core.scenes.generator.attractions import CARES
from xscene_core.scenes.generator.population import SCENES
from xscene_core.scenes.generator.vocabulary import PALETTE_PAIRS, PALETTES, STYLE_PAIRS, STYLES
from xscene_core.scenes.generator.writer import write_samples

GOODS = [name for name in SCENES if name != "attractions"]


@cache
def table(scene: str, name: str) -> pd.DataFrame:
    return pd.read_parquet(SAMPLE_SCENES / scene / f"{name}.parquet")


@cache
def truth(scene: str) -> pd.DataFrame:
    document = json.loads((SAMPLE_SCENES / "ground_truth.json").read_text(encoding="utf-8"))
    return pd.DataFrame.from_dict(document["scenes"][scene]["items"], orient="index")


def chosen(scene: str, attribute: str) -> pd.DataFrame:
    """Person and attribute value of every choice."""
    rows = table(scene, "interactions")[["user_id", "item_id"]]
    return rows.assign(value=rows["item_id"].map(truth(scene)[attribute]))


def agreement_with_next(scene: str, attribute: str) -> float:
    """How much more often two successive choices of a person agree than two random choices of the scene."""
    values = chosen(scene, attribute)
    same_person = values["user_id"].eq(values["user_id"].shift())
    agrees = values["value"].eq(values["value"].shift())[same_person].mean()
    chance = (values["value"].value_counts(normalize=True) ** 2).sum()
    return float(agrees / chance)


def test_regenerating_with_the_shipped_seed_gives_the_shipped_bytes(tmp_path: Path) -> None:
    write_samples(tmp_path, SHIPPED_SEED)
    shipped = {
        file.relative_to(SAMPLE_SCENES): file.read_bytes()
        for file in SAMPLE_SCENES.rglob("*")
        if file.is_file() and file.name != "README.md"
    }
    again = {file.relative_to(tmp_path): file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert sorted(map(str, shipped)) == sorted(map(str, again))
    assert [str(name) for name in shipped if shipped[name] != again[name]] == []


def test_all_samples_together_stay_below_eight_megabytes() -> None:
    assert sum(file.stat().st_size for file in SAMPLE_SCENES.rglob("*") if file.is_file()) < 8_000_000


@pytest.mark.parametrize("scene", SCENES)
def test_the_card_tells_the_true_counts_origin_and_fingerprint(scene: str) -> None:
    card = json.loads((SAMPLE_SCENES / scene / "card.json").read_text(encoding="utf-8"))
    assert card["items"] == len(table(scene, "items"))
    assert card["interactions"] == len(table(scene, "interactions"))
    assert card["people"] == table(scene, "interactions")["user_id"].nunique()
    assert (card["origin"], card["licence"]) == ("generated", "CC0-1.0")
    assert card["fingerprint"] == fingerprint_folder(SAMPLE_SCENES / scene)


@pytest.mark.parametrize("scene", SCENES)
def test_every_item_has_a_title_a_description_a_price_and_a_picture(scene: str) -> None:
    items, images = table(scene, "items"), table(scene, "images")
    assert 250 <= len(items) <= 450
    assert items["item_id"].is_unique
    assert items["title"].str.len().gt(2).all()
    assert items["description"].str.len().gt(40).all()
    assert items["price"].ge(0).all()
    assert list(images["item_id"]) == list(items["item_id"])
    for png in images["png"].iloc[::25]:
        picture = Image.open(io.BytesIO(png))
        assert (picture.format, picture.mode) == ("PNG", "P")
        assert len(picture.convert("RGB").getcolors() or []) > 5


@pytest.mark.parametrize("scene", SCENES)
def test_people_choose_five_to_twenty_items_each_once_in_order_of_time(scene: str) -> None:
    rows = table(scene, "interactions")
    assert rows.groupby("user_id").size().between(5, 20).all()
    assert not rows.duplicated(["user_id", "item_id"]).any()
    same_person = rows["user_id"].eq(rows["user_id"].shift())
    assert rows["timestamp"].diff()[same_person].ge(0).all()
    assert rows["timestamp"].between(1_704_067_200, 1_767_225_599).all()  # 2024 and 2025
    assert set(rows["item_id"]) <= set(table(scene, "items")["item_id"])


@pytest.mark.parametrize("scene", SCENES)
def test_times_are_not_sorted_by_item(scene: str) -> None:
    rows = table(scene, "interactions")
    same_person = rows["user_id"].eq(rows["user_id"].shift())
    rising = rows["item_id"].gt(rows["item_id"].shift())[same_person].mean()
    assert 0.45 < rising < 0.55


@pytest.mark.parametrize("scene", SCENES)
def test_reviews_agree_with_their_rating_and_follow_a_choice(scene: str) -> None:
    reviews = table(scene, "reviews")
    assert {2.0, 3.0, 4.0, 5.0} <= set(reviews["rating"]) <= {1.0, 2.0, 3.0, 4.0, 5.0}
    pairs = reviews[["user_id", "item_id"]].merge(table(scene, "interactions"), on=["user_id", "item_id"])
    assert len(pairs) == len(reviews)
    happy = "love|happy|perfect|beautiful|wonderful|five stars|exactly|great|sister|justice"
    happy += "|值得|开心|超出|推荐|打动|喜欢"
    cross = r"disappoint|sent it back|broke|poor|waste|not for me|avoid|失望|很差|太贵|太大|白跑"
    for words, right, wrong in ((happy, [4, 5], [1, 2]), (cross, [1, 2], [4, 5])):
        found = reviews["text"].str.lower().str.contains(words, regex=True)
        assert found[reviews["rating"].isin(right)].mean() > 0.8
        assert found[reviews["rating"].isin(wrong)].mean() < 0.05


def test_jewelry_has_exactly_sixty_buyers() -> None:
    assert table("jewelry", "interactions")["user_id"].nunique() == 60


def test_only_the_store_shares_people_with_other_scenes() -> None:
    people = {name: set(table(name, "interactions")["user_id"]) for name in SCENES}
    assert len(people["store"] & people["apparel"]) >= 300
    assert len(people["store"] & people["home"]) >= 150
    assert people["store"] - people["apparel"] - people["home"]
    for one in SCENES:
        for other in SCENES:
            if one < other and {one, other} not in ({"store", "apparel"}, {"store", "home"}):
                assert not people[one] & people[other]


def test_attractions_are_described_in_chinese_and_goods_are_not() -> None:
    chinese = re.compile("[\u4e00-\u9fff]")
    for column in ("title", "description", "category"):
        assert table("attractions", "items")[column].map(lambda text: bool(chinese.search(text))).all()
        for scene in GOODS:
            assert not table(scene, "items")[column].map(lambda text: bool(chinese.search(text))).any()


@pytest.mark.parametrize("scene", GOODS)
def test_the_text_says_the_style_with_words_of_its_vocabulary(scene: str) -> None:
    texts = (table(scene, "items")["title"] + " " + table(scene, "items")["description"]).str.lower()
    for text, style in zip(texts, truth(scene)["style"], strict=True):
        assert sum(word in text for word in STYLES[style]) >= 2


@pytest.mark.parametrize("attribute", ["style", "palette"])
def test_shoppers_stay_with_style_and_palette_while_visitors_avoid_them(attribute: str) -> None:
    for scene in ("apparel", "home", "store", "jewelry"):
        assert agreement_with_next(scene, attribute) > 1.2
    assert agreement_with_next("electronics", attribute) > 1.05
    assert agreement_with_next("attractions", attribute) < 0.9


@pytest.mark.parametrize(
    ("other", "attribute"), [("apparel", "style"), ("home", "style"), ("apparel", "palette")]
)
def test_people_shared_with_the_store_keep_their_taste_there(other: str, attribute: str) -> None:
    there, here = (
        pd.crosstab(rows["user_id"], rows["value"], normalize="index")
        for rows in (chosen(other, attribute), chosen("store", attribute))
    )
    shared = there.index.intersection(here.index)
    own = (there.loc[shared].to_numpy() * here.loc[shared].to_numpy()).sum(axis=1).mean()
    someone = (
        (there.loc[shared].to_numpy() * np.roll(here.loc[shared].to_numpy(), 1, axis=0)).sum(axis=1).mean()
    )
    assert own > 1.3 * someone


@pytest.mark.parametrize("scene", ["apparel", "home"])
@pytest.mark.parametrize(
    ("attribute", "pairs", "names"), [("style", STYLE_PAIRS, STYLES), ("palette", PALETTE_PAIRS, PALETTES)]
)
def test_the_same_pairs_go_together_in_apparel_and_home(
    scene: str, attribute: str, pairs: tuple[tuple[str, str], ...], names: dict[str, object]
) -> None:
    shares = pd.crosstab(
        chosen(scene, attribute)["user_id"], chosen(scene, attribute)["value"], normalize="index"
    )
    together = shares.corr()
    for one, partner in pairs:
        others = [together.loc[one, name] for name in names if name not in (one, partner)]
        assert together.loc[one, partner] > max(others)


def test_visitors_of_attractions_follow_what_they_care_about() -> None:
    for care in CARES:
        rows = chosen("attractions", care)
        first = rows.groupby("user_id").cumcount() % 2 == 0
        halves = [rows[part].groupby("user_id")["value"].mean() for part in (first, ~first)]
        assert np.corrcoef(halves[0], halves[1])[0, 1] > 0.1


def test_no_item_is_chosen_by_so_many_that_popularity_would_be_the_answer() -> None:
    for scene in SCENES:
        share = table(scene, "interactions")["item_id"].value_counts(normalize=True)
        assert share.head(10).sum() < 0.2
