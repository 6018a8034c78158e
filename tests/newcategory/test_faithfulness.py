"""The named reasons are held against random choices of the same people."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xscene_core.newcategory import recommend, recommendation
from xscene_core.newcategory.appeal import measure, yardstick
from xscene_core.newcategory.audience import gather
from xscene_core.newcategory.first_orders import FirstOrders
from xscene_core.newcategory.reasons import forget_each, forget_together
from xscene_core.watcher import Silent

MIXED = pd.DataFrame(
    {"item_id": ["n1", "n2", "n3"], "title": ["red lamp", "green chair lamp", "blue mug scarf"]}
)


def test_forgetting_the_named_choices_costs_more_than_forgetting_random_ones(world: Any) -> None:
    found = recommend(world, MIXED, top=2).facts["faithfulness"]
    assert found["n"] >= 100
    assert found["low"] > 0.05
    assert found["p"] < 1e-6
    assert found["named"] == pytest.approx(found["chance"] + found["difference"])


def test_reasons_that_are_drawn_at_random_do_not_pass(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reasons drawn by lot instead of the leave-one-out drops: the test must be able to fail."""
    honest = recommendation.forget_each

    def by_lot(*given: Any) -> Any:
        found = honest(*given)
        drop = np.random.default_rng(5).random(found.drop.shape).astype(np.float32)
        return SimpleNamespace(**vars(found) | {"drop": drop})

    monkeypatch.setattr(recommendation, "forget_each", by_lot)
    found = recommend(world, MIXED, top=2).facts["faithfulness"]
    assert found["low"] < 0
    assert found["p"] > 0.01


def test_forgetting_one_choice_together_is_forgetting_it_alone(world: Any) -> None:
    audience = gather(world.scenes, ["target", "source"], most=60, seed=1)
    vectors = world.encoding.encode_new(MIXED.assign(description=""))
    appeal = measure(world, audience, vectors, yardstick(world, 0), Silent())
    offers = np.argsort(-appeal.z, axis=1, kind="stable")
    everybody = np.arange(len(audience))
    alone = forget_each(world, audience, everybody, vectors, appeal, offers, 0.0, 2, Silent())
    sets = [(alone.scene[[row]], alone.item[[row]]) for row in range(len(alone.person))]
    after = forget_together(world, audience, alone.person, sets, vectors, appeal)
    drop = np.take_along_axis(appeal.z[alone.person] - after, offers[alone.person], axis=1)
    np.testing.assert_allclose(drop, alone.drop, atol=1e-4)


def test_where_everything_is_forgotten_nothing_is_said(world: Any) -> None:
    audience = gather(world.scenes, ["source"], most=20, seed=1)
    vectors = world.encoding.encode_new(MIXED.assign(description=""))
    appeal = measure(world, audience, vectors, yardstick(world, 0), Silent())
    whole = audience.strands[0].histories.of(0).astype(np.int64)
    sets = [(np.full(len(whole), "source", dtype=object), whole)]
    assert np.isnan(forget_together(world, audience, np.array([0]), sets, vectors, appeal)).all()


def test_what_orders_taught_moves_the_appeal_by_as_much_whatever_is_forgotten(world: Any) -> None:
    """Somebody with choices in two scenes loses all of one: the other speaks alone, moved once, not twice."""
    audience = gather(world.scenes, ["target", "source"], most=300, seed=1)
    vectors = world.encoding.encode_new(MIXED.assign(description=""))
    ruler, everybody = yardstick(world, 0), np.arange(len(audience))
    start = measure(world, audience, vectors, ruler, Silent())
    shift = np.tile(np.array([[1.0, 0.0, -2.0]], np.float32), (len(audience), 1))
    said = np.zeros(shift.shape, np.int8)
    learned = FirstOrders(start.z + shift, shift, said > 0, said, {})
    moved = measure(world, audience, vectors, ruler, Silent(), shift)
    offers = np.tile(np.arange(3), (len(audience), 1))
    plain = forget_each(world, audience, everybody, vectors, start, offers, 0.0, 2, Silent())
    after = forget_each(world, audience, everybody, vectors, moved, offers, 0.0, 2, Silent(), learned)
    assert len(np.intersect1d(audience.strands[0].owner, audience.strands[1].owner)) > 10
    np.testing.assert_allclose(after.drop, plain.drop, atol=1e-4)


def test_what_was_turned_down_does_not_push_others_off_the_list(world: Any) -> None:
    audience = gather(world.scenes, ["target"], most=60, seed=1)
    vectors = world.encoding.encode_new(MIXED.assign(description=""))
    appeal = measure(world, audience, vectors, yardstick(world, 0), Silent())
    said = np.zeros(appeal.z.shape, np.int8)
    said[:, 0] = -1
    learned = FirstOrders(appeal.z, np.zeros_like(appeal.z), said > 0, said, {})
    offers = np.argsort(-learned.rank(), axis=1, kind="stable")
    everybody = np.arange(len(audience))
    found = forget_each(world, audience, everybody, vectors, appeal, offers, 0.0, 2, Silent(), learned)
    assert found.kept.all()  # of three products one is turned down, so both others are always listed
