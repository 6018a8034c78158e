import time

import numpy as np
import pytest
from scipy import stats

from xscene_core.evaluation.statistics import (
    Resampling,
    bootstrap_mean,
    distinct_means,
    holm,
    paired_difference,
    paired_differences,
    shift_p,
)

RANDOM = np.random.default_rng(7)
NDCG = np.where(RANDOM.random(400) < 0.2, 1 / np.log2(1 + RANDOM.integers(1, 11, 400)), 0.0)
OTHER = np.where(RANDOM.random(400) < 0.3, NDCG, np.roll(NDCG, 1))


def test_the_interval_of_a_mean_agrees_with_scipy():
    ours = bootstrap_mean(NDCG, seed=1, n=8000)
    theirs = stats.bootstrap(
        (NDCG,), np.mean, n_resamples=8000, method="percentile", rng=np.random.default_rng(2)
    ).confidence_interval
    assert ours.value == pytest.approx(NDCG.mean())
    width = theirs.high - theirs.low
    assert ours.low == pytest.approx(theirs.low, abs=0.04 * width)
    assert ours.high == pytest.approx(theirs.high, abs=0.04 * width)


def test_the_p_value_of_a_difference_agrees_with_scipys_paired_permutation_test():
    shifted = NDCG + 0.05 * (RANDOM.random(400) - 0.45)
    theirs = stats.permutation_test(
        (shifted, NDCG),
        lambda a, b, axis: np.mean(a - b, axis=axis),
        permutation_type="samples",
        n_resamples=8000,
        rng=np.random.default_rng(3),
        vectorized=True,
    ).pvalue
    assert paired_difference(shifted, NDCG, seed=4, n=8000).p == pytest.approx(theirs, abs=0.02)


def test_with_few_people_the_p_value_is_that_of_all_sign_choices():
    differences = np.array([0.3, 0.1, -0.05, 0.2, 0.4])
    exact = stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=np.inf
    ).pvalue
    assert paired_difference(differences, np.zeros(5), n=20000).p == pytest.approx(exact, abs=0.01)


def test_differences_from_one_resampling_are_differences_of_the_resampled_means():
    shared = Resampling(400, seed=5)
    together = shared.means(np.stack([NDCG, OTHER, NDCG - OTHER], axis=1))
    np.testing.assert_allclose(together[:, 0] - together[:, 1], together[:, 2], atol=1e-12)
    np.testing.assert_array_equal(shared.means(NDCG[:, None])[:, 0].round(12), together[:, 0].round(12))


def test_the_chunk_size_does_not_change_a_single_resample(monkeypatch):
    whole = Resampling(400, seed=5, resamples=50).means(NDCG[:, None])
    monkeypatch.setattr("xscene_core.evaluation.statistics._CHUNK", 1000)
    np.testing.assert_allclose(Resampling(400, seed=5, resamples=50).means(NDCG[:, None]), whole)


def test_drawing_distinct_values_is_drawing_people():
    both = np.stack([NDCG, OTHER], axis=1)
    few = distinct_means(both, seed=1, resamples=8000)
    people = Resampling(400, 2, 8000).means(both)
    np.testing.assert_allclose(few.mean(axis=0), people.mean(axis=0), rtol=0.01)
    np.testing.assert_allclose(np.cov(few.T), np.cov(people.T), rtol=0.15)
    assert stats.ks_2samp(few[:, 0], people[:, 0]).pvalue > 0.001


def test_many_distinct_values_are_resampled_as_people(monkeypatch):
    monkeypatch.setattr("xscene_core.evaluation.statistics._DISTINCT", 5)
    values = NDCG[:, None]
    np.testing.assert_array_equal(distinct_means(values, 3), Resampling(400, 3).means(values))


def test_columns_together_give_what_each_gives_alone():
    both = np.stack([NDCG - OTHER, OTHER - NDCG], axis=1)
    together = paired_differences(both, Resampling(400, 9))
    assert together[0].low == pytest.approx(-together[1].high)
    assert together[0].p == pytest.approx(together[1].p)
    alone = paired_difference(NDCG, OTHER, seed=9)
    assert alone.p == together[0].p
    assert (alone.value, alone.low, alone.high) == pytest.approx(
        (together[0].value, together[0].low, together[0].high)
    )


def test_equal_arrays_differ_by_exactly_nothing():
    found = paired_difference(NDCG, NDCG)
    assert (found.value, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)
    assert (found.better_share, found.worse_share, found.tied_share) == (0.0, 0.0, 1.0)


def test_one_person_has_no_interval_and_proves_nothing():
    found = paired_difference([0.5], [0.0])
    assert found.value == 0.5
    assert np.isnan(found.low)
    assert found.p == 1.0
    assert found.reason == "one-person"


def test_nobody_gives_no_numbers_at_all():
    assert bootstrap_mean([]).reason == "nobody"
    found = paired_difference([], [])
    assert np.isnan(found.value)
    assert found.reason == "nobody"


def test_a_constant_metric_is_a_point_and_says_why():
    found = bootstrap_mean(np.full(50, 0.1))
    assert (found.value, found.low, found.high, found.reason) == (0.1, 0.1, 0.1, "constant")


def test_shares_of_people_add_up():
    found = paired_difference([1.0, 0.0, 0.5, 0.2], [0.0, 1.0, 0.5, 0.1])
    assert (found.better_share, found.worse_share, found.tied_share) == (0.5, 0.25, 0.25)


def test_values_that_are_not_numbers_are_refused():
    with pytest.raises(ValueError, match="finite"):
        bootstrap_mean([0.1, np.nan])
    with pytest.raises(ValueError, match="paired"):
        paired_difference([1.0], [1.0, 2.0])


@pytest.mark.parametrize("n", [4, 15, 60, 400])
def test_intervals_cover_the_truth_about_as_often_as_they_claim(n):
    random = np.random.default_rng(n)
    covered = 0
    for trial in range(400):
        values = random.normal(0.02, 0.1, n)
        found = bootstrap_mean(values, seed=trial, n=600)
        covered += found.low <= 0.02 <= found.high
    assert 0.92 <= covered / 400 <= 0.985


def test_intervals_cover_the_difference_of_two_sparse_metrics():
    random = np.random.default_rng(0)
    covered = 0
    for trial in range(300):
        a, b = random.random(300) < 0.12, random.random(300) < 0.09
        found = paired_difference(a.astype(float), b.astype(float), seed=trial, n=600)
        covered += found.low <= 0.03 <= found.high
    assert 0.91 <= covered / 300 <= 0.985


def test_without_a_difference_p_is_uniform():
    random = np.random.default_rng(1)
    values = [
        paired_difference(random.normal(size=25), random.normal(size=25), seed=s, n=400).p for s in range(300)
    ]
    assert stats.kstest(values, "uniform").pvalue > 0.01


def test_the_shift_test_agrees_with_the_sign_flip_test_on_many_people():
    draws = Resampling(400, 3, 8000).means((NDCG - OTHER)[:, None])[:, 0]
    flips = paired_difference(NDCG, OTHER, seed=3, n=8000).p
    assert shift_p(float((NDCG - OTHER).mean()), draws) == pytest.approx(flips, abs=0.03)


def test_holm_gives_the_textbook_values():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_holm_leaves_out_what_could_not_be_tested():
    adjusted = holm([0.02, float("nan"), 0.03])
    assert adjusted[0] == pytest.approx(0.04)
    assert np.isnan(adjusted[1])


def test_holm_keeps_the_chance_of_any_false_alarm_at_the_level():
    random = np.random.default_rng(2)
    families = random.random((4000, 6))
    families[:, 4:] /= 1000  # two true effects among six
    alarms = [min(holm(list(family))[:4]) <= 0.05 for family in families]
    plain = [min(family[:4]) <= 0.05 for family in families]
    assert np.mean(alarms) <= 0.06
    assert np.mean(plain) > 0.15  # without the correction it would be far above


def test_twenty_two_thousand_people_take_under_two_seconds():
    values = np.random.default_rng(3).random((22_000, 12))
    started = time.process_time()
    Resampling(22_000).means(values)
    assert time.process_time() - started < 4  # 2 s on a quiet core; process time counts every BLAS thread
