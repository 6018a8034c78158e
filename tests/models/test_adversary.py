"""Gradient reversal and the discriminator."""

import numpy as np
import pytest
import torch

from tests.transfer.worlds import unit
from xscene_core.models.adversary import Discriminator, SceneConfusion, reverse, schedule
from xscene_core.models.network import Network, Shape


@pytest.mark.parametrize("strength", [0.0, 0.5, 3.0])
def test_reversal_is_the_identity_forwards_and_minus_lambda_backwards(strength: float) -> None:
    torch.manual_seed(0)
    layer = torch.nn.Linear(5, 3).double()
    plain = torch.randn(7, 5, dtype=torch.float64, requires_grad=True)
    turned = plain.detach().clone().requires_grad_()
    layer(plain).square().sum().backward()
    kept = layer.weight.grad.clone()  # type: ignore[union-attr]
    layer.zero_grad()
    assert torch.equal(reverse(turned, strength), turned)
    layer(reverse(turned, strength)).square().sum().backward()
    assert torch.allclose(turned.grad, -strength * plain.grad, atol=1e-14)  # type: ignore[arg-type, operator]
    assert torch.equal(layer.weight.grad, kept), "the discriminator itself must learn unreversed"  # type: ignore[arg-type]


def scenes(apart: float) -> list[torch.Tensor]:
    random = np.random.default_rng(0)
    shift = np.zeros(6)
    shift[0] = apart
    made = [random.standard_normal((80, 6)) + side * shift for side in (-1, 1)]
    return [torch.from_numpy((m / np.linalg.norm(m, axis=1, keepdims=True)).astype(np.float32)) for m in made]


def trained(strength: float, apart: float = 3.0, steps: int = 150) -> tuple[Network, float]:
    """The network and the discriminator's accuracy after both learned from the penalty alone."""
    torch.manual_seed(0)
    content = scenes(apart)
    network, judge = Network(Shape(6, rank=6, length=4)), Discriminator(6, 2, hidden=16)
    confusion = SceneConfusion(content, judge, strength, drawn=32, seed=0)
    optimiser = torch.optim.Adam([*network.parameters(), *judge.parameters()], lr=0.01)
    for _ in range(steps):
        optimiser.zero_grad()
        confusion(network, np.random.default_rng(0), 1.0).backward()
        optimiser.step()
    with torch.no_grad():
        right = [
            float((judge(network.place_items(rows) * 6**0.5).argmax(1) == label).float().mean())
            for label, rows in enumerate(content)
        ]
    return network, float(np.mean(right))


def test_with_strength_zero_the_discriminator_learns_and_the_network_does_not_move() -> None:
    network, right = trained(0.0)
    assert right > 0.9
    assert float(network.up.weight.detach().abs().max()) == 0.0


def test_with_strength_the_network_moves_and_the_discriminator_is_worse() -> None:
    network, right = trained(1.0)
    assert float(network.up.weight.detach().abs().max()) > 0.01
    assert right < trained(0.0)[1]


def test_equal_scenes_cannot_be_told_apart() -> None:
    assert abs(trained(0.0, apart=0.0, steps=20)[1] - 0.5) < 0.2


def test_the_schedule_rises_from_zero_to_one() -> None:
    values = [schedule(share) for share in np.linspace(0, 1, 11)]
    assert values[0] == 0.0
    assert values == sorted(values)
    assert values[-1] == pytest.approx(2 / (1 + np.exp(-10)) - 1)


def test_what_is_drawn_is_the_same_for_the_same_seed() -> None:
    content = [torch.from_numpy(unit(np.random.default_rng(k).standard_normal((30, 6)))) for k in range(2)]
    torch.manual_seed(0)
    network, judge = Network(Shape(6, rank=4)), Discriminator(6, 2)

    def losses() -> list[float]:
        one = SceneConfusion(content, judge, 1.0, drawn=8, seed=5)
        return [float(one(network, np.random.default_rng(0), 0.5).detach()) for _ in range(3)]

    assert losses() == losses()
