"""The pages' only door to the library of scenes and the run store; everything here is cached and bounded.

    engine.library().card("apparel");  engine.scene("apparel");  engine.pictures("apparel", ids)
    engine.groups() -> list[Group]     newest first; Group.compared are the records to compare
    engine.run(run_id) -> RunRecord;   engine.store() for submit, cancel, resume, delete
    engine.refresh()                   after anything that changes runs or scenes

Heavy imports (MLflow, pandas readers) happen inside the functions, at first use.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

import streamlit as st

from xscene_core.home import Home
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.experiments.record import RunRecord
    from xscene_core.experiments.spec import TaskSpec
    from xscene_core.experiments.store import RunStore
    from xscene_core.scenes.library import SceneLibrary
    from xscene_core.scenes.scene import Scene, SceneCard

RUNS_SHOWN = 400


@dataclass(frozen=True)
class Group:
    """What was submitted together.

    runs : the records of the submission, in the order of the registry of methods.
    compared : ``runs`` and every other finished run of the same task whose method is not among them.
    """

    id: str
    runs: tuple[RunRecord, ...]
    compared: tuple[RunRecord, ...]

    @property
    def task(self) -> TaskSpec:
        return self.runs[0].spec.task

    @property
    def created(self) -> float:
        return max(record.created for record in self.runs)

    @property
    def live(self) -> bool:
        return any(record.live for record in self.runs)

    @property
    def finished(self) -> tuple[RunRecord, ...]:
        return tuple(record for record in self.compared if record.status == "finished")


@dataclass(frozen=True)
class Device:
    """kind : ``cpu``, ``gpu`` or ``apple``; memory in GiB is the GPU's where there is one."""

    kind: str
    name: str
    used: float
    total: float


def home() -> Home:
    """The home folder of this server (XSCENE_HOME, else ``.xscene`` here)."""
    return Home.resolve()


def library() -> SceneLibrary:
    return _library(str(home().path))


def store() -> RunStore:
    return _store(str(home().path))


def cards() -> list[SceneCard]:
    """Every scene's card, by title."""
    return sorted(library().cards(), key=lambda card: card.title.casefold())


def titles() -> dict[str, str]:
    """Scene name -> title as shown."""
    return {card.name: card.title for card in cards()}


def scene(name: str) -> Scene:
    """The loaded scene; shared by all sessions, so never change its tables."""
    return _scene(str(home().path), name, library().fingerprint(name))


def pictures(name: str, item_ids: tuple[str, ...]) -> dict[str, bytes]:
    """PNG bytes by item id, for those that have a picture."""
    return _pictures(str(home().path), name, library().fingerprint(name), item_ids)


def runs() -> list[RunRecord]:
    """All runs that are not deleted, newest first."""
    return _runs(str(home().path))


def opening() -> AbstractContextManager[None]:
    """Says that the run store is being opened, where that takes longer than half a second.

    The first look after the server's start loads MLflow and brings the database up to date.
    """
    return st.spinner(t("app.opening_store"))


def run(run_id: str) -> RunRecord | None:
    return next((record for record in runs() if record.run_id == run_id), None)


def groups() -> list[Group]:
    """Every submission, newest first."""
    return _grouped(runs())


def refresh() -> None:
    """Forget what was read about runs and scenes: something changed."""
    _runs.clear()


def workers() -> int:
    """How many runs work at a time."""
    from xscene_core.experiments.queue import max_workers

    return max_workers()


def device() -> Device:
    """Where runs compute on this machine, found without importing torch."""
    return _device()


@st.cache_resource(max_entries=4, show_spinner=False)
def _library(path: str) -> SceneLibrary:
    from xscene_core.scenes.library import SceneLibrary

    return SceneLibrary(Home.resolve(path))


@st.cache_resource(max_entries=4, show_spinner=False)
def _store(path: str) -> RunStore:
    from xscene_core.experiments.store import RunStore

    return RunStore(Home.resolve(path))


@st.cache_resource(max_entries=8, show_spinner=False)
def _scene(path: str, name: str, fingerprint: str) -> Scene:
    return _library(path).load(name)


@st.cache_data(max_entries=64, show_spinner=False)
def _pictures(path: str, name: str, fingerprint: str, item_ids: tuple[str, ...]) -> dict[str, bytes]:
    return _library(path).pictures(name, list(item_ids))


@st.cache_data(ttl=2, max_entries=8, show_spinner=False)
def _runs(path: str) -> list[RunRecord]:
    return list(_store(path).list(limit=RUNS_SHOWN))


def _grouped(records: list[RunRecord]) -> list[Group]:
    together: dict[str, list[RunRecord]] = {}
    finished: dict[str, dict[str, RunRecord]] = {}
    for record in records:
        together.setdefault(record.group, []).append(record)
        if record.status == "finished":
            finished.setdefault(record.spec.task.key, {}).setdefault(record.spec.key, record)
    grouped = []
    for group, members in together.items():
        members.sort(key=lambda record: rank(record.spec.method))
        methods = {record.spec.method for record in members}
        others = finished.get(members[0].spec.task.key, {}).values()
        added = [record for record in others if record.spec.method not in methods]
        compared = sorted([*members, *added], key=lambda record: rank(record.spec.method))
        grouped.append(Group(group, tuple(members), tuple(compared)))
    return sorted(grouped, key=lambda group: group.created, reverse=True)


def rank(method: str) -> tuple[int, str]:
    """Sorts methods as the registry does: baselines first."""
    from xscene_core.transfer.method import methods

    known = list(methods())
    return (known.index(method) if method in known else len(known), method)


@st.cache_data(ttl=15, max_entries=1, show_spinner=False)
def _device() -> Device:
    if not metadata.version("torch").endswith("+cpu"):
        found = _nvidia()
        if found:
            return found
        if platform.system() == "Darwin" and platform.machine() == "arm64":
            return Device("apple", "Apple GPU", *_memory())
    return Device("cpu", str(os.cpu_count() or 1), *_memory())


def _memory() -> tuple[float, float]:
    import psutil

    memory = psutil.virtual_memory()
    return (memory.total - memory.available) / 2**30, memory.total / 2**30


def _nvidia() -> Device | None:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    command = [tool, "--query-gpu=name,memory.used,memory.total", "--format=csv,noheader,nounits"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout
        name, used, total = answer.splitlines()[0].rsplit(",", 2)
        return Device("gpu", name.strip(), float(used) / 1024, float(total) / 1024)
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None
