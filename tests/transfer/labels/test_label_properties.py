"""What must hold for every method that learns labels, also for one that is added tomorrow."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
import sklearn
import torch

from tests.transfer.labels.tasks import CLASSES, quick, rows, short_training, task
from tests.transfer.labels.tasks import fit as fit_fully
from xscene_core.errors import InputError
from xscene_core.text import catalogue
from xscene_core.transfer.labels.classifier import Classifier, load_classifier
from xscene_core.transfer.labels.views import HELD_BACK, LabelRows, LabelView
from xscene_core.transfer.method import methods

NAMES = list(methods("label"))
ZEROS = [name for name in NAMES if methods()[name].zero is not None]
every_method = pytest.mark.parametrize("name", NAMES)


def fit(name: str, view: LabelView, **params: Any) -> Classifier:
    """With little training: what is tested holds after any amount of it."""
    with short_training():
        return fit_fully(name, view, **quick(name) | params)


@cache
def fitted(name: str) -> Classifier:
    """One fit of each method on the common task, shared by the tests that only look at it."""
    return fit(name, task()[0])


def told(classifier: Classifier) -> np.ndarray:
    return classifier.probabilities(task()[1])


def reordered(part: LabelRows, seed: int) -> LabelRows:
    return part.take(np.random.default_rng(seed).permutation(len(part)))


def distributions(found: np.ndarray, count: int) -> None:
    assert found.shape == (count, len(CLASSES))
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)


@every_method
def test_probabilities_are_distributions_and_a_reason_is_given(name: str) -> None:
    classifier = fitted(name)
    distributions(told(classifier), 60)
    assert classifier.reason.endswith(".")
    assert classifier.stands_for in methods()
    assert np.isfinite(list(classifier.facts.values())).all()


@every_method
def test_every_fact_of_a_fit_has_words(name: str) -> None:
    """Compare shows them to people who do not read code."""
    wordless = [
        fact for fact in fitted(name).facts if f"compare.fact_{fact.partition('/')[0]}" not in catalogue()
    ]
    assert not wordless


@every_method
def test_the_order_of_rows_changes_nothing(name: str) -> None:
    view = task()[0]
    shuffled = replace(
        view,
        sources=tuple(reordered(part, seed) for seed, part in enumerate(view.sources)),
        target=reordered(view.target, 9),
    )
    np.testing.assert_allclose(told(fit(name, shuffled)), told(fitted(name)), atol=1e-9)


@every_method
def test_repeated_unlabelled_target_rows_change_nothing(name: str) -> None:
    view = task()[0]
    hidden = np.flatnonzero(view.target.labels == HELD_BACK)
    twice = view.target.take(np.concatenate([np.arange(len(view.target)), hidden, hidden]))
    np.testing.assert_allclose(told(fit(name, replace(view, target=twice))), told(fitted(name)), atol=1e-9)


@every_method
def test_held_back_labels_cannot_be_seen(name: str) -> None:
    """The view that a method receives is the same whatever the labels beyond the budget are."""
    view = task()[0]
    assert (view.target.labels[12:] == HELD_BACK).all()
    found = fit(name, task(known=0)[0]) if learns_without_target(name) else fitted(name)
    distributions(told(found), 60)
    np.testing.assert_array_equal(told(fit(name, task()[0])), told(fitted(name)))


def learns_without_target(name: str) -> bool:
    try:
        fit(name, task(known=0)[0])
    except InputError:
        return False
    return True


@pytest.mark.parametrize("name", ZEROS)
def test_zero_strength_is_the_plain_method_bit_for_bit_and_the_default_is_not(name: str) -> None:
    method = methods()[name]
    plain, params = method.zero_is
    wanted, given = dict(params), dict(method.zero or {})
    if plain == "source-only" and learns_without_target(name):
        view = task(known=0)[0]
    else:  # what needs labelled target rows learns from both sides, as pooled does
        view, plain = task()[0], "pooled" if plain == "source-only" else plain
    np.testing.assert_array_equal(told(fit(name, view, **given)), told(fit(plain, view, **wanted)))
    assert not np.array_equal(told(fit(name, task()[0], **given)), told(fitted(name)))


@every_method
def test_global_state_is_left_alone(name: str) -> None:
    def state() -> tuple[Any, ...]:
        return (
            torch.random.get_rng_state().tolist(),
            np.random.get_state()[1].tolist(),  # type: ignore[index, union-attr]  # noqa: NPY002
            torch.get_num_threads(),
            torch.is_grad_enabled(),
            sklearn.get_config(),
        )

    before = state()
    first = told(fit(name, task()[0]))
    assert state() == before
    torch.manual_seed(5)
    np.random.seed(6)  # noqa: NPY002 - the very state that must not matter
    np.testing.assert_array_equal(told(fit(name, task()[0])), first)


@every_method
def test_nothing_that_is_given_is_changed(name: str) -> None:
    view, fresh = task()[0], task()[0]
    fit(name, view)
    for part, other in zip((*view.sources, view.target), (*fresh.sources, fresh.target), strict=True):
        np.testing.assert_array_equal(part.features, other.features)
        np.testing.assert_array_equal(part.labels, other.labels)


@every_method
def test_saving_and_loading_keeps_every_probability_bit_for_bit(name: str, tmp_path: Path) -> None:
    before = fitted(name)
    before.save(tmp_path)
    after = load_classifier(tmp_path)
    np.testing.assert_array_equal(told(after), told(before))
    assert (after.reason, after.facts, after.stands_for) == (before.reason, before.facts, before.stands_for)
    for part in task()[0].sources:
        np.testing.assert_array_equal(
            after.represent(part.name, part.features), before.represent(part.name, part.features)
        )


@every_method
def test_without_shift_it_is_about_as_good_as_source_only(name: str) -> None:
    """No worse than the worse of source-only with a linear head and with as little trained a network."""
    if name == "majority":
        return
    view, asked, answers = task(shift=0.0, known=30, count=120)
    right = {
        str(head): (fit("source-only", view, head=head).predict(asked) == answers).mean()
        for head in ("logistic", "network")
    }
    assert (fit(name, view).predict(asked) == answers).mean() >= min(right.values()) - 0.1


@every_method
def test_sparse_rows_are_learned_from_too(name: str) -> None:
    view, asked, _ = task(sparse=True)
    assert sp.issparse(view.target.features)
    distributions(fit(name, view).probabilities(asked), 60)


# ---- bad input ------------------------------------------------------------------------------------------


def small(case: str) -> LabelView:
    view = task()[0]
    first, target = view.sources[0], view.target
    if case == "single class":
        first = replace(first, labels=np.zeros_like(first.labels))
    elif case == "constant column":
        first, target = (
            replace(part, features=np.column_stack([part.features, np.ones(len(part))]))
            for part in (first, target)
        )
    elif case == "constant rows":
        first, target = (replace(part, features=np.ones_like(part.features)) for part in (first, target))
    elif case == "more columns than rows":
        wide = np.random.default_rng(5).standard_normal((8, 200))
        first, target = (replace(part, features=part.features @ wide) for part in (first, target))
    elif case == "one source row":
        first = first.take(np.array([0]))
    elif case == "one target row":
        target = target.take(np.array([0]))
    elif case == "disjoint supports":
        nothing = np.zeros((len(first), 8))
        first, target = (
            replace(first, features=np.hstack([first.features, nothing])),
            replace(target, features=np.hstack([nothing, target.features])),
        )
    elif case == "one in a thousand":
        features, labels = rows(7, 1002)
        labels = np.where(np.arange(len(labels)) == 4, 1, 0)
        first = LabelRows("a", features, labels)
    elif case == "class without a row":
        first = first.take(np.flatnonzero(first.labels < 2))
    else:
        raise AssertionError(case)
    return LabelView((first,), target, view.classes, 0)


CASES = (
    "single class",
    "constant column",
    "constant rows",
    "more columns than rows",
    "one source row",
    "one target row",
    "disjoint supports",
    "one in a thousand",
    "class without a row",
)


@pytest.mark.parametrize("case", CASES)
@every_method
def test_bad_input_gives_a_sentence_or_finite_probabilities(name: str, case: str) -> None:
    view = small(case)
    try:
        found = fit(name, view)
    except InputError:
        return
    distributions(found.probabilities(view.target.features), len(view.target))
    assert np.isfinite(list(found.facts.values())).all()


@pytest.mark.parametrize("case", ["constant rows", "one source row", "disjoint supports"])
@every_method
def test_bad_input_of_sparse_rows_does_so_too(name: str, case: str) -> None:
    view = small(case)
    thin = [
        replace(part, features=sp.csr_matrix(np.where(np.abs(part.features) > 0.8, part.features, 0.0)))
        for part in (*view.sources, view.target)
    ]
    view = replace(view, sources=tuple(thin[:-1]), target=thin[-1])
    try:
        found = fit(name, view)
    except InputError:
        return
    distributions(found.probabilities(view.target.features), len(view.target))
    assert np.isfinite(list(found.facts.values())).all()


@every_method
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_value_that_is_not_a_number_is_refused_in_one_sentence(name: str, value: float) -> None:
    view = task()[0]
    spoiled = view.target.features.copy()
    spoiled[3, 2] = value
    with pytest.raises(InputError, match="not a finite number"):
        fit(name, replace(view, target=replace(view.target, features=spoiled)))


def test_scenes_with_different_columns_are_refused() -> None:
    view = task()[0]
    short = replace(view.target, features=view.target.features[:, :5])
    with pytest.raises(InputError, match="Features are"):
        fit("source-only", replace(view, target=short))


@every_method
def test_every_method_says_why_where_it_has_only_one_form(name: str) -> None:
    method = methods()[name]
    assert method.learns("ranking") or method.refusal.endswith(".")
