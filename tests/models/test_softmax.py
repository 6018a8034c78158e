"""The cross-entropy that never holds all logits agrees with the one that does."""

import pytest
import torch
from torch.nn import functional as F

from xscene_core.models import softmax
from xscene_core.models.softmax import ROWS, catalogue_loss

PREDICTIONS, ITEMS, DIM = 2 * ROWS + 7, 50, 8


def parts() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    people = torch.randn(PREDICTIONS, DIM, requires_grad=True)
    items = torch.randn(ITEMS, DIM, requires_grad=True)
    return people, items, torch.randint(ITEMS, (PREDICTIONS,)), torch.rand(PREDICTIONS)


@pytest.mark.parametrize("weighted", [False, True])
def test_value_and_gradients_are_those_of_the_plain_cross_entropy(
    monkeypatch: pytest.MonkeyPatch, weighted: bool
) -> None:
    monkeypatch.setattr(softmax, "product_type", lambda device: torch.float32)
    people, items, answers, weights = parts()
    plain = F.cross_entropy(people @ items.T, answers, reduction="none")
    (3 * (plain * weights if weighted else plain).mean()).backward()
    expected = people.grad, items.grad
    people.grad = items.grad = None
    found = catalogue_loss(people, items, answers, weights if weighted else None)
    (3 * found).backward()
    torch.testing.assert_close(found, (plain * weights if weighted else plain).mean())
    torch.testing.assert_close((people.grad, items.grad), expected)


def test_in_the_narrow_type_gradients_point_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(softmax, "product_type", lambda device: torch.bfloat16)
    people, items, answers, _ = parts()
    F.cross_entropy(people @ items.T, answers).backward()
    expected = items.grad.flatten()
    items.grad = None
    catalogue_loss(people, items, answers).backward()
    assert F.cosine_similarity(items.grad.flatten(), expected, dim=0) > 0.999


def test_a_logit_that_overflows_the_exponential_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(softmax, "product_type", lambda device: torch.float32)
    people = torch.full((3, 2), 100.0, requires_grad=True)
    items = torch.tensor([[100.0, 100.0], [0.0, 0.0]])
    found = catalogue_loss(people, items, torch.tensor([0, 0, 1]))
    torch.testing.assert_close(found, torch.tensor(20_000.0 / 3))
