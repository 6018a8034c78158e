"""Feature maps against independent implementations: scikit-learn, SciPy, POT, and simulation."""

import numpy as np
import ot
import pytest
from scipy.linalg import eigh, subspace_angles
from scipy.spatial.distance import pdist, squareform
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.kernel_ridge import KernelRidge

from tests.transfer.labels.tasks import fit, rows, task
from xscene_core.transfer.labels.manifold_regression import discrepancies, fit_manifold, laplacian
from xscene_core.transfer.labels.pieces import dense
from xscene_core.transfer.labels.pivots import _predictors, association, pivot_space
from xscene_core.transfer.labels.transfer_components import components, transfer_components
from xscene_core.transfer.labels.views import HELD_BACK, LabelRows
from xscene_core.transfer.methods.joint_pca import components as principal
from xscene_core.transfer.methods.lda_map import discriminant_map
from xscene_core.transfer.methods.manifold import ManifoldParams
from xscene_core.transfer.methods.optimal_transport import OptimalTransportParams, linear_plan, transport_plan
from xscene_core.transfer.methods.subspace_alignment import alignment
from xscene_core.watcher import Silent

RANDOM = np.random.default_rng(0)
MIX = RANDOM.standard_normal((6, 6))


def clouds(count: int = 150) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    return random.standard_normal((count, 6)) @ MIX, random.standard_normal((count + 30, 6)) @ MIX.T + 0.5


# ---- linear maps ----------------------------------------------------------------------------------------


def test_components_span_what_pca_of_scikit_learn_spans() -> None:
    own, _ = clouds()
    centred = own - own.mean(axis=0)
    wanted = PCA(3).fit(own).components_.T
    assert subspace_angles(principal([centred], 3), wanted).max() < 1e-8


def test_subspace_alignment_equals_its_closed_form_up_to_sign() -> None:
    own, other = clouds()
    source, target = alignment(own, other, 3)
    axes = [np.linalg.svd(part - part.mean(axis=0), full_matrices=False)[2][:3].T for part in (own, other)]
    np.testing.assert_allclose(np.abs(target), np.abs(axes[1]), atol=1e-8)
    np.testing.assert_allclose(np.abs(source), np.abs(axes[0] @ axes[0].T @ axes[1]), atol=1e-8)


def test_the_fisher_map_is_scikit_learns_where_scenes_do_not_matter() -> None:
    features, labels = rows(1, 200)
    found = discriminant_map(features, labels, [], 0.0, 0.0)
    wanted = LinearDiscriminantAnalysis(solver="eigen").fit(features, labels).scalings_[:, :2]
    assert found.shape == (8, 2)
    assert subspace_angles(found, wanted).max() < 1e-6


def test_the_fisher_map_turns_away_from_the_scenes_difference() -> None:
    features, labels = rows(1, 200)
    gap = np.ones(8)
    plain = discriminant_map(features, labels, [gap], 0.0, 0.0)
    away = discriminant_map(features, labels, [gap], 0.0, 1e4)
    assert np.abs(gap @ away).max() < 0.02 * np.abs(gap @ plain).max()


# ---- TCA ------------------------------------------------------------------------------------------------


def dense_solution(
    kernel: np.ndarray, gap: np.ndarray, mu: float, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """The textbook problem with matrices of all rows, by SciPy."""
    count = len(kernel)
    centring = np.eye(count) - 1 / count
    wide = kernel @ centring @ kernel
    penalty = kernel @ np.outer(gap, gap) @ kernel + mu * np.eye(count)
    values, vectors = eigh(wide, penalty)
    return values[::-1][:size], vectors[:, ::-1][:, :size]


@pytest.mark.parametrize("count", [60, 260])  # solved whole, and by Lanczos
def test_matrix_free_components_equal_the_textbook_problem(count: int) -> None:
    own, other = clouds(count)
    stacked = np.vstack([own, other])
    distances = squareform(pdist(stacked, "sqeuclidean"))
    kernel = np.exp(-distances / np.median(distances))
    gap = np.concatenate([np.full(len(own), 1 / len(own)), np.full(len(other), -1 / len(other))])
    found, facts = components(lambda x: kernel @ x, gap[:, None], 1.0, 5, 0)
    values, wanted = dense_solution(kernel, gap, 1.0, 5)
    assert facts["eigen_residual"] <= 1e-6
    assert subspace_angles(kernel @ found, kernel @ wanted).max() < 1e-5
    penalty = kernel @ np.outer(gap, gap) @ kernel + np.eye(len(kernel))
    np.testing.assert_allclose(found.T @ penalty @ found, np.eye(5), atol=1e-6)
    spread = found.T @ kernel @ (np.eye(len(kernel)) - 1 / len(kernel)) @ kernel @ found
    np.testing.assert_allclose(np.diag(spread), values, rtol=1e-6)


def components_of(
    mode: str, landmarks: int = 10, kernel: str = "gaussian"
) -> tuple[np.ndarray, dict[str, float]]:
    own, other = clouds(80)
    piece, facts = transfer_components(
        [own, other],
        kernel=kernel,  # type: ignore[arg-type]
        width=1.0,
        mu=1.0,
        dimension=4,
        mode=mode,  # type: ignore[arg-type]
        landmarks=landmarks,
        seed=0,
    )
    return dense(piece(np.vstack([own, other]))), facts


def test_landmarks_come_to_the_exact_components_and_say_how_far_they_are() -> None:
    exact, _ = components_of("exact")
    errors, angles = [], []
    for landmarks in (10, 60, 190):
        found, facts = components_of("nystrom", landmarks)
        errors.append(facts["nystrom_error"])
        angles.append(subspace_angles(found, exact).max())
        assert facts["eigen_residual"] <= 1e-6
    assert errors[0] > errors[1] > errors[2] >= -1e-9
    assert errors[2] < 1e-6
    assert angles[2] < 1e-4 < angles[0]


def test_components_are_taken_from_their_mean() -> None:
    for kernel in ("linear", "gaussian"):
        found, _ = components_of("exact", kernel=kernel)
        np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-8 * np.abs(found).max())


# ---- optimal transport ----------------------------------------------------------------------------------


def test_the_linear_plan_is_pots_map_between_gaussians() -> None:
    own, other = clouds(400)
    matrix, offset, shift = linear_plan(own, other, 1e-12)
    covariances = [np.cov(part.T, bias=True) for part in (own, other)]
    wanted, rest = ot.gaussian.bures_wasserstein_mapping(
        own.mean(axis=0), other.mean(axis=0), covariances[0], covariances[1]
    )
    np.testing.assert_allclose((own - offset) @ matrix + shift, own @ wanted + rest, atol=1e-6)


def test_the_entropic_plan_has_the_wanted_marginals_and_comes_near_the_linear_one() -> None:
    random = np.random.default_rng(3)
    own, other = random.standard_normal((500, 1)), 2 * random.standard_normal((500, 1)) + 1
    plan, missing = transport_plan(own, other, None, OptimalTransportParams(entropy=0.02))
    assert missing < 1e-4
    np.testing.assert_allclose(plan.sum(axis=1), 1 / 500, atol=1e-9)
    moved = 500 * plan @ other
    matrix, offset, shift = linear_plan(own, other, 1e-9)
    assert np.corrcoef(moved.ravel(), ((own - offset) @ matrix + shift).ravel())[0, 1] > 0.99


def test_the_plan_is_pots_though_costs_are_reduced_first() -> None:
    own, other = clouds(40)
    cost = ot.dist(own, other)
    wanted = ot.sinkhorn(
        np.full(40, 1 / 40), np.full(70, 1 / 70), cost / np.median(cost), 0.3, stopThr=1e-12, numItermax=5000
    )
    found, _ = transport_plan(own, other, None, OptimalTransportParams(entropy=0.3))
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_rows_beyond_the_sample_move_with_their_nearest() -> None:
    view, asked, _ = task(count=90, known=0)
    found = fit("optimal-transport", view, rows=20)
    assert np.isfinite(found.probabilities(asked)).all()
    assert found.represent("a", view.sources[0].features).shape == (90, 8)


# ---- pivots ---------------------------------------------------------------------------------------------


def test_predictors_are_the_least_squares_over_many_droppings() -> None:
    random = np.random.default_rng(4)
    features = random.standard_normal((300, 5)) @ random.standard_normal((5, 5))
    noise = 0.5
    kept = random.random((4000, 300, 5)) >= noise
    dropped = (features * kept).reshape(-1, 5)
    wanted = np.linalg.lstsq(dropped, np.tile(features[:, :2], (4000, 1)), rcond=None)[0]
    found = _predictors(features.T @ features, np.array([0, 1]), noise)
    np.testing.assert_allclose(found, wanted, atol=0.03 * np.abs(wanted).max())


def test_association_is_the_two_sample_z_statistic() -> None:
    random = np.random.default_rng(5)
    labels = np.repeat([0, 1], 100).astype(np.int64)
    column = (random.random(200) < np.where(labels == 1, 0.6, 0.3)).astype(float)
    both, shares = column.mean(), [column[labels == k].mean() for k in (0, 1)]
    z = abs(shares[1] - shares[0]) / np.sqrt(both * (1 - both) * (2 / 100))
    found = association(LabelRows("a", column[:, None], labels))
    np.testing.assert_allclose(found, np.sqrt(2) * z, rtol=1e-9)


def test_pivots_are_columns_that_tell_classes_apart_and_that_both_scenes_have() -> None:
    view, _, _ = task()
    useless = np.random.default_rng(6).standard_normal((60, 1))
    told = (view.sources[0].labels == 1).astype(float)[:, None] * 5
    from dataclasses import replace

    first = replace(view.sources[0], features=np.hstack([view.sources[0].features, told, useless]))
    target = replace(view.target, features=np.hstack([view.target.features, np.zeros((60, 1)), useless]))
    found = pivot_space(replace(view, sources=(first,), target=target), 3, 0.5)
    assert 8 not in found.pivots  # it tells the class best, but the target does not have it
    assert 9 not in found.pivots


# ---- manifold -------------------------------------------------------------------------------------------


def test_without_alignment_and_graph_it_is_kernel_ridge_regression() -> None:
    features, labels = rows(1, 90)
    other, _ = rows(2, 60, shift=0.3)
    params = ManifoldParams(alignment=0, smoothness=0, ridge=0.5)
    hidden = np.full(60, HELD_BACK)
    head, _ = fit_manifold([features, other], [labels, hidden], 3, params, 0, Silent())
    width = head.pieces[0].width  # type: ignore[attr-defined]
    ridge = KernelRidge(alpha=0.5, kernel="rbf", gamma=0.5 / width**2).fit(features, np.eye(3)[labels])
    np.testing.assert_allclose(head.pieces[0](other), ridge.predict(other), atol=1e-6)  # type: ignore[attr-defined]


def test_the_laplacian_is_symmetric_and_positive_and_its_discrepancy_has_unit_sums() -> None:
    features, labels = rows(1, 50)
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    found = laplacian(unit, 5).toarray()
    np.testing.assert_allclose(found, found.T, atol=1e-12)
    assert np.linalg.eigvalsh(found).min() > -1e-9
    target = np.arange(50) >= 30
    gaps = discrepancies(labels, labels[target], target, 3, 0.5)
    np.testing.assert_allclose(gaps.sum(axis=0), 0, atol=1e-12)
