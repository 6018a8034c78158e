"""The bridge: as dense algebra says, blind to what it should not know, and able to find a planted link."""

import numpy as np
import pytest
import scipy.sparse as sp

from xscene_core.models.bridge import Bridge, BridgeShape


def choices(seed: int, people: int = 40, items: int = 25, share: float = 0.15) -> sp.csr_matrix:
    random = np.random.default_rng(seed)
    return sp.csr_matrix((random.random((people, items)) < share) * random.integers(1, 3, (people, items)))


def linked(people: int = 200) -> tuple[sp.csr_matrix, sp.csr_matrix, np.ndarray]:
    """People of four kinds, who choose their own kind's items in both scenes."""
    random = np.random.default_rng(5)
    kind = np.arange(people) % 4
    own = [kind[:, None] == np.arange(items)[None] % 4 for items in (32, 24)]
    there, here = (random.random(one.shape) < np.where(one, 0.4, 0.02) for one in own)
    return sp.csr_matrix(there.astype(np.float32)), sp.csr_matrix(here.astype(np.float32)), kind


@pytest.mark.parametrize("ridge", [0.05, 1.0, 30.0])
@pytest.mark.parametrize("rarity", [0.0, 0.5, 1.0])
def test_the_regression_is_that_of_a_dense_solution_in_the_other_form(ridge: float, rarity: float) -> None:
    """Kernel form by conjugate gradients against the normal equations of the items, solved directly."""
    there, here, asked = choices(0), choices(1, items=18), choices(2, people=7)
    found = Bridge(there, here, BridgeShape(rarity, ridge)).ridge(asked)
    idf = np.log(40 / np.maximum((there.toarray() > 0).sum(axis=0), 1)) ** rarity
    shared = (there.toarray().sum(axis=1) > 0) & (here.toarray().sum(axis=1) > 0)
    x, y = (there.toarray() * idf)[shared], here.toarray()[shared]
    weight = ridge * (x**2).sum() / len(x)
    map_to_target = np.linalg.solve(x.T @ x + weight * np.eye(25), x.T @ y)
    wanted = weight * (asked.toarray() * idf) @ map_to_target
    np.testing.assert_allclose(found, wanted, rtol=2e-4, atol=2e-4 * np.abs(wanted).max())


@pytest.mark.parametrize("steps", [1, 3])
def test_the_walk_is_the_power_of_the_dense_normalised_graph(steps: int) -> None:
    there, here, asked = choices(0), choices(1, items=18), choices(2, people=7)
    whole = np.hstack([there.toarray(), here.toarray()])
    people, items = np.maximum(whole.sum(axis=1), 1), np.maximum(whole.sum(axis=0), 1)
    graph = whole / np.sqrt(people)[:, None] / np.sqrt(items)
    start = np.hstack([asked.toarray() / np.sqrt(items[:25]), np.zeros((7, 18))])
    wanted = (start @ np.linalg.matrix_power(graph.T @ graph, steps))[:, 25:] * np.sqrt(items[25:])
    found = Bridge(there, here, BridgeShape(steps=steps)).walk(asked)
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-6)


def test_people_held_out_of_the_target_get_the_items_of_their_kind() -> None:
    there, here, kind = linked()
    out = np.arange(160, 200)
    known = sp.csr_matrix(here.toarray() * (np.arange(200) < 160)[:, None])
    ridge, walk, popular = Bridge(there, known).evidence(there[out])
    own = kind[out][:, None] == np.arange(24)[None] % 4
    for found in (ridge, walk):
        right = np.take_along_axis(own, np.argsort(-found, axis=1)[:, :6], axis=1).mean()
        assert right > 0.85
    assert np.take_along_axis(own, np.argsort(-popular, axis=1)[:, :6], axis=1).mean() < 0.5


def test_with_the_people_of_one_scene_permuted_the_link_is_gone() -> None:
    there, here, kind = linked()
    other = here[np.random.default_rng(1).permutation(200)]
    known = sp.csr_matrix(other.toarray() * (np.arange(200) < 160)[:, None])
    ridge, walk, _ = Bridge(there, known).evidence(there[160:])
    own = kind[160:][:, None] == np.arange(24)[None] % 4
    for found in (ridge, walk):
        assert np.take_along_axis(own, np.argsort(-found, axis=1)[:, :6], axis=1).mean() < 0.5


def test_each_person_is_scored_alike_alone_and_among_others() -> None:
    there, here, _ = linked()
    bridge = Bridge(there, here)
    together, alone = bridge.evidence(there[:9]), bridge.evidence(there[4:5])
    for both, one in zip(together, alone, strict=True):
        np.testing.assert_allclose(both[4:5], one, rtol=1e-4, atol=1e-6)


def test_nobody_shared_and_nothing_at_all_give_zeros() -> None:
    there, here = choices(0), sp.csr_matrix((40, 18))
    for found in Bridge(there, here).evidence(there[:3]):
        assert found.shape == (3, 18)
        assert not found.any()
    empty = Bridge(sp.csr_matrix((0, 5)), sp.csr_matrix((0, 4)))
    assert all(not kind.any() for kind in empty.evidence(sp.csr_matrix((2, 5))))


def test_a_choice_in_the_target_of_somebody_else_reaches_those_who_share_a_source_item() -> None:
    there = sp.csr_matrix(np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1]], dtype=np.float32))
    here = sp.csr_matrix(np.array([[0, 0], [1, 0], [0, 1]], dtype=np.float32))
    for found in Bridge(there, here, BridgeShape(rarity=0.5)).plain(there[:1]):
        assert found[0, 0] > found[0, 1]
