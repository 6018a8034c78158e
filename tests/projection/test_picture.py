import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from xscene_core.errors import WorkError
from xscene_core.projection import control, job
from xscene_core.projection.control import Place, Progress, Wish, cancel, picture, poll, start
from xscene_core.projection.picture import draw, load, save
from xscene_core.watcher import Silent


def leave_embeddings(folder, n=40, d=6, e=6, people=12, spoil=False):
    """What a run of two scenes leaves."""
    random = np.random.default_rng(0)
    arrays = {"scenes": np.array(["apparel", "jewelry"]), "people_rank": np.arange(1, people + 1.0)}
    for s in range(2):
        arrays |= {
            f"item_rows_{s}": np.arange(n, dtype=np.int32) * 2,
            f"items_before_{s}": random.normal(s, 1, (n, d)).astype(np.float32),
            f"items_after_{s}": random.normal(0, 1, (n, e)).astype(np.float32),
            f"people_ids_{s}": np.array([f"u{s}{k}" for k in range(people)]),
            f"people_before_{s}": random.normal(s, 1, (people, d)).astype(np.float32),
            f"people_after_{s}": random.normal(0, 1, (people, e)).astype(np.float32),
        }
    if spoil:
        arrays["items_after_1"][3] = np.nan
    folder.mkdir(exist_ok=True)
    np.savez(folder / "embeddings.npz", **arrays)
    return folder


def wait(home, wish, seconds=60):
    until = time.monotonic() + seconds
    while (now := poll(home, wish)).state == "running" and time.monotonic() < until:
        time.sleep(0.05)
    return now


@pytest.fixture
def wish(tmp_path):
    return Wish(leave_embeddings(tmp_path / "run"), "items", "pca")


def test_items_keep_their_rows_and_people_their_ranks(wish):
    items = draw(wish.folder / "embeddings.npz", "items", "pca", 0, Silent())
    assert items.scenes == ("apparel", "jewelry")
    assert items.shown == items.stored == (40, 40)
    assert list(items.rows[40:43]) == [0, 2, 4]
    people = draw(wish.folder / "embeddings.npz", "people", "pca", 0, Silent())
    assert list(people.people[12:14]) == ["u10", "u11"]
    assert np.isnan(people.ranks[:12]).all()
    assert list(people.ranks[12:15]) == [1, 2, 3]


def test_large_scenes_are_thinned_evenly_and_it_is_stated(wish, monkeypatch):
    monkeypatch.setattr("xscene_core.projection.picture.LIMIT", 30)
    drawn = draw(wish.folder / "embeddings.npz", "items", "pca", 0, Silent())
    assert drawn.shown == (15, 15)
    assert drawn.stored == (40, 40)
    assert drawn.before.shape == drawn.after.shape == (30, 2)


def test_a_picture_comes_back_from_disk_as_it_was(wish, tmp_path):
    drawn = draw(wish.folder / "embeddings.npz", "people", "pca", 5, Silent())
    save(drawn, tmp_path / "out" / "p.npz")
    back = load(tmp_path / "out" / "p.npz")
    for name in ("before", "after", "scene", "rows", "people"):
        np.testing.assert_array_equal(getattr(back, name), getattr(drawn, name))
    assert back.quality_after == drawn.quality_after
    assert (back.what, back.method, back.seed, back.frame) == ("people", "pca", 5, "joint-axes")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["p.npz"]


def test_a_full_disk_leaves_no_half_picture(wish, tmp_path, monkeypatch):
    drawn = draw(wish.folder / "embeddings.npz", "items", "pca", 0, Silent())

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space"):
        save(drawn, tmp_path / "out" / "p.npz")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("damage", ["cut", "text", "empty", "gone"])
def test_a_picture_that_was_cut_off_is_drawn_again_at_once(home, wish, damage):
    job.run(home, wish)
    path = Place(home, wish.key).picture
    content = path.read_bytes()
    path.write_bytes({"cut": content[: len(content) // 2], "text": b"hello"}.get(damage, b""))
    if damage == "gone":
        path.unlink()
    assert poll(home, wish).state == "absent"
    assert picture(home, wish) is None
    assert job.run(home, wish).state == "ready"
    assert picture(home, wish) is not None


def test_a_picture_that_is_damaged_within_is_a_sentence_and_can_be_drawn_again(home, wish):
    job.run(home, wish)
    path = Place(home, wish.key).picture
    content = path.read_bytes()
    path.write_bytes(content[:200] + bytes(len(content) // 2) + content[200 + len(content) // 2 :])
    assert poll(home, wish).state == "ready"
    with pytest.raises(WorkError, match="cannot be read"):
        picture(home, wish)
    assert poll(home, wish).state == "absent"
    assert job.run(home, wish).state == "ready"
    assert picture(home, wish) is not None


def test_a_run_without_embeddings_is_a_sentence(home, tmp_path):
    with pytest.raises(WorkError, match="left nothing to draw"):
        poll(home, Wish(tmp_path))


def test_a_started_picture_is_drawn_by_its_own_process(home, wish):
    assert poll(home, wish).state == "absent"
    assert start(home, wish).state == "running"
    assert wait(home, wish) == Progress("ready", "done", 1.0, 0.0)
    assert picture(home, wish).method == "pca"
    assert start(home, wish).state == "ready"


def test_the_second_picture_of_a_kind_says_how_long_it_will_take(home, wish, tmp_path):
    assert job.run(home, wish).state == "ready"
    seconds = json.loads(Place(home, wish.key).durations.read_text())["items pca"]
    other = Wish(leave_embeddings(tmp_path / "other", n=50), "items", "pca")
    reporter = job.Reporter(Place(home, other.key), other)
    assert reporter.place.read().expected == seconds


def test_time_passes_between_reports():
    now = Progress("running", "before", 0.1, begun=time.time() - 30, expected=40.0).by_now()
    assert now.fraction == pytest.approx(0.75, abs=0.02)
    assert now.seconds_left == pytest.approx(10, abs=1)
    late = Progress("running", "before", 0.1, begun=time.time() - 90, expected=40.0).by_now()
    assert (late.fraction, late.seconds_left) == (0.95, 1.0)


def test_two_starters_make_one_process(home, wish, monkeypatch):
    begun = []
    really = subprocess.Popen
    monkeypatch.setattr(control.subprocess, "Popen", lambda *a, **k: begun.append(really(*a, **k)))
    for _ in range(3):
        start(home, wish)
    assert wait(home, wish).state == "ready"
    assert len(begun) == 1
    begun[0].wait(10)


def test_a_second_process_leaves_the_work_to_the_first(home, wish, monkeypatch):
    home.projections.mkdir()
    monkeypatch.setattr(
        Place, "lock", lambda self, timeout=0.0, lock=Place.lock: lock(self, min(timeout, 0.1))
    )
    monkeypatch.setattr(job, "draw", lambda *_: pytest.fail("drawn twice"))
    program = (
        "import sys; from filelock import FileLock\n"
        "with FileLock(sys.argv[1]):\n"
        "    print(1, flush=True); input()"
    )
    lock = home.projections / f"{wish.key}.lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    holder.stdout.readline()
    try:
        assert job.run(home, wish).state == "absent"
    finally:
        holder.communicate(b"\n")


def test_a_failure_is_one_sentence(home, tmp_path):
    wish = Wish(leave_embeddings(tmp_path / "run", spoil=True), "items", "pca")
    start(home, wish)
    found = wait(home, wish)
    assert found.state == "failed"
    assert "not all numbers" in found.error
    assert "Traceback" not in found.error


def slow_job(home, wish):
    """A real process that holds the lock and says it is drawing, for as long as nobody stops it."""
    home.projections.mkdir(exist_ok=True)
    program = (
        "import sys, time; from xscene_core.projection import job\n"
        "job.draw = lambda *_: time.sleep(60)\n"
        "sys.exit(job.main())"
    )
    arguments = ["--home", str(home.path), "--folder", str(wish.folder), "--what", wish.what]
    process = subprocess.Popen([sys.executable, "-c", program, *arguments, "--method", wish.method])
    place = Place(home, wish.key)
    until = time.monotonic() + 30
    while place.read().pid != process.pid and time.monotonic() < until:
        time.sleep(0.02)
    assert poll(home, wish).state == "running"
    return process


def test_cancelling_ends_the_process_and_may_be_repeated(home, wish):
    process = slow_job(home, wish)
    assert cancel(home, wish).state == "cancelled"
    assert process.wait(10) == -signal.SIGTERM
    assert cancel(home, wish).state == "cancelled"
    assert start(home, wish).state == "running"
    assert wait(home, wish).state == "ready"


def test_a_killed_process_is_noticed_and_the_picture_can_be_started_again(home, wish):
    process = slow_job(home, wish)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    found = poll(home, wish)
    assert found.state == "failed"
    assert "Start it again" in found.error
    start(home, wish)
    assert wait(home, wish).state == "ready"


def test_a_damaged_status_file_is_as_good_as_none(home, wish):
    home.projections.mkdir()
    Place(home, wish.key).status.write_text("{")
    assert poll(home, wish).state == "absent"


def test_other_content_parameters_or_seed_are_another_picture(wish, tmp_path):
    keys = {wish.key, Wish(wish.folder, "people", "pca").key, Wish(wish.folder, "items", "pca", 1).key}
    keys.add(Wish(leave_embeddings(tmp_path / "other", n=41), "items", "pca").key)
    assert len(keys) == 4
    assert Wish(leave_embeddings(tmp_path / "same"), "items", "pca").key == wish.key


def test_a_page_can_ask_without_loading_anything_heavy():
    program = (
        "import json, sys, xscene_core.projection.control\n"
        "heavy = ('umap', 'numba', 'torch', 'sklearn', 'scipy', 'pandas')\n"
        "print(json.dumps([name for name in heavy if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
