"""Learning to learn: gradients through the adaptation, and what more steps and more shots are worth."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from tests.transfer.labels.test_network_methods import world
from xscene_core.transfer.labels.episodes import (
    Episodes,
    Schooling,
    accuracies,
    category_episodes,
    outer_loss,
    scene_episodes,
    school,
)
from xscene_core.transfer.labels.learners import (
    Hypernetwork,
    LearnedOptimizer,
    Learner,
    Maml,
    Prototypes,
    Support,
)
from xscene_core.transfer.labels.views import HELD_BACK
from xscene_core.transfer.method import find
from xscene_core.watcher import Silent

METHODS = ("prototypes", "maml", "first-order-maml", "learned-optimizer", "hypernetwork")
WIDTH = 8


def categories(count: int = 12, each: int = 20, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Categories that differ on three of eight axes; the other five are louder noise."""
    random = np.random.default_rng(seed)
    centres = np.zeros((count, WIDTH))
    centres[:, :3] = random.standard_normal((count, 3))
    rows = np.repeat(centres, each, axis=0)
    rows += random.standard_normal(rows.shape) * np.where(np.arange(WIDTH) < 3, 0.3, 1.0)
    return (rows / 2.5).astype(np.float32), np.repeat(np.arange(count), each)


def learner(kind: str, ways: int = 3, start: Any = "prototypes", steps: int = 2) -> Learner:
    torch.manual_seed(0)
    made: Learner
    if kind in ("maml", "first-order-maml"):
        first = kind == "first-order-maml"
        made = Maml(WIDTH, ways, 6, start, rate=0.5, steps=steps, first_order=first)
    elif kind == "learned-optimizer":
        made = LearnedOptimizer(WIDTH, ways, 6, start, cells=3, steps=steps)
    elif kind == "hypernetwork":
        made = Hypernetwork(WIDTH, ways, 6, inner=5)
    else:
        made = Prototypes(WIDTH, ways, 6, "prototypes")
    with torch.no_grad():  # away from the start, where part of it is zero and hides gradients
        for parameter in made.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return made


def episodes(count: int = 3, ways: int = 3, shots: int = 2, asked: int = 4) -> Episodes:
    rows, labels = categories()
    return category_episodes(rows, labels, ways, shots, asked)(count, np.random.default_rng(1))


def doubled(drawn: Episodes) -> Episodes:
    return Episodes(drawn.support.double(), drawn.support_labels, drawn.query.double(), drawn.query_labels)


# ---- gradients ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["learned", "prototypes"])
@pytest.mark.parametrize("kind", ["prototypes", "maml", "hypernetwork"])
def test_the_outer_gradient_equals_finite_differences_of_the_loss_after_adaptation(
    kind: str, start: str
) -> None:
    made, drawn = learner(kind, start=start).double(), doubled(episodes())
    made.zero_grad()
    outer_loss(made, made.theta(), drawn).backward()
    step = 1e-6
    for name, parameter in made.named_parameters():
        flat = parameter.detach().view(-1)
        for place in np.linspace(0, len(flat) - 1, 4).astype(int):
            kept = flat[place].clone()
            values = []
            for side in (step, -step):
                flat[place] = kept + side
                values.append(outer_loss(made, made.theta(), drawn).item())
            flat[place] = kept
            numeric = (values[0] - values[1]) / (2 * step)
            assert parameter.grad.view(-1)[place].item() == pytest.approx(numeric, abs=1e-7), name  # type: ignore[union-attr]


def test_first_order_maml_leaves_out_the_second_derivatives_and_nothing_else() -> None:
    drawn = doubled(episodes())
    slopes = {}
    for kind in ("maml", "first-order-maml"):
        made = learner(kind, start="learned").double()
        outer_loss(made, made.theta(), drawn).backward()
        slopes[kind] = torch.cat([p.grad.flatten() for p in made.parameters() if p.grad is not None])
    assert not torch.allclose(*slopes.values())
    assert float(torch.cosine_similarity(*slopes.values(), dim=0)) > 0.5
    # the first-order gradient is the plain gradient at the adapted parameters
    made = learner("first-order-maml", start="learned").double()
    one = Episodes(*(value[:1] for value in vars(drawn).values()))
    outer_loss(made, made.theta(), one).backward()
    support = Support(one.support[0], one.support_labels[0], torch.ones(6, dtype=torch.float64))
    fast = {key: value.detach().requires_grad_() for key, value in made.adapt(made.theta(), support).items()}
    loss = torch.nn.functional.cross_entropy(made.logits(fast, one.query[0]), one.query_labels[0])
    loss.backward()
    for name in Maml.ADAPTED:
        torch.testing.assert_close(dict(made.named_parameters())[name].grad, fast[name].grad)


@pytest.mark.parametrize("kind", METHODS)
def test_the_shared_parameters_change_and_the_outer_loss_falls(kind: str) -> None:
    made = learner(kind)
    before = {name: value.detach().clone() for name, value in made.named_parameters()}
    rows, labels = categories()
    sampler = category_episodes(rows, labels, 3, 2, 6)
    losses = school(made, sampler, Schooling(steps=60, tasks=4, rate=3e-3), 0, Silent())
    assert np.mean(losses[-15:]) < np.mean(losses[:15])
    moved = [name for name, value in made.named_parameters() if not torch.equal(value, before[name])]
    assert set(moved) == set(before), "a part of it is never learned"


def test_a_task_adapts_by_itself_whatever_stands_beside_it() -> None:
    drawn = episodes(count=4)
    for kind in METHODS:
        made = learner(kind)
        alone = [
            outer_loss(made, made.theta(), Episodes(*(v[k : k + 1] for v in vars(drawn).values()))).item()
            for k in range(4)
        ]
        assert outer_loss(made, made.theta(), drawn).item() == pytest.approx(np.mean(alone), rel=1e-5)


# ---- what it is worth ---------------------------------------------------------------------------------


def test_accuracy_rises_with_inner_steps() -> None:
    drawn = episodes(count=150, shots=5)
    made = learner("maml", start="learned", steps=1)
    assert isinstance(made, Maml)
    rows, labels = categories()
    school(made, category_episodes(rows, labels, 3, 5, 6), Schooling(100, 4, 5e-3), 0, Silent())
    found = []
    for steps in (0, 1, 5):
        made.steps = steps
        found.append(float(accuracies(made, drawn).mean()))
    assert found[0] == pytest.approx(1 / 3, abs=0.06), "numbers of categories are drawn: none can be known"
    assert found[1] > found[0] + 0.05
    assert found[2] > found[1] + 0.05


@pytest.mark.parametrize("kind", METHODS)
def test_five_shots_are_better_than_one_and_mixed_labels_are_worth_nothing(kind: str) -> None:
    made = learner(kind)
    rows, labels = categories()
    few, many = (
        accuracies(made, category_episodes(rows, labels, 3, shots, 6)(150, np.random.default_rng(2))).mean()
        for shots in (1, 5)
    )
    assert many > few > 0.4
    mixed = np.random.default_rng(0).permutation(labels)
    nothing = accuracies(made, category_episodes(rows, mixed, 3, 5, 6)(150, np.random.default_rng(2)))
    assert nothing.mean() == pytest.approx(1 / 3, abs=0.07)


def test_what_was_learned_on_some_categories_helps_on_others() -> None:
    rows, labels = categories(count=40)
    seen = labels < 25
    made = Prototypes(WIDTH, 3, 16, "prototypes")
    unseen = category_episodes(rows[~seen], labels[~seen], 3, 1, 6)(300, np.random.default_rng(3))
    before = accuracies(made, unseen)
    sampler = category_episodes(rows[seen], labels[seen], 3, 1, 6)
    school(made, sampler, Schooling(250, 8, 5e-3), 0, Silent())
    assert accuracies(made, unseen).mean() > before.mean() + 0.05


def test_prototypes_are_class_means_and_differ_between_classes() -> None:
    rows, labels = categories(count=3)
    made = Prototypes(WIDTH, 3, 4, "prototypes")  # as it starts, rows lie where their features put them
    support = Support(torch.from_numpy(rows), torch.from_numpy(labels), torch.ones(len(rows)))
    means, present = made.means(made.theta(), support)
    wanted = np.array([rows[labels == label].mean(axis=0) for label in range(3)])
    np.testing.assert_allclose(means.detach().numpy(), wanted, atol=1e-6)
    assert present.all()
    assert means.detach().var(dim=0).sum() > 0.01, "one point for all classes would be no representation"
    squares = np.square(rows[:, None] - wanted[None]).sum(axis=2)
    fast = made.adapt(made.theta(), support)
    found = made.logits(fast, torch.from_numpy(rows)).detach().numpy()
    np.testing.assert_array_equal(found.argmax(axis=1), squares.argmin(axis=1))


# ---- drawing tasks ------------------------------------------------------------------------------------


def test_an_episode_asks_other_rows_than_it_shows_and_all_of_the_right_category() -> None:
    rows = np.arange(60, dtype=np.float32)[:, None]
    labels = np.arange(60) // 10
    drawn = category_episodes(rows, labels, 4, 3, 5)(20, np.random.default_rng(0))
    for k in range(20):
        shown, asked = drawn.support[k, :, 0].long(), drawn.query[k, :, 0].long()
        assert not set(shown.tolist()) & set(asked.tolist())
        category = dict(zip(drawn.support_labels[k].tolist(), (shown // 10).tolist(), strict=True))
        assert len(set(category.values())) == 4
        assert [category[label] for label in drawn.query_labels[k].tolist()] == (asked // 10).tolist()


def test_scene_tasks_keep_to_one_scene_and_repeat_what_is_short() -> None:
    one = (np.zeros((30, 1), np.float32), np.arange(30) % 3)
    two = (np.ones((5, 1), np.float32), np.array([0, 0, 1, 1, 2]))  # class 2 has one row: it is left out
    drawn = scene_episodes([one, two], 4, 6)(40, np.random.default_rng(0))
    seen = set()
    for k in range(40):
        scene = {float(v) for v in torch.cat([drawn.support[k], drawn.query[k]]).unique()}
        assert len(scene) == 1
        seen |= scene
        if scene == {1.0}:
            assert set(drawn.support_labels[k].tolist()) == {0, 1}
    assert seen == {0.0, 1.0}
    with pytest.raises(ValueError, match="two classes"):
        scene_episodes([(np.zeros((3, 1), np.float32), np.zeros(3, int))], 1, 1)


# ---- label tasks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", METHODS)
def test_meta_methods_learn_a_label_task_and_hear_the_target(name: str) -> None:
    view = world(shown=0, rows=120)
    answers = np.arange(120) % 2
    plain = find(name).run_labels(view, {}, Silent())
    assert (plain.predict(view.target.features) == answers).mean() > 0.85
    assert "no labelled row" in plain.reason
    swapped = np.where(np.arange(120) < 40, 1 - answers, HELD_BACK)
    told = replace(view, target=replace(view.target, labels=swapped))
    found = find(name).run_labels(told, {"prior": 0.1}, Silent())
    right = (found.predict(view.target.features)[40:] == answers[40:]).mean()
    assert right < (plain.predict(view.target.features)[40:] == answers[40:]).mean()
    assert "40 labelled rows" in found.reason


@pytest.mark.parametrize("name", METHODS)
def test_meta_methods_fall_back_where_no_scene_makes_a_task(name: str) -> None:
    view = world(shown=20)
    single = replace(view, sources=(view.sources[0].take(np.arange(0, 80, 2)),))  # one class only
    found = find(name).run_labels(single, {}, Silent())
    assert "gave no task" in found.reason
    assert np.isfinite(everything_of(found)).all()
    assert (found.predict(view.target.features) == np.arange(80) % 2).mean() > 0.6


def everything_of(classifier: Any) -> np.ndarray:
    residual = classifier.maps[classifier.target].pieces[-1]
    parts = [np.ravel(value) for value in (*vars(residual).values(), *vars(classifier.head).values())]
    return np.concatenate(parts)


def test_without_meta_training_first_order_maml_adapts_as_maml_does() -> None:
    view = world(shown=10)
    one, other = (
        find(name).run_labels(view, {"steps": 0, "inner_steps": 2}, Silent())
        for name in ("maml", "first-order-maml")
    )
    np.testing.assert_allclose(everything_of(one), everything_of(other))
