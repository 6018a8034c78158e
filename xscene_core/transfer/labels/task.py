"""From labelled tables to what a method may see and what only the evaluator sees."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.errors import InputError
from xscene_core.transfer.budget import Budget
from xscene_core.transfer.labels.views import HELD_BACK, Features, LabelRows, Labels, LabelView

TESTED = 0.5
"""Share of the target's different texts that are asked."""


@dataclass(frozen=True)
class LabelTest:
    """The sealed part. features : (m, d). answers : (m,) class numbers. rows : (m,) where each stands in the
    target's table. learned : (C,) how many rows of each class could be learned from in the target."""

    __test__ = False  # not a pytest class

    features: Features
    answers: Labels
    rows: npt.NDArray[np.int64]
    learned: npt.NDArray[np.int64]


def prepare_labels(
    tables: Mapping[str, pd.DataFrame],
    features: Mapping[str, Features],
    *,
    sources: tuple[str, ...],
    target: str,
    budget: Budget,
    seed: int,
) -> tuple[LabelView, LabelTest]:
    """The two views of a label task.

    tables : scene -> rows as ``scenes.labels.labelled_rows`` gives them; features : scene -> (n, d).
    Half of the target's different texts are asked (all rows of one text on the same side); of the rest the
    first within the budget, in one permutation by ``seed``, have a label, and the others only features.

    Raises
    ------
    InputError : fewer than two classes in the sources, or nothing labelled in the target.
    """
    known = {name: table["label"].to_numpy() != "" for name, table in tables.items()}
    for name in sources:
        if not known[name].any():
            raise InputError(
                f"No row of {name} has this label",
                where=f"scene {name}",
                todo="Choose another source or label.",
            )
    named = sorted({str(value) for name in tables for value in tables[name]["label"][known[name]]})
    classes = {name: number for number, name in enumerate(named)}
    if len(classes) < 2:
        raise InputError(
            f"There is only one class, {named[0]!r}", where="label", todo="Choose another label."
        )
    numbers = {
        name: np.array([classes.get(value, HELD_BACK) for value in table["label"]], dtype=np.int64)
        for name, table in tables.items()
    }
    asked, pool = _split(tables[target]["title"], known[target], seed)
    if not len(asked) or not len(pool):
        raise InputError(
            f"{target} has too few rows with this label to test anything",
            where=f"scene {target}",
            todo="Choose another target, another label, or import more rows.",
        )
    able = pool[known[target][pool]]
    within = np.random.default_rng([seed, 31]).permutation(able)[: budget.people(len(able))]
    labels = np.full(len(known[target]), HELD_BACK, dtype=np.int64)
    labels[within] = numbers[target][within]
    seen = np.sort(pool)
    view = LabelView(
        tuple(LabelRows(name, features[name], numbers[name]) for name in sources),
        LabelRows(target, features[target][seen], labels[seen]),
        tuple(named),
        seed,
    )
    learned = np.bincount(numbers[target][within], minlength=len(named))
    return view, LabelTest(features[target][asked], numbers[target][asked], asked, learned)


def _split(
    texts: pd.Series, known: npt.NDArray[np.bool_], seed: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rows that are asked (all with a label) and rows that may be seen; equal texts are on the same side."""
    different, text = np.unique(texts.to_numpy(dtype=object).astype(str), return_inverse=True)
    order = np.random.default_rng([seed, 30]).permutation(len(different))
    inside = np.isin(text, order[: round(TESTED * len(different))])
    return np.flatnonzero(inside & known), np.flatnonzero(~inside)
