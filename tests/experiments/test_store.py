"""The run store keeps what it is given, finds it again, and says in one sentence when it cannot."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from xscene_core.errors import InputError, WorkError
from xscene_core.experiments.process import worker_of
from xscene_core.experiments.spec import RunSpec, TaskSpec
from xscene_core.experiments.store import RunStore
from xscene_core.experiments.tracking import speaking
from xscene_core.home import Home


def in_fresh_process(code: str, home: Home) -> subprocess.CompletedProcess[str]:
    preamble = (
        "from xscene_core.home import Home\n"
        "from xscene_core.experiments.store import RunStore\n"
        f"store = RunStore(Home.resolve({str(home.path)!r}))\n"
    )
    return subprocess.run(
        [sys.executable, "-c", preamble + code], capture_output=True, text=True, timeout=200
    )


def claimed(runs, **wish):
    run_id = runs.submit(**wish)
    assert runs.store.claim(run_id, worker_of(os.getpid()))
    return runs.store.get(run_id)


def test_a_spec_of_any_length_comes_back_as_it_was(runs):
    names = tuple(f"scene_{number}_{'x' * 40}" for number in range(80))
    task = TaskSpec(sources=names, target="目标", fingerprints=tuple((name, "f" * 64) for name in names))
    spec = RunSpec(task=task, method="auto", params={"rate": 0.1, "layers": [3, 2], "note": "ü,'\"%"})
    assert runs.store.get(runs.store.submit(spec, "g")).spec == spec


def test_runs_are_found_by_the_beginning_of_their_id_and_only_then(runs):
    first, second = runs.submit(1), runs.submit(2)
    assert runs.store.get(first[:12]).run_id == first
    for wrong, sentence in [
        ("zz", "There is no run"),
        ("", "There is no run"),
        ("' or 1=1 --", "There is no run"),
    ]:
        with pytest.raises(InputError, match=sentence):
            runs.store.get(wrong)
    while first[0] != second[0]:
        second = runs.submit()
    with pytest.raises(InputError, match="More than one run"):
        runs.store.get(first[0])


def test_runs_are_listed_newest_first_and_by_what_they_are(runs):
    ids = [runs.submit(seed, method=method) for seed, method in enumerate(["coral", "dann", "coral"])]
    other = runs.store.submit(runs.spec(seed=0), "another")
    assert [run.run_id for run in runs.store.list()] == [other, *ids[::-1]]
    assert [run.run_id for run in runs.store.list(group="another")] == [other]
    assert {run.run_id for run in runs.store.list(task_key=runs.spec(seed=0).task.key)} == {ids[0], other}
    assert [run.run_id for run in runs.store.list(key=runs.spec(1, "dann").key)] == [ids[1]]
    assert [run.run_id for run in runs.store.list(method="coral", task_key=runs.spec(2).task.key)] == [ids[2]]
    assert [run.run_id for run in runs.store.list(limit=1)] == [other]
    assert runs.store.list(status="running") == []


def test_a_run_shown_in_a_second_submission_belongs_to_both(runs):
    run = runs.submit()
    runs.store.join_group(run, "later")
    assert [one.run_id for one in runs.store.list(group="later")] == [run]
    assert runs.store.get(run).group == "group"


def test_cancelling_twice_is_cancelling_once(runs):
    run = runs.submit()
    assert [runs.store.cancel(run), runs.store.cancel(run)] == ["cancelled", "cancelled"]


def test_a_cancelled_run_is_resumed_as_the_same_run(runs):
    run = runs.submit()
    runs.store.cancel(run)
    assert runs.store.resume(run) == "queued"
    assert runs.store.resume(run) == "queued"
    assert runs.store.get(run).resumed == 1


def test_a_deleted_run_comes_back_with_everything(runs):
    run = runs.submit(rate=0.5)
    with pytest.raises(InputError, match="has not ended"):
        runs.store.delete(run)
    runs.store.cancel(run)
    before = runs.store.get(run)
    runs.store.delete(run)
    assert runs.store.list() == []
    assert [one.run_id for one in runs.store.list(deleted=True)] == [run]
    assert runs.store.restore(run) == run
    assert runs.store.get(run) == before


def test_curves_and_numbers_come_back_and_a_new_attempt_starts_new_curves(runs):
    run = claimed(runs)
    runs.store.beat(
        run, {"stage": "adapt", "fraction": 0.5}, [("adapt/loss", 2.0, 1), ("adapt/loss", 3.0, 0)]
    )
    assert runs.store.curves(run.run_id) == {"adapt/loss": [(0, 3.0), (1, 2.0)]}
    now = runs.store.get(run.run_id)
    assert (now.stage, now.fraction, now.status) == ("adapt", 0.5, "running")
    runs.store.end(run, "failed", "It did not work.")
    runs.store.resume(run.run_id)
    assert runs.store.curves(run.run_id) == {}
    assert runs.store.get(run.run_id).error == ""


def test_an_outcome_comes_back_with_metric_names_as_they_were(runs):
    run = claimed(runs)
    outcome = {
        "metrics": {"ndcg@10": 0.25, "mrr": 0.125},
        "facts": {"weight@2": 3.0},
        "reason": "because",
        "stands_for": "content",
        "reference": "item-knn",
        "params": {"x": 1},
    }
    runs.store.end(run, "finished", outcome=outcome, facts={"seconds": 1.5, "peak_mb": 200.0, "threads": 1})
    now = runs.store.get(run.run_id)
    assert now.metrics == {"ndcg@10": 0.25, "mrr": 0.125}
    assert now.facts == {"weight@2": 3.0}
    assert (now.reason, now.stands_for, now.reference) == ("because", "content", "item-knn")
    assert (now.status, now.seconds, now.peak_mb, now.fraction) == ("finished", 1.5, 200.0, 1.0)


def test_only_the_worker_that_has_a_run_can_end_it(runs):
    run = claimed(runs)
    stranger = worker_of(os.getppid())
    assert not runs.store.claim(run.run_id, stranger)
    runs.store.end(type(run)(**{**vars(run), "worker": stranger}), "failed", "not mine")
    assert runs.store.get(run.run_id).status == "running"


def test_everything_survives_into_another_process_and_nothing_is_printed(runs):
    run = runs.submit(7, rate=0.25)
    seen = in_fresh_process(
        f"r = store.get({run!r}); print(r.status, r.spec.params, r.spec.task.seed)", runs.home
    )
    assert (seen.stdout, seen.stderr) == ("queued {'rate': 0.25} 7\n", "")


def test_a_new_store_is_made_without_a_word(home):
    made = in_fresh_process("print(store.list())", home)
    assert (made.stdout, made.stderr) == ("[]\n", "")


def test_looking_at_the_store_module_does_not_load_mlflow(home):
    code = "import sys; print('mlflow' in sys.modules, 'sqlalchemy' in sys.modules, 'torch' in sys.modules)"
    assert in_fresh_process(code, home).stdout == "False False False\n"


def test_nobody_waits_for_another_process_to_load_mlflow(runs):
    """The lock was once held while MLflow loaded: on a busy machine others gave up waiting for it."""
    run = runs.submit()
    code = (
        "import sys\n"
        "from xscene_core.experiments import store as module\n"
        "lock = module.home_lock\n"
        "loaded = []\n"
        "def spy(home):\n"
        "    loaded.append('mlflow' in sys.modules)\n"
        "    return lock(home)\n"
        "module.home_lock = spy\n"
        f"print(store.cancel({run!r}), loaded)"
    )
    assert in_fresh_process(code, runs.home).stdout == "cancelled [True]\n"


def test_readers_do_not_wait_for_writers(runs):
    runs.submit()
    with closing(sqlite3.connect(runs.home.database)) as database:
        assert database.execute("pragma journal_mode").fetchone() == ("wal",)
        database.execute("begin immediate")
        began = time.monotonic()
        assert len(runs.store.list()) == 1
        assert time.monotonic() - began < 2
        database.rollback()


@pytest.mark.parametrize("content", [b"this is not a database" * 200, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_broken_store_gets_a_sentence_and_keeps_its_bytes(home, content):
    home.database.write_bytes(content)
    with pytest.raises(InputError, match=r"runs\.db.*nothing in it was changed"):
        RunStore(home).list()
    assert home.database.read_bytes() == content


def test_a_database_of_something_else_is_not_touched(home):
    with closing(sqlite3.connect(home.database)) as database:
        database.execute("create table shoes (size)")
        database.commit()
    before = home.database.read_bytes()
    with pytest.raises(InputError, match="no table of runs"):
        RunStore(home).list()
    assert home.database.read_bytes() == before


def test_a_store_of_a_newer_version_gets_a_sentence(runs):
    runs.submit()
    with closing(sqlite3.connect(runs.home.database)) as database:
        database.execute("update alembic_version set version_num = 'ffffffffffff'")
        database.commit()
    seen = in_fresh_process(
        "from xscene_core.errors import InputError\n"
        "try: store.list()\n"
        "except InputError as error: print(error)",
        runs.home,
    )
    assert "another version of MLflow" in seen.stdout
    assert seen.stderr == ""


def test_a_store_that_was_moved_away_is_made_anew(runs):
    runs.submit()
    for file in runs.home.path.glob("runs.db*"):
        file.rename(file.with_name(f"old-{file.name}"))
    assert runs.store.list() == []
    runs.submit()
    assert len(runs.store.list()) == 1


def test_a_run_of_another_version_does_not_hide_the_others(runs):
    readable, unreadable = runs.submit(1), runs.submit(2)
    with closing(sqlite3.connect(runs.home.database)) as database:
        change = "update tags set value = '{\"task\": 1}' where key = 'xscene.spec.0' and run_uuid = ?"
        database.execute(change, (unreadable,))
        database.commit()
    assert [run.run_id for run in runs.store.list()] == [readable]


def test_a_full_disk_gets_a_sentence(home):
    with closing(sqlite3.connect(home.path / "small.db")) as database:
        database.execute("pragma max_page_count = 2")
        database.execute("create table t (x)")
        with pytest.raises(WorkError, match="disk is full"), speaking(home):
            database.execute("insert into t values (?)", ("x" * 100_000,))


def test_a_kill_while_the_store_is_made_leaves_no_half_store(home):
    code = (
        "from xscene_core.home import Home\n"
        "from xscene_core.experiments.store import RunStore\n"
        f"RunStore(Home.resolve({str(home.path)!r})).list()\n"
    )
    maker = subprocess.Popen([sys.executable, "-c", code])
    while not (home.path / "runs.db.new").exists() and maker.poll() is None:
        time.sleep(0.01)
    time.sleep(0.1)
    maker.send_signal(signal.SIGKILL)
    assert maker.wait() == -signal.SIGKILL
    assert not home.database.exists()
    assert RunStore(home).list() == []


def test_a_spec_that_no_version_understands_does_not_hide_the_others(runs):
    """A budget of 0.00001 % was once kept as "1e-05%", which could not be read again: no run was shown."""
    bad, good = runs.submit(1), runs.submit(2)
    with closing(sqlite3.connect(runs.home.database)) as database, database:
        database.execute("update tags set value = replace(value, '10%', '1e-05%') where run_uuid = ?", (bad,))
    assert [run.run_id for run in runs.store.list()] == [good]


@pytest.mark.parametrize("budget", ["0.00001%", "33.333333%", "0%", "100%", "12.5 %", "7"])
def test_every_budget_that_is_accepted_can_be_read_again(budget):
    task = TaskSpec(sources=("a",), target="b", budget=budget)
    assert TaskSpec.model_validate_json(task.model_dump_json()) == task
