"""A store with a queue of pretended work, and patience with real processes."""

import sys
import time
from pathlib import Path

import pytest

from xscene_core.experiments.record import RunRecord
from xscene_core.experiments.spec import RunSpec, TaskSpec
from xscene_core.experiments.store import RunStore
from xscene_core.home import Home

WORKER = (sys.executable, str(Path(__file__).with_name("fake_worker.py")))


class Runs:
    """The runs of one test: ``seed`` numbers them, parameters tell the pretended work what to do."""

    command = WORKER

    def __init__(self, home: Home) -> None:
        self.home, self.store = home, RunStore(home)

    def spec(self, seed: int = 0, method: str = "coral", **wish: object) -> RunSpec:
        return RunSpec(task=TaskSpec(sources=("a", "b"), target="c", seed=seed), method=method, params=wish)

    def submit(self, seed: int = 0, **wish: object) -> str:
        return self.store.submit(self.spec(seed, **wish), "group")

    def attempts(self, seed: int) -> int:
        """How often the work of a run was begun."""
        file = self.home.path / f"attempts-{seed}"
        return len(file.read_text()) if file.exists() else 0

    def until(self, run_id: str, condition, seconds: float = 200.0) -> RunRecord:
        """Waits, without moving the queue, until ``condition(record)``."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            run = self.store.get(run_id)
            if condition(run):
                return run
            time.sleep(0.05)
        raise AssertionError(f"{run_id} is still {run}; its log: {run.log.read_text()[-2000:]}")

    def ended(self, run_id: str) -> RunRecord:
        return self.until(run_id, lambda run: not run.live)


@pytest.fixture
def runs(stored_home: Home) -> Runs:
    return Runs(stored_home)
