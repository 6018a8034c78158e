"""Little target data: 1 % and 10 % of the people of one scene, the other three as its sources.

For every scene, budget and draw of people: the baselines, the network without a source (target-only), with
the sources (fine-tune), and ``auto``. Source people who are also the target's are left out. Rows ``SCENE
BUDGET/METHOD`` are means over draws; people are resampled in pairs, the same for all methods. ``gain of the
source`` is fine-tune minus target-only, ``gain of the text`` content minus item-kNN, and ``auto over the
best baseline`` compares with the baseline that is best on average over the draws.

The draws take different people of the target, while the networks start from one seed: what the sources
teach is learned once for all cells of a scene. That is still hours of work, so with XSCENE_BENCHMARK_HOME
every cell's values are kept there method by method, for ``gate`` too, until code that decides them changes.
"""

import argparse
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.rankings import (
    FOUR,
    METRICS,
    Floats,
    Workplace,
    gain_rows,
    some,
    try_out,
    value_rows,
    without_shared_people,
    workplace,
)
from benchmarks.row import Row
from xscene_core.errors import InputError
from xscene_core.models.checkpoints import Checkpoints

BASELINES = ("popularity", "content", "item-knn", "target-only")
METHODS = (*BASELINES, "fine-tune", "auto")
BUDGETS = ("1%", "10%")
DRAWS = 5
SETS = ("amazon2014_beauty_sports_toys", "amazon2018_scientific_unisrec")
Values = dict[str, dict[str, Floats]]


def options(parser: argparse.ArgumentParser) -> None:
    """Which cells."""
    parser.add_argument("--scene", action="append", help=f"one of {', '.join(FOUR)} (default: all)")
    parser.add_argument("--budget", action="append", help=f"default: {' and '.join(BUDGETS)}")
    parser.add_argument("--draws", type=int, default=DRAWS, help=f"subsamples of people (default: {DRAWS})")
    parser.add_argument("--people", type=int, default=6000, help="test people at most (default: 6000)")
    parser.add_argument("--methods", default=",".join(METHODS), help="separated by commas")


def run(data: Path | None, given: argparse.Namespace) -> list[Row]:
    """Rows of all cells."""
    rows: list[Row] = []
    with workplace(data, *SETS) as place:
        for scene, budget in asked(given):
            draws = [values for _, values in cells(place, scene, budget, given)]
            mean = {name: averaged([draw[name] for draw in draws]) for name in draws[0]}
            for name, values in mean.items():
                rows += value_rows(f"{scene} {budget}/{name}", values)
            rows += _gains(f"{scene} {budget}", mean)
    return rows


def asked(given: argparse.Namespace) -> list[tuple[str, str]]:
    """Scenes and budgets. Raises ``InputError`` for a scene that is not here."""
    for name in given.scene or ():
        if name not in FOUR:
            raise InputError(f"{name} is no scene of this benchmark", where="--scene")
    return [(scene, budget) for scene in given.scene or FOUR for budget in given.budget or BUDGETS]


def cells(
    place: Workplace, scene: str, budget: str, given: argparse.Namespace
) -> Iterator[tuple[int, Values]]:
    """Each draw of people with the values of every method, of the same test people in the same order."""
    for draw in range(given.draws):
        task = place.task(scene, tuple(name for name in FOUR if name != scene), budget, draw)
        view, questions = place.view(task)
        view = replace(without_shared_people(view, questions), seed=0)
        asked = some(questions, given.people)
        about = f"{task} {len(asked)} of {len(questions)} test people"
        folder = hashlib.sha256(about.encode()).hexdigest()[:16]
        kept = Checkpoints(place.home.path / "cells" / folder, about)
        tried = try_out(view, asked, given.methods.split(","), kept=kept)
        yield draw, {name: one.values for name, one in tried.items()}


def averaged(draws: list[dict[str, Floats]]) -> dict[str, Floats]:
    """Person by person, the mean over draws."""
    return {about: np.mean([draw[about] for draw in draws], axis=0) for about in METRICS}


def best_baseline(values: Values) -> str:
    """The baseline with the highest mean NDCG@10."""
    known = [name for name in BASELINES if name in values]
    return max(known, key=lambda name: float(values[name]["ndcg@10"].mean()))


def _gains(cell: str, values: Values) -> list[Row]:
    best = best_baseline(values)
    named = {
        "gain of the source": ("fine-tune", "target-only"),
        "gain of the text": ("content", "item-knn"),
        f"auto over the best baseline ({best})": ("auto", best),
    }
    rows = []
    for about, (one, other) in named.items():
        if one in values and other in values:
            rows += gain_rows(f"{cell}/{about}", values[one], values[other])
    return rows
