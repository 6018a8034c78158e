"""Whoever moves the queue, and however many do: each run is started once, in order, and not too many."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from xscene_core.errors import InputError, WorkError
from xscene_core.experiments.queue import launch, max_workers

LAUNCH = """
import sys, time
from xscene_core.home import Home
from xscene_core.experiments.queue import launch
from xscene_core.experiments.store import RunStore
home = Home.resolve(sys.argv[1])
RunStore(home).list()
while not (home.path / "go").exists():
    time.sleep(0.001)
for _ in range(20):
    launch(home, sys.argv[2:])
"""
CANCEL = """
import sys
from xscene_core.home import Home
from xscene_core.experiments.store import RunStore
print(RunStore(Home.resolve(sys.argv[1])).cancel(sys.argv[2]))
"""


def other_process(code, *words):
    return subprocess.Popen([sys.executable, "-c", code, *map(str, words)], stdout=subprocess.PIPE, text=True)


def test_three_processes_that_move_one_queue_start_each_run_once(runs, monkeypatch):
    monkeypatch.setenv("XSCENE_WORKERS", "3")
    ids = [runs.submit(seed) for seed in range(3)]
    launchers = [other_process(LAUNCH, runs.home.path, *runs.command) for _ in range(3)]
    time.sleep(4)
    (runs.home.path / "go").touch()
    assert [launcher.wait(200) for launcher in launchers] == [0, 0, 0]
    assert [runs.ended(run_id).status for run_id in ids] == ["finished"] * 3
    assert [runs.attempts(seed) for seed in range(3)] == [1, 1, 1]


def test_a_run_whose_launcher_died_before_noting_it_is_still_run_once(runs):
    """Two workers for one run, as if a first launcher had been killed right after starting the first."""
    run_id = runs.submit()
    words = [*runs.command, "--home", str(runs.home.path), "--run", run_id]
    workers = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    printed = [worker.communicate(timeout=200)[0] for worker in workers]
    assert runs.store.get(run_id).status == "finished"
    assert runs.attempts(0) == 1
    assert sum("not to be had" in text for text in printed) == 1


def test_runs_start_in_order_and_no_more_at_a_time_than_allowed(runs, monkeypatch):
    monkeypatch.setenv("XSCENE_WORKERS", "1")
    ids = [runs.submit(seed, steps=10) for seed in range(3)]
    assert launch(runs.home, runs.command) == ids[:1]
    assert launch(runs.home, runs.command) == []
    most = 0
    while any(run.live for run in runs.store.list()):  # finishing workers start the next ones
        most = max(most, len(runs.store.list(status="running")))
        time.sleep(0.05)
    ended = [runs.store.get(run_id) for run_id in ids]
    assert most == 1
    assert [run.status for run in ended] == ["finished"] * 3
    assert ended[0].started < ended[1].started < ended[2].started


def test_two_browsers_and_a_terminal_cancelling_one_run_cancel_it_once(runs):
    run_id = runs.submit(steps=600, sleep=0.1)
    launch(runs.home, runs.command)
    runs.until(run_id, lambda run: run.stage == "adapt")
    terminal = other_process(CANCEL, runs.home.path, run_id)
    with ThreadPoolExecutor(4) as browsers:
        answers = list(browsers.map(runs.store.cancel, [run_id] * 8))
    assert set(answers) <= {"running", "cancelled"}
    assert terminal.communicate(timeout=200)[0].strip() in {"running", "cancelled"}
    run = runs.ended(run_id)
    assert (run.status, run.resumed) == ("cancelled", 0)


def test_cancelling_a_waiting_run_from_another_process_keeps_it_from_starting(runs):
    run_id = runs.submit()
    assert other_process(CANCEL, runs.home.path, run_id).communicate(timeout=200)[0] == "cancelled\n"
    assert launch(runs.home, runs.command) == []
    assert runs.attempts(0) == 0


def test_a_worker_does_not_die_with_the_process_that_started_it(runs):
    run_id = runs.submit(steps=30, sleep=0.1)
    (runs.home.path / "go").touch()
    launcher = other_process(LAUNCH, runs.home.path, *runs.command)
    assert launcher.wait(200) == 0
    assert runs.ended(run_id).status == "finished"


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", "65"])
def test_an_impossible_number_of_workers_gets_a_sentence(monkeypatch, text):
    monkeypatch.setenv("XSCENE_WORKERS", text)
    with pytest.raises(InputError, match="XSCENE_WORKERS"):
        max_workers()


def test_a_worker_that_cannot_be_started_is_a_sentence_and_its_run_waits(runs):
    run = runs.submit(1)
    runs.home.artifacts.write_text("a file where the folder should be")
    with pytest.raises(WorkError, match="no worker can be started"):
        launch(runs.home, runs.command)
    assert runs.store.get(run).status == "queued"
