"""Guesses of target accuracy against closed forms, and what must not fool them."""

import numpy as np
import pytest

from xscene_core.evaluation.choosing import (
    deep_embedded,
    importance_weighted,
    information,
    kept_diversity,
    soft_neighbourhood_density,
)


def test_equal_weights_give_plain_accuracy() -> None:
    correct = np.random.default_rng(0).integers(2, size=200).astype(float)
    weights = np.ones(200)
    value, error = importance_weighted(correct, weights)
    assert value == pytest.approx(correct.mean())
    assert error == pytest.approx(correct.std() / np.sqrt(200))
    assert deep_embedded(correct, weights) == pytest.approx(correct.mean())


def test_weights_move_the_estimate_to_the_target() -> None:
    random = np.random.default_rng(1)
    x = random.standard_normal(20_000)
    correct = (x > 0).astype(float)  # right on one side only
    weights = np.exp(x - 0.5)  # N(1, 1) against N(0, 1)
    wanted = (random.standard_normal(200_000) + 1 > 0).mean()
    assert importance_weighted(correct, weights)[0] == pytest.approx(wanted, abs=0.02)
    assert deep_embedded(correct, weights) == pytest.approx(wanted, abs=0.02)


def test_a_constant_prediction_has_no_information_and_no_diversity() -> None:
    sure = np.tile([1.0, 0.0], (100, 1))
    halves = np.eye(2)[np.arange(100) % 2]
    assert information(sure) == pytest.approx(0.0, abs=1e-9)
    assert information(halves) == pytest.approx(1.0)
    assert kept_diversity(np.zeros(100, int), np.array([0.5, 0.5])) == 0.0
    assert kept_diversity(np.arange(100) % 2, np.array([0.5, 0.5])) == pytest.approx(1.0)


def test_soft_neighbourhood_density_is_fooled_by_collapse_as_is_known() -> None:
    sure = np.tile([1.0, 0.0], (100, 1))
    halves = np.eye(2)[np.arange(100) % 2]
    assert soft_neighbourhood_density(sure) > soft_neighbourhood_density(halves)
