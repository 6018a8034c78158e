"""What the store tells about one run, and how that is laid out in the tags of an MLflow run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from xscene_core.errors import InputError
from xscene_core.experiments.spec import RunSpec

RunStatus = Literal["queued", "running", "finished", "failed", "cancelled", "lost"]
STATUSES: tuple[RunStatus, ...] = get_args(RunStatus)
LIVE: frozenset[RunStatus] = frozenset({"queued", "running"})
RESUMABLE: frozenset[RunStatus] = frozenset({"failed", "cancelled", "lost"})

TAG = "xscene."
_SPEC_PIECE = 4000  # MLflow cuts tags off at 8,000 characters; bytes count on some servers


@dataclass(frozen=True)
class Worker:
    """The process that works on a run; a process id alone may be reused, with its start time it is unique."""

    host: str
    pid: int
    started: float
    """Seconds since 1970, as the operating system tells it: another number once the clock has been set."""
    boot: str = ""
    """Names the start of the machine; "" where the system does not tell."""
    ticks: int = 0
    """When it started, in clock ticks since ``boot``: no setting of the clock changes it."""

    def same_as(self, other: "Worker | None") -> bool:
        """Whether both name one process."""
        if other is None or (self.host, self.pid) != (other.host, other.pid):
            return False
        if self.boot and other.boot:
            return (self.boot, self.ticks) == (other.boot, other.ticks)
        return abs(self.started - other.started) < 2


@dataclass(frozen=True)
class RunRecord:
    """One run as it stands now.

    group : the submission it was started in; runs of one submission are compared with each other.
    created, started, ended : seconds since 1970; ``None`` where it has not come to that.
    stage, fraction : what it is doing and the share of that stage done, 0 to 1.
    seconds_left : estimate for the whole run, known once a run of the same method has finished here.
    stage_seconds_left : estimate for the current stage only; ``None`` until some of it is done.
    error : why it failed or was lost, for a person to read; empty otherwise.
    reason, stands_for, reference, metrics, facts, device : from the outcome (see ``pipeline``).
    seconds : wall-clock seconds of the work. peak_mb, gpu_peak_mb : highest memory, in MiB.
    folder : where the artifacts of a finished run lie; ``log`` is what its worker printed.
    resumed : how many times it was taken up again. threads : torch threads its numbers were made with.
    engine : which code made them (see ``engine``); empty where it has not finished or is older than that.
    """

    run_id: str
    spec: RunSpec
    status: RunStatus
    group: str
    created: float
    folder: Path
    log: Path
    started: float | None = None
    ended: float | None = None
    stage: str = ""
    fraction: float = 0.0
    seconds_left: float | None = None
    stage_seconds_left: float | None = None
    stage_seconds: dict[str, float] = field(default_factory=dict)
    heartbeat: float | None = None
    worker: Worker | None = None
    cancelling: bool = False
    error: str = ""
    reason: str = ""
    stands_for: str = ""
    reference: str = ""
    metrics: dict[str, float] = field(default_factory=dict)
    facts: dict[str, float] = field(default_factory=dict)
    device: str = ""
    seconds: float | None = None
    peak_mb: float | None = None
    gpu_peak_mb: float | None = None
    threads: int | None = None
    engine: str = ""
    resumed: int = 0
    deleted: bool = False

    @property
    def live(self) -> bool:
        """Whether it may still change by itself."""
        return self.status in LIVE


_STATE = {"started", "ended", "resumed", "seconds", "peak_mb", "gpu_peak_mb", "threads", "stage_seconds"}
_STATE |= {"engine"}
_STORED = _STATE | {"stage", "fraction", "seconds_left", "stage_seconds_left", "heartbeat"}
_STORED |= {"stands_for", "reference", "device"}


def spec_tags(spec: RunSpec) -> dict[str, str]:
    """The spec as tags: whole, in as many pieces as it needs, and its two keys for searching."""
    text = spec.model_dump_json()
    pieces = [text[at : at + _SPEC_PIECE] for at in range(0, len(text), _SPEC_PIECE)]
    return {f"{TAG}spec.{number}": piece for number, piece in enumerate(pieces)} | {
        f"{TAG}task": spec.task.key,
        f"{TAG}key": spec.key,
        f"{TAG}method": spec.method,
    }


def metric_name(name: str) -> str:
    """``ndcg@10`` as MLflow accepts it (``ndcg_at_10``, its own convention)."""
    return name.replace("@", "_at_")


def read_record(run: Any, artifacts: Path) -> RunRecord | None:
    """The record in an MLflow run; ``None`` for a run that this version of xscene cannot read."""
    try:
        return _read(run, artifacts)
    except (KeyError, ValueError, TypeError, IndexError, InputError):
        return None


def _read(run: Any, artifacts: Path) -> RunRecord:
    tags: Mapping[str, str] = run.data.tags
    numbered = [name for name in tags if name.startswith(f"{TAG}spec.")]
    text = "".join(tags[name] for name in sorted(numbered, key=lambda name: int(name.rsplit(".", 1)[1])))
    state: dict[str, Any] = json.loads(tags.get(f"{TAG}state", "{}"))
    live: dict[str, Any] = json.loads(tags.get(f"{TAG}live", "{}"))
    worker = live.pop("worker", None)
    status = tags[f"{TAG}status"]
    if status not in STATUSES:
        raise ValueError(f"status {status!r}")
    if status not in LIVE:  # the last word of a worker is no forecast
        live |= {"seconds_left": None, "stage_seconds_left": None}
    if status == "finished":
        live["fraction"] = 1.0
    return RunRecord(
        run_id=run.info.run_id,
        spec=RunSpec.model_validate_json(text),
        status=status,
        group=tags[f"{TAG}group"],
        created=run.info.start_time / 1000,
        folder=artifacts / run.info.run_id / "artifacts",
        log=artifacts / run.info.run_id / "worker.log",
        worker=Worker(**worker) if worker else None,
        cancelling=status == "running" and tags.get(f"{TAG}cancel", "") != "",
        error=tags.get(f"{TAG}error", ""),
        reason=tags.get(f"{TAG}reason", ""),
        metrics=_numbers(run.data.metrics, "metric/"),
        facts=_numbers(run.data.metrics, "fact/"),
        deleted=run.info.lifecycle_stage == "deleted",
        **{name: value for name, value in (state | live).items() if name in _STORED},
    )


def _numbers(metrics: Mapping[str, float], prefix: str) -> dict[str, float]:
    return {
        name.removeprefix(prefix).replace("_at_", "@"): float(value)
        for name, value in metrics.items()
        if name.startswith(prefix)
    }
