"""The network's penalties against finite differences, and what each method must keep or move."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
import torch

from xscene_core.models.adversary import Discriminator
from xscene_core.transfer.labels.confusion import ConditionalConfusion, Confusion
from xscene_core.transfer.labels.discrepancy import coral_loss, mmd_loss
from xscene_core.transfer.labels.draws import Draws
from xscene_core.transfer.labels.heads import Weights
from xscene_core.transfer.labels.network import LabelNetwork, Rows
from xscene_core.transfer.labels.network_recipe import NetworkRecipe, Training, learn_network
from xscene_core.transfer.labels.views import HELD_BACK, LabelRows, LabelView
from xscene_core.transfer.method import find
from xscene_core.watcher import Silent

DOUBLE = torch.float64


def world(shown: int = 0, apart: float = 1.0, classes: int = 2, rows: int = 80, seed: int = 0) -> LabelView:
    """Classes on one axis, scenes on another; the first ``shown`` target rows have their label."""
    random = np.random.default_rng(seed)

    def scene(name: str, side: float) -> LabelRows:
        labels = np.arange(rows) % classes
        features = random.standard_normal((rows, 6))
        features[:, 0] += 3.0 * labels
        features[:, 1] += side
        return LabelRows(name, features, labels.astype(np.int64))

    source, target = scene("source", apart), scene("target", -apart)
    labels = np.where(np.arange(rows) < shown, target.labels, HELD_BACK)
    names = tuple("abcdefgh"[:classes])
    return LabelView((source,), replace(target, labels=labels), names, seed)


def fitted(name: str, view: LabelView, **params: Any) -> Any:
    return find(name).run_labels(view, params, Silent())


def arrays(piece: Any) -> np.ndarray:
    return np.concatenate([np.ravel(value) for value in vars(piece).values()])


def everything(classifier: Any) -> np.ndarray:
    return np.concatenate([arrays(classifier.maps[classifier.target]), arrays(classifier.head)])


# ---- the network --------------------------------------------------------------------------------------


def test_pieces_answer_as_the_network_does_whether_rows_are_dense_or_sparse() -> None:
    torch.manual_seed(0)
    rows = sp.random(30, 50, 0.2, format="csr", random_state=0)
    network = LabelNetwork(50, 3, 8, scale=0.7, dropout=0.5, thinning=0.2).eval()
    pieces = network.head_piece(np.arange(3))(network.hidden_piece()(rows))
    for features in (rows, rows.toarray()):
        with torch.no_grad():
            found = network(Rows(features).take(np.arange(30))).softmax(1).numpy()
        np.testing.assert_allclose(found, pieces, atol=1e-6)


def test_sparse_and_dense_rows_have_the_same_gradient() -> None:
    torch.manual_seed(0)
    rows = sp.random(20, 15, 0.3, format="csr", random_state=1)
    network = LabelNetwork(15, 2, 4, scale=1.0, dropout=0.0, thinning=0.0)
    slopes = []
    for features in (rows, rows.toarray()):
        network.zero_grad()
        network(Rows(features).take(np.arange(20))).square().sum().backward()
        slopes.append(network.enter.grad.clone())  # type: ignore[union-attr]
    torch.testing.assert_close(*slopes)


# ---- DANN and CDAN ------------------------------------------------------------------------------------


def confusion(strength: float, view: LabelView, kind: type[Confusion] = Confusion, **more: Any) -> Confusion:
    torch.manual_seed(3)
    width = 5 * (len(view.classes) if kind is ConditionalConfusion else 1)
    return kind(Draws(view, 16, 11), Discriminator(width, 2, 8), strength, **more)


def small_network(classes: int = 2) -> LabelNetwork:
    torch.manual_seed(1)
    return LabelNetwork(6, classes, 5, scale=0.3, dropout=0.0, thinning=0.0)


@pytest.mark.parametrize("strength", [0.0, 0.4, 2.0])
def test_danns_gradient_on_features_is_minus_lambda_times_that_without_reversal(strength: float) -> None:
    view, network = world(), small_network()
    confusion(strength, view).penalty(network, 1.0).backward()
    turned = network.enter.grad.clone()  # type: ignore[union-attr]
    plain = confusion(strength, view)
    places = plain.draws.places(again := small_network())
    scenes = torch.arange(2).repeat_interleave(16)
    torch.nn.functional.cross_entropy(plain.discriminator(torch.cat(places)), scenes).backward()
    reached = 2 / (1 + np.exp(-10)) - 1
    torch.testing.assert_close(turned, -strength * reached * again.enter.grad)
    assert again.enter.grad.abs().max() > 1e-4  # type: ignore[union-attr]


def test_with_lambda_zero_the_discriminator_learns_and_the_network_is_that_without_it() -> None:
    view = world(apart=2.0)
    made: list[Confusion] = []

    def build(network: LabelNetwork) -> Any:
        made.append(Confusion(Draws(view, 32, 11), Discriminator(64, 2), 0.0))
        return made[0], list(made[0].discriminator.parameters())

    training = Training(dropout=0.0)
    watched = learn_network("dann", view, NetworkRecipe("both", build, training), Silent())
    alone = learn_network("dann", view, NetworkRecipe("both", None, training), Silent())
    assert made[0].last > 0.9
    np.testing.assert_array_equal(everything(watched), everything(alone))


def test_danns_features_lie_nearer_between_scenes_than_those_without_it() -> None:
    view = world(apart=1.0, rows=200)

    def apart(classifier: Any) -> float:
        """Squared distance of the scenes' means, over the spread within them."""
        one, two = (classifier.represent(rows.name, rows.features) for rows in (view.source, view.target))
        spread = one.var(axis=0).sum() + two.var(axis=0).sum()
        return float(np.square(one.mean(axis=0) - two.mean(axis=0)).sum() / spread)

    assert apart(fitted("dann", view)) < 0.8 * apart(fitted("source-only", view, head="network"))


def test_cdan_with_one_class_is_dann() -> None:
    view = replace(world(classes=2), classes=("only",))
    one, other = small_network(1), small_network(1)
    for entropy in (False, True):
        one.zero_grad()
        other.zero_grad()
        conditional = confusion(1.5, view, ConditionalConfusion, entropy=entropy)
        plain = confusion(1.5, view)
        conditional.penalty(one, 0.5).backward()
        plain.penalty(other, 0.5).backward()
        torch.testing.assert_close(one.enter.grad, other.enter.grad)
        for a, b in zip(
            conditional.discriminator.parameters(), plain.discriminator.parameters(), strict=True
        ):
            torch.testing.assert_close(a.grad, b.grad)


def test_cdan_gives_the_head_no_gradient() -> None:
    view, network = world(), small_network()
    confusion(1.0, view, ConditionalConfusion, entropy=True).penalty(network, 1.0).backward()
    assert network.head.weight.grad is None
    assert network.enter.grad is not None


# ---- deep CORAL and MMD -------------------------------------------------------------------------------


def samples(count: int = 9, other: int = 7, width: int = 4) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    one = torch.randn(count, width, generator=generator, dtype=DOUBLE, requires_grad=True)
    two = 1.5 * torch.randn(other, width, generator=generator, dtype=DOUBLE) + 0.3
    return one, two.requires_grad_()


def test_deep_corals_gradient_equals_finite_differences() -> None:
    assert torch.autograd.gradcheck(coral_loss, samples())


def test_deep_coral_is_the_frobenius_distance_of_numpys_covariances_and_blind_to_means() -> None:
    one, two = (sample.detach() for sample in samples())
    apart = np.cov(one.numpy().T) - np.cov(two.numpy().T)
    assert float(coral_loss(one, two)) == pytest.approx((apart**2).sum() / (4 * 4**2))
    assert float(coral_loss(one, one + 5)) == pytest.approx(0, abs=1e-12)


def kernel_sums(one: np.ndarray, two: np.ndarray, widths: tuple[float, ...], median: float) -> float:
    """The U-statistic written out with loops."""

    def kernel(x: np.ndarray, y: np.ndarray) -> float:
        return float(np.mean([np.exp(-((x - y) ** 2).sum() / (b * b * median)) for b in widths]))

    n, m = len(one), len(two)
    within = sum(kernel(one[i], one[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    beyond = sum(kernel(two[i], two[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    return within + beyond - 2 * float(np.mean([kernel(x, y) for x in one for y in two]))


def median_of(*parts: torch.Tensor) -> float:
    pooled = torch.cat(parts).detach()
    return float(torch.pdist(pooled).square().median())


def test_mmd_is_the_unbiased_statistic_and_its_gradient_holds_the_bandwidth_fixed() -> None:
    one, two = samples()
    median = median_of(one, two)
    widths = (0.5, 1.0, 2.0)
    found = mmd_loss(one, two, widths)
    assert found.item() == pytest.approx(
        kernel_sums(one.detach().numpy(), two.detach().numpy(), widths, median)
    )
    (slope,) = torch.autograd.grad(found, one)
    step, numeric = 1e-6, np.zeros(one.shape)
    for place in np.ndindex(*one.shape):
        moved = [one.detach().numpy().copy() for _ in range(2)]
        moved[0][place] += step
        moved[1][place] -= step
        up, down = (kernel_sums(rows, two.detach().numpy(), widths, median) for rows in moved)
        numeric[place] = (up - down) / (2 * step)
    np.testing.assert_allclose(slope.numpy(), numeric, atol=1e-8)


def test_mmds_permutation_p_values_are_uniform_under_no_shift_and_small_under_one() -> None:
    random = np.random.default_rng(0)

    def p_value(shift: float) -> float:
        pooled = torch.from_numpy(random.standard_normal((40, 3)))
        pooled[20:] += shift
        seen = float(mmd_loss(pooled[:20], pooled[20:], (0.5, 1.0, 2.0)))
        mixed = [pooled[torch.from_numpy(random.permutation(40))] for _ in range(39)]
        values = [float(mmd_loss(rows[:20], rows[20:], (0.5, 1.0, 2.0))) for rows in mixed]
        return (1 + sum(value >= seen for value in values)) / 40

    from scipy.stats import kstest

    assert kstest([p_value(0.0) for _ in range(80)], "uniform").pvalue > 0.01
    assert np.mean([p_value(1.5) for _ in range(10)]) < 0.05


@pytest.mark.parametrize("name", ["deep-coral", "mmd"])
def test_a_penalty_brings_the_scenes_hidden_features_nearer(name: str) -> None:
    view = world(apart=2.0, rows=150)
    view = replace(view, target=replace(view.target, features=view.target.features * [1, 1, 3, 1, 1, 1]))
    loss = {"deep-coral": coral_loss, "mmd": lambda a, b: mmd_loss(a, b, (0.5, 1.0, 2.0))}[name]

    def apart(classifier: Any) -> float:
        places = [classifier.represent(rows.name, rows.features) for rows in (view.source, view.target)]
        scale = np.sqrt(np.mean([np.square(part).sum(axis=1).mean() for part in places]))
        return float(loss(*(torch.from_numpy(part / scale) for part in places)))

    strength = {"deep-coral": 5000.0, "mmd": 1.0}[name]
    plain = fitted("source-only", view, head="network")
    assert apart(fitted(name, view, strength=strength)) < 0.8 * apart(plain)


# ---- from the sources to the target's labels ----------------------------------------------------------

FINISHING = ("fine-tune", "frozen-features", "l2-sp", "adapters", "weight-interpolation")


@pytest.mark.parametrize("name", FINISHING)
def test_without_target_labels_a_finishing_method_is_source_only_and_says_so(name: str) -> None:
    view = world(shown=0)
    found, plain = fitted(name, view), fitted("source-only", view, head="network")
    assert found.stands_for == "source-only"
    assert "no labelled row" in found.reason
    np.testing.assert_array_equal(everything(found), everything(plain))


@pytest.mark.parametrize("name", FINISHING)
def test_target_labels_undo_a_concept_shift(name: str) -> None:
    """The target's classes are swapped: what the sources taught is wrong there, and twenty rows say so."""
    view = world(shown=40, rows=200)
    swapped = np.where(view.target.labels >= 0, 1 - view.target.labels, HELD_BACK)
    view = replace(view, target=replace(view.target, labels=swapped))
    answers = 1 - np.arange(200) % 2
    wrong = (fitted("source-only", view, head="network").predict(view.target.features) == answers).mean()
    params = {"l2-sp": {"strength": 1.0}, "adapters": {"epochs": 400}}.get(name, {"epochs": 400})
    params = {} if name == "frozen-features" else params
    found = fitted(name, view, **({"rate": 0.01} | params if params else params))
    assert (found.predict(view.target.features)[40:] == answers[40:]).mean() > wrong + 0.5


def test_l2_sp_is_fine_tune_at_zero_and_the_start_in_the_limit() -> None:
    view = world(shown=20)
    start = everything(fitted("source-only", view, head="network"))
    np.testing.assert_array_equal(
        everything(fitted("l2-sp", view, strength=0)), everything(fitted("fine-tune", view))
    )
    moved = [
        np.abs(everything(fitted("l2-sp", view, strength=strength)) - start).max()
        for strength in (1.0, 1e3, 1e12)
    ]
    assert moved[0] > moved[1] > moved[2]
    assert moved[2] < 1e-6


def test_frozen_features_and_adapters_leave_the_frozen_part_unchanged() -> None:
    view = world(shown=20)
    start = fitted("source-only", view, head="network")
    frozen, adapted = fitted("frozen-features", view), fitted("adapters", view, rank=2)
    np.testing.assert_array_equal(arrays(frozen.maps["target"]), arrays(start.maps["target"]))
    assert np.abs(arrays(frozen.head) - arrays(start.head)).max() > 1e-3
    np.testing.assert_array_equal(arrays(adapted.maps["source"]), arrays(start.maps["source"]))
    change = adapted.maps["target"].matrix - start.maps["target"].matrix
    assert np.linalg.matrix_rank(change, tol=1e-6) == 2
    np.testing.assert_array_equal(adapted.maps["target"].shift, start.maps["target"].shift)


def test_weight_interpolation_lies_between_its_ends() -> None:
    view = world(shown=20)
    start, end = (
        everything(fitted("source-only", view, head="network")),
        everything(fitted("fine-tune", view)),
    )
    for share in (0.0, 0.3, 1.0):
        found = everything(fitted("weight-interpolation", view, share=share))
        np.testing.assert_allclose(found, start + share * (end - start), atol=1e-5)


def test_weight_interpolation_goes_far_where_the_sources_are_wrong_and_halfway_where_nobody_can_tell() -> (
    None
):
    view = world(shown=60)
    swapped = np.where(view.target.labels >= 0, 1 - view.target.labels, HELD_BACK)
    wrong = replace(view, target=replace(view.target, labels=swapped))
    assert fitted("weight-interpolation", wrong, epochs=100, rate=0.01).facts["share"] >= 0.75
    assert fitted("weight-interpolation", world(shown=4)).facts["share"] == 0.5


# ---- several tasks ------------------------------------------------------------------------------------


def test_equal_tasks_get_equal_weights_by_uncertainty_and_a_hopeless_one_little() -> None:
    weights = Weights("uncertainty", [1.0, 1.0, 1.0])
    optimiser = torch.optim.Adam(weights.parameters(), lr=0.05)
    for _ in range(400):
        optimiser.zero_grad()
        weights([torch.tensor(0.5), torch.tensor(0.5), torch.tensor(4.0)]).backward()
        optimiser.step()
    equal, same, hopeless = weights.values()
    assert equal == pytest.approx(same, rel=1e-6)
    assert equal == pytest.approx(1 / 0.5, rel=0.02)  # the minimum of exp(-s) L + s is at exp(-s) = 1 / L
    assert hopeless == pytest.approx(1 / 4, rel=0.02)


def test_the_sum_counts_every_head_once_and_fixed_weights_as_given() -> None:
    losses = [torch.tensor(2.0), torch.tensor(3.0)]
    assert float(Weights("sum", [1.0, 0.1])(losses)) == pytest.approx(5.0)
    assert float(Weights("fixed", [1.0, 0.1])(losses)) == pytest.approx(2.3)


def test_the_uncertainties_are_trained_with_the_network_and_the_heads_learn() -> None:
    view = world(rows=200)
    found = fitted("multi-task", view, weighing="uncertainty", scene=0.5).facts
    assert {"weight/label", "weight/reconstruction", "weight/scene"} <= set(found)
    assert len({found[f"weight/{name}"] for name in ("label", "reconstruction", "scene")} - {1.0}) == 3
    assert found["loss/reconstruction"] < 0.95  # 1 is knowing nothing
    assert found["loss/scene"] < np.log(2)


def test_multi_task_without_further_heads_is_source_only() -> None:
    view = world()
    alone = fitted("multi-task", view, reconstruction=0, scene=0)
    np.testing.assert_array_equal(everything(alone), everything(fitted("source-only", view, head="network")))
    assert np.abs(everything(fitted("multi-task", view)) - everything(alone)).max() > 1e-4
