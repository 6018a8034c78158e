import numpy as np
import pandas as pd
import pytest
from scipy import stats

from xscene_core.evaluation import alignment
from xscene_core.evaluation.alignment import (
    coral_distance,
    distance_matrix,
    mmd,
    mmd_test,
    proxy_a_distance,
    scene_mixing,
    summarise,
)

RANDOM = np.random.default_rng(11)


def draw(n, d=8, at=0.0, seed=0):
    return np.random.default_rng(seed).normal(at, 1.0, (n, d)).astype(np.float32)


def test_one_distribution_in_two_scenes_is_perfectly_mixed():
    a, b = draw(600, seed=1), draw(300, seed=2)
    assert scene_mixing([a, b]) == pytest.approx(1.0, abs=0.06)
    assert proxy_a_distance(a, b) < 0.25
    assert abs(mmd(a, b)) < 0.003
    assert mmd_test(a, b)[1] > 0.05
    assert coral_distance(a, b) < 0.01


def test_scenes_far_apart_do_not_mix_at_all():
    a, b = draw(100, seed=1), draw(80, at=50.0, seed=2)
    assert scene_mixing([a, b]) == 0.0
    assert proxy_a_distance(a, b) == 2.0
    assert mmd_test(a, b)[1] == pytest.approx(1 / 200)


def test_mixing_counts_foreign_neighbours_relative_to_chance():
    points = [np.array([[0.0], [0.04]]), np.array([[10.0], [0.2]])]
    # nearest: 0.0 and 0.04 each other (own), 10 -> 0.2 (own), 0.2 -> 0.04 (foreign); chance is 2 of 3
    assert scene_mixing(points, k=1) == pytest.approx(np.mean([0.0, 0.5 * 3 / 2]))


def test_a_point_is_never_its_own_neighbour():
    same = np.zeros((5, 2))
    assert scene_mixing([same[:1], same[:1]], k=1) == 1.0


def test_a_small_scene_counts_as_much_as_a_large_one():
    assert scene_mixing([draw(900, seed=1), draw(30, seed=2)]) == pytest.approx(1.0, abs=0.25)
    assert scene_mixing([draw(900, seed=1), draw(30, at=50, seed=2)]) < 0.05


def test_unequal_sizes_do_not_look_like_separation():
    assert proxy_a_distance(draw(900, seed=1), draw(45, seed=2)) < 0.5


def test_the_unbiased_mmd_is_that_of_the_definition():
    a, b = draw(7, 3, seed=1).astype(float), draw(5, 3, at=0.5, seed=2).astype(float)
    pooled = np.concatenate([a, b])
    pairs = [np.sum((pooled[i] - pooled[j]) ** 2) for i in range(12) for j in range(i)]
    middle = np.median(pairs)

    def kernel(x, y):
        return np.mean([np.exp(-np.sum((x - y) ** 2) / (2 * w * w * middle)) for w in (0.5, 1, 2)])

    within_a = np.mean([kernel(a[i], a[j]) for i in range(7) for j in range(7) if i != j])
    within_b = np.mean([kernel(b[i], b[j]) for i in range(5) for j in range(5) if i != j])
    across = np.mean([kernel(x, y) for x in a for y in b])
    assert mmd(a, b) == pytest.approx(within_a + within_b - 2 * across, abs=1e-12)


def test_without_shift_the_permutation_p_value_is_uniform():
    values = [
        mmd_test(draw(15, 2, seed=2 * s), draw(20, 2, seed=2 * s + 1), seed=s, permutations=99)[1]
        for s in range(200)
    ]
    assert stats.kstest(values, "uniform").pvalue > 0.01


def test_without_shift_the_unbiased_mmd_is_zero_on_average():
    values = [mmd(draw(20, 3, seed=2 * s), draw(20, 3, seed=2 * s + 1)) for s in range(200)]
    assert abs(np.mean(values)) < 3 * np.std(values) / 200**0.5


def test_the_coral_distance_of_scaled_data_has_its_closed_form():
    x = RANDOM.normal(size=(50, 4))
    covariance = np.cov(x, rowvar=False)
    expected = np.sum((covariance - 9 * covariance) ** 2) / (4 * 16)
    assert coral_distance(x, 3 * x) == pytest.approx(expected)
    assert coral_distance(x, x + 100) == pytest.approx(0.0, abs=1e-12)


def test_row_order_and_seed_decide_nothing_but_the_sample():
    a, b = draw(60, seed=1), draw(50, at=0.4, seed=2)
    order = RANDOM.permutation(60)
    assert mmd(a[order], b) == pytest.approx(mmd(a, b))
    assert scene_mixing([a[order], b]) == pytest.approx(scene_mixing([a, b]))
    assert summarise({"a": a, "b": b}, "b", 3) == summarise({"a": a, "b": b}, "b", 3)


def test_the_summary_pools_sources_and_names_each():
    scenes = {"near": draw(80, seed=1), "far": draw(80, at=9, seed=2), "target": draw(60, seed=3)}
    found = summarise(scenes, "target")
    assert found["mixing/near"] > found["mixing"] > found["mixing/far"]
    assert found["proxy_a_distance/far"] == 2.0
    assert found["n/target"] == 60
    assert set(alignment.KINDS) | {"mmd_p"} <= set(found)
    assert all(np.isfinite(list(found.values())))


def test_one_source_is_not_listed_twice():
    found = summarise({"a": draw(20, seed=1), "t": draw(20, seed=2)}, "t")
    assert not any("/" in key and not key.startswith("n/") for key in found)


def test_a_scene_with_one_item_gives_no_number_rather_than_a_wrong_one():
    found = summarise({"a": draw(20, seed=1), "t": draw(1, seed=2)}, "t")
    assert np.isnan(found["proxy_a_distance"])
    assert np.isnan(found["mmd"])
    assert np.isnan(found["coral"])
    assert np.isfinite(found["mixing"])


def test_large_scenes_are_sampled_and_the_size_is_stated():
    found = summarise({"a": draw(3000, 4, seed=1), "t": draw(2500, 4, seed=2)}, "t", limit=300)
    assert found["n/a"] == found["n/t"] == 300
    assert found["mixing"] == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("kind", alignment.KINDS)
def test_the_matrix_is_symmetric_with_its_own_diagonal(kind):
    scenes = {"a": draw(40, seed=1), "b": draw(40, seed=2), "c": draw(40, at=5, seed=3)}
    table = distance_matrix(scenes, kind)
    pd.testing.assert_frame_equal(table, table.T)
    assert list(table.columns) == ["a", "b", "c"]
    assert (np.diag(table) == (1.0 if kind == "mixing" else 0.0)).all()


def test_global_random_state_is_left_alone():
    np.random.seed(5)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    summarise({"a": draw(30, seed=1), "t": draw(30, seed=2)}, "t")
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
