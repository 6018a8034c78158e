"""What the approximate search finds: nearly all of the best, with their exact scores."""

import numpy as np

from xscene_core.models.approximate_search import ApproximateSearch
from xscene_core.models.search import ExactSearch


def around_centres(items: int = 6_000, dim: int = 16) -> np.ndarray:
    random = np.random.default_rng(0)
    centre = random.standard_normal((60, dim))
    rows = centre[random.integers(0, 60, items)] + 0.3 * random.standard_normal((items, dim))
    return rows.astype(np.float32)


def test_most_of_the_best_are_found_and_their_scores_are_exact() -> None:
    items, random = around_centres(), np.random.default_rng(1)
    exact, near = ExactSearch(items), ApproximateSearch(items, probes=8)
    shares = []
    for query in items[random.integers(0, len(items), 30)]:
        extra = np.zeros(len(items), np.float32)
        extra[random.integers(0, len(items), 3)] = 100.0
        without = random.integers(0, len(items), 20)
        best, _ = exact.top(query, 20, extra, without)
        rows, sums = near.top(query, 20, extra, without)
        np.testing.assert_allclose(sums, items[rows] @ query + extra[rows], rtol=1e-5)
        assert (np.diff(sums) <= 0).all()
        assert not set(rows) & set(without)
        assert near.looked_at < len(items) / 10
        shares.append(np.isin(best, rows).mean())
    assert np.mean(shares) > 0.9


def test_looking_into_every_cell_misses_nothing() -> None:
    items = around_centres(500)
    whole = ApproximateSearch(items, probes=10_000)
    query = items[3]
    rows, _ = whole.top(query, 10)
    assert set(rows) == set(np.argsort(-(items @ query))[:10])


def test_the_same_seed_gives_the_same_cells() -> None:
    items = around_centres(2_000)
    one, other = ApproximateSearch(items, probes=1), ApproximateSearch(items, probes=1)
    for query in items[:10]:
        assert one.top(query, 10)[0].tolist() == other.top(query, 10)[0].tolist()
