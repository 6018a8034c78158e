"""Weights of the evidence: nothing from nothing, the truth from much, one answer from everywhere."""

import numpy as np
from scipy.special import softmax

from xscene_core.models import blend
from xscene_core.models.blend import candidates, learn_weights

PRIOR = np.array([1.0, 0.0, 0.0])


def planted(people: int, weights: np.ndarray, seed: int = 0) -> list[np.ndarray]:
    """Evidence of three kinds for choices drawn by ``weights``; column 0 holds the choice."""
    random = np.random.default_rng(seed)
    scores = random.standard_normal((3, people, 25))
    chance = softmax(np.tensordot(weights, scores, axes=1), axis=1)
    chosen = np.array([random.choice(25, p=row) for row in chance], dtype=np.int64)
    rows = np.arange(people)
    for kind in scores:
        kind[rows, 0], kind[rows, chosen] = kind[rows, chosen], kind[rows, 0].copy()
    return [kind.astype(np.float32) for kind in scores]


def answers(people: int) -> np.ndarray:
    return np.zeros(people, dtype=np.int32)


def test_without_data_the_prior_stays() -> None:
    np.testing.assert_allclose(learn_weights(planted(0, PRIOR), answers(0), PRIOR), PRIOR, atol=1e-6)


def test_much_data_finds_the_planted_weights() -> None:
    wanted = np.array([0.5, 1.2, 0.0])
    np.testing.assert_allclose(learn_weights(planted(4000, wanted), answers(4000), PRIOR), wanted, atol=0.08)


def test_the_weights_move_further_from_the_prior_with_more_data() -> None:
    wanted = np.array([0.0, 1.5, 0.0])
    moved = [np.abs(learn_weights(planted(n, wanted), answers(n), PRIOR) - PRIOR).sum() for n in (3, 30, 300)]
    assert moved[0] < moved[1] < moved[2]


def test_weights_are_never_negative() -> None:
    found = learn_weights(planted(500, np.array([-2.0, 0.5, -1.0])), answers(500), PRIOR)
    assert (found >= 0).all()
    assert found[0] == 0.0


def test_the_answer_does_not_depend_on_where_the_search_starts(monkeypatch) -> None:
    evidence, whole = planted(200, np.array([0.3, 0.7, 0.2])), blend.minimize
    found = []
    for start in ([1.0, 0.0, 0.0], [0.0, 3.0, 3.0], [5.0, 5.0, 0.1]):
        monkeypatch.setattr(
            blend, "minimize", lambda cost, _, start=start, **rest: whole(cost, np.array(start), **rest)
        )
        found.append(learn_weights(evidence, answers(200), PRIOR))
    np.testing.assert_allclose(found[1], found[0], atol=1e-3)
    np.testing.assert_allclose(found[2], found[0], atol=1e-3)


def test_what_is_no_candidate_has_no_influence() -> None:
    evidence = planted(100, np.array([0.5, 0.5, 0.5]))
    more = [np.hstack([kind, np.full((100, 3), 9.0, dtype=np.float32)]) for kind in evidence]
    more[1][:, -3:] = -np.inf
    np.testing.assert_allclose(
        learn_weights(more, answers(100), PRIOR), learn_weights(evidence, answers(100), PRIOR), atol=1e-4
    )


def test_the_answer_comes_first_among_candidates_and_all_items_follow() -> None:
    found = candidates(np.array([4, 2], dtype=np.int32), np.arange(9), np.random.default_rng(0))
    assert found[:, 0].tolist() == [4, 2]
    assert sorted(found[0, 1:]) == list(range(9))
    assert found.shape[1] <= blend.CANDIDATES + 1
