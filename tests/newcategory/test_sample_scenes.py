"""The real encoder and the real content method on the sample scenes."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from xscene_core.experiments.pipeline import prepare_task
from xscene_core.experiments.spec import TaskSpec
from xscene_core.home import Home
from xscene_core.newcategory import from_items, from_words, recommend
from xscene_core.newcategory.placing import place
from xscene_core.scenes.library import SceneLibrary
from xscene_core.transfer.method import find
from xscene_core.watcher import Silent

CATEGORIES = {
    "Rainwear": "waterproof rain jackets and hooded coats",
    "Bedding": "linen duvet covers, sheets and pillow cases",
    "Lighting": "table lamps and hanging lamps with a dimmer",
}


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Any:
    home = Home.resolve(tmp_path_factory.mktemp("samples") / Path("home"))
    task = TaskSpec(sources=("apparel",), target="home", budget="0", encoder="tfidf")
    ready = prepare_task(task, SceneLibrary(home), home, Silent())
    recommender = find("content").run(ready.view, {}, Silent())
    return SimpleNamespace(
        recommender=recommender,
        view=ready.view,
        test=ready.test,
        scenes=ready.scenes,
        encoding=ready.encoding,
        library=SceneLibrary(home),
    )


def test_descriptions_of_different_categories_lie_apart(fitted: Any) -> None:
    """Short texts must not all collapse towards the point of an item without any text."""
    vectors = np.concatenate(
        [place(fitted, from_words(name, text)).vectors for name, text in CATEGORIES.items()]
    )
    cosines = (vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]
    assert cosines.max() < 0.5
    assert vectors.var(axis=0).sum() > 0.45


def test_different_categories_fit_different_people(fitted: Any) -> None:
    best = {
        name: set(recommend(fitted, from_words(name, text), most=600).people["user_id"][:60])
        for name, text in CATEGORIES.items()
    }
    for one in best:
        for other in best:
            assert one == other or len(best[one] & best[other]) < 40


def test_words_that_mean_nothing_here_are_not_ranked_with_confidence(fitted: Any) -> None:
    assert recommend(fitted, from_words("Quarks", "zzyqx glorp vrumbl"), most=300).abstains


def test_a_real_assortment_without_any_sale_is_placed_and_the_trial_knows_what_people_choose(
    fitted: Any,
) -> None:
    """The sample scenes share tastes across categories, so hidden products are ranked better than chance."""
    jewelry = fitted.library.load("jewelry").items
    result = recommend(fitted, from_items(jewelry, "Jewelry"), top=3, most=600)
    assert len(result.people) == 600
    assert (result.offers.groupby("user_id").size() == 3).all()
    assert result.offers["item_id"].nunique() > 20
    which, low, _ = result.calibration["which"]
    assert low > 0.5
    assert which > 0.52


def test_forgetting_the_named_reasons_costs_more_than_forgetting_random_ones(fitted: Any) -> None:
    lines = "waterproof rain jacket\nceramic tea mug with lid\nwool throw for the sofa"
    found = recommend(fitted, from_words("Travel", lines), top=2, most=400).facts["faithfulness"]
    assert found["n"] >= 100
    assert found["low"] > 0
    assert found["p"] < 0.001
