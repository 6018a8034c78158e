"""Popularity and item-kNN on Beauty, Sports and Toys beside the published yardsticks and beside ``implicit``.

Protocol: leave-one-out, the whole catalogue ranked without what the person already chose. Fitted on the
training choices only (neither the validation nor the test choice); at test time a person's history is
everything before the test choice. Yardsticks: the same sequences, train only (implicit 0.7, tf-idf, K = 100).
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
from scipy import sparse

from benchmarks.row import Row
from benchmarks.xscene import import_scenes, real
from xscene_core.evaluation.ranking import metric
from xscene_core.evaluation.statistics import bootstrap_mean, paired_difference
from xscene_core.home import Home
from xscene_core.scenes.library import SceneLibrary
from xscene_core.scenes.scene import Scene
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.budget import Budget
from xscene_core.transfer.method import find
from xscene_core.transfer.task import prepare
from xscene_core.transfer.views import Questions, TrainingView
from xscene_core.watcher import Silent

METRICS = ("hr@10", "ndcg@10")
YARDSTICKS = {
    ("Beauty", "popularity"): (0.0120, 0.0056),
    ("Beauty", "item-knn"): (0.0592, 0.0340),
    ("Sports_and_Outdoors", "popularity"): (0.0091, 0.0052),
    ("Sports_and_Outdoors", "item-knn"): (0.0312, 0.0182),
    ("Toys_and_Games", "popularity"): (0.0090, 0.0049),
    ("Toys_and_Games", "item-knn"): (0.0739, 0.0436),
}
Score = Callable[[Sequences], npt.NDArray[np.float32]]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ranks:
    """(Q,) ranks of the answers with equal scores counted in the middle, for, and against the answer."""

    middle: Floats
    best: Floats
    worst: Floats


def run(data: Path | None) -> list[Row]:
    """Rows for three scenes, two methods and the independent implementation."""
    folder = real(data, "amazon2014_beauty_sports_toys")
    with TemporaryDirectory(prefix="xscene-bench-") as temporary:
        home = Home.resolve(temporary)
        import_scenes(
            home,
            folder,
            "--scene-column",
            "domain",
            "--order-column",
            "position",
            "--map",
            "title=keyword_text",
        )
        library = SceneLibrary(home)
        rows: list[Row] = []
        for name in ("Beauty", "Sports_and_Outdoors", "Toys_and_Games"):
            print(f"{name} ...", file=sys.stderr)
            rows += _scene(library.load(name))
        return rows


def _scene(scene: Scene) -> list[Row]:
    # neither method reads content: one number per item stands in for the vectors
    blank = {scene.name: np.zeros((len(scene.items), 1), dtype=np.float32)}
    view, test = prepare(
        {scene.name: scene},
        blank,
        sources=(),
        target=scene.name,
        budget=Budget.parse("all"),
        protocol="leave-one-out",
        seed=0,
    )
    fitted: dict[str, Ranks] = {}
    rows: list[Row] = []
    for name in ("popularity", "item-knn"):
        started = time.perf_counter()
        recommender = find(name).run(view, {}, Silent())
        seconds = time.perf_counter() - started
        fitted[name] = rank(recommender.score, test.questions)
        rows += _rows(scene.name, name, fitted[name], seconds)
    started = time.perf_counter()
    score = implicit_tfidf(view)
    seconds = time.perf_counter() - started
    independent = rank(score, test.questions)
    for name in METRICS:
        mine, theirs = metric(name, fitted["item-knn"].middle), metric(name, independent.middle)
        value = bootstrap_mean(theirs)
        rows.append(
            Row(f"{scene.name}, implicit tf-idf K100", name, value.value, value.low, value.high, seconds)
        )
        gap = paired_difference(mine, theirs)
        rows.append(Row(f"{scene.name}, item-knn minus implicit, paired", name, gap.value, gap.low, gap.high))
    return rows


def _rows(scene: str, method: str, ranks: Ranks, seconds: float) -> list[Row]:
    rows = []
    for name, published in zip(METRICS, YARDSTICKS[scene, method], strict=True):
        values = metric(name, ranks.middle)
        about = bootstrap_mean(values)
        rows.append(
            Row(f"{scene}, {method}, fitted on train", name, about.value, about.low, about.high, seconds)
        )
        ties = (float(metric(name, ranks.worst).mean()), float(metric(name, ranks.best).mean()))
        rows.append(Row(f"{scene}, {method}, ties against and for", f"{name} range", about.value, *ties))
        gap = about.value - published
        rows.append(
            Row(
                f"{scene}, {method}, minus yardstick {published:.4f}",
                name,
                gap,
                about.low - published,
                about.high - published,
            )
        )
    return rows


def rank(score: Score, questions: Questions, size: int = 512) -> Ranks:
    """Where the answers stand in the catalogue without each person's history."""
    better, equal = np.empty(len(questions)), np.empty(len(questions))
    for start in range(0, len(questions), size):
        rows = np.arange(start, min(start + size, len(questions)))
        histories, lines = questions.histories.take(rows), np.arange(len(rows))
        scores = np.array(score(histories), dtype=np.float32)
        given = scores[lines, questions.answers[rows]][:, None].copy()
        scores[np.repeat(lines, histories.lengths), histories.items] = -np.inf
        scores[lines, questions.answers[rows]] = given[:, 0]
        better[rows] = (scores > given).sum(axis=1)
        equal[rows] = (scores == given).sum(axis=1) - 1
    return Ranks(1 + better + equal / 2, 1 + better, 1 + better + equal)


def implicit_tfidf(view: TrainingView, neighbours: int = 100) -> Score:
    """An item-kNN that shares no line with ours: tf-idf weighted cosine of the ``implicit`` package."""
    from implicit.nearest_neighbours import TFIDFRecommender

    shape = (len(view.target.sequences), len(view.target.item_ids))
    model = TFIDFRecommender(K=neighbours, num_threads=1)
    model.fit(_matrix(view.target.sequences, shape), show_progress=False)
    similarity = sparse.csr_matrix(model.similarity)

    def score(histories: Sequences) -> npt.NDArray[np.float32]:
        chosen = _matrix(histories, (len(histories), shape[1]))
        return (chosen @ similarity).toarray().astype(np.float32)

    return score


def _matrix(sequences: Sequences, shape: tuple[int, int]) -> sparse.csr_matrix:
    ones = np.ones(len(sequences.items), dtype=np.float32)
    matrix = sparse.csr_matrix((ones, sequences.items, sequences.indptr), shape=shape)
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix
