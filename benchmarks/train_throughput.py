"""Sequences per second of the training loop, as a ratio to a plain loop in the same process.

Both predict every next choice over the whole catalogue (full cross-entropy) from the same generated
sequences, in steps of about the same number of predictions; catalogue and lengths are those of the Beauty set
(12,101 items; 2 to 50 choices, mean 7). The loops take turns and each pass is timed alone; the value is the
median, low and high are the slowest and fastest pass. Ours carries fixed content vectors of 384 numbers
and attends in 128; the plain loop is measured with 128 numbers per item and with 384.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from benchmarks.plain_sasrec import PlainSASRec, padded_rows
from benchmarks.plain_sasrec import train as train_plainly
from benchmarks.row import Row
from xscene_core.models.device import device
from xscene_core.models.network import Network, Shape
from xscene_core.models.training import Corpus, Plan, train
from xscene_core.scenes.sequences import Sequences
from xscene_core.watcher import Silent

ITEMS, PEOPLE, CONTENT, ROUNDS = 12_101, 400, 384, 3


def run(data: Path | None) -> list[Row]:
    """Throughput of three loops, and two ratios."""
    sequences = generated()
    loops = {
        "training loop": ours(sequences),
        "plain loop, 128 per item": plain(sequences, Shape(CONTENT).inner),
        "plain loop, 384 per item": plain(sequences, CONTENT),
    }
    speeds: dict[str, list[float]] = {name: [] for name in loops}
    for turn in range(ROUNDS + 1):
        for name, one_pass in loops.items():
            print(f"pass {turn} of {ROUNDS}: {name}", file=sys.stderr)
            started = time.perf_counter()
            one_pass(turn)
            if turn:  # the first pass warms up
                speeds[name].append(PEOPLE / (time.perf_counter() - started))
    where = f"{device().type}, {torch.get_num_threads()} threads, {ITEMS:,} items, {PEOPLE:,} sequences"
    rows = [_row(f"{name} ({where})", "sequences/s", found) for name, found in speeds.items()]
    mine = speeds.pop("training loop")
    for name, found in speeds.items():
        ratios = [a / b for a, b in zip(mine, found, strict=True)]
        rows.append(_row(f"training loop / {name}", "ratio", ratios))
    return rows


def _row(name: str, metric: str, found: list[float]) -> Row:
    seconds = sum(PEOPLE / speed for speed in found) if metric == "sequences/s" else None
    return Row(name, metric, statistics.median(found), min(found), max(found), seconds)


def generated(seed: int = 0) -> Sequences:
    """People with 2 to 50 choices, 7 in the mean, of items whose popularity falls as 1 / (rank + 20)."""
    random = np.random.default_rng(seed)
    lengths = np.minimum(2 + random.geometric(1 / 6, PEOPLE) - 1, 50)
    popularity = 1 / (np.arange(ITEMS) + 20)
    flat = random.choice(ITEMS, lengths.sum(), p=popularity / popularity.sum()).astype(np.int32)
    people = np.array([f"u{k}" for k in range(PEOPLE)], dtype=object)
    return Sequences(people, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), flat)


def ours(sequences: Sequences) -> Callable[[int], None]:
    """One epoch of the product's loop per call."""
    torch.manual_seed(0)
    network = Network(Shape(CONTENT)).to(device())
    content = torch.nn.functional.normalize(torch.randn(ITEMS, CONTENT), dim=1).to(device())
    corpus = Corpus(content, sequences)

    def one_pass(turn: int) -> None:
        train(network, [corpus], Plan(epochs=1, rate=1e-3), seed=turn, stage="train", watcher=Silent())

    return one_pass


def plain(sequences: Sequences, dim: int) -> Callable[[int], None]:
    """One epoch of the plain loop per call, on the same device and with as many predictions a step."""
    torch.manual_seed(0)
    shape = Shape(CONTENT)
    model = PlainSASRec(
        ITEMS, dim=dim, layers=shape.layers, heads=shape.heads, length=shape.length, dropout=shape.dropout
    ).to(device())
    rows = padded_rows(sequences, shape.length, ITEMS)
    predictions = np.minimum(sequences.lengths - 1, shape.length).mean()
    size = max(1, round(Plan(epochs=1, rate=1e-3).batch / float(predictions)))

    def one_pass(turn: int) -> None:
        train_plainly(model, rows, size=size, seed=turn)

    return one_pass
