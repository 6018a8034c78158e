"""Evidence about methods for a label task that needs no label which is held back.

With labelled target rows, methods are asked for those of a fold they have not seen. Without any, by reverse
validation (Zhong et al., 2010; Ganin et al., 2016): a method labels the target, a plain classifier learns
from those labels, and is asked for the labels of the sources, which are known. The classifier and its space
are the same for every method, so none is judged by a space that it made itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from xscene_core.evaluation.choosing import kept_diversity
from xscene_core.transfer.labels.classifier import Classifier
from xscene_core.transfer.labels.recipe import fit_head, reduction
from xscene_core.transfer.labels.views import HELD_BACK, Labels, LabelView, Matrix, dense
from xscene_core.transfer.method import find
from xscene_core.watcher import Watcher, Within

Correct = npt.NDArray[np.float64]
FOLDS = 4
SPACE = 200
"""Dimensions of the space in which target labels are read back."""
COLLAPSED = 0.5
"""A method that keeps less of the classes' diversity than this is not believed."""


@dataclass(frozen=True)
class Evidence:
    """What was found.

    correct : method -> (P,) 1 where it was right, on the same P questions.
    diversity : method -> share of the classes' spread that its labels keep.
    changed : method -> share of the target's rows that it labels otherwise than the first method.
    labelled : whether the questions are about labelled target rows.
    fitted : method -> what it learned from everything, where that was needed to ask.
    """

    correct: dict[str, Correct]
    diversity: dict[str, float]
    changed: dict[str, float]
    labelled: bool
    fitted: dict[str, Classifier] = field(default_factory=dict)


def judge(view: LabelView, names: Sequence[str], watcher: Watcher, fewest: int) -> Evidence:
    """By labelled target rows where there are at least ``fewest``, else by reverse validation."""
    if len(view.target.labelled) >= fewest:
        return by_labelled_rows(view, names, watcher)
    return by_reverse(view, names, watcher)


def by_labelled_rows(view: LabelView, names: Sequence[str], watcher: Watcher) -> Evidence:
    """Cross-fitted answers for the labelled target rows; while a fold is out it is unlabelled."""
    rows = np.flatnonzero(view.target.labels != HELD_BACK)
    part = np.random.default_rng([view.seed, 51]).permutation(len(rows)) % FOLDS
    correct: dict[str, Correct] = {name: np.zeros(len(rows)) for name in names}
    for fold in range(FOLDS):
        out = rows[part == fold]
        labels = view.target.labels.copy()
        labels[out] = HELD_BACK
        inner = replace(view, target=replace(view.target, labels=labels))
        for place, name in enumerate(names):
            done = (fold + place / len(names)) / FOLDS
            watcher.progress("rehearse", done)
            fitted = find(name).run_labels(inner, {}, Within(watcher, "rehearse", done))
            right = fitted.predict(view.target.features[out]) == view.target.labels[out]
            correct[name][part == fold] = right
    watcher.progress("rehearse", 1.0)
    return Evidence(correct, dict.fromkeys(names, 1.0), dict.fromkeys(names, 1.0), labelled=True)


def by_reverse(view: LabelView, names: Sequence[str], watcher: Watcher) -> Evidence:
    """Whether the sources' labels can be read back from what each method says of the target."""
    reduced = reduction(view, SPACE)
    source = view.source.labelled
    own, wanted = (_standard(dense(reduced(rows.features))) for rows in (source, view.target))
    shares = np.bincount(source.labels, minlength=len(view.classes)) / len(source)
    correct, diversity, labels, learned = {}, {}, {}, {}
    for place, name in enumerate(names):
        done = place / len(names)
        watcher.progress("rehearse", done)
        fitted = find(name).run_labels(view, {}, Within(watcher, "rehearse", done))
        learned[name] = fitted
        said = labels[name] = fitted.predict(view.target.features)
        correct[name] = read_back(wanted, said, own, source.labels, len(view.classes))
        diversity[name] = kept_diversity(said, shares)
    watcher.progress("rehearse", 1.0)
    changed = {name: float((said != labels[names[0]]).mean()) for name, said in labels.items()}
    return Evidence(correct, diversity, changed, labelled=False, fitted=learned)


def read_back(target: Matrix, said: Labels, source: Matrix, labels: Labels, classes: int) -> Correct:
    """(n,) 1 where a plain classifier of the target rows' ``said`` labels is right about a source row."""
    head = fit_head(target, said, None, classes)
    return np.asarray(np.asarray(head(source)).argmax(axis=1) == labels, dtype=np.float64)


def _standard(rows: Matrix) -> Matrix:
    spread = rows.std(axis=0)
    return np.asarray((rows - rows.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def collapsed(diversity: Mapping[str, float]) -> list[str]:
    """Methods whose labels have nearly all become one."""
    return [name for name, share in diversity.items() if share < COLLAPSED]
