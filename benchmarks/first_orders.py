"""What the first orders of a new category are worth, and how long learning from 50 of them takes.

Content similarity on sample scenes, and on Arts -> Office where the real data is there. ``pairs gain`` is
the share of pairs (chosen later, not chosen) in the right order after k orders minus that without, mean
over hidden categories with its 95 % interval; strengths come from the other categories. ``control`` deals
as many orders to random people and products. ``learn 50 orders`` is CPU seconds, one thread, to adapt the
appeal of 200 products for everybody considered, with the share of the catalogue they beat (smallest and
largest of three).
"""

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from benchmarks.rankings import workplace
from benchmarks.row import Row
from xscene_core.experiments.pipeline import Prepared
from xscene_core.experiments.spec import TaskSpec
from xscene_core.newcategory.appeal import measure, people_vectors, yardstick
from xscene_core.newcategory.audience import Audience, gather
from xscene_core.newcategory.category import from_items
from xscene_core.newcategory.first_orders import rehearsed, take_in
from xscene_core.newcategory.order_value import OrderValue
from xscene_core.newcategory.orders import NO_ORDERS, orders_of
from xscene_core.newcategory.placing import place
from xscene_core.newcategory.recommendation import MOST_PEOPLE
from xscene_core.newcategory.unseen import hide_each
from xscene_core.transfer.method import find
from xscene_core.watcher import Silent

SAMPLES = (("apparel", "home"), ("electronics", "jewelry"), ("store", "attractions"))
REAL = "amazon_art_office_urllm"
ORDERS, PRODUCTS, REPEATS = 50, 200, 3


def run(data: Path | None) -> list[Row]:
    """Rows ``SOURCE->TARGET/K orders``."""
    torch.set_num_threads(1)
    rows: list[Row] = []
    for name, ready in _scenes(data):
        recommender = find("content").run(ready.view, {}, Silent())
        fitted = SimpleNamespace(
            recommender=recommender,
            view=ready.view,
            test=ready.test,
            scenes=ready.scenes,
            encoding=ready.encoding,
        )
        order = [ready.view.target.name, *(view.name for view in ready.view.sources)]
        audience = gather(ready.scenes, order, most=MOST_PEOPLE, seed=0)
        started = time.process_time()
        unseen, _ = hide_each(fitted, audience, 0, Silent())
        value = rehearsed(fitted, unseen, NO_ORDERS, 0, Silent())
        rows += _gains(name, value, time.process_time() - started)
        seconds = [_learning(fitted, audience, value) for _ in range(REPEATS)]
        middle, ends = float(np.median(seconds)), (min(seconds), max(seconds))
        rows.append(Row(f"{name}/learn {ORDERS} orders", "CPU seconds", middle, *ends))
    return rows


def _scenes(data: Path | None) -> Iterator[tuple[str, Prepared]]:
    real = data is not None and (data / REAL).is_dir()
    with workplace(data, *([REAL] if real else [])) as here:
        for source, target in SAMPLES:
            task = TaskSpec(sources=(source,), target=target, budget="0", encoder="tfidf")
            yield f"{source}->{target}", here.prepared(task)
        if real:
            source, target = "Arts_Crafts_and_Sewing", "Office_Products"
            yield f"{source}->{target}", here.prepared(here.task(target, (source,), "all", 0))


def _gains(name: str, value: OrderValue, seconds: float) -> list[Row]:
    rows = []
    for step in value.steps:
        for metric, gain in (("pairs", step.which_gain), ("ndcg@10", step.ndcg_gain), ("who", step.who_gain)):
            rows.append(Row(f"{name}/{step.orders} orders", f"{metric} gain", *map(float, gain)))
    rows.append(Row(f"{name}/control", "pairs gain", *map(float, value.control)))
    return [*rows, Row(f"{name}/rehearsal", "CPU seconds", seconds)]


def _learning(run: Any, audience: Audience, value: OrderValue) -> float:
    """CPU seconds to learn, with the strengths and the appeal without orders at hand."""
    target = run.scenes[run.view.target.name]
    category = from_items(target.items.head(PRODUCTS), "new")
    vectors, ruler = place(run, category).vectors, yardstick(run, 0)
    start = measure(run, audience, vectors, ruler, Silent())
    rng = np.random.default_rng(0)
    ids = category.items["item_id"].to_numpy(dtype=object)
    pairs = zip(rng.choice(audience.ids, ORDERS), rng.choice(ids, ORDERS), strict=True)
    orders = orders_of([(str(user), str(item), "order") for user, item in pairs])
    started = time.process_time()
    people = people_vectors(run, audience)
    learned = take_in(orders, category.items, audience, people, start.z, vectors, value.strengths, 0)
    measure(run, audience, vectors, ruler, Silent(), learned.z - start.z)
    return time.process_time() - started
