"""The loop: what it leaves alone, what it keeps, and its loss against plain cross-entropy."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from tests.transfer.worlds import histories, unit
from xscene_core.models import softmax, training
from xscene_core.models.averaging import Averaged
from xscene_core.models.batches import Batch
from xscene_core.models.network import Network, Shape
from xscene_core.models.training import Corpus, Plan, train
from xscene_core.watcher import Silent

PLAN = Plan(epochs=2, rate=1e-2, batch=64, patience=9)


@pytest.fixture(autouse=True)
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Products in full, so that equality can be asked for to the fifth digit."""
    monkeypatch.setattr(softmax, "product_type", lambda device: torch.float32)


def network(dim: int = 8) -> Network:
    torch.manual_seed(0)
    made = Network(Shape(dim, rank=4, length=6))
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return made


def corpus(items: int = 20, people: int = 12, **given: object) -> Corpus:
    random = np.random.default_rng(0)
    vectors = torch.from_numpy(unit(random.standard_normal((items, 8))))
    return Corpus(vectors, histories(*[random.integers(0, items, 5) for _ in range(people)]), **given)  # type: ignore[arg-type]


def batch_of(one: Corpus) -> Batch:
    rows = np.arange(len(one.sequences))
    items = one.sequences.items.reshape(len(rows), 5).astype(np.int64)
    return items, np.ones((len(rows), 4), dtype=bool), rows


def run(made: Network, one: Corpus, plan: Plan = PLAN, **rest: object) -> int:
    return train(made, [one], plan, seed=1, stage="adapt", watcher=Silent(), **rest)  # type: ignore[arg-type]


def test_the_loss_is_cross_entropy_of_the_next_choice_over_the_whole_catalogue() -> None:
    made, one = network().eval(), corpus()
    batch = batch_of(one)
    found = training._loss(made, one, batch, PLAN, np.random.default_rng(0))
    items = made.place_items(one.content)
    total = []
    for row in batch[0]:
        for step in range(4):
            person = made.place_people(items[torch.from_numpy(row[: step + 1])][None])[0, -1]
            total.append(
                F.cross_entropy(made.scale() * (items @ person)[None], torch.tensor([row[step + 1]]))
            )
    assert float(found.detach()) == pytest.approx(float(torch.stack(total).mean().detach()), rel=1e-5)


def test_equal_weights_change_nothing_and_a_weight_of_zero_silences_a_person() -> None:
    made, plain = network().eval(), corpus()
    batch = batch_of(plain)

    def loss(one: Corpus, chosen: Batch = batch) -> float:
        return float(training._loss(made, one, chosen, PLAN, np.random.default_rng(0)).detach())

    assert loss(replace(plain, weights=np.ones(12, np.float32))) == pytest.approx(loss(plain), rel=1e-6)
    only = np.zeros(12, np.float32)
    only[3] = 12.0
    alone = (batch[0][3:4], batch[1][3:4], batch[2][3:4])
    assert loss(replace(plain, weights=only)) == pytest.approx(loss(plain, alone), rel=1e-5)


def test_sampled_softmax_comes_close_to_the_full_one() -> None:
    made, one = network().eval(), corpus(items=400, people=40)
    batch = batch_of(one)
    full = float(training._loss(made, one, batch, PLAN, np.random.default_rng(0)).detach())
    sampled = replace(PLAN, full=0, candidates=150)
    found = [
        float(training._loss(made, one, batch, sampled, np.random.default_rng(seed)).detach())
        for seed in range(12)
    ]
    assert np.std(found) > 0  # it does sample
    assert np.mean(found) == pytest.approx(full, rel=0.02)


def test_training_lowers_the_loss_on_a_pattern_and_leaves_the_random_state_alone() -> None:
    pattern = histories(
        *[[k % 20, (k + 1) % 20, (k + 2) % 20, (k + 3) % 20, (k + 4) % 20] for k in range(40)]
    )
    made, one = network(), replace(corpus(), sequences=pattern)
    batch = batch_of(one)
    before = float(training._loss(made.eval(), one, batch, PLAN, np.random.default_rng(0)).detach())
    state = torch.random.get_rng_state()
    run(made, one, replace(PLAN, epochs=15))
    assert torch.equal(state, torch.random.get_rng_state())
    after = float(training._loss(made.eval(), one, batch, PLAN, np.random.default_rng(0)).detach())
    assert after < before - 0.3


def test_a_network_that_is_not_shared_stays_as_it_is_and_single_items_move() -> None:
    own = torch.nn.Parameter(torch.zeros(20, 8))
    made, one = network(), corpus(own=own)
    before = {name: value.clone() for name, value in made.state_dict().items()}
    run(made, one, replace(PLAN, shared=False))
    assert all(torch.equal(value, before[name]) for name, value in made.state_dict().items())
    assert own.detach().abs().max() > 0


def test_the_epoch_with_the_best_check_is_kept_the_start_included() -> None:
    made, one = network(), corpus()
    before = {name: value.clone() for name, value in made.state_dict().items()}
    values = iter([5.0, 1.0, 2.0])
    assert run(made, one, check=lambda: next(values)) == 0
    assert all(torch.equal(value, before[name]) for name, value in made.state_dict().items())
    seen: list[torch.Tensor] = []
    order = iter([0.0, 3.0, 2.0])

    def check() -> float:
        seen.append(made.up.weight.detach().clone())
        return next(order)

    assert run(made, one, check=check) == 1
    assert torch.equal(made.up.weight, seen[1])
    assert not torch.equal(made.up.weight, seen[2])


def test_patience_ends_training() -> None:
    calls = []
    run(
        network(),
        corpus(),
        replace(PLAN, epochs=9, patience=2),
        check=lambda: -float(len(calls.append(0) or calls)),
    )
    assert len(calls) == 3  # the start and two epochs without a better one


def test_a_corpus_without_choices_is_trained_on_without_harm() -> None:
    made = network()
    empty = replace(corpus(), sequences=histories([], [1]))
    run(made, empty)
    assert all(torch.isfinite(value).all() for value in made.state_dict().values())


def test_what_is_kept_is_the_average_of_the_steps_and_without_one_the_last_step() -> None:
    parameter = torch.nn.Parameter(torch.zeros(2))
    plain, averaged = Averaged([parameter], 0.0), Averaged([parameter], 0.5)
    for value in (4.0, 8.0):
        with torch.no_grad():
            parameter.fill_(value)
        plain.follow()
        averaged.follow()
    after_one = 4 * (1 - 1 / 11)
    expected = after_one * 2 / 12 + 8 * (1 - 2 / 12)  # both decays are still below the half
    assert plain.slow[0].tolist() == [8.0, 8.0]
    torch.testing.assert_close(averaged.slow[0], torch.full((2,), expected))
    with averaged.in_place():
        torch.testing.assert_close(parameter.detach(), torch.full((2,), expected))
    assert parameter.tolist() == [8.0, 8.0]


def test_training_ends_with_the_averaged_parameters() -> None:
    made, moved = network(), network()
    run(made, corpus(), replace(PLAN, average=0.0))
    run(moved, corpus(), replace(PLAN, average=0.99))
    assert not torch.equal(made.up.weight, moved.up.weight)
    start = network()
    assert (moved.up.weight - start.up.weight).norm() < (made.up.weight - start.up.weight).norm()


def test_only_the_first_items_are_predicted_and_only_among_themselves() -> None:
    made, one = network().eval(), corpus()
    batch = batch_of(one)
    found = training._loss(made, replace(one, asked=8), batch, PLAN, np.random.default_rng(0))
    items = made.place_items(one.content)
    total = []
    for row in batch[0]:
        for step in range(4):
            if row[step + 1] < 8:
                person = made.place_people(items[torch.from_numpy(row[: step + 1])][None])[0, -1]
                logits = made.scale() * (items[:8] @ person)[None]
                total.append(F.cross_entropy(logits, torch.tensor([row[step + 1]])))
    assert float(found.detach()) == pytest.approx(float(torch.stack(total).mean().detach()), rel=1e-5)
    nothing = training._loss(made, replace(one, asked=0), batch, PLAN, np.random.default_rng(0))
    assert float(nothing.detach()) == 0
