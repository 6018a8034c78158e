import numpy as np
import pytest
from scipy.spatial import procrustes
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

from xscene_core.errors import InputError, WorkError
from xscene_core.projection.pair import aligned, pair
from xscene_core.projection.project import principal, project
from xscene_core.projection.quality import knn_recall, neighbours, quality

RANDOM = np.random.default_rng(4)


def clusters(n=90, d=12, seed=0):
    random = np.random.default_rng(seed)
    return (random.normal(size=(n, d)) + 6 * random.normal(size=(3, d))[np.arange(n) % 3]).astype(np.float32)


def test_pca_draws_what_scikit_learn_draws_up_to_signs():
    vectors = clusters()
    ours, theirs = principal(vectors, vectors), PCA(2).fit_transform(vectors)
    np.testing.assert_allclose(np.abs(ours), np.abs(theirs), atol=1e-3)


def test_umap_gives_the_same_picture_for_the_same_seed_and_another_for_another():
    vectors = clusters()
    first, again, other = (project(vectors, "umap", seed).points for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_umap_keeps_clear_clusters_apart():
    drawn = project(clusters(), "umap", 0)
    centres = np.stack([drawn.points[k::3].mean(axis=0) for k in range(3)])
    nearest = np.argmin(((drawn.points[:, None] - centres) ** 2).sum(axis=2), axis=1)
    assert (nearest == np.arange(90) % 3).mean() > 0.95
    assert drawn.trustworthiness > 0.8
    assert (drawn.n, drawn.method, drawn.seed) == (90, "umap", 0)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 7])
@pytest.mark.parametrize("d", [1, 3])
def test_a_handful_of_points_can_be_drawn(n, d):
    drawn = project(RANDOM.normal(size=(n, d)).astype(np.float32), "umap", 0)
    assert drawn.points.shape == (n, 2)
    assert np.isfinite(drawn.points).all()
    assert drawn.method == ("pca" if n < 5 else "umap")


def test_equal_points_do_not_break_the_picture():
    assert np.isfinite(project(np.ones((30, 4), dtype=np.float32), "umap", 0).points).all()


def test_an_unknown_projection_and_vectors_that_are_no_numbers_are_refused():
    with pytest.raises(InputError, match="no projection"):
        project(clusters(), "tsne")
    with pytest.raises(WorkError, match="not all numbers"):
        project(np.full((9, 2), np.nan, dtype=np.float32), "pca")


def test_trustworthiness_is_scikit_learns():
    vectors, points = clusters(), RANDOM.normal(size=(90, 2))
    assert quality(vectors, points).trustworthiness == pytest.approx(
        trustworthiness(vectors, points, n_neighbors=15)
    )


def test_a_picture_of_two_dimensions_is_perfect_and_a_random_one_is_chance():
    flat = RANDOM.normal(size=(200, 2)).astype(np.float32)
    assert quality(flat, flat).trustworthiness == 1.0
    assert quality(flat, flat).knn_recall == 1.0
    noise = quality(clusters(200), RANDOM.normal(size=(200, 2)))
    assert noise.knn_recall == pytest.approx(15 / 199, abs=0.04)
    assert noise.trustworthiness == pytest.approx(0.5, abs=0.1)


def test_neighbour_recall_counts_common_neighbours():
    assert knn_recall(
        np.array([[1, 2], [0, 2], [0, 1]]), np.array([[1, 2], [0, 9], [8, 9]])
    ) == pytest.approx(0.5)


def test_no_point_is_its_own_neighbour():
    rows, _ = neighbours(np.zeros((6, 2)), 3)
    assert not (rows == np.arange(6)[:, None]).any()


def test_quality_of_many_points_says_on_how_many_it_was_computed(monkeypatch):
    monkeypatch.setattr("xscene_core.projection.quality.LIMIT", 50)
    assert quality(clusters(), RANDOM.normal(size=(90, 2))).n == 50


def test_alignment_undoes_turning_mirroring_scaling_and_shifting():
    points = RANDOM.normal(size=(40, 2)).astype(np.float32)
    turned = (points @ np.array([[0.0, 2.0], [2.0, 0.0]]) + [5, -3]).astype(np.float32)
    moved, misfit = aligned(turned, points)
    np.testing.assert_allclose(moved, points, atol=1e-5)
    assert misfit == pytest.approx(0.0, abs=1e-9)


def test_the_misfit_is_scipys_procrustes_disparity():
    a, b = RANDOM.normal(size=(40, 2)), RANDOM.normal(size=(40, 2))
    assert aligned(b.astype(np.float32), a.astype(np.float32))[1] == pytest.approx(
        procrustes(a, b)[2], abs=1e-5
    )


def test_alignment_never_changes_who_is_near_whom():
    before, after = clusters(seed=1), clusters(seed=2)[:, :7]
    drawn = pair(before, after, "pca")
    alone = project(after, "pca")
    assert drawn.frame == "aligned"
    assert knn_recall(neighbours(alone.points)[0], neighbours(drawn.after.points)[0]) > 0.999
    assert drawn.after.quality == alone.quality


def test_pca_of_one_space_uses_the_same_axes_before_and_after():
    before = clusters()
    after = before.copy()
    after[0] += 3
    drawn = pair(before, after, "pca")
    assert drawn.frame == "joint-axes"
    np.testing.assert_array_equal(drawn.before.points[1:], drawn.after.points[1:])
    assert not np.array_equal(drawn.before.points[0], drawn.after.points[0])


def test_nothing_changed_looks_unchanged_with_umap_too():
    drawn = pair(clusters(60), clusters(60), "umap", 1)
    np.testing.assert_allclose(drawn.before.points, drawn.after.points, atol=1e-3)
    assert drawn.misfit < 1e-6
