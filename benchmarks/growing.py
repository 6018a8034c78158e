"""One size of the growth benchmark, in a process of its own so that its memory is its own:
``python -m benchmarks.growing --interactions N`` or ``--home DIR --scene NAME``; prints one JSON document."""

import argparse
import json
import statistics
import time
from contextlib import suppress
from dataclasses import replace

import numpy as np
import torch

from xscene_core.errors import Cancelled
from xscene_core.experiments.pipeline import prepare_task
from xscene_core.experiments.process import own_peak_mb
from xscene_core.experiments.spec import TaskSpec
from xscene_core.home import Home
from xscene_core.models.device import device
from xscene_core.models.network import Network
from xscene_core.models.sequence import SequenceNetwork, SequenceShape
from xscene_core.models.training import Corpus, Plan, train
from xscene_core.scenes.library import SceneLibrary
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.learning import ADAPT, FOLLOW, checker, new_network, new_sequence_network
from xscene_core.transfer.tower import Tower
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Silent

ITEMS, CONTENT, MEAN = 20_000, 384, 8
"""The catalogue, which does not grow; numbers of content per item; choices per person in the mean."""
WARM = 64


def grown(interactions: int) -> dict[str, float]:
    """Seconds of one epoch of the sequence network (the median of a few where they are short)."""
    sequences = generated(interactions)
    torch.manual_seed(0)
    network = SequenceNetwork(SequenceShape(CONTENT)).to(device())
    content = torch.nn.functional.normalize(torch.randn(ITEMS, CONTENT), dim=1).to(device())
    own = torch.nn.Parameter(torch.zeros(ITEMS, network.shape.inner, device=device()))
    plan = replace(FOLLOW, epochs=1)
    train(
        network, [Corpus(content, sequences.take(np.arange(WARM)), own)], plan,
        seed=0, stage="warm", watcher=Silent(),
    )  # fmt: skip
    before = own_peak_mb()
    wall, processor = [], []
    for turn in range(max(1, min(3, 200_000 // interactions))):
        started, used = time.perf_counter(), time.process_time()
        train(network, [Corpus(content, sequences, own)], plan, seed=turn, stage="train", watcher=Silent())
        wall.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
    return {
        "interactions": float(len(sequences.items)),
        "predictions": float(np.maximum(sequences.lengths - 1, 0).sum()),
        "seconds": statistics.median(wall),
        "processor_seconds": statistics.median(processor),
        "peak_mb": own_peak_mb(),
        "peak_before_mb": before,
    }


def generated(interactions: int, seed: int = 0) -> Sequences:
    """People with 2 to 50 choices, ``MEAN`` in the mean; popularity of items falls as 1 / (rank + 20)."""
    random = np.random.default_rng(seed)
    people = round(interactions / MEAN)
    lengths = np.minimum(2 + random.geometric(1 / (MEAN - 1), people) - 1, 50)
    popularity = 1 / (np.arange(ITEMS) + 20)
    flat = random.choice(ITEMS, lengths.sum(), p=popularity / popularity.sum()).astype(np.int32)
    names = np.array([f"u{k}" for k in range(people)], dtype=object)
    return Sequences(names, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), flat)


def whole_scene(home: Home, name: str, source: str, seconds: float) -> dict[str, float]:
    """Loads, encodes and splits a scene as a run does, and trains both networks for a part of an epoch."""
    started = time.perf_counter()
    task = TaskSpec(sources=(source,), target=name, budget="all", encoder="tfidf")
    view = prepare_task(task, SceneLibrary(home), home, Silent()).view
    found = {
        "prepare_seconds": time.perf_counter() - started,
        "prepare_peak_mb": own_peak_mb(),
        "people": float(len(view.target.sequences)),
        "items": float(len(view.target.item_ids)),
        "predictions": float(np.maximum(view.target.sequences.lengths - 1, 0).sum()),
    }
    for part, network, plan in (
        ("content", new_network(view), ADAPT),
        ("sequence", new_sequence_network(view), FOLLOW),
    ):
        done, took = part_of_an_epoch(view, network, plan, seconds / 2)
        found |= {f"{part}_share": done, f"{part}_seconds": took, f"{part}_peak_mb": own_peak_mb()}
    return found


class Until(Silent):
    """Stops a training after ``seconds``, its first steps not counted, and knows how much of it was done."""

    FIRST = 5

    def __init__(self, seconds: float) -> None:
        self.seconds, self.calls, self.share, self.took = seconds, 0, 0.0, 0.0

    def progress(self, stage: str, fraction: float) -> None:
        self.calls += 1
        if self.calls <= self.FIRST:
            self._began, self._at = time.perf_counter(), fraction
            return
        self.took, self.share = time.perf_counter() - self._began, fraction - self._at
        if self.took > self.seconds:
            raise Cancelled()


def part_of_an_epoch(
    view: TrainingView, network: Network | SequenceNetwork, plan: Plan, seconds: float
) -> tuple[float, float]:
    """The share of one epoch that was done in how many seconds, with checks as a run makes them."""
    content = torch.from_numpy(view.target.vectors).to(device())
    tower = Tower(view, network, None, {})
    with torch.no_grad():
        tower.own = torch.nn.Parameter(torch.zeros_like(network.place_items(content)))
    corpus = Corpus(content, view.target.sequences, tower.own)
    watcher = Until(seconds)
    check = checker(tower, view.validation, view.seed)
    with suppress(Cancelled):
        train(network, [corpus], plan, seed=0, stage="train", watcher=watcher, check=check)
    return watcher.share * plan.epochs, watcher.took


def main() -> None:
    """See above."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interactions", type=int)
    parser.add_argument("--home")
    parser.add_argument("--scene")
    parser.add_argument("--source")
    parser.add_argument("--seconds", type=float, default=120.0)
    given = parser.parse_args()
    found: dict[str, float]
    if given.interactions:
        found = grown(given.interactions)
    else:
        found = whole_scene(Home.resolve(given.home), given.scene, given.source, given.seconds)
    print(json.dumps(found | {"threads": float(torch.get_num_threads())}))


if __name__ == "__main__":
    main()
