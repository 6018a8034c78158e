"""What hidden categories say, on cases whose answer is known."""

import numpy as np
import pytest

from xscene_core.evaluation.statistics import tail
from xscene_core.newcategory.calibration import calibrate
from xscene_core.newcategory.unseen import Unseen
from xscene_core.scenes.sequences import Sequences


def hidden(lengths: list[int], bought: list[bool], appeal: np.ndarray, name: str = "c") -> Unseen:
    """One item that is hidden, of people with so many other choices."""
    people = np.array([f"u{row}" for row in range(len(lengths))], dtype=object)
    indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    histories = Sequences(people, indptr, np.ones(indptr[-1], np.int32))
    rows, items = np.arange(len(lengths)), np.array([0])
    z = appeal[:, None].astype(np.float32)
    return Unseen("a", name, histories, histories, rows, np.array(bought), items, z, np.zeros(len(lengths)))


def test_people_who_can_be_compared_with_nobody_count_neither_for_nor_against() -> None:
    """Buyers who by construction have fewer other choices than anybody else would pull every lift to 1."""
    random = np.random.default_rng(1)
    bought = random.random(200) < 0.3
    appeal = np.where(bought, 2.0, 0.0) + random.normal(size=200)
    plain = [hidden([5] * 200, bought.tolist(), appeal, f"c{k}") for k in range(3)]
    pure = [
        hidden([5] * 200 + [2] * 60, [*bought.tolist(), *[True] * 60], np.append(appeal, [1.0] * 60), f"c{k}")
        for k in range(3)
    ]
    with_pure = calibrate(pure, "category", 0)
    assert with_pure.hidden[0].people.sum() == 200
    assert with_pure.lift[4] > 2
    assert with_pure.auc == pytest.approx(calibrate(plain, "category", 0).auc)


def test_where_nobody_can_be_compared_nothing_is_claimed() -> None:
    bought = [True] * 30 + [False] * 70
    lengths = [4 if one else 5 for one in bought]
    found = calibrate(
        [hidden(lengths, bought, np.array(bought) * 2.0, f"c{k}") for k in range(4)], "category", 0
    )
    assert not found.hidden
    assert not found.measured
    assert np.isnan(found.lift).all()


def test_few_categories_give_wider_intervals_than_their_plain_percentiles() -> None:
    assert tail(2) < 1e-10
    assert tail(5) < 0.0025
    assert 0.02 < tail(200) < 0.025
    random = np.random.default_rng(2)
    many = []
    for k in range(3):
        bought = random.random(300) < 0.2
        appeal = k * bought + random.normal(size=300)
        many.append(hidden([5] * 300, bought.tolist(), appeal, f"c{k}"))
    found = calibrate(many, "category", 0)
    lifts = [one.buyers[4] / one.expected[4] for one in found.hidden]
    assert found.low[4] < min(lifts)
    assert found.high[4] > max(lifts)
