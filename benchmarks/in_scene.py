"""Recommendations within one scene, all of its people learned from, beside peers in the same process.

``peer:`` rows are not ours: tf-idf item-kNN of the package ``implicit``, matrix factorisation of
``implicit`` (ALS), and a self-attentive recommender as anybody would write it (``benchmarks.plain_sasrec``)
with full cross-entropy, its pass chosen on the validation choices. Everything is fitted on the training
choices, ours tuned on the validation choices, those of ``implicit`` left at their defaults, and asked for
the test choices. ``gain`` rows compare people pairwise with item-kNN.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from scipy import sparse

from benchmarks.plain_sasrec import PlainSASRec, padded_rows, train_trimmed, trimmed
from benchmarks.rankings import (
    FOUR,
    gain_rows,
    some,
    try_out,
    value_rows,
    values_of,
    workplace,
)
from benchmarks.row import Row
from xscene_core.errors import InputError
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.fitted import Scores
from xscene_core.transfer.views import Questions, TrainingView

METHODS = ("popularity", "content", "item-knn", "target-only")
REFERENCE = "item-knn"
Score = Callable[[Sequences], Scores]


def options(parser: argparse.ArgumentParser) -> None:
    """Scenes, methods, and how many are asked."""
    parser.add_argument("--scene", action="append", help=f"one of {', '.join(FOUR)} (default: all)")
    parser.add_argument("--methods", default=",".join(METHODS), help="separated by commas")
    parser.add_argument("--people", type=int, help="ask at most so many (default: everybody)")
    parser.add_argument("--no-peers", action="store_true", help="leave the peers out")


def run(data: Path | None, given: argparse.Namespace) -> list[Row]:
    """Rows ``SCENE/METHOD``."""
    scenes = given.scene or FOUR
    for name in scenes:
        if name not in FOUR:
            raise InputError(f"{name} is no scene of this benchmark", where="--scene")
    rows: list[Row] = []
    sets = ("amazon2014_beauty_sports_toys", "amazon2018_scientific_unisrec")
    with workplace(data, *sets) as place:
        for name in scenes:
            other = next(
                one for one in FOUR if one != name
            )  # a task has a source; no method here looks at it
            view, questions = place.view(place.task(name, (other,), "all", 0))
            questions = some(questions, given.people)
            tried = try_out(view, questions, given.methods.split(","))
            for method, found in tried.items():
                rows += value_rows(f"{name}/{method}", found.values, found.seconds)
                if REFERENCE in tried and method != REFERENCE:
                    rows += gain_rows(
                        f"{name}/{method} over {REFERENCE}", found.values, tried[REFERENCE].values
                    )
            if not given.no_peers:
                rows += _peers(view, questions)
    return rows


def _peers(view: TrainingView, questions: Questions) -> list[Row]:
    rows = []
    for peer, fit in (("implicit item-knn", implicit_tfidf), ("implicit ALS", als), ("SASRec", sasrec)):
        started = time.perf_counter()
        values = values_of(fit(view), questions)
        rows += value_rows(f"peer:{view.target.name}/{peer}", values, time.perf_counter() - started)
        print(f"{view.target.name}, peer {peer}: NDCG@10 {values['ndcg@10'].mean():.4f}", file=sys.stderr)
    return rows


def implicit_tfidf(view: TrainingView, neighbours: int = 100) -> Score:
    """An item-kNN that shares no line with ours: tf-idf weighted cosine of the ``implicit`` package."""
    from implicit.nearest_neighbours import TFIDFRecommender

    shape = (len(view.target.sequences), len(view.target.item_ids))
    model = TFIDFRecommender(K=neighbours, num_threads=1)
    model.fit(_matrix(view.target.sequences, shape), show_progress=False)
    similarity = sparse.csr_matrix(model.similarity)

    def score(histories: Sequences) -> Scores:
        chosen = _matrix(histories, (len(histories), shape[1]))
        return np.asarray((chosen @ similarity).toarray(), np.float32)

    return score


def als(view: TrainingView) -> Score:
    """Implicit matrix factorisation (Hu, Koren and Volinsky, 2008), 128 factors; people are folded in."""
    from implicit.als import AlternatingLeastSquares

    shape = (len(view.target.sequences), len(view.target.item_ids))
    model = AlternatingLeastSquares(factors=128, random_state=0, num_threads=1)
    model.fit(_matrix(view.target.sequences, shape), show_progress=False)

    def score(histories: Sequences) -> Scores:
        chosen = _matrix(histories, (len(histories), shape[1]))
        people = model.recalculate_user(np.arange(len(histories)), chosen)
        return np.asarray(people @ model.item_factors.T, np.float32)

    return score


def sasrec(
    view: TrainingView, dim: int = 128, length: int = 50, passes: int = 200, patience: int = 10
) -> Score:
    """Ids alone, two layers, full cross-entropy; the pass that ranks the validation choices best. A small
    scene ranks by little but popularity for its first ten passes, so patience is long."""
    torch.manual_seed(view.seed)
    items = len(view.target.item_ids)
    model = PlainSASRec(items, dim=dim, layers=2, heads=2, length=length, dropout=0.5)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    rows = padded_rows(view.target.sequences, length, items)

    def score(histories: Sequences) -> Scores:
        asked = torch.from_numpy(trimmed(padded_rows(histories, length - 1, items), items))
        with torch.no_grad():
            return np.asarray(model.score(asked).numpy(), np.float32)

    checked = some(view.validation, 2000)
    best, kept, since = -1.0, model.state_dict(), 0
    for number in range(passes):
        train_trimmed(model, optimiser, rows, size=128, seed=number)
        model.eval()
        value = float(values_of(score, checked)["ndcg@10"].mean())
        if value > best:
            best, since = value, 0
            kept = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        else:
            since += 1
        if since >= patience:
            break
    model.load_state_dict(kept)
    return score


def _matrix(sequences: Sequences, shape: tuple[int, int]) -> sparse.csr_matrix:
    ones = np.ones(len(sequences.items), dtype=np.float32)
    parts = (ones, sequences.items.copy(), sequences.indptr.copy())
    matrix = sparse.csr_matrix(parts, shape=shape)
    matrix.sum_duplicates()  # sorts in place: on the sequences' own arrays it would undo the order of choices
    matrix.data[:] = 1
    return matrix
