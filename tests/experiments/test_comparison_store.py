"""The comparison over the real run store: what a worker writes is what is compared."""

import json
import os

import pytest

from tests.experiments.comparison_cases import TASK, Shelf, ranks_of, worse
from xscene_core.experiments.comparison import compare
from xscene_core.experiments.process import worker_of
from xscene_core.experiments.ranks import FILE
from xscene_core.experiments.spec import RunSpec
from xscene_core.experiments.store import RunStore


@pytest.fixture
def store(home):
    return RunStore(home)


def finish(store, shelf, method, ranks, **outcome):
    """A run that went through the store as a worker takes it there."""
    run_id = store.submit(RunSpec(task=TASK, method=method), "group")
    worker = worker_of(os.getpid())
    assert store.claim(run_id, worker)
    record = store.get(run_id)
    record.folder.mkdir(parents=True, exist_ok=True)
    left = shelf.get(shelf.add(method, ranks)).folder / FILE
    (record.folder / FILE).write_bytes(left.read_bytes())
    given = {"metrics": {"coverage@10": 0.25}, "stands_for": method, "reason": f"{method} as it is."}
    store.end(record, "finished", outcome=given | outcome, facts={"seconds": 1.5, "peak_mb": 200.0})
    return run_id


def test_runs_of_the_store_are_compared_and_baselines_found(store, tmp_path):
    shelf = Shelf(tmp_path)
    finish(store, shelf, "popularity", worse(ranks_of()))
    run = finish(store, shelf, "content", ranks_of(seed=0))
    waiting = store.submit(RunSpec(task=TASK, method="item-knn"), "group")
    document = compare(store, [run, waiting]).document()
    assert [(r["method"], r["status"], r["added"]) for r in document["runs"]] == [
        ("content", "finished", False),
        ("item-knn", "queued", False),
        ("popularity", "finished", True),
    ]
    first = document["runs"][0]
    assert first["metrics"]["coverage@10"]["value"] == 0.25
    assert first["metrics"]["ndcg@10"]["low"] < first["metrics"]["ndcg@10"]["value"]
    assert first["reason"] == "content as it is."
    assert (first["seconds"], first["peak_mb"]) == (1.5, 200.0)
    assert "content" in document["verdict"]
    json.dumps(document, allow_nan=False)
