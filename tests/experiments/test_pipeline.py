"""From a spec to the files of a run, and back to a recommender with the same scores."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tests.transfer.worlds import scene_of_choices, short_training, tasteful
from xscene_core.errors import Cancelled, InputError, WorkError
from xscene_core.evaluation.ranking import metric, rank_answers
from xscene_core.experiments.evidence import ask_the_same
from xscene_core.experiments.pipeline import METRICS, execute, load_run
from xscene_core.experiments.ranks import read_ranks
from xscene_core.experiments.spec import RunSpec, TaskSpec
from xscene_core.home import Home
from xscene_core.scenes.library import SceneLibrary
from xscene_core.scenes.scene import Scene
from xscene_core.transfer import learning, text_teaching
from xscene_core.transfer.text_teaching import taught_by_sources
from xscene_core.watcher import Silent, StopAfter

FILES = ("outcome.json", "ranks.parquet", "top.parquet", "embeddings.npz", "alignment.json")
TAUGHT = {"text_taught": 1.0}
METHODS = ("popularity", "item-knn", "content", "fine-tune", "density-ratio")


def described(scene: Scene) -> Scene:
    """With words that tell kinds of items apart."""
    number = scene.items["item_id"].str[-3:].astype(int)
    title = [f"{('wool', 'steel', 'paper', 'glass')[n % 4]} thing number {n}" for n in number]
    return replace(scene, items=scene.items.assign(title=title, category="things"))


@dataclass
class Place:
    home: Home
    library: SceneLibrary
    task: TaskSpec

    def run(self, method: str, folder: Path, **task: object) -> SimpleNamespace:
        spec = RunSpec(task=self.task.model_copy(update=task), method=method)
        folder.mkdir(parents=True, exist_ok=True)
        execute(spec, self.library, self.home, folder, Silent())
        return SimpleNamespace(run_id=method, spec=spec, status="finished", folder=folder)


def place(path: Path) -> Place:
    home = Home.resolve(path)
    library = SceneLibrary(home)
    for seed, name in enumerate(("first", "second", "goal")):
        library.save(described(tasteful(name, seed, items=30, people=30)[0]))
    names = ("first", "second", "goal")
    fingerprints = tuple((name, library.fingerprint(name)) for name in names)
    task = TaskSpec(
        sources=names[:2], target=names[2], budget="12", encoder="tfidf", fingerprints=fingerprints
    )
    return Place(home, library, task)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, dict[str, SimpleNamespace]]]:
    """One finished run of several methods on one task."""
    folder = tmp_path_factory.mktemp("pipeline")
    here = place(folder / "home")
    with short_training():
        yield here, {name: here.run(name, folder / name) for name in METHODS}


@pytest.mark.parametrize("method", METHODS)
def test_a_run_leaves_every_file_with_rows_that_belong_together(runs, method: str) -> None:
    folder = runs[1][method].folder
    assert all((folder / name).is_file() for name in FILES)
    assert (folder / "model" / "fitted.json").is_file()
    ranks = pd.read_parquet(folder / "ranks.parquet")
    assert list(ranks.columns) == ["user_id", "item_id", "rank", "history", "seen"]
    assert len(ranks) == 30
    outcome = json.loads((folder / "outcome.json").read_text())
    for name in METRICS:
        assert outcome["metrics"][name] == pytest.approx(metric(name, ranks["rank"].to_numpy()).mean())
    top = pd.read_parquet(folder / "top.parquet")
    assert top["user_id"].drop_duplicates().tolist() == ranks["user_id"].tolist()
    assert (top.groupby("user_id")["place"].agg(list).map(lambda one: one == list(range(1, 21)))).all()
    assert not top.duplicated(["user_id", "item_id"]).any()
    first_ten = top[top["place"] <= 10]
    assert outcome["metrics"]["coverage@10"] == pytest.approx(first_ten["item_id"].nunique() / 30)
    assert outcome["reason"].endswith(".")
    assert outcome["stands_for"]
    assert outcome["facts"]["people_learned_from"] == 12
    assert outcome["facts"]["people_tested"] == 30


def test_lists_and_ranks_tell_the_same(runs) -> None:
    """Where an answer's rank is whole and within the list, the list holds it at that place."""
    folder = runs[1]["content"].folder
    ranks, top = pd.read_parquet(folder / "ranks.parquet"), pd.read_parquet(folder / "top.parquet")
    placed = ranks.merge(top, on=["user_id", "item_id"], how="left")
    within = (placed["rank"] <= 19) & (placed["rank"] % 1 == 0)
    assert within.sum() >= 5
    assert (placed.loc[within, "rank"] == placed.loc[within, "place"]).all()


def test_nobody_is_recommended_what_they_chose_before(runs) -> None:
    here, done = runs
    top = pd.read_parquet(done["popularity"].folder / "top.parquet")
    rows = here.library.load("goal").interactions
    earlier = rows[rows["user_id"] == rows["user_id"].shift(-1)]
    assert top.merge(earlier, on=["user_id", "item_id"]).empty


@pytest.mark.parametrize("method", METHODS)
def test_points_before_and_after_are_those_of_the_same_items_and_people(runs, method: str) -> None:
    here, done = runs
    with np.load(done[method].folder / "embeddings.npz", allow_pickle=False) as file:
        assert file["scenes"].tolist() == ["first", "second", "goal"]
        for s, name in enumerate(file["scenes"]):
            scene = here.library.load(str(name))
            assert file[f"item_rows_{s}"].tolist() == list(range(30))
            assert len(file[f"items_before_{s}"]) == len(file[f"items_after_{s}"]) == len(scene.items)
            people = file[f"people_ids_{s}"].tolist()
            assert set(people) <= set(scene.interactions["user_id"])
            assert len(file[f"people_before_{s}"]) == len(file[f"people_after_{s}"]) == len(people)
        ranks = pd.read_parquet(done[method].folder / "ranks.parquet").set_index("user_id")["rank"]
        np.testing.assert_allclose(file["people_rank"], ranks[file["people_ids_2"].tolist()])
        if method in ("content", "popularity"):  # these place items where the encoding centred them
            view = load_run(here.home, done[method]).view
            np.testing.assert_array_equal(file["items_after_2"], view.target.vectors)
            assert np.abs(file["items_before_2"] - file["items_after_2"]).max() > 0.01


def test_alignment_is_in_both_files_before_and_after(runs) -> None:
    folder = runs[1]["fine-tune"].folder
    alignment = json.loads((folder / "alignment.json").read_text())
    assert json.loads((folder / "outcome.json").read_text())["alignment"] == alignment
    for what in ("items", "people"):
        for when in ("before", "after"):
            assert {"mixing", "proxy_a_distance", "mmd", "coral"} <= set(alignment[what][when])


def test_all_runs_of_one_task_ask_the_same_people_in_the_same_order(runs) -> None:
    tables = [read_ranks(run.folder) for run in runs[1].values()]
    assert all(ask_the_same(table, tables[0]) for table in tables)
    assert all((table.seen == tables[0].seen).all() for table in tables)


@pytest.mark.parametrize("method", METHODS)
def test_a_loaded_run_scores_as_it_did_bit_for_bit(runs, method: str) -> None:
    here, done = runs
    loaded = load_run(here.home, done[method])
    ranks, lists = rank_answers(loaded.recommender.score, loaded.test.questions, top=20)
    np.testing.assert_array_equal(ranks, read_ranks(done[method].folder).ranks)
    top = pd.read_parquet(done[method].folder / "top.parquet")
    assert loaded.view.target.item_ids[lists.ravel()].tolist() == top["item_id"].tolist()


def test_a_loaded_run_that_taught_its_encoder_reads_known_and_new_items_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_teaching, "COURSE", text_teaching.Course(steps=6, people=16, warm_up=1))
    here = place(tmp_path / "home")
    with short_training():
        monkeypatch.setattr(learning, "_read_as_taught", lambda *given: (taught_by_sources(*given), TAUGHT))
        run = here.run("taught-text", tmp_path / "run", encoder="minilm")
    loaded = load_run(here.home, run)
    ranks, _ = rank_answers(loaded.recommender.score, loaded.test.questions)
    np.testing.assert_array_equal(ranks, read_ranks(run.folder).ranks)
    plain = load_run(here.home, here.run("content", tmp_path / "plain", encoder="minilm"))
    assert np.abs(loaded.view.target.vectors - plain.view.target.vectors).max() > 1e-3
    known = loaded.encoding.parts[0]
    raw = known.encoder.encode(loaded.scenes["goal"].items, Silent())
    np.testing.assert_allclose(known.place(raw, known.centres["goal"]), loaded.view.target.vectors, atol=1e-5)


@pytest.mark.parametrize("method", ["item-knn", "fine-tune"])
def test_running_again_elsewhere_gives_the_same_numbers(runs, method: str, tmp_path: Path) -> None:
    again = place(tmp_path / "home").run(method, tmp_path / "run")
    wanted = runs[1][method].folder
    one, other = (json.loads((folder / "outcome.json").read_text()) for folder in (wanted, again.folder))
    assert one == other
    np.testing.assert_array_equal(read_ranks(wanted).ranks, read_ranks(again.folder).ranks)


def test_a_scene_that_changed_since_is_a_sentence(tmp_path: Path) -> None:
    here = place(tmp_path / "home")
    run = here.run("popularity", tmp_path / "run")
    here.library.save(described(tasteful("goal", 9, items=30, people=31)[0]), overwrite=True)
    with pytest.raises(WorkError, match=r"has changed since this run was submitted \(scene goal\)"):
        load_run(here.home, run)
    with pytest.raises(WorkError, match="has changed"):
        here.run("popularity", tmp_path / "again")


def test_only_a_finished_run_can_be_loaded(runs) -> None:
    here, done = runs
    for status in ("running", "failed", "lost", "cancelled", "queued"):
        with pytest.raises(WorkError, match="Only a finished run"):
            load_run(here.home, SimpleNamespace(**(vars(done["content"]) | {"status": status})))


@pytest.mark.parametrize("method", METHODS)
def test_a_model_whose_files_are_damaged_is_one_sentence(runs, method: str, tmp_path: Path) -> None:
    here, done = runs
    for number, damage in enumerate((lambda content: content[: len(content) // 2], lambda content: b"")):
        folder = shutil.copytree(done[method].folder, tmp_path / str(number))
        for file in (folder / "model").rglob("*"):
            if file.is_file():
                file.write_bytes(damage(file.read_bytes()))
        with pytest.raises(WorkError, match="The model of this run cannot be read"):
            load_run(here.home, SimpleNamespace(**(vars(done[method]) | {"folder": folder})))
    shutil.rmtree(folder / "model")
    with pytest.raises(WorkError, match="The model of this run cannot be read"):
        load_run(here.home, SimpleNamespace(**(vars(done[method]) | {"folder": folder})))


def test_cancelling_writes_no_outcome(runs, tmp_path: Path) -> None:
    here, done = runs
    with pytest.raises(Cancelled):
        execute(done["content"].spec, here.library, here.home, tmp_path, StopAfter(2))
    assert not (tmp_path / "outcome.json").exists()


def test_an_unknown_method_or_parameter_is_a_sentence_before_any_work(runs, tmp_path: Path) -> None:
    here, _ = runs
    for spec in (
        RunSpec(task=here.task, method="magic"),
        RunSpec(task=here.task, method="coral", params={"strength": 7}),
    ):
        with pytest.raises(InputError):
            execute(spec, here.library, here.home, tmp_path, StopAfter(0))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("method", ["popularity", "content", "fine-tune", "coral"])
@pytest.mark.parametrize("items", [1, 5])
def test_scenes_smaller_than_the_list_run_through(method: str, items: int, tmp_path: Path) -> None:
    home = Home.resolve(tmp_path / "home")
    library = SceneLibrary(home)
    for name in ("first", "goal"):
        ids = [f"{name}{k}" for k in range(items)]
        library.save(scene_of_choices(name, ids, {f"u{k}": (ids * 4)[:4] for k in range(3)}))
    task = TaskSpec(sources=("first",), target="goal", budget="all", encoder="tfidf")
    (tmp_path / "run").mkdir()
    with short_training():
        execute(RunSpec(task=task, method=method), library, home, tmp_path / "run", Silent())
    outcome = json.loads((tmp_path / "run" / "outcome.json").read_text())
    assert 0 < outcome["metrics"]["mrr"] <= 1
    top = pd.read_parquet(tmp_path / "run" / "top.parquet")
    assert top["place"].max() == max(items - 3, 1)  # three were chosen before and are not listed


def test_a_source_without_people_runs_through(tmp_path: Path) -> None:
    here = place(tmp_path / "home")
    empty = here.library.load("first")
    nobody = replace(empty, name="nobody", interactions=empty.interactions.head(0))
    here.library.save(nobody)
    with short_training():
        run = here.run("density-ratio", tmp_path / "run", sources=("nobody",), fingerprints=())
    assert json.loads((run.folder / "outcome.json").read_text())["facts"]["effective_people/nobody"] == 0
