"""Instance weights against what they estimate, and their certificates."""

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, minimize
from scipy.stats import norm

from tests.transfer.labels.tasks import fit, task
from xscene_core.errors import InputError
from xscene_core.transfer.methods.kmm import (
    KmmParams,
    gaussian,
    kernel_mean_matching,
    median_distance,
    project,
)
from xscene_core.transfer.methods.nearest_weights import NearestWeightsParams, distance_ratio
from xscene_core.transfer.methods.rulsif import RulsifParams, relative_ratio
from xscene_core.transfer.methods.tradaboost import TradaboostParams
from xscene_core.transfer.weighting import effective_size, tempered

RANDOM = np.random.default_rng(0)
SOURCE, TARGET = RANDOM.standard_normal((800, 1)), RANDOM.standard_normal((700, 1)) + 0.5
TRUE = (norm.pdf(SOURCE, 0.5) / norm.pdf(SOURCE)).ravel()


def test_rulsif_follows_the_true_ratio() -> None:
    plain, _ = relative_ratio(SOURCE, TARGET, RulsifParams(relative=0.0), 0)
    assert np.corrcoef(plain, TRUE)[0, 1] > 0.95
    relative, _ = relative_ratio(SOURCE, TARGET, RulsifParams(relative=0.5), 0)
    assert np.corrcoef(relative, TRUE / (0.5 * TRUE + 0.5))[0, 1] > 0.95
    assert relative.max() < 2.2  # bounded by 1 / alpha, but for what is estimated


def test_distances_to_neighbours_follow_the_true_ratio() -> None:
    found, facts = distance_ratio(SOURCE, TARGET, NearestWeightsParams(neighbours=100))
    assert np.corrcoef(np.log(found), np.log(TRUE))[0, 1] > 0.85
    assert facts["intrinsic_dimension"] == pytest.approx(1, abs=0.3)


def test_the_kernel_mean_matches_and_the_certificate_says_so() -> None:
    params = KmmParams(bound=5.0)
    weights, facts = kernel_mean_matching(SOURCE, TARGET, params, 0)
    assert facts["kkt_residual"] < 1e-6
    assert facts["objective_below_uniform"] > 0
    assert weights.min() >= 0
    assert weights.max() <= 5
    moved = np.average(SOURCE.ravel(), weights=weights)
    assert abs(moved - TARGET.mean()) < 0.1 * abs(SOURCE.mean() - TARGET.mean())


@pytest.mark.parametrize("ridge", [0.0, 1.0])
@pytest.mark.parametrize("slack", [None, 0.0])  # 0: the sum is held, so gradient steps alone must do
def test_no_feasible_weights_are_better_than_those_found(slack: float | None, ridge: float) -> None:
    source, target = SOURCE[:25], TARGET[:30]
    weights, _ = kernel_mean_matching(
        source, target, KmmParams(slack=slack, bound=3.0, ridge=ridge, steps=20_000), 0
    )
    width = median_distance(source, target, 0)
    kernel = gaussian(source, source, width) + ridge * np.eye(25)
    kappa = 25 * gaussian(source, target, width).mean(axis=1) + ridge

    def objective(w: np.ndarray) -> float:
        return float(w @ kernel @ w / 2 - kappa @ w)

    reach = 25 * (0.0 if slack == 0 else (np.sqrt(25) - 1) / np.sqrt(25))
    best = minimize(
        objective, np.ones(25), jac=lambda w: kernel @ w - kappa, bounds=[(0, 3)] * 25, method="trust-constr",
        constraints=LinearConstraint(np.ones((1, 25)), 25 - reach, 25 + reach),
        options={"maxiter": 400, "gtol": 1e-9},
    )  # fmt: skip
    assert objective(weights) <= best.fun + 1e-5 * abs(best.fun)
    assert abs(weights.sum() - 25) <= reach + 1e-6


def test_projection_is_onto_the_box_and_the_sum() -> None:
    point = RANDOM.standard_normal(40) * 3
    found = project(point, 2.0, 40.0, 1.0)
    assert found.min() >= 0
    assert found.max() <= 2
    assert abs(found.sum() - 40) <= 1 + 1e-6
    inside = project(found, 2.0, 40.0, 1.0 + 1e-6)
    np.testing.assert_allclose(inside, found, atol=1e-9)


def test_more_source_rows_than_the_kernel_holds_take_the_weight_of_their_nearest() -> None:
    weights, _ = kernel_mean_matching(SOURCE, TARGET, KmmParams(rows=200), 0)
    assert len(weights) == 800
    assert len(np.unique(weights)) <= 200


@pytest.mark.parametrize("name", ["density-ratio", "rulsif", "nearest-weights", "kmm"])
def test_without_shift_weights_are_nearly_equal_and_with_shift_they_are_not(name: str) -> None:
    same = fit(name, task(shift=0.0, count=300, known=0)[0]).facts["effective_share/a"]
    apart = fit(name, task(shift=1.5, count=300, known=0)[0]).facts["effective_share/a"]
    assert same > 0.8
    assert apart < same


def test_tempering_and_effective_size() -> None:
    np.testing.assert_allclose(tempered(np.array([1.0, 4.0]), 0.5), [2 / 3, 4 / 3])
    np.testing.assert_array_equal(tempered(np.zeros(3), 1.0), 1)
    assert effective_size(np.array([1.0, 1.0, 0.0])) == pytest.approx(2)


# ---- TrAdaBoost -----------------------------------------------------------------------------------------


def test_boosting_needs_labelled_target_rows_and_says_so() -> None:
    with pytest.raises(InputError, match="labelled target rows"):
        fit("tradaboost", task(known=0)[0])


def test_source_rows_that_contradict_the_target_lose_their_weight() -> None:
    from dataclasses import replace

    view, asked, answers = task(shift=0.0, known=40, count=90)
    first = view.sources[0]
    spoiled = first.labels.copy()
    spoiled[:45] = (spoiled[:45] + 1) % 3
    wrong = replace(view, sources=(replace(first, labels=spoiled),))
    fitted = fit("tradaboost", wrong, rounds=20)
    assert fitted.facts["effective_rows/sources"] < 70
    boosted = (fitted.predict(asked) == answers).mean()
    assert boosted >= (fit("pooled", wrong).predict(asked) == answers).mean()


def test_boosting_goes_on_where_the_target_is_learned_without_error() -> None:
    view, asked, answers = task(shift=0.0, known=6)
    fitted = fit("tradaboost", view, **TradaboostParams(rounds=6).model_dump())
    assert len(fitted.head.heads) == 3  # type: ignore[attr-defined]
    assert (fitted.predict(asked) == answers).mean() > 0.6
