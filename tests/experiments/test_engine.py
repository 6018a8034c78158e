"""The engine's version follows its code by itself, and runs of one version stay together."""

import shutil
from dataclasses import replace
from pathlib import Path

import xscene_core
from xscene_core import code_digest
from xscene_core.experiments import engine as module
from xscene_core.experiments.candidates import missing_baselines
from xscene_core.experiments.engine import engine
from xscene_core.experiments.record import RunRecord
from xscene_core.experiments.references import reference_run
from xscene_core.experiments.spec import RunSpec, TaskSpec


def record(method: str, created: float, engine: str) -> RunRecord:
    spec = RunSpec(task=TaskSpec(sources=("a",), target="b"), method=method)
    nowhere = Path("nowhere")
    run = RunRecord(f"{method}-{created}", spec, "finished", "g", created, nowhere, nowhere)
    return replace(run, engine=engine)


def test_everything_that_counts_as_engine_is_there():
    root = Path(xscene_core.__file__).parent
    assert all((root / part).exists() for part in module._CODE)


def test_a_changed_line_or_library_is_another_engine(tmp_path, monkeypatch):
    root = Path(xscene_core.__file__).parent
    for part in module._CODE:
        copy = shutil.copytree if (root / part).is_dir() else shutil.copy
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        copy(root / part, tmp_path / part)
    same = engine()
    monkeypatch.setattr(xscene_core, "__file__", str(tmp_path / "__init__.py"))
    assert _afresh() == same
    with (tmp_path / "models" / "network.py").open("a") as file:
        file.write("\nWIDTH = 1\n")
    changed = _afresh()
    monkeypatch.setattr(code_digest, "_version", lambda library: "another")
    assert len({same, changed, _afresh()}) == 3


def _afresh():
    return code_digest.code_digest.__wrapped__(module._CODE, module._LIBRARIES)


def test_a_run_is_held_against_a_reference_of_its_own_engine():
    run = record("coral", 1, "old")
    older, newer = record("target-only", 0, "old"), record("target-only", 2, "new")
    assert reference_run(run, [older, newer]) == older
    assert reference_run(replace(run, engine="new"), [older, newer]) == newer
    assert reference_run(replace(run, engine="third"), [older, newer]) == newer


def test_baselines_of_the_same_engine_stand_beside_a_run():
    run = record("coral", 1, "old")
    older, newer = record("popularity", 0, "old"), record("popularity", 2, "new")
    assert missing_baselines([run, older, newer], [run]) == [older]
