"""Scores of predicted labels against scikit-learn's."""

import numpy as np
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, log_loss

from xscene_core.evaluation.labelling import macro_f1, metric


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
