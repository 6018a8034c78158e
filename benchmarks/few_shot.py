"""Little target data: 1 % and 10 % of the people of one scene, the other three as its sources.

For every scene, budget and draw of people: the baselines, the network without a source (target-only), with
the sources (fine-tune, and taught-text, in which they teach the sentence encoder too), and ``auto``. Source
people who are also the target's are left out. Rows ``SCENE BUDGET/METHOD`` are means over draws; test people
and draws are resampled, the same for all methods. ``gain of the source`` is taught-text minus target-only,
``of its networks alone`` fine-tune minus target-only, ``gain of the text`` content minus item-kNN, and ``auto
over the best baseline`` compares with the baseline that is best on average over the draws.

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
    some,
    try_out,
    without_shared_people,
    workplace,
)
from benchmarks.row import Row
from xscene_core.errors import InputError
from xscene_core.evaluation.statistics import Resampling, tail
from xscene_core.experiments.engine import engine
from xscene_core.models.checkpoints import Checkpoints
from xscene_core.models.device import device
from xscene_core.transfer.views import Questions, TrainingView

BASELINES = ("popularity", "content", "item-knn", "target-only")
METHODS = (*BASELINES, "fine-tune", "taught-text", "auto")
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
            found = {name: stacked([draw[name] for draw in draws]) for name in draws[0]}
            for name, values in found.items():
                rows += _rows(f"{scene} {budget}/{name}", values)
            rows += _gains(f"{scene} {budget}", found)
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
        about = f"{engine()} {device()} {contents(view, asked)}"
        folder = f"{scene}-{budget}-{draw}-{len(asked)}"
        kept = Checkpoints(place.home.path / "cells" / folder, about)
        tried = try_out(view, asked, given.methods.split(","), kept=kept)
        yield draw, {name: one.values for name, one in tried.items()}


def contents(view: TrainingView, asked: Questions) -> str:
    """16 hex digits of all that methods see and are asked in a cell."""
    digest = hashlib.sha256()
    for scene in (view.target, *view.sources):
        for array in (scene.vectors, scene.sequences.indptr, scene.sequences.items):
            digest.update(np.ascontiguousarray(array))
    for questions in (view.validation, asked):
        digest.update(np.ascontiguousarray(questions.histories.items))
        digest.update(np.ascontiguousarray(questions.answers))
    return digest.hexdigest()[:16]


def stacked(draws: list[dict[str, Floats]]) -> dict[str, Floats]:
    """(Q, D) values of each metric: test people by draws of the people learned from."""
    return {about: np.stack([draw[about] for draw in draws], axis=1) for about in METRICS}


def over_draws(values: Floats, seed: int = 0) -> tuple[float, float, float]:
    """The mean of (Q, D) values and its 95 % interval: test people and draws are both resampled, since both
    are samples. Five draws are few, and their part of the spread is somewhat too small."""
    people = Resampling(len(values), seed).means(values)
    drawn = np.random.default_rng([seed, 19]).integers(values.shape[1], size=people.shape)
    means = np.take_along_axis(people, drawn, axis=1).mean(axis=1)
    outside = tail(len(values))
    low, high = np.quantile(means, [outside, 1 - outside])
    return float(values.mean()), float(low), float(high)


def _rows(name: str, values: dict[str, Floats], suffix: str = "") -> list[Row]:
    return [Row(name, f"{about}{suffix}", *over_draws(values[about])) for about in METRICS]


def best_baseline(values: Values) -> str:
    """The baseline with the highest mean NDCG@10."""
    known = [name for name in BASELINES if name in values]
    return max(known, key=lambda name: float(values[name]["ndcg@10"].mean()))


def _gains(cell: str, values: Values) -> list[Row]:
    best = best_baseline(values)
    named = {
        "gain of the source": ("taught-text", "target-only"),
        "gain of the source, of its networks alone": ("fine-tune", "target-only"),
        "gain of the text": ("content", "item-knn"),
        f"auto over the best baseline ({best})": ("auto", best),
    }
    rows = []
    for about, (one, other) in named.items():
        if one in values and other in values:
            apart = {metric: values[one][metric] - values[other][metric] for metric in METRICS}
            rows += _rows(f"{cell}/{about}", apart, " gain")
    return rows
