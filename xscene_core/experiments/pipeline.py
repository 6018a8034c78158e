"""From a spec to a scorecard: the whole path of one run, without any store."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from xscene_core.encoders.encoder import reads_pictures, without_pictures
from xscene_core.encoders.encoding import Encoding, encode
from xscene_core.errors import WorkError, XSceneError
from xscene_core.evaluation.alignment import summarise
from xscene_core.evaluation.ranking import coverage, metric, rank_answers
from xscene_core.experiments.artifacts import (
    Cloud,
    clouds,
    write_clouds,
    write_json,
    write_lists,
    write_ranks,
)
from xscene_core.experiments.engine import engine
from xscene_core.experiments.picture_trial import PictureTrial, try_pictures
from xscene_core.experiments.record import RunRecord
from xscene_core.experiments.spec import RunSpec, TaskSpec
from xscene_core.home import Home
from xscene_core.models.checkpoints import EVERY, Checkpoints
from xscene_core.models.device import device_name
from xscene_core.scenes.library import SceneLibrary
from xscene_core.scenes.scene import Scene
from xscene_core.transfer.budget import Budget
from xscene_core.transfer.method import Recommender, find
from xscene_core.transfer.task import prepare
from xscene_core.transfer.views import TestView, TrainingView
from xscene_core.watcher import Silent, Watcher

METRICS = ("ndcg@10", "hr@10", "recall@10", "mrr", "hr@1", "ndcg@20", "hr@20")
_TOP = 20


@dataclass(frozen=True)
class Prepared:
    """A task with everything that running a method on it needs."""

    scenes: dict[str, Scene]
    encoding: Encoding
    view: TrainingView
    test: TestView
    pictures: PictureTrial | None = field(default=None, kw_only=True)
    """Whether pictures help beside the text; ``None`` where the encoder reads only one of them."""


@dataclass(frozen=True)
class LoadedRun(Prepared):
    """A finished run, ready to score people and items."""

    recommender: Recommender


def prepare_task(task: TaskSpec, library: SceneLibrary, home: Home, watcher: Watcher) -> Prepared:
    """Loads and encodes the scenes of ``task`` and splits the target. Pictures beside text have to earn their
    place on held-out choices (``picture_trial``).

    Raises
    ------
    WorkError : a scene is not what it was when the run was submitted.
    """
    scenes = load_scenes(task, library, watcher)
    items = {name: _readable(scene, library, task.encoder) for name, scene in scenes.items()}
    encoding = encode(items, task.encoder, home.cache, watcher)
    view, test = prepare(
        scenes,
        encoding.vectors,
        sources=task.sources,
        target=task.target,
        budget=Budget.parse(task.budget),
        protocol=task.split,
        seed=task.seed,
    )
    trial, plain = None, without_pictures(task.encoder)
    if plain not in ("", task.encoder):
        bare = encode(items, plain, home.cache, watcher)
        trial = try_pictures(view, bare)
        if not trial.used:
            encoding, view = bare, view.read_by(bare)
    view = replace(view, cache=home.cache, encoding=encoding)
    return Prepared(scenes, encoding, view, test, pictures=trial)


def _readable(scene: Scene, library: SceneLibrary, encoder: str) -> pd.DataFrame:
    """The items as the encoder reads them: with pictures where it looks at them."""
    if not reads_pictures(encoder):
        return scene.items
    known = library.pictures(scene.name, scene.items["item_id"])
    return scene.items.assign(
        picture=scene.items["item_id"].map(known).astype(object).where(lambda one: one.notna(), None)
    )


def load_scenes(task: TaskSpec, library: SceneLibrary, watcher: Watcher) -> dict[str, Scene]:
    """The scenes of ``task`` by name, the target last. Raises ``WorkError`` where one has changed."""
    names = [*task.sources, task.target]
    watcher.progress("load", 0.0)
    scenes = {}
    for name in names:
        scenes[name] = library.load(name)
        watcher.progress("load", len(scenes) / len(names))
    for name, fingerprint in task.fingerprints:
        if name in scenes and scenes[name].fingerprint != fingerprint:
            raise WorkError(
                "The scene has changed since this run was submitted",
                where=f"scene {name}",
                todo="Start the comparison again on the scene as it is now.",
            )
    return scenes


def execute(
    spec: RunSpec,
    library: SceneLibrary,
    home: Home,
    folder: Path,
    watcher: Watcher,
    unfinished: Path | None = None,
) -> None:
    """Fits the method, tests it, and writes into ``folder``: ``outcome.json``, ``ranks.parquet``,
    ``top.parquet``, ``embeddings.npz``, ``alignment.json`` and ``model/``; for a label task see
    ``label_pipeline``.

    unfinished : where a ranking task writes down how far its trainings are and goes on from.
    """
    if spec.task.kind == "label":
        from xscene_core.experiments.label_pipeline import execute_labels

        execute_labels(spec, load_scenes(spec.task, library, watcher), home, folder, watcher)
        return
    method = find(spec.method)
    params = method.check(spec.params)
    ready = prepare_task(spec.task, library, home, watcher)
    checkpoints = _checkpoints(spec, unfinished)
    fitted = method.fit(replace(ready.view, checkpoints=checkpoints), params, watcher)
    ranks, lists = rank_answers(fitted.score, ready.test.questions, top=_TOP, watcher=watcher)
    write_ranks(folder, ready.test, ready.view.target, ranks)
    write_lists(folder, ready.test, ready.view.target, lists)
    found = clouds(ready.view, ready.test, ready.encoding.plain, fitted, ranks)
    write_clouds(folder, found)
    watcher.progress("align", 0.0)
    alignment = {what: _alignment(found, what, spec.task) for what in ("items", "people")}
    watcher.progress("align", 1.0)
    fitted.save(folder / "model")
    write_json(folder / "alignment.json", alignment)
    outcome = {
        "metrics": {name: float(metric(name, ranks).mean()) for name in METRICS}
        | {"coverage@10": coverage(lists[:, :10], len(ready.view.target.item_ids))},
        "reason": f"{fitted.reason} {ready.pictures.sentence}" if ready.pictures else fitted.reason,
        "stands_for": fitted.stands_for,
        "reference": fitted.reference,
        "facts": fitted.facts | _facts(ready) | _resumed(checkpoints),
        "alignment": alignment,
        "device": device_name(),
        "params": params.model_dump(mode="json"),
    }
    write_json(folder / "outcome.json", outcome)


def _checkpoints(spec: RunSpec, folder: Path | None) -> Checkpoints | None:
    if folder is None:
        return None
    return Checkpoints(folder, f"{spec.key} {engine()}", EVERY, say=lambda words: print(words, flush=True))


def _resumed(checkpoints: Checkpoints | None) -> dict[str, float]:
    resumed = checkpoints.resumed if checkpoints else []
    return {"resumed_from_epoch": float(resumed[-1])} if resumed else {}


def load_run(home: Home, record: RunRecord, watcher: Watcher | None = None) -> LoadedRun:
    """The finished run ``record`` with its scenes, as it was when it finished.

    Raises
    ------
    WorkError : it has not finished, a scene has changed since, or its model is not whole.
    """
    if record.status != "finished":
        raise WorkError(
            "Only a finished run can be used", where=f"run {record.run_id}", todo="Choose a finished run."
        )
    if record.spec.task.kind == "label":
        raise WorkError(
            "This run has learned a label, so it cannot recommend",
            where=f"run {record.run_id}",
            todo="Choose a run that learned what people choose.",
        )
    ready = prepare_task(record.spec.task, SceneLibrary(home), home, watcher or Silent())
    recommender = _kept(record, ready.view)
    encoding = recommender.encoding or ready.encoding
    view = ready.view.read_by(encoding)  # new items are compared with known ones in the same space
    return LoadedRun(ready.scenes, encoding, view, ready.test, recommender, pictures=ready.pictures)


def _kept(record: RunRecord, view: TrainingView) -> Recommender:
    method, folder = find(record.spec.method), record.folder / "model"
    try:
        return method.load(folder, view)
    except XSceneError:
        raise
    except Exception as error:  # whatever a reader makes of a file that is cut off, changed or missing
        raise WorkError(
            f"The model of this run cannot be read: {type(error).__name__}",
            where=str(folder),
            todo="Run the method again; the numbers of this run are not affected.",
        ) from error


def _alignment(found: dict[str, Cloud], what: str, task: TaskSpec) -> dict[str, dict[str, float | None]]:
    described = {}
    for when in ("before", "after"):
        vectors = {name: getattr(cloud, f"{what}_{when}") for name, cloud in found.items()}
        numbers = summarise(vectors, task.target, seed=task.seed)
        described[when] = {name: value if np.isfinite(value) else None for name, value in numbers.items()}
    return described


def _facts(ready: Prepared) -> dict[str, float]:
    return {
        "people_learned_from": float(len(ready.view.target.sequences)),
        "choices_learned_from": float(len(ready.view.target.sequences.items)),
        "people_tested": float(len(ready.test.questions)),
        "items": float(len(ready.view.target.item_ids)),
    } | (ready.pictures.facts if ready.pictures else {})
