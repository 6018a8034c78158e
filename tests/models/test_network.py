"""The network against its definition: where it starts, what it may see, and its gradients."""

import numpy as np
import pytest
import torch

from tests.transfer.worlds import histories, unit
from xscene_core.models.network import Network, Shape
from xscene_core.models.similarity import content_people

ITEMS, DIM = 30, 8


def network(started: bool = True, **sizes: int) -> Network:
    """A tiny network in double precision; not ``started``: with every parameter random."""
    torch.manual_seed(4)
    made = Network(Shape(DIM, rank=4, length=sizes.get("length", 6))).double().eval()
    if not started:
        with torch.no_grad():
            for parameter in made.parameters():
                parameter.add_(0.2 * torch.randn_like(parameter))
    return made


def content(seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(unit(np.random.default_rng(seed).standard_normal((ITEMS, DIM)))).double()


def test_it_starts_as_decayed_content_similarity() -> None:
    rows = [[3], [1, 4], [5, 9, 2, 6], [7, 7, 1]]
    vectors = content()
    wanted = content_people(histories(*rows), vectors.numpy().astype(np.float32)) @ vectors.numpy().T
    start = network()
    for row, similar in zip(rows, wanted, strict=True):
        with torch.no_grad():
            items = start.place_items(vectors)
            people = start.place_people(items[torch.tensor([row])])[0, -1]
            found = (people @ items.T).numpy()
        np.testing.assert_allclose(found, similar, atol=1e-6)
        np.testing.assert_array_equal(np.argsort(-found), np.argsort(-similar))


def test_later_choices_do_not_change_what_was_there_before_them() -> None:
    trained, vectors = network(started=False), content()
    one, other = torch.tensor([[1, 2, 3, 4, 5]]), torch.tensor([[1, 2, 3, 9, 8]])
    with torch.no_grad():
        first, second = (trained.place_people(vectors[rows]) for rows in (one, other))
    np.testing.assert_allclose(first[0, :3], second[0, :3], atol=1e-12)
    assert (first[0, 3:] - second[0, 3:]).abs().max() > 1e-3


def test_padding_at_the_end_has_no_effect() -> None:
    trained, vectors = network(started=False), content()
    with torch.no_grad():
        short = trained.place_people(vectors[torch.tensor([[4, 2]])])
        long = trained.place_people(vectors[torch.tensor([[4, 2, 2, 2, 2]])])
    np.testing.assert_allclose(short[0, :2], long[0, :2], atol=1e-12)


def test_people_in_one_batch_do_not_see_each_other() -> None:
    trained, vectors = network(started=False), content()
    with torch.no_grad():
        both = trained.place_people(vectors[torch.tensor([[1, 2, 3], [4, 5, 6]])])
        alone = trained.place_people(vectors[torch.tensor([[4, 5, 6]])])
    np.testing.assert_allclose(both[1], alone[0], atol=1e-12)


def test_earlier_choices_matter_less_at_the_start_and_order_matters_after_training() -> None:
    vectors = content()
    with torch.no_grad():
        people = network().place_people(vectors[torch.tensor([[0, 1]])])[0, -1]
    assert float(people @ vectors[1]) > float(people @ vectors[0])


@pytest.mark.parametrize("part", ["items", "people"])
def test_gradients_equal_finite_differences(part: str) -> None:
    small = Network(Shape(4, rank=2, length=3)).double().eval()
    with torch.no_grad():
        for parameter in small.parameters():
            parameter.add_(0.3 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(1)))
    names = [name for name, _ in small.named_parameters()]
    values = tuple(value.detach().clone().requires_grad_() for value in small.parameters())
    vectors = content()[:5, :4]

    def scores(*parameters: torch.Tensor) -> torch.Tensor:
        def placed(method: str, *given: torch.Tensor) -> torch.Tensor:
            kept = dict(zip(names, parameters, strict=True))
            bound = Bound(small, method)
            return torch.func.functional_call(bound, {f"network.{k}": v for k, v in kept.items()}, given)

        items = placed("place_items", vectors)
        if part == "items":
            return (items * torch.arange(items.numel()).reshape(items.shape)).sum()
        people = placed("place_people", items[torch.tensor([[0, 1, 2], [3, 4, 0]])])
        return placed("scale") * (people @ items.T).square().sum()

    assert torch.autograd.gradcheck(scores, values, atol=1e-5)


class Bound(torch.nn.Module):
    """One verb of a network as a module of its own."""

    def __init__(self, network: Network, method: str) -> None:
        super().__init__()
        self.network, self.method = network, method

    def forward(self, *given: torch.Tensor) -> torch.Tensor:
        return getattr(self.network, self.method)(*given)


def test_the_correction_of_one_item_moves_that_item_alone() -> None:
    start, vectors = network(), content()
    own = torch.zeros_like(vectors)
    own[3] += 1.0
    with torch.no_grad():
        moved = (start.place_items(vectors, own) - start.place_items(vectors)).abs().max(dim=1).values
    assert moved[3] > 0.1
    assert moved.sum() == moved[3]


def test_the_scale_never_exceeds_a_hundred() -> None:
    start = network()
    with torch.no_grad():
        start.log_scale.fill_(20.0)
    assert float(start.scale().detach()) == 100.0
