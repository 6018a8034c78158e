"""All runs, kept as MLflow runs: started anywhere, seen everywhere, lost nowhere.

A run's state is one set of tags that is written in one transaction; what it is to do next is only ever
decided under the home's lock, so that two browsers or processes cannot start or cancel a run twice.
"""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from xscene_core.errors import InputError
from xscene_core.experiments import record as layout
from xscene_core.experiments.engine import engine
from xscene_core.experiments.process import alive, ask_to_stop, this_host
from xscene_core.experiments.record import LIVE, RESUMABLE, TAG, RunRecord, RunStatus, Worker
from xscene_core.experiments.spec import RunSpec
from xscene_core.experiments.tracking import connect, home_lock, is_local, speaking
from xscene_core.home import Home

REMOTE_SILENCE = 90.0
"""Seconds without a heartbeat after which a worker on another machine counts as lost."""
_MLFLOW_STATUS = {
    "queued": "SCHEDULED",
    "running": "RUNNING",
    "finished": "FINISHED",
    "failed": "FAILED",
    "cancelled": "KILLED",
    "lost": "KILLED",
}
_LOST = (
    "The worker process ended without a word: it was killed, ran out of memory or disk, or the machine "
    "restarted. "
    "Resume the run: it goes on from its last checkpoint, or starts over where there is none; earlier "
    "results are untouched."
)

# Named here because the class has a method called ``list``.
Runs = list[RunRecord]
Curves = dict[str, list[tuple[int, float]]]
CurvePoints = list[tuple[str, float, int]]


class RunStore:
    """The runs of one home. Cheap to make; connects on first use.

    Every method raises ``InputError`` or ``WorkError`` with one sentence when the store is broken, of
    another version, busy, full, or out of reach.
    """

    def __init__(self, home: Home) -> None:
        self.home = home

    # ------------------------------------------------------------------ reading

    def get(self, run_id: str) -> RunRecord:
        """The run with this id, or the only one whose id begins so (deleted runs included).

        Raises ``InputError`` when there is none or more than one.
        """
        prefix = run_id.strip().lower()
        if len(prefix) == 32 and prefix.isalnum():
            runs = self._search(f"attributes.run_id = '{prefix}'", 2, deleted=None)
        else:
            usable = prefix.isalnum()
            runs = self._search(f"attributes.run_id LIKE '{prefix}%'", 2, deleted=None) if usable else []
        if len(runs) == 1:
            return runs[0]
        raise InputError(
            f"More than one run begins with {run_id[:40]!r}" if runs else f"There is no run {run_id[:40]!r}",
            where="run id",
            todo="Give more of it." if runs else "'xscene runs list' shows the runs of this home.",
        )

    def list(
        self,
        status: RunStatus | None = None,
        task_key: str | None = None,
        group: str | None = None,
        limit: int = 200,
        *,
        key: str | None = None,
        method: str | None = None,
        deleted: bool = False,
        here: bool = False,
        oldest_first: bool = False,
    ) -> Runs:
        """Runs, newest first: of one status, of one task, of one submission (with the finished baselines
        it reused), of one ``RunSpec.key``, of one method; or the deleted ones. ``here`` leaves out what was
        submitted from another home to a shared MLflow server. What another version of xscene wrote in a
        way that cannot be read is left out."""
        wanted = {"status": status, "task": task_key, "key": key, "method": method}
        if here and not is_local(self.home):
            wanted["origin"] = _origin(self.home)
        clauses = [f"tags.`{TAG}{name}` = '{_plain(value)}'" for name, value in wanted.items() if value]
        clauses.append(f"tags.`{TAG}group.{_plain(group)}` = '1'" if group else f"tags.`{TAG}status` != ''")
        return self._search(" and ".join(clauses), limit, deleted=deleted, oldest_first=oldest_first)

    def curves(self, run_id: str) -> Curves:
        """Learning curves of the current attempt: name -> [(step, value), ...] in order of steps."""
        run = self.get(run_id)
        prefix = _curve_prefix(run.resumed)
        with speaking(self.home):
            client, _ = connect(self.home)
            names = [name for name in client.get_run(run.run_id).data.metrics if name.startswith(prefix)]
            return {
                name.removeprefix(prefix): sorted(
                    (point.step, point.value) for point in client.get_metric_history(run.run_id, name)
                )
                for name in sorted(names)
            }

    def fetch(self, run_id: str) -> RunRecord:
        """The run with its artifacts in ``folder``, brought from the MLflow server if they are not here yet.

        Raises ``InputError`` when the run is not finished or its artifacts are gone.
        """
        run = self.get(run_id)
        if run.status != "finished":
            raise InputError(
                f"The run is {run.status}, not finished", where=run.run_id, todo="Choose a finished run."
            )
        if not is_local(self.home) and not run.folder.exists():
            with speaking(self.home):
                aside = run.folder.with_name(f"fetching-{os.getpid()}")
                aside.mkdir(parents=True)
                connect(self.home)[0].download_artifacts(run.run_id, "", str(aside))
                aside.rename(run.folder)
        if not (run.folder / "outcome.json").exists():
            raise InputError(
                "The artifacts of the run are gone", where=str(run.folder), todo="Start the run again."
            )
        return run

    # ------------------------------------------------------------------ what people ask for

    def submit(self, spec: RunSpec, group: str) -> str:
        """Puts a run in the queue (``queue.launch`` starts it); returns its id."""
        tags = layout.spec_tags(spec) | {
            f"{TAG}status": "queued",
            f"{TAG}group": _plain(group),
            f"{TAG}group.{_plain(group)}": "1",
            f"{TAG}state": "{}",
            f"{TAG}origin": _origin(self.home),
        }
        title = f"{spec.method}: {', '.join(spec.task.sources)} -> {spec.task.target}"[:200]
        with speaking(self.home):
            client, experiment = connect(self.home)
            run = client.create_run(experiment, start_time=_next_moment(), tags=tags, run_name=title)
            client.update_run(run.info.run_id, status="SCHEDULED")
            _log_params(client, run.info.run_id, _readable(spec))
            return str(run.info.run_id)

    def join_group(self, run_id: str, group: str) -> None:
        """Shows a finished run in another submission too, which needs the same numbers."""
        self._write(run_id, {f"group.{_plain(group)}": "1"})

    def cancel(self, run_id: str) -> RunStatus:
        """Cancels a queued run at once and asks a running one to stop; ended runs stay as they are.

        Returns the status now. Calling it again changes nothing.
        """
        with self._deciding():
            run = self.get(run_id)
            if run.status == "queued":
                self._end(run, "cancelled", "")
                return "cancelled"
            if run.status == "running":
                self._write(run.run_id, {"cancel": f"{time.time():.3f}"})
                if run.worker:
                    ask_to_stop(run.worker)
            return run.status

    def resume(self, run_id: str) -> RunStatus:
        """Puts a failed, cancelled or lost run back in the queue; a live one stays as it is.

        Trainings go on from their last checkpoint; the rest starts over, helped by what is cached. Raises
        ``InputError`` for a finished run.
        """
        with self._deciding():
            run = self.get(run_id)
            if run.deleted:
                raise InputError("The run is deleted", where=run.run_id, todo="Restore it first.")
            if run.status not in RESUMABLE | LIVE:
                raise InputError("The run is finished", where=run.run_id, todo="There is nothing to resume.")
            if run.status in RESUMABLE:
                state = json.dumps({"resumed": run.resumed + 1})
                changes = {"status": "queued", "state": state, "live": "{}", "cancel": "", "error": ""}
                self._write(run.run_id, changes, status="queued")
            return "queued" if run.status in RESUMABLE else run.status

    def delete(self, run_id: str) -> str:
        """Hides an ended run, artifacts kept; ``restore`` with the id returned brings it back."""
        with self._deciding():
            run = self.get(run_id)
            if run.live:
                raise InputError("The run has not ended", where=run.run_id, todo="Cancel it first.")
            if not run.deleted:
                with speaking(self.home):
                    connect(self.home)[0].delete_run(run.run_id)
            return run.run_id

    def restore(self, run_id: str) -> str:
        """Brings a deleted run back; returns its full id."""
        with self._deciding():
            run = self.get(run_id)
            if run.deleted:
                with speaking(self.home):
                    connect(self.home)[0].restore_run(run.run_id)
            return run.run_id

    # ------------------------------------------------------------------ what the queue and workers write

    def claim(self, run_id: str, worker: Worker) -> bool:
        """Gives a queued run to ``worker``; ``False`` when it is not (or no longer) to be had.

        A worker may claim a run that was claimed in its name before.
        """
        with self._deciding():
            run = self.get(run_id)
            if run.status == "running":
                return worker.same_as(run.worker)
            if run.status != "queued" or run.deleted:
                return False
            now = time.time()
            changes = {
                "status": "running",
                "state": json.dumps({"resumed": run.resumed, "started": now}),
                "live": json.dumps({"worker": vars(worker), "heartbeat": now}),
                "cancel": "",
            }
            self._write(run.run_id, changes, status="RUNNING")
            return True

    def beat(self, run: RunRecord, live: dict[str, Any], curve: CurvePoints) -> bool:
        """A sign of life with progress and new points of curves; returns whether to stop.

        ``live`` holds the live fields of ``RunRecord`` (stage, fraction, seconds_left, ...).
        """
        with speaking(self.home):
            client, _ = connect(self.home)
            from mlflow.entities import Metric, RunTag

            prefix, now = _curve_prefix(run.resumed), time.time()
            live = live | {"worker": vars(run.worker) if run.worker else None, "heartbeat": now}
            tags = [RunTag(f"{TAG}live", json.dumps(live))]
            points = [Metric(prefix + name, value, int(now * 1000), step) for name, value, step in curve]
            for at in range(0, max(len(points), 1), 500):
                client.log_batch(run.run_id, metrics=points[at : at + 500], tags=tags)
            return client.get_run(run.run_id).data.tags.get(f"{TAG}cancel", "") != ""

    def publish(self, run: RunRecord) -> None:
        """Copies the artifacts to the MLflow server, where one is used; at home they already lie in place."""
        if not is_local(self.home):
            with speaking(self.home):
                connect(self.home)[0].log_artifacts(run.run_id, str(run.folder))

    def end(
        self,
        run: RunRecord,
        status: RunStatus,
        error: str = "",
        outcome: dict[str, Any] | None = None,
        facts: dict[str, Any] | None = None,
    ) -> None:
        """Writes how a run ended; ``outcome`` is what the pipeline left, ``facts`` what the worker measured
        (seconds, peak_mb, gpu_peak_mb, stage_seconds, threads)."""
        with self._deciding():
            now = self.get(run.run_id)
            if now.status == "running" and run.worker and run.worker.same_as(now.worker):
                self._end(now, status, error, outcome or {}, facts or {})

    def sweep_lost(self) -> Runs:
        """Marks running runs whose worker is gone as lost (as cancelled, if they were to be cancelled)."""
        gone = [run for run in self.list(status="running") if _gone(run)]
        if not gone:
            return []
        with self._deciding():
            gone = [run for run in (self.get(run.run_id) for run in gone) if _gone(run)]
            for run in gone:
                self._end(run, "cancelled" if run.cancelling else "lost", "" if run.cancelling else _LOST)
        return gone

    # ------------------------------------------------------------------ MLflow

    @contextmanager
    def _deciding(self) -> Iterator[None]:
        """The home's lock, taken when all is at hand: loading MLflow takes seconds on a busy machine, and
        nobody should wait for that."""
        connect(self.home)
        with home_lock(self.home):
            yield

    def _end(
        self,
        run: RunRecord,
        status: RunStatus,
        error: str,
        outcome: dict[str, Any] | None = None,
        facts: dict[str, Any] | None = None,
    ) -> None:
        outcome, now = outcome or {}, time.time()
        state = {"resumed": run.resumed, "started": run.started, "ended": now, **(facts or {})}
        state |= {name: str(outcome.get(name) or "") for name in ("stands_for", "reference", "device")}
        state |= {"engine": engine()} if status == "finished" else {}
        changes = {
            "status": status,
            "state": json.dumps(state),
            "error": error[:4000],
            "reason": str(outcome.get("reason") or "")[:4000],
        }
        numbers = {f"metric/{layout.metric_name(k)}": v for k, v in outcome.get("metrics", {}).items()}
        numbers |= {f"fact/{layout.metric_name(k)}": v for k, v in outcome.get("facts", {}).items()}
        with speaking(self.home):
            client, _ = connect(self.home)
            _log_params(client, run.run_id, {f"full.{k}": v for k, v in outcome.get("params", {}).items()})
            self._write(run.run_id, changes, numbers, _MLFLOW_STATUS[status])

    def _write(
        self,
        run_id: str,
        tags: dict[str, str],
        numbers: dict[str, float] | None = None,
        status: str = "",
    ) -> None:
        with speaking(self.home):
            client, _ = connect(self.home)
            from mlflow.entities import Metric, RunTag

            stamp = int(time.time() * 1000)
            metrics = [Metric(name, float(value), stamp, 0) for name, value in (numbers or {}).items()]
            for at in range(0, len(metrics), 500):  # numbers first: a status never promises what is not there
                client.log_batch(run_id, metrics=metrics[at : at + 500])
            client.log_batch(run_id, tags=[RunTag(TAG + name, value) for name, value in tags.items()])
            if status:
                client.update_run(run_id, status=_MLFLOW_STATUS.get(status, status))

    def _search(self, where: str, limit: int, *, deleted: bool | None, oldest_first: bool = False) -> Runs:
        with speaking(self.home):
            client, experiment = connect(self.home)
            from mlflow.entities import ViewType

            view = {True: ViewType.DELETED_ONLY, False: ViewType.ACTIVE_ONLY, None: ViewType.ALL}[deleted]
            order = f"attributes.start_time {'ASC' if oldest_first else 'DESC'}"
            runs = client.search_runs([experiment], where, view, max_results=limit, order_by=[order])
        return [found for run in runs if (found := layout.read_record(run, self.home.artifacts))]


_last_moment = 0


def _next_moment() -> int:
    """Milliseconds since 1970, never the same twice in a process: the queue goes by order of creation."""
    global _last_moment
    _last_moment = max(int(time.time() * 1000), _last_moment + 1)
    return _last_moment


def _plain(value: str) -> str:
    """``value`` as it may stand in a search filter."""
    if not value.replace("-", "").replace("_", "").isalnum():
        raise InputError(f"{value[:40]!r} is not the name of anything in the run store", where="filter")
    return value


def _origin(home: Home) -> str:
    """Tells this home on this machine from others that share an MLflow server."""
    return hashlib.sha256(f"{this_host()}:{home.path}".encode()).hexdigest()[:16]


def _curve_prefix(resumed: int) -> str:
    """MLflow never forgets a point, so each attempt has curves of its own."""
    return f"curve/{resumed}/"


def _gone(run: RunRecord) -> bool:
    if run.status != "running":
        return False
    if run.worker and run.worker.host == this_host():
        return not alive(run.worker)
    return time.time() - (run.heartbeat or run.started or 0) > REMOTE_SILENCE


def _readable(spec: RunSpec) -> dict[str, Any]:
    """What MLflow's own interface shows of a spec."""
    task = spec.task
    named = {"method": spec.method, "sources": ", ".join(task.sources), "target": task.target}
    named |= {"budget": task.budget, "split": task.split, "encoder": task.encoder, "seed": str(task.seed)}
    return named | {f"param.{name}": value for name, value in spec.params.items()}


def _log_params(client: Any, run_id: str, params: dict[str, Any]) -> None:
    from mlflow.entities import Param

    known = client.get_run(run_id).data.params  # MLflow refuses to write a parameter a second time
    new = [Param(name, str(value)[:2000]) for name, value in params.items() if name not in known]
    for at in range(0, len(new), 90):
        client.log_batch(run_id, params=new[at : at + 90])
