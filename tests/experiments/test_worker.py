"""Whatever happens to a worker at whatever moment: the store tells it, and nothing else is touched."""

import os
import signal
import time

import pytest

from tests.experiments.fake_worker import execute
from xscene_core.experiments.queue import launch
from xscene_core.experiments.store import RunStore
from xscene_core.experiments.worker import work


@pytest.fixture
def many_at_once(monkeypatch):
    monkeypatch.setenv("XSCENE_WORKERS", "6")


def content(folder):
    return {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_run_finishes_with_artifacts_curves_and_measures(runs):
    run_id = runs.submit()
    launch(runs.home, runs.command)
    run = runs.ended(run_id)
    assert (run.status, run.reason, run.stands_for) == ("finished", "it learned", "coral")
    assert run.metrics == {"ndcg@10": 0.25, "hr@10": 0.5}
    assert set(content(run.folder)) == {"outcome.json", "weights-0.txt", "weights-1.txt", "weights-2.txt"}
    assert runs.store.curves(run_id) == {"adapt/loss": [(0, 1.0), (1, 0.5), (2, pytest.approx(1 / 3))]}
    assert 50 < run.peak_mb < 2000
    assert 0.1 < run.seconds < 30
    assert run.stage_seconds["adapt"] >= 0.1
    assert runs.store.fetch(run_id).folder == run.folder
    assert not list(run.folder.parent.glob("working*"))


def test_a_worker_killed_at_any_moment_is_lost_alone_and_its_run_can_be_finished(runs, many_at_once):
    done = runs.submit(0)
    launch(runs.home, runs.command)
    earlier = content(runs.ended(done).folder)

    (runs.home.path / "slow-start").touch()
    starting = runs.submit(1)
    launch(runs.home, runs.command)
    (runs.home.path / "slow-start").unlink()
    (runs.home.path / "stall").touch()
    working, publishing = runs.submit(2, steps=600, sleep=0.1), runs.submit(3)
    launch(runs.home, runs.command)
    runs.until(working, lambda run: run.stage == "adapt" and run.fraction > 0)
    runs.until(publishing, lambda run: (run.folder / "outcome.json").exists())
    (runs.home.path / "stall").unlink()
    for run_id in (starting, working, publishing):
        os.kill(runs.store.get(run_id).worker.pid, signal.SIGKILL)
    for run_id in (starting, working, publishing):
        runs.until(run_id, lambda run: run in runs.store.sweep_lost() or run.status == "lost", seconds=5)

    lost = [runs.store.get(run_id) for run_id in (starting, working, publishing)]
    assert {run.status for run in lost} == {"lost"}
    assert all("ended without a word" in run.error for run in lost)
    assert all(run.metrics == {} for run in lost)
    assert content(runs.store.get(done).folder) == earlier
    assert runs.store.get(done).status == "finished"

    for run_id in (starting, publishing):
        runs.store.resume(run_id)
    launch(runs.home, runs.command)
    for run_id in (starting, publishing):
        again = runs.ended(run_id)
        assert (again.status, again.resumed, again.error) == ("finished", 1, "")
        assert set(content(again.folder)) == {"outcome.json", *(f"weights-{step}.txt" for step in range(3))}


def test_leftovers_of_a_killed_worker_are_removed(runs):
    run_id = runs.submit(steps=600, sleep=0.1)
    launch(runs.home, runs.command)
    run = runs.until(run_id, lambda run: run.stage == "adapt" and run.fraction > 0)
    assert list(run.folder.parent.glob("working*"))
    os.kill(run.worker.pid, signal.SIGKILL)
    time.sleep(0.3)
    launch(runs.home, runs.command)
    assert runs.store.get(run_id).status == "lost"
    assert not list(run.folder.parent.glob("working*"))


def test_a_cancelled_worker_stops_soon_and_leaves_nothing(runs):
    run_id = runs.submit(steps=600, sleep=0.1)
    launch(runs.home, runs.command)
    runs.until(run_id, lambda run: run.stage == "adapt")
    assert runs.store.cancel(run_id) == "running"
    assert runs.store.get(run_id).cancelling
    began = time.monotonic()
    run = runs.ended(run_id)
    assert (run.status, run.error) == ("cancelled", "")
    assert time.monotonic() - began < 5
    assert not run.folder.exists()


def test_a_worker_cancelled_before_it_can_listen_counts_as_cancelled(runs):
    (runs.home.path / "slow-start").touch()
    run_id = runs.submit()
    launch(runs.home, runs.command)
    runs.store.cancel(run_id)
    time.sleep(0.3)
    launch(runs.home, runs.command)
    assert runs.store.get(run_id).status == "cancelled"


def test_a_terminated_worker_is_a_cancelled_run(runs):
    run_id = runs.submit(steps=600, sleep=0.1)
    launch(runs.home, runs.command)
    os.kill(runs.until(run_id, lambda run: run.stage == "adapt").worker.pid, signal.SIGTERM)
    assert runs.ended(run_id).status == "cancelled"


def test_every_kind_of_failure_gets_its_sentence_and_the_log_the_details(runs, many_at_once):
    sentences = {
        "input": "The scene has one item (lonely). Add items.",
        "bug": "unexpected error: KeyError: 'oops'",
        "full": "The disk is full",
        "memory": "The memory did not suffice",
    }
    ids = {kind: runs.submit(seed, fail=kind) for seed, kind in enumerate(sentences)}
    launch(runs.home, runs.command)
    for kind, run_id in ids.items():
        run = runs.ended(run_id)
        assert run.status == "failed"
        assert sentences[kind] in run.error
        assert "Traceback" not in run.error
        assert "Traceback" in run.log.read_text()
        assert not run.folder.exists()


def test_a_failed_run_makes_room_before_its_end_is_written(runs, monkeypatch):
    """On a full disk the end could not be written otherwise, and the run would seem lost."""
    run_id, seen = runs.submit(fail="full"), []
    monkeypatch.setattr(RunStore, "end", _looking(seen, RunStore.end))
    assert work(runs.home, run_id, execute, ("true",)) == "failed"
    assert seen == [[]]


def _looking(seen, end):
    def end_after_a_look(store, run, *rest):
        seen.append(list(run.folder.parent.glob("working-*")))
        end(store, run, *rest)

    return end_after_a_look


def test_a_second_run_of_a_method_knows_how_long_the_rest_takes(runs):
    first = runs.submit(0, steps=20, sleep=0.1)
    launch(runs.home, runs.command)
    assert runs.until(first, lambda run: run.stage_seconds_left is not None).seconds_left is None
    runs.ended(first)
    second = runs.submit(0, steps=20, sleep=0.1)
    launch(runs.home, runs.command)
    assert 0 <= runs.until(second, lambda run: run.seconds_left is not None).seconds_left < 10
    assert runs.ended(second).seconds_left is None
