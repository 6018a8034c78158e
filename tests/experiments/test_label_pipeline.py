"""A label task from the spec to the files of a run, its comparison and its verdict."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from xscene_core.errors import InputError, WorkError
from xscene_core.experiments.comparison import compare
from xscene_core.experiments.label_pipeline import prepare_label_task
from xscene_core.experiments.label_table import read_predictions
from xscene_core.experiments.pipeline import execute, load_run, load_scenes
from xscene_core.experiments.record import RunRecord
from xscene_core.experiments.spec import RunSpec, TaskSpec
from xscene_core.experiments.submission import command_line, make_task, plan
from xscene_core.experiments.verdict import verdict
from xscene_core.home import Home
from xscene_core.scenes.library import SceneLibrary
from xscene_core.transfer.labels.classifier import load_classifier
from xscene_core.watcher import Silent

METHODS = ("source-only", "coral")
TASK = TaskSpec(
    sources=("apparel",), target="electronics", label="reviews.sentiment", budget="0", encoder="words"
)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RunRecord]:
    """Runs of sample scenes, as a store would tell of them."""
    folder = tmp_path_factory.mktemp("labels")
    home = Home.resolve(folder / "home")
    records = {}
    for method in METHODS:
        place = folder / method
        place.mkdir()
        spec = RunSpec(task=TASK, method=method)
        execute(spec, SceneLibrary(home), home, place, Silent())
        outcome = json.loads((place / "outcome.json").read_text())
        records[method] = RunRecord(
            method, spec, "finished", "group", 0.0, place, place / "log",
            metrics=outcome["metrics"], reason=outcome["reason"], stands_for=outcome["stands_for"],
        )  # fmt: skip
    return records


class Store(SimpleNamespace):
    def get(self, run_id: str) -> RunRecord:
        return self.records[run_id]

    def list(self, status: str | None = None, task_key: str | None = None, limit: int = 0) -> list[RunRecord]:
        return list(self.records.values())


def test_a_label_run_leaves_every_file_and_its_numbers_agree(finished: dict[str, RunRecord]) -> None:
    record = finished["coral"]
    table = pd.read_parquet(record.folder / "predictions.parquet")
    accuracy = (table["label"] == table["predicted"]).mean()
    assert record.metrics["accuracy"] == pytest.approx(accuracy)
    assert set(table["label"]) == {"positive", "negative"}
    read = read_predictions(record.folder)
    assert read.values("accuracy").mean() == pytest.approx(accuracy)
    recalls = (table["label"] == table["predicted"]).groupby(table["label"]).mean()
    assert read.values("balanced_accuracy").mean() == pytest.approx(recalls.mean())
    alignment = json.loads((record.folder / "alignment.json").read_text())
    assert set(alignment["items"]) == {"before", "after"}
    with np.load(record.folder / "embeddings.npz") as clouds:
        assert list(clouds["scenes"]) == ["apparel", "electronics"]
        assert len(clouds["item_rows_1"]) == len(clouds["items_after_1"])


def test_a_method_that_moves_nothing_leaves_the_same_space_before_and_after(
    finished: dict[str, RunRecord],
) -> None:
    with np.load(finished["source-only"].folder / "embeddings.npz") as clouds:
        for scene in (0, 1):
            before, after = clouds[f"items_before_{scene}"], clouds[f"items_after_{scene}"]
            np.testing.assert_allclose(after, before, atol=1e-5)
    alignment = json.loads((finished["source-only"].folder / "alignment.json").read_text())["items"]
    assert alignment["after"] == pytest.approx(alignment["before"], rel=1e-3, abs=1e-6)


def test_a_saved_classifier_gives_the_same_predictions(finished: dict[str, RunRecord], home: Home) -> None:
    record = finished["coral"]
    scenes = load_scenes(TASK, SceneLibrary(home), Silent())
    ready = prepare_label_task(TASK, scenes, home, Silent())
    again = load_classifier(record.folder / "model").predict(ready.test.features)
    told = pd.read_parquet(record.folder / "predictions.parquet")["predicted"]
    assert [ready.view.classes[number] for number in again] == told.tolist()


def test_a_comparison_speaks_of_rows_and_accuracy(finished: dict[str, RunRecord]) -> None:
    found = compare(Store(records=finished), list(METHODS))
    rows = {row.method: row for row in found.rows}
    assert not rows["source-only"].transfers
    assert rows["coral"].transfers
    gain = rows["coral"].gain
    assert gain is not None
    lost = finished["coral"].metrics["accuracy"] - finished["source-only"].metrics["accuracy"]
    assert gain.value == pytest.approx(lost)
    sentence = verdict(found).text()
    assert "accuracy" in sentence
    assert "NDCG" not in sentence
    assert "people" not in sentence
    document = found.document()
    assert document["task"]["label"] == "reviews.sentiment"
    assert {bucket["by"] for bucket in document["runs"][1]["buckets"]} == {"words", "examples"}


def test_a_run_that_learned_a_label_cannot_recommend(finished: dict[str, RunRecord], home: Home) -> None:
    with pytest.raises(WorkError, match="cannot recommend"):
        load_run(home, finished["coral"])


def test_baselines_of_the_kind_of_task_are_added_and_the_encoder_is_words(home: Home) -> None:
    library = SceneLibrary(home)
    task = TASK.model_copy(update={"encoder": "auto"})
    specs = plan(library, task, ["coral"])
    assert {spec.method for spec in specs} >= {"coral", "source-only"}
    assert {spec.task.encoder for spec in specs} == {"words"}
    assert "target-only" not in {spec.method for spec in specs}
    assert "target-only" in {
        spec.method for spec in plan(library, task.model_copy(update={"budget": "20"}), ["coral"])
    }
    assert "--label reviews.sentiment" in command_line(specs)


@pytest.mark.parametrize(
    ("label", "method", "said"),
    [
        ("sentiment", "coral", "does not name a label"),
        ("reviews.nonsense", "coral", "is not a label"),
        ("queries.intent", "coral", "has no queries"),
        ("reviews.sentiment", "popularity", "form for label tasks"),
        ("items.department", "coral", "every row has the same"),
    ],
)
def test_what_cannot_be_learned_is_refused_before_anything_starts(
    home: Home, label: str, method: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        plan(SceneLibrary(home), make_task(["apparel"], "home", label=label, budget="0"), [method])
