"""CORAL and the density ratio against their closed forms."""

import numpy as np
import pytest
from scipy.stats import norm

from tests.transfer.worlds import histories
from xscene_core.transfer.methods.coral import aligned
from xscene_core.transfer.methods.density_ratio import density_ratio
from xscene_core.transfer.views import SceneView
from xscene_core.transfer.weighting import effective_size, person_weights


def cloud(seed: int, rows: int = 300, dims: int = 6) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.standard_normal((rows, dims)) @ random.standard_normal(
        (dims, dims)
    ) + random.standard_normal(dims)


def test_the_mapped_source_has_the_mean_and_covariance_of_the_target() -> None:
    source, target = cloud(0), cloud(1)
    mapped = aligned(source, target, ridge=1e-13)
    np.testing.assert_allclose(np.cov(mapped.T, ddof=0), np.cov(target.T, ddof=0), atol=1e-8)
    np.testing.assert_allclose(mapped.mean(axis=0), target.mean(axis=0), atol=1e-10)


def test_without_shift_coral_is_the_identity() -> None:
    rows = cloud(2)
    np.testing.assert_allclose(aligned(rows, rows.copy(), ridge=0.01), rows, atol=1e-8)


def test_coral_does_not_see_the_order_or_the_repetition_of_rows() -> None:
    source, target = cloud(3), cloud(4)
    order = np.random.default_rng(0).permutation(len(source))
    wanted = aligned(source, target, 0.01)
    np.testing.assert_allclose(aligned(source[order], target[order], 0.01), wanted[order], atol=1e-8)
    np.testing.assert_allclose(aligned(source, np.vstack([target, target]), 0.01), wanted, atol=1e-8)


@pytest.mark.parametrize(("source", "target"), [(1, 1), (1, 30), (30, 1), (3, 3)])
def test_scenes_of_few_items_give_numbers(source: int, target: int) -> None:
    mapped = aligned(cloud(5, source), cloud(6, target), 0.01)
    assert np.isfinite(mapped).all()
    ratio = density_ratio(cloud(5, source), cloud(6, target), folds=5, clip=20, seed=0)
    assert np.isfinite(ratio).all()
    assert ratio.mean() == pytest.approx(1)


def normals(source: int = 2000, target: int = 1500) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    return random.normal(0, 1, (source, 1)), random.normal(0.5, 1, (target, 1))


def test_the_ratio_of_two_normals_is_found() -> None:
    source, target = normals()
    truth = norm.pdf(source, 0.5)[:, 0] / norm.pdf(source, 0)[:, 0]
    found = density_ratio(source, target, folds=5, clip=1000, seed=0)
    assert np.corrcoef(found, truth)[0, 1] > 0.95
    assert found.mean() == pytest.approx(1)
    assert np.abs(found - truth).mean() < 0.1


def test_without_shift_weights_are_near_uniform() -> None:
    random = np.random.default_rng(1)
    source, target = random.standard_normal((800, 3)), random.standard_normal((800, 3))
    found = density_ratio(source, target, folds=5, clip=20, seed=0)
    assert effective_size(found.astype(np.float32)) > 0.95 * 800
    same = density_ratio(source, source.copy(), folds=5, clip=20, seed=0)
    np.testing.assert_allclose(same, 1, atol=0.05)


def test_the_ratio_does_not_see_the_order_of_rows() -> None:
    source, target = normals(300, 200)
    order = np.random.default_rng(0).permutation(300)
    wanted = density_ratio(source, target, folds=5, clip=20, seed=0)
    turned = density_ratio(source[order], target[::-1], folds=5, clip=20, seed=0)
    np.testing.assert_allclose(turned, wanted[order], atol=1e-5)


def test_repeated_target_rows_hardly_change_the_ratio() -> None:
    source, target = normals(300, 200)
    once = density_ratio(source, target, folds=5, clip=20, seed=0)
    twice = density_ratio(source, np.vstack([target, target]), folds=5, clip=20, seed=0)
    np.testing.assert_allclose(twice, once, rtol=0.05)


def test_large_ratios_are_cut_at_the_clip() -> None:
    random = np.random.default_rng(0)
    found = density_ratio(
        random.normal(0, 1, (300, 1)), random.normal(3, 1, (300, 1)), folds=5, clip=4, seed=0
    )
    free = density_ratio(
        random.normal(0, 1, (300, 1)), random.normal(3, 1, (300, 1)), folds=5, clip=1e3, seed=0
    )
    assert np.isclose(found, found.max()).sum() >= 3, "nobody was clipped"
    assert found.max() < free.max()
    assert found.mean() == pytest.approx(1)


def scene(*rows: list[int]) -> SceneView:
    return SceneView(
        "s", np.array(["a", "b", "c"], dtype=object), np.eye(3, dtype=np.float32), histories(*rows)
    )


def test_a_person_weighs_what_their_choices_weigh_on_average() -> None:
    ratio = np.array([0.5, 1.0, 4.0])
    found = person_weights(scene([0, 1], [2], [], [2, 2, 0]), ratio, strength=1.0)
    wanted = np.array([0.75, 4.0, 1.0, 8.5 / 3])
    np.testing.assert_allclose(found, wanted / wanted.mean(), rtol=1e-6)
    assert found.mean() == pytest.approx(1)
    np.testing.assert_array_equal(person_weights(scene([0], [2]), ratio, strength=0.0), [1, 1])


def test_a_scene_without_people_has_no_weights_and_is_worth_nobody() -> None:
    found = person_weights(scene(), np.ones(3), strength=1.0)
    assert found.shape == (0,)
    assert effective_size(found) == 0.0


def test_the_effective_size_is_that_of_kish() -> None:
    assert effective_size(np.ones(7, np.float32)) == pytest.approx(7)
    assert effective_size(np.array([1, 0, 0], np.float32)) == pytest.approx(1)
    assert effective_size(np.array([2, 1], np.float32)) == pytest.approx(9 / 5)
