"""People's sequences per second of the training loop, as ratios to two peers in the same process.

All train one layer of self-attention with 128 numbers per item on histories of at most 50 choices, learning
every choice but a person's first by cross-entropy over the whole catalogue, from the same generated
sequences; catalogue and lengths are those of the Beauty set (12,101 items; 2 to 50 choices, mean 7). A
sequence is everything one person chose. ``peer:Cornac`` is that package's SASRec with its usual batch (see
``cornac_sasrec``), ``peer:plain loop`` what anybody would write: every position of a sequence at once, padded
to the full length. The loops take turns and each pass is timed alone; the value is the median, low and high
are the slowest and fastest pass. Ours also enters 384 numbers of content per item. The content network, the
other one that is trained, is timed beside them with the candidates it draws when there are many choices.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from benchmarks.cornac_sasrec import cornac_sasrec
from benchmarks.plain_sasrec import PlainSASRec, padded_rows
from benchmarks.plain_sasrec import train as train_plainly
from benchmarks.row import Row
from xscene_core.models.device import device
from xscene_core.models.network import Network, Shape
from xscene_core.models.sequence import SequenceNetwork, SequenceShape
from xscene_core.models.training import Corpus, Placing, Plan, train
from xscene_core.scenes.sequences import Sequences
from xscene_core.watcher import Silent

ITEMS, PEOPLE, CONTENT, ROUNDS = 12_101, 400, 384, 3
CORNAC_BATCH = 512
"""Its default, and here its fastest."""


def run(data: Path | None) -> list[Row]:
    """Throughput of every loop, and what ours do as a ratio to the peers."""
    sequences = generated()
    loops = {
        "sequence network": sequence_network(sequences),
        "content network": content_network(sequences),
        "peer:Cornac": cornac_sasrec(sequences, ITEMS, SequenceShape(CONTENT), CORNAC_BATCH, device()),
        "peer:plain loop": plain(sequences),
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
    peers = {name: speeds.pop(name) for name in tuple(speeds) if name.startswith("peer:")}
    for peer, theirs in peers.items():
        for name, found in speeds.items():
            ratios = [a / b for a, b in zip(found, theirs, strict=True)]
            rows.append(_row(f"{name} / {peer.removeprefix('peer:')}", "ratio", ratios))
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


def sequence_network(sequences: Sequences) -> Callable[[int], None]:
    """One epoch of the product's loop per call."""
    torch.manual_seed(0)
    network = SequenceNetwork(SequenceShape(CONTENT)).to(device())
    own = torch.nn.Parameter(torch.zeros(ITEMS, network.shape.inner, device=device()))
    return _passes(network, Corpus(_content(), sequences, own), Plan(epochs=1, rate=1e-3, full=ITEMS))


def content_network(sequences: Sequences) -> Callable[[int], None]:
    """One epoch of the product's loop per call."""
    torch.manual_seed(0)
    own = torch.nn.Parameter(torch.zeros(ITEMS, CONTENT, device=device()))
    network = Network(Shape(CONTENT)).to(device())
    return _passes(network, Corpus(_content(), sequences, own), Plan(epochs=1, rate=1e-3, full=0))


def _passes(network: Placing, corpus: Corpus, plan: Plan) -> Callable[[int], None]:
    def one_pass(turn: int) -> None:
        train(network, [corpus], plan, seed=turn, stage="train", watcher=Silent())

    return one_pass


def _content() -> torch.Tensor:
    return torch.nn.functional.normalize(torch.randn(ITEMS, CONTENT), dim=1).to(device())


def plain(sequences: Sequences) -> Callable[[int], None]:
    """One epoch of the plain loop per call, on the same device and with as many predictions a step."""
    torch.manual_seed(0)
    shape = SequenceShape(CONTENT)
    model = PlainSASRec(
        ITEMS,
        dim=shape.inner,
        layers=shape.layers,
        heads=shape.heads,
        length=shape.length,
        dropout=shape.dropout,
    ).to(device())
    rows = padded_rows(sequences, shape.length, ITEMS)
    predictions = np.minimum(sequences.lengths - 1, shape.length).mean()
    size = max(1, round(Plan(epochs=1, rate=1e-3).batch / float(predictions)))

    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)

    def one_pass(turn: int) -> None:
        train_plainly(model, optimiser, rows, size=size, seed=turn)

    return one_pass
