"""``lists``: what each person would be shown, on the terminal, as JSON and as a file."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.transfer.worlds import task, world
from xscene_core.__main__ import main
from xscene_core.experiments import pipeline
from xscene_core.experiments.store import RunStore
from xscene_core.scenes.sequences import sequences_of
from xscene_core.transfer.method import find
from xscene_core.watcher import Silent


@pytest.fixture
def run() -> Any:
    scenes, vectors = world(people=12, items=15)
    view, _ = task(scenes, vectors)
    recommender = find("content").run(view, {}, Silent())
    return SimpleNamespace(scenes=scenes, view=view, recommender=recommender)


@pytest.fixture
def words(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    spec = SimpleNamespace(task=SimpleNamespace(target="target"), method="content")
    monkeypatch.setattr(RunStore, "fetch", lambda *_: SimpleNamespace(run_id="r", spec=spec))
    monkeypatch.setattr(pipeline, "load_run", lambda *_: run)
    return ["lists", "--home", str(tmp_path / "home"), "--run", "r"]


def test_everybody_of_the_target_gets_a_list_without_what_they_chose(
    words: list[str],
    run: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "lists.csv"
    assert main([*words, "--top", "4", "--out", str(out)]) == 0
    assert "Wrote" in capsys.readouterr().err
    table = pd.read_csv(out, encoding="utf-8-sig", dtype={"user_id": str, "item_id": str})
    scene = run.scenes[run.view.target.name]
    assert set(table["user_id"]) == set(scene.interactions["user_id"])
    assert (table.groupby("user_id")["place"].max() == 4).all()
    chosen = set(zip(scene.interactions["user_id"], scene.interactions["item_id"], strict=True))
    assert not chosen & set(zip(table["user_id"], table["item_id"], strict=True))
    assert (table.groupby("user_id")["score"].diff().dropna() <= 0).all()


def test_one_person_gets_what_the_recommender_scores_best(
    words: list[str],
    run: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    whole = sequences_of(run.scenes[run.view.target.name])
    person = str(whole.people[2])
    assert main([*words, "--person", person, "--top", "3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["lists"]
    scores = np.array(run.recommender.score(whole.take(np.array([2])))[0])
    scores[whole.of(2)] = -np.inf
    best = run.view.target.item_ids[np.argsort(-scores, kind="stable")[:3]].tolist()
    assert [one["item_id"] for one in found] == best
    assert {one["user_id"] for one in found} == {person}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--person", "nobody-knows-me"], "none of the run's scenes"),
        (["--top", "0"], "--top"),
        (["--out", "/no/such/folder/x.csv"], "no such folder"),
    ],
)
def test_what_cannot_be_asked_gets_one_sentence(
    words: list[str], more: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, *more]) == 2
    said = capsys.readouterr()
    assert says in said.err
    assert said.out == ""
