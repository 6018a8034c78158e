"""Intents of unseen domains from one or five examples: CLINC150, 5-way, MiniLM features.

Each of five folds keeps two domains for testing and two for choosing when to stop, and learns to learn on the
other six. All methods answer the same episodes; accuracies are in percent, gains over the nearest prototype
in points and paired by episode. A method that is below it is named on the error stream.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch

from benchmarks.row import Row
from benchmarks.xscene import real
from xscene_core.encoders.encoder import Vectors
from xscene_core.encoders.sentences import MINILM, Sentences
from xscene_core.evaluation.statistics import bootstrap_mean, paired_difference
from xscene_core.scenes.scene import ITEM_COLUMNS
from xscene_core.transfer.labels.episodes import (
    Episodes,
    Schooling,
    accuracies,
    category_episodes,
    outer_loss,
    school,
)
from xscene_core.transfer.labels.learners import Hypernetwork, LearnedOptimizer, Learner, Maml, Prototypes
from xscene_core.transfer.labels.network_recipe import drawing
from xscene_core.watcher import Silent

WAYS, ASKED, FOLDS = 5, 10, 5
SCHOOLING = Schooling(steps=100, tasks=8, rate=1e-3)
BASELINE = "peer:nearest-prototype"
Array = npt.NDArray[np.float64]

LEARNERS: dict[str, Callable[[int], Learner]] = {
    "prototypes": lambda width: Prototypes(width, WAYS, 64, "prototypes"),
    "maml": lambda width: Maml(width, WAYS, 64, "prototypes", rate=1.0, steps=3, first_order=False),
    "first-order-maml": lambda width: Maml(
        width, WAYS, 64, "prototypes", rate=1.0, steps=3, first_order=True
    ),
    "learned-optimizer": lambda width: LearnedOptimizer(width, WAYS, 64, "prototypes", cells=4, steps=3),
    "hypernetwork": lambda width: Hypernetwork(width, WAYS, 64, inner=64),
}
"""Heads start from class means: categories are drawn anew for every episode, so none has a fixed number."""


@dataclass(frozen=True)
class Utterances:
    """features : (n, d) of length 1. intents, domains : (n,)."""

    features: Vectors
    intents: npt.NDArray[np.int64]
    domains: npt.NDArray[np.int64]

    def of(self, domains: npt.NDArray[np.int64]) -> "Utterances":
        rows = np.isin(self.domains, domains)
        return Utterances(self.features[rows], self.intents[rows], self.domains[rows])


def run(data: Path | None, episodes: int = 200, schooling: Schooling = SCHOOLING) -> list[Row]:
    """Accuracy in percent over ``episodes`` of each fold, and the gain over the nearest prototype."""
    folder = real(data, "intent_clinc150")
    utterances = read(folder / "clinc150_full.parquet")
    return [row for shots in (1, 5) for row in measured(utterances, shots, episodes, schooling)]


def read(file: Path) -> Utterances:
    """The validation and test parts, 50 utterances of each of 150 intents, as MiniLM sees them."""
    table = pd.read_parquet(file)
    table = table[table["split"].isin(["val", "test"])].reset_index(drop=True)
    items = pd.DataFrame(dict.fromkeys(ITEM_COLUMNS, ""), index=table.index)
    features = Sentences(MINILM).encode(items.assign(title=table["text"]), Silent())
    codes = [pd.factorize(table[column], sort=True)[0].astype(np.int64) for column in ("intent", "domain")]
    return Utterances(features, *codes)


def measured(utterances: Utterances, shots: int, episodes: int, schooling: Schooling) -> list[Row]:
    """The rows of one number of shots."""
    found: dict[str, list[Array]] = {name: [] for name in (BASELINE, *LEARNERS)}
    seconds = dict.fromkeys(found, 0.0)
    for fold in range(FOLDS):
        parts = [utterances.of(domains) for domains in _domains(fold)]
        learn, check, test = (
            category_episodes(part.features, part.intents, WAYS, shots, ASKED) for part in parts
        )
        asked = test(episodes, np.random.default_rng([fold, shots, 1]))
        looked = check(100, np.random.default_rng([fold, shots, 2]))
        start = perf_counter()
        found[BASELINE].append(nearest_prototype(asked))
        seconds[BASELINE] += perf_counter() - start
        for name, make in LEARNERS.items():
            start = perf_counter()
            with drawing(fold):
                learner = make(utterances.features.shape[1])
            school(learner, learn, schooling, fold, Silent(), partial(_sureness, learner, looked))
            found[name].append(accuracies(learner, asked))
            seconds[name] += perf_counter() - start
            print(f"{shots}-shot, fold {fold + 1} of {FOLDS}: {name}", file=sys.stderr)
    whole = {name: 100 * np.concatenate(parts) for name, parts in found.items()}
    return [row for name in whole for row in _rows(name, whole, shots, seconds[name])]


def nearest_prototype(episodes: Episodes) -> Array:
    """(T,) accuracy of the nearest class mean on the same features, without anything of this project."""
    from sklearn.metrics import pairwise_distances_argmin

    tensors = [value.cpu().numpy() for value in vars(episodes).values()]
    found = []
    for support, labels, query, answers in zip(*tensors, strict=True):
        means = np.array([support[labels == label].mean(axis=0) for label in range(WAYS)])
        found.append((pairwise_distances_argmin(query, means) == answers).mean())
    return np.array(found)


def _sureness(learner: Learner, episodes: Episodes) -> float:
    """Mean accuracy, and the mean log-probability to break ties."""
    with torch.no_grad():
        loss = float(outer_loss(learner, learner.theta(), episodes))
    return float(accuracies(learner, episodes).mean()) - 1e-4 * loss


def _domains(fold: int) -> list[npt.NDArray[np.int64]]:
    """Domains to learn on, to choose by, and to test on; the ten are cut into five pairs."""
    test, check = np.arange(2) + 2 * fold, (np.arange(2) + 2 * fold + 2) % 10
    return [np.setdiff1d(np.arange(10), np.concatenate([test, check])), check, test]


def _rows(name: str, found: dict[str, Array], shots: int, seconds: float) -> list[Row]:
    mean = bootstrap_mean(found[name], seed=0)
    task = f"{WAYS}-way {shots}-shot"
    rows = [Row(name, f"accuracy {task}", mean.value, mean.low, mean.high, seconds)]
    if name != BASELINE:
        gain = paired_difference(found[name], found[BASELINE], seed=0)
        rows.append(Row(name, f"gain over nearest prototype {task}", gain.value, gain.low, gain.high))
        if gain.high < 0:
            print(
                f"{name} is below the nearest prototype at {task}: {gain.value:.2f} points", file=sys.stderr
            )
    return rows
