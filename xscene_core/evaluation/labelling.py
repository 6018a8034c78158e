"""Scores of predicted labels, one number per row."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
METRICS = ("accuracy", "balanced_accuracy", "log_score")


def metric(
    name: str, answers: npt.NDArray[np.int64], predicted: npt.NDArray[np.int64], certainty: Array
) -> Array:
    """(m,) whose mean is the metric; higher is better.

    accuracy : 1 where right. balanced_accuracy : the mean recall over the classes that were asked, plus each
    row's influence on it, so that resampling rows gives its uncertainty and not that of how many rows each
    class has (the linearised ratio estimate; Sarndal, Swensson and Wretman, 1992, chapter 5). log_score :
    log2 of the probability given to the right class (``certainty``), at least -20.
    """
    if name == "log_score":
        return np.maximum(np.log2(np.maximum(certainty, 1e-12)), -20.0)
    right = (answers == predicted).astype(np.float64)
    if name == "accuracy":
        return right
    if name != "balanced_accuracy":
        raise ValueError(f"no metric {name}")
    classes, number, counts = np.unique(answers, return_inverse=True, return_counts=True)
    recalls = np.bincount(number, right) / counts
    influence = (right - recalls[number]) * (len(answers) / (len(classes) * counts[number]))
    return np.asarray(recalls.mean() + influence)


def macro_f1(answers: npt.NDArray[np.int64], predicted: npt.NDArray[np.int64]) -> float:
    """Mean F1 over the classes that were asked or predicted."""
    from sklearn.metrics import f1_score

    return float(f1_score(answers, predicted, average="macro", zero_division=0))
