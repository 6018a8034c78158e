"""Who and what was selected, against the rest."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

SHOWN = 6


@dataclass(frozen=True)
class Contrast:
    """selected, rest : how many there are.

    shares : column name -> table with ``value``, ``selected``, ``rest`` (shares, 0 to 1) of the values that
        are over-represented most; empty where the column says nothing.
    numbers : column name -> (median of the selected, median of the rest); left out where unknown.
    """

    selected: int
    rest: int
    shares: dict[str, pd.DataFrame]
    numbers: dict[str, tuple[float, float]]


def contrast(
    table: pd.DataFrame, chosen: npt.NDArray[np.bool_], words: list[str], numbers: list[str]
) -> Contrast:
    """Compares ``table[chosen]`` with the rest by the columns ``words`` (str) and ``numbers`` (float)."""
    inside, outside = table[chosen], table[~chosen]
    return Contrast(
        len(inside),
        len(outside),
        {name: shares for name in words if not (shares := _shares(inside[name], outside[name])).empty},
        {name: pair for name in numbers if (pair := _medians(inside[name], outside[name])) is not None},
    )


def _shares(inside: pd.Series, outside: pd.Series) -> pd.DataFrame:
    """Blank values are left out of the list but counted in the denominators."""
    both = pd.DataFrame(
        {
            "selected": inside.value_counts() / max(len(inside), 1),
            "rest": outside.value_counts() / max(len(outside), 1),
        }
    ).fillna(0.0)
    both = both[(both.index != "") & (both["selected"] > 0)]
    order = (both["selected"] - both["rest"]).sort_values(ascending=False, kind="stable").index[:SHOWN]
    return both.loc[order].rename_axis("value").reset_index()


def _medians(inside: pd.Series, outside: pd.Series) -> tuple[float, float] | None:
    if not inside.notna().any():
        return None
    return float(inside.median()), float(outside.median()) if outside.notna().any() else float("nan")
