"""What is remembered is what computing it again would give, and nothing else is found in its place."""

from dataclasses import replace

import numpy as np
import pytest

from tests.transfer.labels.tasks import task
from xscene_core.transfer.labels import remembered as memory
from xscene_core.transfer.labels.recipe import reduction
from xscene_core.transfer.labels.remembered import forget, remembered
from xscene_core.transfer.labels.views import LabelView


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    forget()


def counted(view: LabelView, settings: tuple[float, ...], made: list[int]) -> int:
    return remembered("test", view, settings, lambda: made.append(1) or len(made))  # type: ignore[func-returns-value]


@pytest.mark.parametrize("sparse", [False, True])
def test_it_is_made_once_for_the_same_rows_and_again_for_any_difference(sparse: bool) -> None:
    view, made = task(sparse=sparse)[0], []  # type: tuple[LabelView, list[int]]
    assert counted(view, (1,), made) == counted(task(sparse=sparse)[0], (1,), made) == 1
    assert counted(view, (2,), made) == 2
    assert counted(replace(view, seed=1), (1,), made) == 3
    moved = view.target.features.copy()
    moved[0, 0] += 1
    assert counted(replace(view, target=replace(view.target, features=moved)), (1,), made) == 4
    labels = view.target.labels.copy()
    labels[0] = (labels[0] + 1) % 3
    assert counted(replace(view, target=replace(view.target, labels=labels)), (1,), made) == 5


def test_only_the_last_results_are_kept() -> None:
    view, made = task()[0], []  # type: tuple[LabelView, list[int]]
    for number in range(memory.KEPT + 1):
        counted(view, (number,), made)
    assert len(memory._last) == memory.KEPT
    assert counted(view, (0,), made) == memory.KEPT + 2


def test_a_remembered_reduction_is_that_of_a_fresh_process() -> None:
    view = task(sparse=True)[0]
    first = reduction(view, 4)
    assert reduction(view, 4) is first
    forget()
    again = reduction(view, 4)
    np.testing.assert_array_equal(again(view.target.features), first(view.target.features))
