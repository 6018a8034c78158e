"""From "these methods on this task" to runs in the queue: everything is checked before anything starts."""

import json
import shlex
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from pydantic import ValidationError

from xscene_core.encoders.encoder import encoder_named
from xscene_core.encoders.sentences import Sentences
from xscene_core.encoders.suited import SUITED, suited_encoder
from xscene_core.encoders.words import WORDS
from xscene_core.errors import InputError, WorkError
from xscene_core.experiments.engine import engine
from xscene_core.experiments.queue import WORKER_COMMAND, launch
from xscene_core.experiments.record import RunRecord
from xscene_core.experiments.references import baselines
from xscene_core.experiments.spec import RunSpec, TaskSpec
from xscene_core.experiments.store import RunStore
from xscene_core.home import Home
from xscene_core.scenes.labels import LabelColumn, labelled_rows
from xscene_core.scenes.library import SceneLibrary
from xscene_core.scenes.new_people import new_people
from xscene_core.scenes.scene import SceneCard
from xscene_core.scenes.sequences import sequences_of
from xscene_core.transfer.method import Method, find, methods
from xscene_core.watcher import Silent, Watcher

LARGEST_K = 1000
FEWEST_LABELLED = 10


def make_task(sources: Sequence[str], target: str, **fields: Any) -> TaskSpec:
    """A ``TaskSpec`` (see its fields). Raises ``InputError`` with one sentence for what is wrong with it."""
    try:
        return TaskSpec(sources=tuple(sources), target=target, **fields)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            first["msg"].removeprefix("Value error, "),
            where=".".join(map(str, first["loc"])) or "task",
            todo="Choose at least one source scene, and a target that is not among them."
            if not first["loc"]
            else "Choose one of the values allowed.",
        ) from error


def plan(
    library: SceneLibrary,
    task: TaskSpec,
    names: Sequence[str],
    params: Mapping[str, Mapping[str, Any]] | None = None,
    k: int = 10,
) -> list[RunSpec]:
    """The runs that ``names`` on ``task`` amount to: what was asked first, then the missing baselines.

    params : per method, what differs from its defaults. k : longest list anybody will look at.

    Raises
    ------
    InputError : unknown scene, method or encoder, bad parameters, a target on which nothing can be tested, a
        ``k`` above the catalogue, a scene that cannot be learned from. Nothing has been started then.
    """
    given = params or {}
    asked = list(dict.fromkeys(name.strip().lower() for name in names if name.strip()))
    if not asked:
        raise InputError("No method is given", where="method", todo=f"Choose from: {', '.join(methods())}.")
    for name in (*asked, *given):
        _able(find(name), task)
    unused = sorted(set(given) - {*asked, *baselines(task)})
    if unused:
        what = f"There are parameters for {unused[0]}, which is not to run"
        raise InputError(what, where="params", todo="Leave them out, or add the method.")
    if task.encoder != SUITED and not (task.label and task.encoder == WORDS):
        for part in encoder_named(task.encoder):
            if isinstance(part, Sentences):
                part.refuse_absent()
    checked = _with_fingerprints(library, task)
    if task.kind == "label":
        _check_labels(library, checked)
    else:
        _check_scenes(library, checked, k)
    checked = _with_encoder(library, checked)
    specs = []
    for name in _longest_first([*asked, *(name for name in baselines(task) if name not in asked)]):
        own = dict(given.get(name, {}))
        find(name).check(own)
        specs.append(RunSpec(task=checked, method=name, params=own))
    return specs


def submit_methods(
    home: Home,
    task: TaskSpec,
    methods: Sequence[str],
    params: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    k: int = 10,
    command: Sequence[str] = WORKER_COMMAND,
) -> str:
    """Checks, queues and starts the runs of ``plan``; returns the group they form.

    A baseline that was not asked for and has finished before on the very same task, with the code at hand,
    is shown in the group instead of being run again. Raises what ``plan`` and the run store raise.
    """
    store, group = RunStore(home), uuid.uuid4().hex[:12]
    asked = {name.strip().lower() for name in methods}
    for spec in plan(SceneLibrary(home), task, methods, params, k):
        done = None if spec.method in asked else _done_before(store, spec)
        if done:
            store.join_group(done.run_id, group)
        else:
            store.submit(spec, group)
    launch(home, command)
    return group


def _done_before(store: RunStore, spec: RunSpec) -> RunRecord | None:
    """The newest finished run of ``spec`` by the code at hand: another version may give other numbers."""
    finished = store.list("finished", key=spec.key, limit=50)
    return next((run for run in finished if run.engine == engine()), None)


def follow(
    home: Home, group: str, every: float = 0.5, command: Sequence[str] = WORKER_COMMAND
) -> Iterator[list[RunRecord]]:
    """The runs of a group as they are, again and again, until none is live; keeps the queue moving."""
    store = RunStore(home)
    while True:
        runs = store.list(group=group, oldest_first=True)
        yield runs
        if not any(run.live for run in runs):
            return
        time.sleep(every)
        with suppress(WorkError):  # a busy store: the next look moves the queue, as do finishing workers
            launch(home, command)


def wait(
    home: Home, group: str, watcher: Watcher | None = None, command: Sequence[str] = WORKER_COMMAND
) -> list[RunRecord]:
    """Waits until no run of the group is live and returns them; ``watcher`` hears of stage ``runs``."""
    watcher, runs = watcher or Silent(), []
    for runs in follow(home, group, command=command):
        watcher.progress("runs", sum(not run.live for run in runs) / max(len(runs), 1))
    return runs


def cancel_group(home: Home, group: str) -> None:
    """Cancels what of a group is live; runs that finished, and baselines it shares with others, stay."""
    store = RunStore(home)
    for run in store.list(group=group):
        if run.live and run.group == group:
            store.cancel(run.run_id)


def _with_encoder(library: SceneLibrary, task: TaskSpec) -> TaskSpec:
    """The task with the encoder that suits its texts in place of ``auto``."""
    if task.encoder != SUITED:
        return task
    if task.kind == "label":
        return task.model_copy(update={"encoder": WORDS})
    names = (*task.sources, task.target)
    scenes = [(library.items(name), library.card(name).language) for name in names]
    return task.model_copy(update={"encoder": suited_encoder(scenes)})


def _with_fingerprints(library: SceneLibrary, task: TaskSpec) -> TaskSpec:
    names = (*task.sources, task.target)
    fingerprints = tuple((name, library.fingerprint(name)) for name in names)
    return task.model_copy(update={"fingerprints": fingerprints})


def _check_scenes(library: SceneLibrary, task: TaskSpec, k: int) -> None:
    target = library.card(task.target)
    _check_testable(target, task)
    for name in (*task.sources, task.target):
        if library.card(name).items < 2:
            what = f"{name} has fewer than two items, so there is nothing to choose between"
            raise InputError(what, where=name, todo="Choose another scene, or add items to it.")
    for name in task.sources:
        if library.card(name).interactions == 0:
            what = f"{name} has no interactions, so nothing can be learned from it"
            raise InputError(what, where="source", todo="Choose a source where people have chosen things.")
    if task.split == "new-people":
        choices = {name: sequences_of(library.load(name)) for name in (*task.sources, task.target)}
        own = choices.pop(task.target)
        new_people(own, choices, task.target, task.seed)
    if not 1 <= k <= min(target.items, LARGEST_K):
        raise InputError(
            f"A list of {k} is not possible: {task.target} has {target.items:,} items",
            where="k",
            todo=f"Give a k from 1 to {min(target.items, LARGEST_K):,}.",
        )


def _able(method: Method, task: TaskSpec) -> None:
    """Raises ``InputError`` where the method has no form for this kind of task."""
    if not method.learns(task.kind):
        others = ", ".join(methods(task.kind))
        wrong = method.refusal or f"{method.name} has no form for {task.kind} tasks"
        raise InputError(wrong, where=f"method {method.name}", todo=f"Methods that have one: {others}.")


def _check_labels(library: SceneLibrary, task: TaskSpec) -> None:
    """Every scene must have the label, and the target enough rows with it to hold half of them back.

    Rows of one text are one question, so the target needs as many different texts.
    """
    label = LabelColumn.parse(task.label)
    tables = {name: labelled_rows(library.load(name), label) for name in (*task.sources, task.target)}
    values = {name: [value for value in table["label"] if value] for name, table in tables.items()}
    for name, known in values.items():
        if len(known) < FEWEST_LABELLED:
            raise InputError(
                f"{name} has {len(known)} rows with the label {label}; at least {FEWEST_LABELLED} are needed",
                where=f"scene {name}",
                todo="Choose another scene or label.",
            )
    texts = tables[task.target].query("label != ''")["title"].nunique()
    if texts < FEWEST_LABELLED:
        raise InputError(
            f"The rows of {task.target} with the label {label} hold {texts} different texts; at least "
            f"{FEWEST_LABELLED} are needed to hold half of them back",
            where=f"scene {task.target}",
            todo="Choose another target or label.",
        )
    taught = {value for name in task.sources for value in values[name]}
    for where, found in (("the sources", taught), (task.target, set(values[task.target]))):
        if len(found) < 2:
            raise InputError(
                f"In {where} every row has the same {label}, {min(found)!r}: there is nothing to tell apart",
                where="label",
                todo="Choose another label or other scenes.",
            )
    if not taught & set(values[task.target]):
        raise InputError(
            f"{task.target} and its sources have no value of {label} in common",
            where="label",
            todo="Choose another label or other scenes.",
        )


def _check_testable(target: SceneCard, task: TaskSpec) -> None:
    """A run is a measurement: it needs people whose later choice can be held back, whatever the budget."""
    place = "A scene without choices can be used as a new category: 'recommend', or the page of that name."
    if target.interactions == 0:
        spent = "" if task.budget in ("0", "0%") else f" and nobody to spend the budget {task.budget} on"
        raise InputError(
            f"{task.target} has no interactions, so there is nothing to test on{spent}",
            where="target",
            todo=f"Import interactions for it. {place}",
        )
    if target.interactions <= target.people and task.split != "new-people":
        raise InputError(
            f"Nobody in {task.target} has chosen twice, so no choice can be held back for the test",
            where="target",
            todo=f"Choose another target, or import more interactions. {place}",
        )
    if task.split == "global-time" and not target.has_time:
        raise InputError(
            f"{task.target} has interactions without a time, which the global-time split needs",
            where="split",
            todo="Use --split leave-one-out, or import the scene with its time column.",
        )


def _longest_first(names: Sequence[str]) -> list[str]:
    """The chooser tries many candidates and takes longest, so it begins; then baselines, then the rest."""
    order = list(methods())
    return sorted(names, key=lambda name: (find(name).family != "chooser", order.index(name)))


def command_line(specs: Sequence[RunSpec]) -> str:
    """The command that submits these runs of one task again."""
    task = specs[0].task
    words = ["python", "-m", "xscene_core", "run"]
    words += [word for name in task.sources for word in ("--source", name)]
    words += ["--label", task.label] if task.label else []
    words += ["--target", task.target, "--method", ",".join(spec.method for spec in specs)]
    words += [
        "--budget",
        task.budget,
        "--split",
        task.split,
        "--seed",
        str(task.seed),
        "--encoder",
        task.encoder,
    ]
    for spec in specs:
        for key, value in spec.params.items():
            words += ["--param", f"{spec.method}.{key}={json.dumps(value)}"]
    return shlex.join(words)
