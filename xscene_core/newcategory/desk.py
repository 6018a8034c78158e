"""Questions about a new category, each kept under a key with its answer, so that a link restores it.

``<home>/newcategory/<key>/`` holds ``question.json``, ``items.parquet`` and, where there are first orders,
``orders.parquet``; judgements that are not learned yet (``judgements``); while somebody works on it
``status.json``; and in the end ``answer/``, with how long each stage took beside it (``seconds.json``). The
work is a process of its own (``newcategory.job``): a click, a reload or a restart of the app does not touch
it, and two tabs that ask the same share it.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast

import pandas as pd

from xscene_core.code_digest import code_digest
from xscene_core.errors import InputError, WorkError, XSceneError
from xscene_core.experiments.engine import engine
from xscene_core.experiments.process import alive, ask_to_stop, thread_environment, worker_of
from xscene_core.experiments.record import Worker
from xscene_core.home import Home
from xscene_core.newcategory.category import Kind, NewCategory
from xscene_core.newcategory.orders import NO_ORDERS, Orders
from xscene_core.newcategory.result import Recommendations

FORMAT = 1
KEPT = 60
KEPT_BYTES = 2_000_000_000
KEY = re.compile(r"[0-9a-f]{16}")

State = Literal["new", "running", "done", "failed", "cancelled", "lost"]


@dataclass(frozen=True)
class Question:
    """What was asked of which run.

    scene : only its people; ``""`` for everybody.  orders : first orders and judgements.  first : how many of
    the orders are used, ``None`` for all.  parent : key of the question whose answer this one learns on from;
    its answer is the way back.
    """

    run_id: str
    category: NewCategory
    scene: str = ""
    top: int = 5
    orders: Orders = NO_ORDERS
    first: int | None = None
    parent: str = ""

    @property
    def key(self) -> str:
        """16 hex digits; equal for equal questions."""
        parts = [FORMAT, self.run_id, self.category.key, self.scene, self.top]
        if len(self.orders) or self.parent:  # questions without keep the keys that links hold
            parts += [self.orders.key, self.first, self.parent]
        text = json.dumps(parts)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Status:
    """``stage`` and ``fraction`` of the work; ``problem`` is what went wrong where ``state`` is failed.

    seconds_left : estimate for the whole work, known once a question to the same run was answered here.
    stage_seconds_left : estimate for the stage; ``None`` until some of it is done.
    """

    state: State
    stage: str = ""
    fraction: float = 0.0
    problem: XSceneError | None = None
    worker: Worker | None = None
    seconds_left: float | None = None
    stage_seconds_left: float | None = None


def folder_of(home: Home, key: str) -> Path:
    """Raises ``InputError`` where ``key`` is not one of ours (it may come from a link)."""
    if not KEY.fullmatch(key):
        raise InputError("This link does not name a question", where="ask", todo="Ask again below.")
    return home.path / "newcategory" / key


def ask(home: Home, question: Question) -> str:
    """Keeps the question and starts the work, unless it is answered or being worked on. Gives its key."""
    folder = folder_of(home, question.key)
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        if status(home, question.key).state in ("done", "running"):
            return question.key
        question.category.items.to_parquet(folder / "items.parquet", index=False)
        said: dict[str, Any] = {"name": question.category.name, "kind": question.category.kind}
        said |= {"run_id": question.run_id, "scene": question.scene, "top": question.top}
        said |= {"first": question.first, "parent": question.parent}
        if len(question.orders):
            question.orders.table.to_parquet(folder / "orders.parquet", index=False)
        write_json(folder / "question.json", said)
        _start(home, question.key, folder)
    _forget_oldest(folder.parent)
    return question.key


def made_by() -> str:
    """32 hex digits that change with the code that answers. They stand in the facts of an answer, so that
    figures of an earlier version are not taken for those of this one."""
    return engine() + code_digest(("newcategory",))


def again(home: Home, key: str) -> None:
    """Answers a kept question anew; the answer there was is gone."""
    with locked(folder_of(home, key)) as folder:
        shutil.rmtree(folder / "answer", ignore_errors=True)
        (folder / "status.json").unlink(missing_ok=True)
    ask(home, question(home, key))


def question(home: Home, key: str) -> Question:
    """Raises ``InputError`` where it is no longer kept."""
    folder = folder_of(home, key)
    try:
        said = json.loads((folder / "question.json").read_text(encoding="utf-8"))
        items = pd.read_parquet(folder / "items.parquet")
        category = NewCategory(said["name"], items, cast(Kind, said["kind"]))
        kept = folder / "orders.parquet"
        orders = Orders(pd.read_parquet(kept)) if kept.exists() else NO_ORDERS
        first, parent = said.get("first"), str(said.get("parent", ""))
        return Question(said["run_id"], category, said["scene"], said["top"], orders, first, parent)
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            "The question behind this link is no longer kept here", where="ask", todo="Ask again below."
        ) from error


def status(home: Home, key: str) -> Status:
    """How it stands now; work whose process vanished is ``lost``."""
    folder = folder_of(home, key)
    if (folder / "answer" / "rest.json").exists():
        return Status("done", fraction=1.0)
    try:
        told: dict[str, Any] = json.loads((folder / "status.json").read_text(encoding="utf-8"))
        worker = Worker(**told["worker"]) if told.get("worker") else None
        problem, state = told.get("problem"), cast(State, told["state"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Status("new")
    if state == "running" and not (worker and alive(worker)):
        return Status("lost", told.get("stage", ""), told.get("fraction", 0.0))
    kinds = {"InputError": InputError, "WorkError": WorkError}
    error = kinds[problem.pop("kind")](**problem) if problem else None
    left = told.get("seconds_left"), told.get("stage_seconds_left")
    return Status(state, told.get("stage", ""), told.get("fraction", 0.0), error, worker, *left)


def answer(home: Home, key: str) -> Recommendations:
    """Raises ``InputError`` where there is none (yet). A damaged one is removed, so that asking again
    computes it again."""
    folder = folder_of(home, key) / "answer"
    try:
        return Recommendations.load(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        (folder.parent / "status.json").unlink(missing_ok=True)
        raise InputError("The answer behind this link is not here", where="ask", todo="Ask again.") from error


def cancel(home: Home, key: str) -> None:
    """Asks the work to stop; nothing happens where none is going on."""
    now = status(home, key)
    if now.state == "running" and now.worker:
        ask_to_stop(now.worker)


def write_status(folder: Path, now: Status) -> None:
    """Replaces ``status.json`` in one step."""
    told, problem = asdict(replace(now, problem=None)), now.problem
    if problem is not None:
        kind = "InputError" if isinstance(problem, InputError) else "WorkError"
        told["problem"] = {"kind": kind, "what": problem.what, "where": problem.where, "todo": problem.todo}
    write_json(folder / "status.json", told)


def earlier_seconds(home: Home, asked: Question) -> dict[str, float]:
    """Stage -> seconds of the latest question to the same run that was answered here, with orders or without
    as ``asked``; empty where there is none."""
    files = []
    for file in (home.path / "newcategory").glob("*/seconds.json"):
        with suppress(OSError):  # it is being forgotten
            files.append((file.stat().st_mtime, file))
    for _, file in sorted(files, reverse=True):
        try:
            said = json.loads((file.parent / "question.json").read_text(encoding="utf-8"))
            alike = said["run_id"] == asked.run_id
            if alike and (file.parent / "orders.parquet").exists() == bool(len(asked.orders)):
                found = json.loads(file.read_text(encoding="utf-8"))
                return {str(stage): float(seconds) for stage, seconds in found.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # a question that is being forgotten, or was damaged, tells nothing
    return {}


def write_json(path: Path, content: Any) -> None:
    """Appears whole or not at all."""
    aside = path.with_suffix(f".{os.getpid()}")
    aside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    aside.replace(path)


def _start(home: Home, key: str, folder: Path) -> None:
    command = [sys.executable, "-m", "xscene_core.newcategory.job", "--home", str(home.path), "--key", key]
    with (folder / "job.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=os.environ | thread_environment(),
            start_new_session=True,
        )
    write_status(folder, Status("running", "start", worker=worker_of(process.pid)))


@contextmanager
def locked(folder: Path) -> Iterator[Path]:
    """One at a time: two browsers that ask at the same moment start one process."""
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield folder


def _forget_oldest(parent: Path) -> None:
    """Keeps the newest ``KEPT`` questions, fewer where their answers together exceed ``KEPT_BYTES`` (one
    about 5,000 products takes 100 MB); every answer can be computed again."""
    kept = sorted(parent.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    used = 0
    for place, folder in enumerate(kept):
        used += _size(folder)
        if place >= KEPT or (place and used > KEPT_BYTES):
            shutil.rmtree(folder, ignore_errors=True)


def _size(folder: Path) -> int:
    """Bytes on disk; what vanishes while its worker renames it counts nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += Path(place, name).stat().st_size
    return total
