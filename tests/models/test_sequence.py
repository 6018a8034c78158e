"""The sequence network: what it may see, its gradients, and that it learns an order."""

import numpy as np
import torch

from tests.transfer.worlds import histories, unit
from xscene_core.models.sequence import SequenceNetwork, SequenceShape
from xscene_core.models.training import Corpus, Plan, train
from xscene_core.watcher import Silent

ITEMS, DIM = 20, 6


def network(seed: int = 4, length: int = 6) -> SequenceNetwork:
    """A tiny network in double precision with every parameter random."""
    torch.manual_seed(seed)
    made = SequenceNetwork(SequenceShape(DIM, inner=8, layers=2, length=length, dropout=0.0)).double().eval()
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    return made


def content() -> torch.Tensor:
    return torch.from_numpy(unit(np.random.default_rng(0).standard_normal((ITEMS, DIM)))).double()


def people(made: SequenceNetwork, *rows: list[int]) -> torch.Tensor:
    with torch.no_grad():
        return made.place_people(made.place_items(content())[torch.tensor(rows)])


def test_later_choices_do_not_change_what_was_there_before_them() -> None:
    made = network()
    first, second = people(made, [1, 2, 3, 4, 5]), people(made, [1, 2, 3, 9, 8])
    np.testing.assert_allclose(first[0, :3], second[0, :3], atol=1e-12)
    assert (first[0, 3:] - second[0, 3:]).abs().max() > 1e-3


def test_order_matters_padding_and_neighbours_in_the_batch_do_not() -> None:
    made = network()
    assert (people(made, [4, 2, 7])[0, 2] - people(made, [2, 4, 7])[0, 2]).abs().max() > 1e-3
    both = people(made, [4, 2, 2, 2], [5, 6, 7, 8])
    np.testing.assert_allclose(both[0, :2], people(made, [4, 2])[0], atol=1e-12)
    np.testing.assert_allclose(both[1], people(made, [5, 6, 7, 8])[0], atol=1e-12)


def test_the_attention_is_that_of_the_library() -> None:
    """One block against torch's own pre-norm encoder layer with the same weights."""
    made = network()
    block = made.blocks[0]
    layer = torch.nn.TransformerEncoderLayer(
        8, 2, 16, 0.0, activation="gelu", batch_first=True, norm_first=True
    )
    layer = layer.double().eval()
    layer.load_state_dict(
        {
            "self_attn.in_proj_weight": block.queries_keys_values.weight,
            "self_attn.in_proj_bias": block.queries_keys_values.bias,
            "self_attn.out_proj.weight": block.mix.weight,
            "self_attn.out_proj.bias": block.mix.bias,
            "linear1.weight": block.forward_part[0].weight,
            "linear1.bias": block.forward_part[0].bias,
            "linear2.weight": block.forward_part[2].weight,
            "linear2.bias": block.forward_part[2].bias,
            "norm1.weight": block.before_attention.weight,
            "norm1.bias": block.before_attention.bias,
            "norm2.weight": block.before_forward.weight,
            "norm2.bias": block.before_forward.bias,
        }
    )
    hidden = torch.randn(3, 5, 8, dtype=torch.double)
    mask = torch.nn.Transformer.generate_square_subsequent_mask(5, dtype=torch.double)
    with torch.no_grad():
        torch.testing.assert_close(block(hidden), layer(hidden, src_mask=mask, is_causal=True))


def test_gradients_equal_finite_differences() -> None:
    made = SequenceNetwork(SequenceShape(3, inner=4, layers=1, length=3, dropout=0.0)).double().eval()
    names = [name for name, _ in made.named_parameters()]
    values = tuple(value.detach().clone().requires_grad_() for value in made.parameters())
    vectors, own = content()[:5, :3], torch.randn(5, 4, dtype=torch.double, requires_grad=True)

    class Score(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = made

        def forward(self, special: torch.Tensor) -> torch.Tensor:
            items = self.network.place_items(vectors, special)
            placed = self.network.place_people(items[torch.tensor([[0, 1, 2], [3, 4, 0]])])
            return (placed @ items.T).square().sum()

    def scores(special: torch.Tensor, *parameters: torch.Tensor) -> torch.Tensor:
        bound = {f"network.{name}": value for name, value in zip(names, parameters, strict=True)}
        return torch.func.functional_call(Score(), bound, (special,))

    assert torch.autograd.gradcheck(scores, (own, *values), atol=1e-5)


def test_it_learns_which_item_follows_which() -> None:
    torch.manual_seed(0)
    made = SequenceNetwork(SequenceShape(DIM, inner=16, layers=1, length=6, dropout=0.1))
    steps = np.random.default_rng(1).permutation(ITEMS)  # item k is followed by steps[k]
    rows = []
    for start in range(ITEMS):
        row = [start]
        for _ in range(4):
            row.append(int(steps[row[-1]]))
        rows.append(row)
    own = torch.nn.Parameter(torch.zeros(ITEMS, 16))
    one = Corpus(content().float(), histories(*rows * 5), own)
    train(
        made, [one], Plan(epochs=40, rate=1e-2, own_rate=1e-2, batch=64), seed=0, stage="x", watcher=Silent()
    )
    made.eval()
    with torch.no_grad():
        items = made.place_items(one.content, own)
        found = (made.place_people(items[:, None])[:, 0] @ items.T).argmax(dim=1).numpy()
    assert (found == steps).mean() > 0.9
