"""What a label method may see, and what is kept from it."""

import numpy as np
import pandas as pd
import pytest

from xscene_core.errors import InputError
from xscene_core.transfer.budget import Budget
from xscene_core.transfer.labels.task import prepare_labels
from xscene_core.transfer.labels.views import HELD_BACK


def tables(n: int = 40) -> dict[str, pd.DataFrame]:
    def one(prefix: str) -> pd.DataFrame:
        text = [f"{prefix} {k % (n // 2)}" for k in range(n)]  # every text twice
        return pd.DataFrame({"title": text, "label": ["yes" if k % 2 else "no" for k in range(n)]})

    return {"a": one("a"), "b": one("b")}


def prepared(budget: str, seed: int = 0):
    found = tables()
    features = {name: np.arange(len(table))[:, None].astype(float) for name, table in found.items()}
    return prepare_labels(found, features, sources=("a",), target="b", budget=Budget.parse(budget), seed=seed)


def test_held_back_labels_are_not_in_the_view_and_equal_texts_stay_on_one_side() -> None:
    view, test = prepared("0")
    assert (view.target.labels == HELD_BACK).all()
    text = tables()["b"]["title"].to_numpy()
    seen = {text[int(row)] for row in view.target.features[:, 0]}
    assert not seen & {text[row] for row in test.rows}
    assert len(view.target) + len(test.rows) == 40


def test_a_smaller_budget_is_part_of_a_larger_one() -> None:
    small, large = (prepared(budget)[0].target for budget in ("4", "10"))
    assert (small.labels != HELD_BACK).sum() == 4
    assert (large.labels != HELD_BACK).sum() == 10
    assert set(np.flatnonzero(small.labels != HELD_BACK)) <= set(np.flatnonzero(large.labels != HELD_BACK))
    whole = prepared("all")[0].target
    assert (whole.labels != HELD_BACK).all()


def test_a_source_without_the_label_is_named() -> None:
    found = tables()
    found["a"]["label"] = ""
    features = {name: np.zeros((len(table), 1)) for name, table in found.items()}
    with pytest.raises(InputError, match="No row of a"):
        prepare_labels(found, features, sources=("a",), target="b", budget=Budget.parse("0"), seed=0)
