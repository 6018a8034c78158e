"""Scores of predicted labels against scikit-learn's."""

import numpy as np
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, log_loss

from xscene_core.evaluation.labelling import macro_f1, metric
from xscene_core.evaluation.statistics import bootstrap_mean


def test_means_over_rows_are_the_metrics_of_scikit_learn() -> None:
    random = np.random.default_rng(0)
    answers = random.choice(3, 500, p=[0.7, 0.2, 0.1])
    chances = random.dirichlet([1, 1, 1], 500)
    predicted = chances.argmax(axis=1)
    certainty = chances[np.arange(500), answers]
    means = {
        name: metric(name, answers, predicted, certainty).mean()
        for name in ("accuracy", "balanced_accuracy", "log_score")
    }
    assert np.isclose(means["accuracy"], accuracy_score(answers, predicted))
    assert np.isclose(means["balanced_accuracy"], balanced_accuracy_score(answers, predicted))
    assert np.isclose(-means["log_score"] * np.log(2), log_loss(answers, chances))
    assert np.isclose(macro_f1(answers, predicted), f1_score(answers, predicted, average="macro"))


def test_the_interval_of_balanced_accuracy_is_that_of_resampled_recalls_and_no_more_than_1() -> None:
    random = np.random.default_rng(1)
    answers = random.choice(2, 400, p=[0.9, 0.1])
    nothing = np.ones(400)
    sure = bootstrap_mean(metric("balanced_accuracy", answers, answers, nothing), seed=0)
    assert (sure.low, sure.value, sure.high) == (1.0, 1.0, 1.0)
    predicted = np.where(random.random(400) < 0.3, 1 - answers, answers)
    found = bootstrap_mean(metric("balanced_accuracy", answers, predicted, nothing), seed=0)
    drawn = random.integers(400, size=(2000, 400))
    direct = np.quantile([balanced_accuracy_score(answers[k], predicted[k]) for k in drawn], [0.025, 0.975])
    np.testing.assert_allclose((found.low, found.high), direct, atol=0.012)
