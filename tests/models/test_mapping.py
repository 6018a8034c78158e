"""The mapping between scenes: as an independent ridge regression says, whole or block by block."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from xscene_core.models.mapping import fit_mapping


def rows(seed: int, count: int, dim: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)


@pytest.mark.parametrize("ridge", [0.1, 10.0])
def test_it_is_the_ridge_regression_of_scikit_learn(ridge: float) -> None:
    there, here = rows(0, 50, 8), rows(1, 50, 5)
    wanted = Ridge(alpha=ridge, fit_intercept=False).fit(there.astype(float), here.astype(float)).coef_.T
    np.testing.assert_allclose(fit_mapping([(there, here)], ridge), wanted, rtol=1e-4, atol=1e-6)


def test_blocks_of_people_give_what_all_at_once_give() -> None:
    there, here = rows(2, 30, 6), rows(3, 30, 6)
    parts = [(there[start : start + 7], here[start : start + 7]) for start in range(0, 30, 7)]
    np.testing.assert_allclose(fit_mapping(parts), fit_mapping([(there, here)]), rtol=1e-5, atol=1e-7)


def test_people_known_in_one_scene_only_teach_nothing() -> None:
    there, here = rows(4, 20, 6), rows(5, 20, 6)
    more = np.vstack([there, np.zeros((9, 6), np.float32)]), np.vstack([here, rows(6, 9, 6)])
    np.testing.assert_allclose(fit_mapping([more]), fit_mapping([(there, here)]), rtol=1e-6)
    assert not fit_mapping([(there[:0], here[:0])]).any()
