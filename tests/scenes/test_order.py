"""Is it sorted by item id instead of by time?"""

from pathlib import Path

import numpy as np
import pytest

from tests.scenes.given import folder, one, read


def shop(path: Path, order: str, timed: bool = False, numbers: bool = False, rise: float = 0.5) -> Path:
    """300 people, 6 choices each of 200 items; ``rise``: how often true order happens to go up."""
    rng = np.random.default_rng(5)
    names = [str(k) if numbers else f"A{k:05d}" for k in range(200)]
    items = "item_id,title\n" + "".join(f"{name},Thing {name}\n" for name in names)
    lines = ["user_id,item_id,step" + (",timestamp" if timed else "")]
    for person in range(300):
        chosen = rng.choice(200, 6, replace=False)
        if order == "sorted":
            chosen = np.sort(chosen)
        if order == "reversed":
            chosen = np.sort(chosen)[::-1]
        if order == "drifting":  # catalogues grow, so later choices have higher ids more often than not
            chosen = chosen[np.argsort(chosen + rng.normal(0, 60, 6))]
        for step, item in enumerate(chosen):
            time = f",{1_500_000_000 + step * 86_400}" if timed else ""
            lines.append(f"u{person},{names[item]},{step}{time}")
    return folder(path, items, "\n".join(lines))


@pytest.mark.parametrize("order", ["sorted", "reversed"])
@pytest.mark.parametrize("numbers", [True, False])
@pytest.mark.parametrize("column", ["step", None])
def test_data_sorted_by_item_id_is_warned_about(
    tmp_path: Path, order: str, numbers: bool, column: str | None
) -> None:
    prepared = read(shop(tmp_path / "shop", order, numbers=numbers), order_column=column)
    problem = one(prepared.warnings, "sorted by item id instead of by time")
    assert problem.count == 1500
    assert "100.0%" in problem.what


@pytest.mark.parametrize("order", ["random", "drifting"])
def test_data_in_true_order_is_not_warned_about_even_where_ids_grow_with_time(
    tmp_path: Path, order: str
) -> None:
    prepared = read(shop(tmp_path / "shop", order), order_column="step")
    assert not [problem for problem in prepared.warnings if "sorted by" in problem.what]


def test_ids_that_rise_with_true_times_are_not_warned_about(tmp_path: Path) -> None:
    prepared = read(shop(tmp_path / "shop", "sorted", timed=True))
    assert not [problem for problem in prepared.warnings if "sorted by" in problem.what]


def test_a_handful_of_steps_proves_nothing(tmp_path: Path) -> None:
    items = "item_id,title\n" + "".join(f"i{k},T\n" for k in range(9))
    rows = "user_id,item_id\n" + "".join(f"u{u},i{k}\n" for u in range(3) for k in range(5))
    prepared = read(folder(tmp_path / "shop", items, rows))
    assert not [problem for problem in prepared.warnings if "sorted by" in problem.what]


def test_without_time_and_order_the_order_of_the_file_is_taken_and_said(tmp_path: Path) -> None:
    rows = "user_id,item_id\n" + "".join(f"u{u},i{k}\n" for u in range(3) for k in (5, 2, 7, 1))
    prepared = read(folder(tmp_path / "shop", interactions=rows))
    assert "--order-column" in one(prepared.warnings, "no time and no order column").todo
