"""Expected demand: its strength is what hidden categories show; its intervals hold as often as they say."""

from typing import Any

import numpy as np
import pytest

from tests.transfer.worlds import histories
from xscene_core.newcategory.demand import FEWEST_CATEGORIES, NOMINAL, demand
from xscene_core.newcategory.unseen import Unseen

PEOPLE, PRODUCTS = 60, 12


def hidden(random: np.random.Generator, strength: float, noise: float) -> Unseen:
    """A category whose products draw orders in proportion to their share of appeal to a power."""
    z = random.standard_normal(PRODUCTS) * 0.8 + random.standard_normal((PEOPLE, PRODUCTS)) * 0.3
    share = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    wanted = share.mean(axis=0) ** strength * np.exp(noise * random.standard_normal(PRODUCTS))
    orders = random.poisson(2_000 * wanted / wanted.sum())
    whole = histories(*[np.repeat(np.arange(PRODUCTS), orders)[k::PEOPLE] for k in range(PEOPLE)])
    everybody = np.ones(PEOPLE, dtype=bool)
    items, rows = np.arange(PRODUCTS), np.arange(PEOPLE)
    return Unseen("a", "c", whole, whole, rows, everybody, items, z.astype(np.float32), z.mean(axis=1))


def world(strength: float, noise: float, categories: int = 12) -> list[Unseen]:
    random = np.random.default_rng(0)
    return [hidden(random, strength, noise) for _ in range(categories)]


def actual(one: Unseen) -> np.ndarray:
    orders = np.bincount(one.whole.items, minlength=PRODUCTS)
    return orders / orders.mean()


@pytest.mark.parametrize("strength", [0.5, 1.0, 2.0])
def test_the_strength_is_found_and_the_expectation_comes_close(strength: float) -> None:
    known = world(strength, 0.1)
    found = demand(known[1:], known[0].z, 0)
    assert found is not None
    assert found.facts["strength"] == pytest.approx(strength, abs=0.1)
    np.testing.assert_allclose(found.expected, actual(known[0]), rtol=0.5)
    assert found.expected.mean() == pytest.approx(1)
    assert found.facts["order"][1] > 0.8


def test_intervals_hold_on_new_categories_as_often_as_measured_and_promised() -> None:
    known = world(1.0, 0.7, categories=60)
    held = []
    for one in known[12:]:
        found = demand(known[:12], one.z, 0)
        assert found is not None
        held.append(((found.low <= actual(one)) & (actual(one) <= found.high)).mean())
    assert np.mean(held) == pytest.approx(NOMINAL, abs=0.08)
    coverage, low, high = found.facts["coverage"]
    assert low <= np.mean(held) <= high
    assert coverage == pytest.approx(NOMINAL, abs=0.08)


def test_where_appeal_says_nothing_every_product_is_expected_to_be_average() -> None:
    known = world(0.0, 0.7)
    found = demand(known, known[0].z, 0)
    assert found is not None
    assert found.facts["strength"] < 0.3
    np.testing.assert_allclose(found.expected, 1, atol=0.3)
    assert found.facts["order"][1] <= 0 <= found.facts["order"][2]


def test_the_order_of_products_and_people_changes_nothing() -> None:
    known = world(1.0, 0.5)
    one: Any = demand(known, known[0].z, 0)
    turned: Any = demand(known, known[0].z[::-1, ::-1], 0)
    np.testing.assert_allclose(one.expected, turned.expected[::-1])
    np.testing.assert_allclose(one.high, turned.high[::-1])


def test_too_few_hidden_categories_or_a_single_product_have_no_expectation() -> None:
    known = world(1.0, 0.5)
    assert demand(known[: FEWEST_CATEGORIES - 1], known[0].z, 0) is None
    assert demand(known, known[0].z[:, :1], 0) is None
