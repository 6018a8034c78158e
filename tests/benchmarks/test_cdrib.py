"""The CDRIB files: who is who in them, and what the rates mean."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from benchmarks.cdrib import CUT, NEGATIVES, Scene, better, expected, hits, read
from xscene_core.errors import InputError


def write(folder: Path, name: str, **files: list[tuple[int, int]]) -> None:
    (folder / name).mkdir()
    for kind, pairs in files.items():
        with gzip.open(folder / name / f"{kind}.txt.gz", "wt") as file:
            file.writelines(f"{person}\t{item}\n" for person, item in pairs)


def files(folder: Path, cold: int = 2000) -> Path:
    """Person 5 is shared, 2000 cold in games, and 2180 a different person in each scene."""
    write(folder, "game_video", train=[(5, 0), (2180, 1)], valid=[(cold, 0)], test=[(cold, 1)])
    write(folder, "video_game", train=[(5, 0), (2000, 1), (2180, 2)], valid=[(1800, 0)], test=[(1800, 1)])
    return folder


def test_namesakes_above_the_cold_range_are_two_people_and_those_below_are_one(tmp_path: Path) -> None:
    scene = read(files(tmp_path), "Game")
    there, here = np.diff(scene.there.indptr), np.diff(scene.here.indptr)
    assert np.flatnonzero((there > 0) & (here > 0)).tolist() == [5]
    assert (there > 0).sum() == 3
    assert (here > 0).sum() == 2
    assert scene.people.tolist() == [2000]
    assert scene.asked.toarray().tolist() == [[0, 1, 0]]


def test_somebody_held_out_who_is_not_cold_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not cold"):
        read(files(tmp_path, cold=5), "Game")


def test_the_drawn_rate_agrees_with_the_expected_one() -> None:
    random = np.random.default_rng(0)
    stock = 1500
    here = np.ones((1, stock), dtype=np.float32)
    scores = random.random((1, stock)).astype(np.float32)
    answers = np.argsort(-scores[0])[np.arange(300) % 30]  # better items before them: 0 to 29
    pairs = np.stack([np.zeros(300, dtype=np.int64), answers], axis=1)
    scene = Scene(csr_matrix(here), csr_matrix(here), np.array([0]), pairs, pairs)
    drawn = 100 * hits(scene, scores).mean()
    wanted = expected(stock)[better(np.repeat(scores, 300, axis=0), answers)].mean()
    assert 20 < wanted < 80
    assert drawn == pytest.approx(wanted, abs=2.5)


def test_with_too_few_better_items_an_answer_is_surely_found() -> None:
    chance = expected(5000)
    np.testing.assert_allclose(chance[:CUT], 100)
    assert chance[-1] < 1e-6
    assert (np.diff(chance) <= 1e-9).all()
    assert NEGATIVES == 999
