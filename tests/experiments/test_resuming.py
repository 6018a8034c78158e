"""A run whose worker is killed with -9 in the middle of a training ends as if it had not been."""

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import load_file

from tests.experiments.patient_worker import COMMAND
from tests.experiments.test_pipeline import place
from xscene_core.experiments.pipeline import execute
from xscene_core.experiments.queue import launch
from xscene_core.experiments.record import RunRecord
from xscene_core.experiments.spec import RunSpec
from xscene_core.experiments.store import RunStore
from xscene_core.transfer import learning
from xscene_core.watcher import Silent


class Resuming:
    """A home with small scenes, and real workers."""

    def __init__(self, folder: Path, empty_store: Path, method: str, params: dict[str, str]) -> None:
        self.place = place(folder)
        self.home, self.store = self.place.home, RunStore(self.place.home)
        self.spec = RunSpec(task=self.place.task, method=method, params=params)
        shutil.copyfile(empty_store, self.home.database)
        self.run_id = self.store.submit(self.spec, "group")

    @property
    def run(self) -> RunRecord:
        return self.store.get(self.run_id)

    def until(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 300
        while not condition():
            assert time.monotonic() < deadline, f"{self.run}; its log: {self.run.log.read_text()[-2000:]}"
            time.sleep(0.4)  # asking the store costs as much as the small trainings do

    def finish(self) -> RunRecord:
        launch(self.home, COMMAND)
        self.until(lambda: not self.run.live)
        assert self.run.status == "finished", self.run.error + self.run.log.read_text()[-2000:]
        return self.run

    def kill_in(self, training: str) -> None:
        """Kills the worker when it has written a checkpoint of ``training``; queues the run again."""
        (self.home.path / "slow").write_text(training)
        launch(self.home, COMMAND)
        self.until(lambda: any(f"{training}.safetensors" in str(file) for file in self.unfinished()))
        assert self.run.worker is not None
        os.kill(self.run.worker.pid, signal.SIGKILL)
        (self.home.path / "slow").unlink()
        self.until(self.store.sweep_lost)
        assert self.run.status == "lost"
        self.store.resume(self.run_id)

    def unfinished(self) -> list[Path]:
        return list((self.home.artifacts / self.run_id / "unfinished").rglob("*.safetensors"))

    def uninterrupted(self, folder: Path) -> Path:
        """The artifacts of the same run in this process, without a stop, in a home of its own."""
        other = place(folder / "other")
        (folder / "artifacts").mkdir()
        execute(self.spec, other.library, other.home, folder / "artifacts", Silent())
        return folder / "artifacts"


@pytest.fixture
def start(tmp_path: Path, empty_store: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Resuming]:
    monkeypatch.setenv("XSCENE_THREADS", "1")  # as this process has
    monkeypatch.setattr(learning, "FEWEST", 1)
    return lambda method, **params: Resuming(tmp_path / "home", empty_store, method, params)


def same_outcome(one: Path, other: Path) -> None:
    """Every rank, every metric, every fact, every weight."""
    pd.testing.assert_frame_equal(
        pd.read_parquet(one / "ranks.parquet"), pd.read_parquet(other / "ranks.parquet")
    )
    told = [json.loads((folder / "outcome.json").read_text()) for folder in (one, other)]
    assert told[0]["facts"].pop("resumed_from_epoch") >= 0
    assert told[0] == told[1]
    names = [
        sorted(file.relative_to(folder) for file in folder.rglob("*.safetensors")) for folder in (one, other)
    ]
    assert names[0] == names[1]
    for name in names[0]:
        weights = [load_file(folder / name) for folder in (one, other)]
        assert set(weights[0]) == set(weights[1])
        for key in weights[0]:
            np.testing.assert_array_equal(weights[0][key], weights[1][key])


def test_killed_in_two_of_its_trainings_a_run_ends_as_if_it_had_not_been(
    start: Callable[..., Resuming], tmp_path: Path
) -> None:
    here = start("fine-tune")
    here.kill_in("pretrain")
    here.kill_in("adapt-order")
    done = here.finish()
    assert done.resumed == 2
    assert done.log.read_text().count(": resumed from epoch") == 2
    assert not here.unfinished()
    assert (done.folder / "model" / "model.safetensors").is_file()
    same_outcome(done.folder, here.uninterrupted(tmp_path))


def test_killed_in_its_rehearsal_auto_ends_as_if_it_had_not_been(
    start: Callable[..., Resuming], tmp_path: Path
) -> None:
    here = start("auto", candidates="fine-tune")
    here.kill_in("rehearse-1-fine-tune/adapt")
    known = {file.parent.name for file in here.unfinished() if file.stem == "values"}
    assert "rehearse-0-fine-tune" in known
    assert not [file for file in here.unfinished() if file.parent.name in known and file.stem != "values"]
    done = here.finish()
    assert done.log.read_text().count(": resumed from epoch") == 1
    same_outcome(done.folder, here.uninterrupted(tmp_path))
