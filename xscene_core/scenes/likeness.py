"""How alike scenes are before anything is learned: shared people and shared words."""

import re
from collections.abc import Callable, Mapping

import pandas as pd

from xscene_core.scenes.scene import Scene

_WORD = re.compile(r"[^\W\d_]{2,}")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


def people(scene: Scene) -> frozenset[str]:
    """Everybody who chose something in the scene."""
    return frozenset(scene.interactions["user_id"].unique())


def words(scene: Scene) -> frozenset[str]:
    """The words (of two letters or more, in lower case) in titles, descriptions and categories.

    Chinese is written without spaces: there, every pair of neighbouring characters counts as a word.
    """
    found: set[str] = set()
    for column in ("title", "description", "category"):
        for text in scene.items[column].str.lower():
            for run in _CHINESE.findall(text):
                found.update(run[at : at + 2] for at in range(max(len(run) - 1, 1)))
            found.update(_WORD.findall(_CHINESE.sub(" ", text)))
    return frozenset(found)


def shared_people(scenes: Mapping[str, frozenset[str]]) -> pd.DataFrame:
    """(S, S) number of people in both scenes; the diagonal is everybody in the scene."""
    return _matrix(scenes, lambda left, right: float(len(left & right)))


def overlap_coefficient(scenes: Mapping[str, frozenset[str]]) -> pd.DataFrame:
    """(S, S) shared members as a share of the smaller set, 0 to 1 (Szymkiewicz-Simpson); 0 for an empty."""

    def coefficient(left: frozenset[str], right: frozenset[str]) -> float:
        smaller = min(len(left), len(right))
        return len(left & right) / smaller if smaller else 0.0

    return _matrix(scenes, coefficient)


def _matrix(
    scenes: Mapping[str, frozenset[str]], measure: Callable[[frozenset[str], frozenset[str]], float]
) -> pd.DataFrame:
    names = list(scenes)
    rows = [[measure(scenes[row], scenes[column]) for column in names] for row in names]
    return pd.DataFrame(rows, index=pd.Index(names), columns=pd.Index(names), dtype="float64")
