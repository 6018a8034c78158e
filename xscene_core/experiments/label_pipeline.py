"""From the spec of a label task to a scorecard: the whole path of one run, without any store."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.encoders.words import WORDS, word_features
from xscene_core.evaluation.alignment import summarise
from xscene_core.evaluation.labelling import METRICS, macro_f1, metric
from xscene_core.experiments.artifacts import Cloud, draw, write_clouds, write_json
from xscene_core.experiments.label_table import write_predictions
from xscene_core.experiments.spec import RunSpec, TaskSpec
from xscene_core.home import Home
from xscene_core.models.device import device_name
from xscene_core.scenes.labels import LabelColumn, labelled_rows
from xscene_core.scenes.scene import Scene
from xscene_core.transfer.budget import Budget
from xscene_core.transfer.labels.classifier import Classifier
from xscene_core.transfer.labels.recipe import reduction
from xscene_core.transfer.labels.task import LabelTest, prepare_labels
from xscene_core.transfer.labels.views import Features, LabelRows, LabelView, dense
from xscene_core.transfer.method import find
from xscene_core.watcher import Watcher

SHOWN, SHOWN_DIMENSIONS = 2000, 100
"""At most so many rows of each scene are kept as points, and sparse ones in so many dimensions."""


@dataclass(frozen=True)
class PreparedLabels:
    """A label task with everything that running a method on it needs.

    tables : scene -> labelled rows (see ``scenes.labels``). features : scene -> (n, d).
    """

    tables: dict[str, pd.DataFrame]
    features: dict[str, Features]
    view: LabelView
    test: LabelTest


def prepare_label_task(
    task: TaskSpec, scenes: dict[str, Scene], home: Home, watcher: Watcher
) -> PreparedLabels:
    """Reads the labels, encodes the rows and splits the target."""
    label = LabelColumn.parse(task.label)
    tables = {name: labelled_rows(scene, label) for name, scene in scenes.items()}
    watcher.progress("encode", 0.0)
    features = _features(tables, task.encoder, home, watcher)
    watcher.progress("encode", 1.0)
    view, test = prepare_labels(
        tables,
        features,
        sources=task.sources,
        target=task.target,
        budget=Budget.parse(task.budget),
        seed=task.seed,
    )
    return PreparedLabels(tables, features, view, test)


def execute_labels(
    spec: RunSpec, scenes: dict[str, Scene], home: Home, folder: Path, watcher: Watcher
) -> None:
    """Fits the method, tests it, and writes into ``folder``: ``outcome.json``, ``predictions.parquet``,
    ``embeddings.npz``, ``alignment.json`` and ``model/``.
    """
    method = find(spec.method)
    params = method.check(spec.params)
    ready = prepare_label_task(spec.task, scenes, home, watcher)
    fitted = method.run_labels(ready.view, spec.params, watcher)
    watcher.progress("test", 0.0)
    chances = fitted.probabilities(ready.test.features)
    predicted = chances.argmax(axis=1)
    certainty = chances[np.arange(len(predicted)), ready.test.answers]
    write_predictions(folder, ready, predicted, certainty)
    watcher.progress("align", 0.0)
    found = _clouds(ready, fitted, predicted)
    write_clouds(folder, found)
    alignment = {"items": _alignment(found, spec.task), "people": {}}
    watcher.progress("align", 1.0)
    fitted.save(folder / "model")
    write_json(folder / "alignment.json", alignment)
    answers = ready.test.answers
    scores = {name: float(metric(name, answers, predicted, certainty).mean()) for name in METRICS}
    outcome = {
        "metrics": scores | {"macro_f1": macro_f1(answers, predicted)},
        "reason": fitted.reason,
        "stands_for": fitted.stands_for,
        "reference": fitted.reference,
        "facts": fitted.facts | _facts(ready),
        "alignment": alignment,
        "device": device_name(),
        "params": params.model_dump(mode="json"),
    }
    write_json(folder / "outcome.json", outcome)


def _features(
    tables: dict[str, pd.DataFrame], encoder: str, home: Home, watcher: Watcher
) -> dict[str, Features]:
    if encoder == WORDS:
        return word_features(tables)
    from xscene_core.encoders.encoding import encode

    plain = encode(tables, encoder, home.cache, watcher).plain
    return {name: rows.astype(np.float64) for name, rows in plain.items()}


def _clouds(ready: PreparedLabels, fitted: Classifier, predicted: npt.NDArray[np.int64]) -> dict[str, Cloud]:
    """One cloud for each source, the target's asked rows last; the samples are the same for every method.

    ``rank`` is 1 where the label was predicted and 2 where it was not; a label task has no people.
    """
    target = ready.view.target.name
    asked = LabelRows(target, ready.test.features, ready.test.answers)
    reduce = reduction(ready.view, SHOWN_DIMENSIONS)
    found = {}
    for rows in (*ready.view.sources, asked):
        generator = np.random.default_rng([ready.view.seed, len(rows)])
        drawn = draw(generator, len(rows), SHOWN)
        part = rows.features[drawn]
        after = fitted.represent(rows.name, part)
        stayed = after.shape[1] == part.shape[1]  # a map within the space of the features: one view for both
        found[rows.name] = Cloud(
            item_rows=(ready.test.rows[drawn] if rows is asked else drawn).astype(np.int32),
            items_before=dense(reduce(part)).astype(np.float32),
            items_after=(dense(reduce(after)) if stayed else _bounded(after, ready.view.seed)).astype(
                np.float32
            ),
            people_ids=np.empty(0, dtype=np.str_),
            people_before=np.empty((0, 1), np.float32),
            people_after=np.empty((0, 1), np.float32),
            rank=(
                np.where(predicted == ready.test.answers, 1, 2)[drawn] if rows is asked else np.empty(0)
            ).astype(np.float32),
        )
    return found


def _bounded(places: npt.NDArray[np.float64], seed: int) -> npt.NDArray[np.float64]:
    """Places in at most ``SHOWN_DIMENSIONS`` dimensions: a fixed random projection keeps distances
    (Johnson and Lindenstrauss, 1984)."""
    if places.shape[1] <= SHOWN_DIMENSIONS:
        return places
    axes = np.random.default_rng([seed, 33]).standard_normal((places.shape[1], SHOWN_DIMENSIONS))
    return np.asarray(places @ axes / np.sqrt(SHOWN_DIMENSIONS))


def _alignment(found: dict[str, Cloud], task: TaskSpec) -> dict[str, dict[str, float | None]]:
    described = {}
    for when in ("before", "after"):
        vectors = {name: getattr(cloud, f"items_{when}") for name, cloud in found.items()}
        numbers = summarise(vectors, task.target, seed=task.seed)
        described[when] = {name: value if np.isfinite(value) else None for name, value in numbers.items()}
    return described


def _facts(ready: PreparedLabels) -> dict[str, Any]:
    return {
        "rows_of_sources": float(sum(len(rows.labelled) for rows in ready.view.sources)),
        "rows_tested": float(len(ready.test.answers)),
        "classes": float(len(ready.view.classes)),
    }
