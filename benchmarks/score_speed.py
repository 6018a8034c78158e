"""How long lists take: one person and a million items, and ten thousand people and fifty thousand items.

The recommender is the product's own with every kind of evidence counting: content (384 numbers an item), the
content network (384), the sequence network (128), item-kNN and popularity; its networks are at their start,
which costs what trained ones cost. Catalogue and choices are drawn: items lie around 5,000 centres, people
choose 2 to 50 times around two of them. ``peer:whole product`` multiplies the same numbers in full and takes
the best 20; both are asked for the same people in turn and must agree. ``looked at`` says how many items the
exact search read in full. The approximate index, which is for still more items, is asked for the same lists:
recall is the mean share of the exact ones that it finds, low and high those of single people.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import torch

from benchmarks.row import Row
from xscene_core.models.approximate_search import ApproximateSearch
from xscene_core.models.device import device
from xscene_core.models.network import Network, Shape
from xscene_core.models.sequence import SequenceNetwork, SequenceShape
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.lists import Lists
from xscene_core.transfer.recommender import Trained
from xscene_core.transfer.tower import Tower
from xscene_core.transfer.views import Questions, SceneView, TrainingView

DIM, CENTRES, TOP = 384, 5_000, 20
ONE_PERSON_ITEMS, MANY_PEOPLE, MANY_PEOPLE_ITEMS = 1_000_000, 10_000, 50_000
ASKED = 30
PROBED = (8, 32, 128)
WEIGHTS = np.array([1.0, 0.5, 0.3, 0.3, 0.2])


def options(parser: argparse.ArgumentParser) -> None:
    """Sizes."""
    parser.add_argument("--items", type=int, default=ONE_PERSON_ITEMS, help="items for one person")
    parser.add_argument("--many-people", type=int, default=MANY_PEOPLE, help="people of the second part")
    parser.add_argument("--many-items", type=int, default=MANY_PEOPLE_ITEMS, help="items of the second part")


def run(data: Path | None, given: argparse.Namespace) -> list[Row]:
    """Milliseconds for one person, seconds for many, and ratios to the peer."""
    return one_person(given.items) + many_people(given.many_people, given.many_items)


def one_person(items: int) -> list[Row]:
    """Each asked person in turn by both ways, warm."""
    fitted, asked = made(items, ASKED + 1)
    lists, factors = Lists(fitted, items), torch.from_numpy(fitted.item_factors())
    ours, theirs, looked = [], [], []
    for number in range(len(asked)):
        one = asked.take(np.array([number]))
        started = time.perf_counter()
        _, scores = lists.top(one, TOP)
        middle = time.perf_counter()
        _, sums = whole_product(fitted, factors, one)
        ended = time.perf_counter()
        np.testing.assert_allclose(scores[0], sums, rtol=1e-3, atol=1e-3)
        if number:  # the first builds the codes
            ours.append(1000 * (middle - started))
            theirs.append(1000 * (ended - middle))
            if lists.looked_at is not None:
                looked.append(float(lists.looked_at))
    where = f"top {TOP} of {items:,} items, one person ({_machine()}, {factors.shape[1]} numbers an item)"
    rows_out = [
        _timed(f"exact search, {where}", "ms", ours),
        _timed(f"peer:whole product, {where}", "ms", theirs),
        _timed(
            f"exact search / whole product, {where}",
            "ratio of time",
            [a / b for a, b in zip(ours, theirs, strict=True)],
        ),
    ]
    rows_out += approximate(fitted, lists, asked, where)
    if looked:
        rows_out.append(_timed(f"exact search, {where}", "items looked at", looked))
    return rows_out


def approximate(fitted: Trained, lists: Lists, asked: Sequences, where: str) -> list[Row]:
    """Time and recall of the index for still larger catalogues, by the number of cells it looks into."""
    index, rows = ApproximateSearch(fitted.item_factors()), []
    exact = [set(row) for row in lists.top(asked, TOP)[0]]
    for probes in PROBED:
        index.look_into(probes)
        times, recall = [], []
        for number, best in enumerate(exact):
            one = asked.take(np.array([number]))
            started = time.perf_counter()
            neighbourly = fitted.neighbourly(one)
            extra = None if neighbourly is None else neighbourly.toarray()[0]
            found, _ = index.top(fitted.people_factors(one)[0], TOP, extra, one.items)
            times.append(1000 * (time.perf_counter() - started))
            recall.append(len(best & set(found)) / TOP)
        name = f"approximate index, {probes} cells, {where}"
        rows.append(_timed(name, "ms", times))
        rows.append(Row(name, "recall", statistics.mean(recall), min(recall), max(recall)))
    return rows


def many_people(people: int, items: int) -> list[Row]:
    """All lists of everybody."""
    fitted, asked = made(items, people)
    lists = Lists(fitted, items)
    lists.top(asked.take(np.arange(min(50, people))), TOP)
    started = time.perf_counter()
    lists.top(asked, TOP)
    seconds = time.perf_counter() - started
    where = f"top {TOP} for {people:,} people, {items:,} items ({_machine()})"
    return [Row(where, "seconds", seconds, seconds=seconds)]


def whole_product(fitted: Trained, factors: torch.Tensor, one: Sequences) -> tuple[np.ndarray, np.ndarray]:
    """The same list by multiplying everything."""
    scores = factors @ torch.from_numpy(fitted.people_factors(one)[0])
    neighbourly = fitted.neighbourly(one)
    if neighbourly is not None:
        scores += torch.from_numpy(neighbourly.toarray()[0])
    scores[torch.from_numpy(one.items).long()] = -torch.inf
    best = torch.topk(scores, TOP)
    return best.indices.numpy(), best.values.numpy()


def made(items: int, people: int) -> tuple[Trained, Sequences]:
    """A recommender over a drawn scene, and some of its people."""
    print(f"drawing {items:,} items", file=sys.stderr)
    random = np.random.default_rng(0)
    centre = random.standard_normal((CENTRES, DIM), dtype=np.float32)
    of = np.sort(random.integers(0, CENTRES, items))
    vectors = np.empty((items, DIM), np.float32)
    for start in range(0, items, 50_000):
        block = slice(start, start + 50_000)
        near = centre[of[block]] + random.standard_normal((len(of[block]), DIM), dtype=np.float32)
        vectors[block] = near / np.linalg.norm(near, axis=1, keepdims=True)
    everybody = drawn_people(of, max(people, 20_000), random)
    ids = np.arange(items).astype(str).astype(object)
    target = SceneView("target", ids, vectors, everybody)
    nobody = Questions(everybody.take(np.arange(0)), np.empty(0, np.int32))
    view = TrainingView((), target, nobody, 0)
    torch.manual_seed(0)
    network = Network(Shape(DIM)).to(device())
    torch.nn.init.normal_(network.up.weight, std=0.02)
    order = SequenceNetwork(SequenceShape(DIM)).to(device())
    fitted = Trained("target-only", view, Tower(view, network, None, {}), Tower(view, order, None, {}))
    fitted.weights = WEIGHTS
    return fitted, everybody.take(np.sort(random.permutation(len(everybody))[:people]))


def drawn_people(of: np.ndarray, people: int, random: np.random.Generator) -> Sequences:
    """People who choose 2 to 50 items, 7 in the mean, around two centres each."""
    lengths = np.minimum(2 + random.geometric(1 / 6, people) - 1, 50)
    owner = np.repeat(np.arange(people), lengths)
    liked = of[random.integers(0, len(of), (people, 2))]
    wanted = liked[owner, random.integers(0, 2, len(owner))]
    first, last = np.searchsorted(of, wanted), np.searchsorted(of, wanted, side="right")
    chosen = (first + random.random(len(owner)) * (last - first)).astype(np.int32)
    ids = np.array([f"u{number:06d}" for number in range(people)], dtype=object)
    return Sequences(ids, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), chosen)


def _timed(name: str, metric: str, found: list[float]) -> Row:
    return Row(name, metric, statistics.median(found), min(found), max(found))


def _machine() -> str:
    return f"{device().type}, {torch.get_num_threads()} threads"
