"""The choice among label methods: on evidence only, and refused where there is none."""

from dataclasses import replace

import numpy as np
import pytest

from xscene_core.errors import Cancelled, InputError
from xscene_core.transfer.labels.chooser import choose
from xscene_core.transfer.labels.choosing import Evidence, by_labelled_rows, by_reverse, read_back
from xscene_core.transfer.labels.views import HELD_BACK, LabelRows, LabelView
from xscene_core.transfer.method import find
from xscene_core.watcher import Silent, StopAfter


def rows(seed: int, n: int = 120, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    features = random.standard_normal((n, 6))
    features[:, 0] += 3 * labels
    return features + shift, labels.astype(np.int64)


def view(labelled: int = 0, shift: float = 0.5) -> LabelView:
    own, labels = rows(0)
    wanted, answers = rows(1, shift=shift)
    known = np.where(np.arange(len(answers)) < labelled, answers, HELD_BACK)
    return LabelView((LabelRows("a", own, labels),), LabelRows("b", wanted, known), ("no", "yes"), 0)


def evidence(labelled: bool = False, **shares: float) -> Evidence:
    correct = {name.replace("_", "-"): (np.arange(400) < 400 * share) * 1.0 for name, share in shares.items()}
    return Evidence(correct, dict.fromkeys(correct, 1.0), dict.fromkeys(correct, 0.1), labelled)


def test_a_sure_lead_is_taken_and_a_small_one_is_not() -> None:
    clear = choose(evidence(source_only=0.7, coral=0.8), ("source-only",), ("coral",), 0.95, 0)
    assert (clear.chosen, clear.reference) == ("coral", "source-only")
    assert clear.reason.startswith("Chose coral")
    close = choose(evidence(source_only=0.7, coral=0.7), ("source-only",), ("coral",), 0.95, 0)
    assert close.chosen == "source-only"
    assert close.reason.startswith("Abstained")


def test_more_candidates_ask_for_more_evidence() -> None:
    few = choose(evidence(source_only=0.7, coral=0.7125), ("source-only",), ("coral",), 0.95, 0)
    assert few.chosen == "coral"
    names = [f"m{k}" for k in range(40)]
    found = evidence(source_only=0.7, coral=0.7125, **dict.fromkeys(names, 0.5))
    assert choose(found, ("source-only",), ("coral", *names), 0.95, 0).chosen == "source-only"


def test_a_collapsed_method_is_named_and_never_chosen() -> None:
    found = evidence(source_only=0.6, coral=0.9)
    choice = choose(
        replace(found, diversity={"source-only": 1.0, "coral": 0.1}),
        ("source-only",),
        ("coral",),
        0.95,
        0,
    )
    assert choice.chosen == "source-only"
    assert "coral" in choice.reason


def test_labels_that_say_nothing_cannot_be_read_back() -> None:
    own, labels = rows(0)
    wanted, answers = rows(1)
    right = read_back(wanted, answers, own, labels, 2).mean()
    shuffled = np.random.default_rng(0).permutation(answers)
    assert right > 0.9
    assert read_back(wanted, shuffled, own, labels, 2).mean() < 0.75
    assert read_back(wanted, np.zeros(len(answers), np.int64), own, labels, 2).mean() == pytest.approx(0.5)


def test_without_labelled_rows_nothing_of_the_target_labels_is_used() -> None:
    found = by_reverse(view(), ("source-only", "coral"), Silent())
    assert not found.labelled
    assert len(found.correct["coral"]) == 120


def test_labelled_rows_are_asked_only_of_methods_that_did_not_see_them() -> None:
    """With random labels everything that peeks would be right more often than by chance."""
    given = view(labelled=100)
    random = np.random.default_rng(3).integers(2, size=100)
    labels = np.concatenate([random, np.full(20, HELD_BACK)]).astype(np.int64)
    noise = LabelView(given.sources, LabelRows("b", given.target.features, labels), given.classes, 0)
    found = by_labelled_rows(noise, ("source-only", "coral"), Silent())
    assert all(abs(values.mean() - 0.5) < 0.15 for values in found.correct.values())


def test_auto_stands_for_what_it_chose_and_can_be_stopped() -> None:
    fitted = find("auto").run_labels(view(), {"label_candidates": ["coral"]}, Silent())
    assert fitted.name == "auto"
    assert fitted.stands_for in ("source-only", "coral")
    assert fitted.reason.startswith(("Chose", "Abstained"))
    wanted = find(fitted.stands_for).run_labels(view(), {}, Silent()).probabilities(rows(4)[0])
    np.testing.assert_array_equal(fitted.probabilities(rows(4)[0]), wanted)
    with pytest.raises(Cancelled):
        find("auto").run_labels(view(), {"label_candidates": ["coral"]}, StopAfter(1))


def test_a_candidate_that_learns_no_labels_is_refused() -> None:
    with pytest.raises(InputError, match="does not learn labels"):
        find("auto").check({"label_candidates": ["popularity"]})


def test_the_prior_is_taken_unless_it_is_refuted_or_changes_nothing() -> None:
    asked = ("source-only",), ("self-training", "coral"), 0.95, 0
    close = evidence(source_only=0.7, self_training=0.68, coral=0.6)
    assert choose(close, *asked).chosen == "self-training"
    assert "bet" in choose(close, *asked).reason
    refuted = evidence(source_only=0.7, self_training=0.5, coral=0.8)
    assert choose(refuted, *asked).chosen == "coral"
    assert "refuted" in choose(refuted, *asked).reason
    alone = evidence(source_only=0.7, self_training=0.5, coral=0.6)
    assert choose(alone, *asked).chosen == "source-only"
    unchanged = replace(close, changed=dict.fromkeys(close.correct, 0.0))
    assert choose(unchanged, *asked).chosen == "source-only"
    labelled = evidence(labelled=True, source_only=0.7, self_training=0.68, coral=0.6)
    assert choose(labelled, *asked).chosen == "source-only"


def test_manifold_comes_before_self_training_where_it_did_not_refuse() -> None:
    asked = ("source-only",), ("self-training", "manifold"), 0.95, 0
    open_ = evidence(source_only=0.7, self_training=0.72, manifold=0.68)
    chosen = choose(open_, *asked)
    assert chosen.chosen == "manifold"
    assert "near ones have the same class" in chosen.reason
    refused = replace(open_, changed=open_.changed | {"manifold": 0.0})
    assert choose(refused, *asked).chosen == "self-training"
    refuted = evidence(source_only=0.7, self_training=0.68, manifold=0.5)
    chosen = choose(refuted, *asked)
    assert chosen.chosen == "self-training"
    assert "manifold was refuted" in chosen.reason


def test_what_was_learned_to_be_judged_is_not_learned_again() -> None:
    found = by_reverse(view(), ("source-only", "coral"), Silent())
    asked = rows(4)[0]
    for name, fitted in found.fitted.items():
        again = find(name).run_labels(view(), {}, Silent())
        np.testing.assert_array_equal(fitted.probabilities(asked), again.probabilities(asked))
