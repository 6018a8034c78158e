"""Advice before training, and what is known of how well it does."""

import numpy as np
import pytest

from xscene_core.experiments.advisor import FEWEST, Past, advise, leave_one_out, predict, track


def pairs(n: int, slope: float = 0.05, noise: float = 0.0) -> list[Past]:
    random = np.random.default_rng(0)
    found = []
    for number in range(n):
        words = number / max(n - 1, 1)
        gain = slope * (words - 0.5) + noise * random.standard_normal()
        found.append(Past((f"s{number}",), "t", "", (words, 0.0), gain, gain - 0.01, gain + 0.01))
    return found


def asked() -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]]:
    words = {("far", "new"): 0.05, ("near", "new"): 0.95}
    return words, dict.fromkeys(words, 0.0)


def test_pairs_like_those_that_gained_come_first() -> None:
    advice = advise(pairs(20), *asked())
    assert [one.source for one in advice] == ["near", "far"]
    assert advice[0].expected is not None
    assert advice[0].expected > 0 > (advice[1].expected or 0)


def test_nothing_is_predicted_from_a_handful_of_runs() -> None:
    few = pairs(FEWEST - 1)
    advice = advise(few, *asked())
    assert [one.expected for one in advice] == [None, None]
    assert advice[0].source == "near"
    assert track(few).right is None
    assert not track(few).useful


def test_nothing_is_predicted_far_from_everything_that_was_tried() -> None:
    past = [Past(("s",), "t", "", (0.9, 0.0), 0.02, 0.01, 0.03) for _ in range(10)]
    advice = {one.source: one for one in advise(past, *asked())}
    assert advice["far"].expected is None
    assert advice["near"].expected == pytest.approx(0.02)


def test_the_track_record_tells_a_pattern_from_noise() -> None:
    found = track(pairs(30))
    assert found.useful
    assert found.right is not None
    assert found.right.value > 0.8
    random = track(pairs(30, slope=0.0, noise=0.02))
    assert random.error > 0.8 * random.plain_error


def test_a_pair_is_predicted_without_itself() -> None:
    known = np.array([[0.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
    gains = np.array([1.0, 3.0, 100.0])
    found = leave_one_out(known, gains, 0.05)
    assert found[:2] == pytest.approx([3.0, 1.0])
    assert found[2] == pytest.approx(2.0)  # nothing near: the mean of the others
    assert predict(known, gains, np.array([0.0, 0.0]), 0.05)[0] == pytest.approx(2.0)
