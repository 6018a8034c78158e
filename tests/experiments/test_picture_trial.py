"""Pictures have to earn their place beside the text on held-out choices."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from xscene_core.encoders.encoding import Encoding
from xscene_core.experiments import picture_trial
from xscene_core.experiments.picture_trial import try_pictures
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.views import Questions, SceneView, TrainingView

ITEMS, PEOPLE, TASTES = 120, 200, 6


def sequences(chosen: np.ndarray, prefix: str) -> Sequences:
    ids = np.array([f"{prefix}{row}" for row in range(len(chosen))], dtype=object)
    starts = np.arange(len(chosen) + 1, dtype=np.int64) * chosen.shape[1]
    return Sequences(ids, starts, chosen.ravel().astype(np.int32))


def world(looks_matter: bool, held_out: int) -> tuple[TrainingView, Encoding]:
    """Two scenes whose texts say nothing; pictures show the taste by which people choose, or nothing either.
    Gives the view that sees pictures, and the encoding that does not."""
    random = np.random.default_rng(3)
    scenes, plain = {}, {}
    for name in ("source", "target"):
        taste = random.integers(0, TASTES, ITEMS)
        text = random.normal(size=(ITEMS, 8))
        look = np.eye(TASTES)[taste if looks_matter else random.permutation(taste)]
        look += 0.05 * random.normal(size=look.shape)
        own = [np.flatnonzero(taste == one) for one in range(TASTES)]
        chosen = np.stack([random.choice(own[row % TASTES], 4, replace=False) for row in range(PEOPLE)])
        both = np.hstack([unit(text), unit(look)]) / np.sqrt(2)
        plain[name] = unit(text).astype(np.float32)
        scenes[name] = (both.astype(np.float32), chosen)
    ids = np.array([f"i{row}" for row in range(ITEMS)], dtype=object)
    source, target = (
        SceneView(name, ids, vectors, sequences(chosen[:, :3] if name == "target" else chosen, name))
        for name, (vectors, chosen) in scenes.items()
    )
    people = np.arange(held_out)
    asked = Questions(target.sequences.take(people), scenes["target"][1][:held_out, 3].astype(np.int32))
    return TrainingView((source,), target, asked, 0), Encoding("text", plain, {}, [], {}, Path())


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("held_out", [150, 0])
def test_pictures_that_show_what_people_choose_by_are_used(held_out: int) -> None:
    trial = try_pictures(*world(True, held_out))
    assert trial.used
    assert trial.low > 0.05
    assert trial.in_target == (held_out > 0)
    assert trial.people == (held_out or PEOPLE)
    assert trial.sentence.startswith("Pictures are used: on")


@pytest.mark.parametrize("held_out", [150, 0])
def test_pictures_that_show_nothing_of_it_are_left_out(held_out: int) -> None:
    trial = try_pictures(*world(False, held_out))
    assert not trial.used
    assert trial.facts["pictures_used"] == 0
    assert trial.sentence.startswith("Pictures are left out: on")


@pytest.mark.parametrize("people", [0, 1])
def test_where_nobody_or_one_person_alone_can_be_asked_they_are_left_out(people: int) -> None:
    view, plain = world(True, 0)
    few = replace(view.sources[0], sequences=view.sources[0].sequences.take(np.arange(people)))
    trial = try_pictures(TrainingView((few,), view.target, view.validation, 0), plain)
    assert (trial.people, trial.used) == (people, False)
    assert f"{people} held-out choices are too few" in trial.sentence
    assert trial.facts == {"pictures_used": 0.0}


def test_only_some_of_many_people_are_asked_and_always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_trial, "MOST", 60)
    first, second = (try_pictures(*world(True, 150)) for _ in range(2))
    assert first.people == 60
    assert first == second


def test_the_view_is_seen_with_other_vectors_and_the_same_choices() -> None:
    view, plain = world(True, 10)
    bare = view.read_by(plain)
    np.testing.assert_array_equal(bare.target.vectors, plain.vectors["target"])
    assert bare.target.sequences is view.target.sequences
    assert bare.validation is view.validation
