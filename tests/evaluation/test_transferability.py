"""Scores before training against closed forms and brute force."""

import numpy as np
import pytest
from scipy.optimize import minimize

from xscene_core.evaluation.transferability import dataset_distance, h_score, leep, log_me

RANDOM = np.random.default_rng(0)


def blobs(gap: float, n: int = 150, d: int = 5) -> tuple[np.ndarray, np.ndarray]:
    labels = np.arange(n) % 2
    rows = np.random.default_rng(3).standard_normal((n, d))
    rows[:, 0] += gap * labels
    return rows, labels


def test_log_me_is_the_greatest_evidence_of_a_linear_model() -> None:
    rows, labels = blobs(1.5, n=60, d=4)

    def negative(logs: np.ndarray, wanted: np.ndarray) -> float:
        alpha, beta = np.exp(logs)
        spread = np.eye(60) / beta + rows @ rows.T / alpha
        sign, log_det = np.linalg.slogdet(spread)
        assert sign > 0
        return 0.5 * (wanted @ np.linalg.solve(spread, wanted) + log_det + 60 * np.log(2 * np.pi))

    best = [
        -minimize(negative, [0.0, 0.0], args=((labels == number) * 1.0,), method="Nelder-Mead").fun / 60
        for number in (0, 1)
    ]
    assert log_me(rows, labels) == pytest.approx(np.mean(best), abs=1e-3)


def test_h_score_rises_with_the_distance_of_classes_and_has_its_closed_form() -> None:
    assert h_score(*blobs(0.0)) < h_score(*blobs(1.0)) < h_score(*blobs(4.0))
    rows, labels = blobs(2.0, n=400, d=1)
    between = np.var([rows[labels == k].mean() for k in (0, 1)])
    assert h_score(rows, labels, shrinkage=0.0) == pytest.approx(between / rows.var())


def test_leep_of_a_perfect_and_of_an_empty_prediction() -> None:
    labels = np.arange(100) % 2
    assert leep(np.eye(2)[labels], labels) == pytest.approx(0.0, abs=1e-9)
    assert leep(np.full((100, 3), 1 / 3), labels) == pytest.approx(-np.log(2))


def test_the_distance_of_data_sets_grows_with_shift_and_mixed_labels_but_not_with_renamed_ones() -> None:
    rows, labels = blobs(4.0)
    near = dataset_distance(rows, labels, rows + 0.1, labels)
    far = dataset_distance(rows, labels, rows + 3.0, labels)
    renamed = dataset_distance(rows, labels, rows + 0.1, 1 - labels)
    mixed = dataset_distance(rows, labels, rows + 0.1, RANDOM.permutation(labels))
    assert near < far
    assert near < mixed
    assert near == pytest.approx(renamed)
