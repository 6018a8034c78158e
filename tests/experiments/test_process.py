"""A worker is told from every other process, whatever happens to the clock."""

import os
import subprocess
import sys

import psutil
import pytest

from xscene_core.errors import InputError, WorkError, disk_full
from xscene_core.experiments.process import alive, torch_threads, worker_of
from xscene_core.experiments.queue import _environment, max_workers
from xscene_core.experiments.record import Worker


def test_a_worker_is_not_lost_when_the_clock_is_set(monkeypatch):
    """The system tells the start of a process as the time since the machine started, added to a clock."""
    me = worker_of(os.getpid())
    told = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: told(process) + 3600)
    assert worker_of(os.getpid()).started != me.started
    assert alive(me)


def test_a_later_process_with_the_same_number_is_another_worker():
    me = worker_of(os.getpid())
    assert not alive(Worker(me.host, me.pid, me.started, me.boot, me.ticks - 1))
    assert not alive(Worker(me.host, me.pid, me.started, "another start of the machine", me.ticks))


def test_a_worker_noted_by_an_older_version_is_known_by_its_time():
    me = worker_of(os.getpid())
    assert alive(Worker(me.host, me.pid, me.started))
    assert not alive(Worker(me.host, me.pid, me.started - 60))


def test_a_process_that_ended_is_not_alive():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    worker = worker_of(child.pid)
    assert alive(worker)
    child.communicate()
    assert not alive(worker)


def test_numbers_written_in_other_signs_are_refused_and_do_not_break(monkeypatch):
    monkeypatch.setenv("XSCENE_THREADS", "\u00b2")
    assert torch_threads() >= 1
    monkeypatch.setenv("XSCENE_WORKERS", "\u00b2")
    with pytest.raises(InputError, match="workers are not possible"):
        max_workers()


def test_a_full_disk_is_known_by_number_or_by_words():
    assert disk_full(OSError(28, "No space left on device"))
    assert disk_full(OSError(27, "File too large"))
    assert disk_full(RuntimeError("I/O error: No space left on device (os error 28)"))
    assert not disk_full(WorkError("The scene has changed"))


def test_a_worker_keeps_few_ways_of_multiplying_as_shapes_hardly_repeat():
    """With oneDNN's own 1,024, a training over 20,000 items grew by 5 MB a step (``benchmarks growth``)."""
    assert int(_environment()["ONEDNN_PRIMITIVE_CACHE_CAPACITY"]) <= 64
