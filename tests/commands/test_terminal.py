"""The command line: one sentence per error, the promised exit codes, one document per --json."""

import io
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from xscene_core.__main__ import main
from xscene_core.commands.options import method_params, split_names
from xscene_core.commands.output import duration, emit, interval, table, visible
from xscene_core.commands.scorecard import scorecard
from xscene_core.errors import InputError
from xscene_core.experiments.spec import RunSpec, TaskSpec
from xscene_core.experiments.store import RunStore


@pytest.fixture(autouse=True)
def _store_at_hand(stored_home, monkeypatch):
    monkeypatch.setenv("XSCENE_HOME", str(stored_home.path))


@pytest.mark.parametrize(
    "words",
    [
        ["--nonsense"],
        ["nonsense"],
        ["run", "--nonsense"],
        ["run", "--source", "apparel", "--method", "content"],
        ["run", "--source", "apparel", "--target", "apparel", "--method", "content"],
        ["run", "--source", "nowhere", "--target", "home", "--method", "content"],
        ["run", "--source", "apparel", "--target", "home", "--method", "magic"],
        ["run", "--source", "apparel", "--target", "home", "--method", "content", "--budget", "lots"],
        ["run", "--source", "apparel", "--target", "home", "--method", "content", "--seed", "x"],
        ["run", "--source", "apparel", "--target", "home", "--method", "content", "--k", "5000"],
        ["run", "--source", "apparel", "--target", "home", "--method", "content", "--param", "nonsense"],
        ["runs", "show", "nothing"],
        ["runs", "list", "--status", "odd"],
        ["runs", "cancel", "nothing"],
        ["compare", "nothing"],
        ["compare"],
        ["recommend", "--run", "nothing", "--items", "nothing.csv"],
    ],
)
def test_unusable_input_gets_one_sentence_and_exit_code_2(words, capsys):
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert "Traceback" not in said.err


def test_an_error_with_json_is_one_document_too(capsys):
    assert main(["runs", "show", "nothing", "--json"]) == 2
    assert "There is no run" in json.loads(capsys.readouterr().out)["error"]


def test_a_broken_store_gets_one_sentence(home, capsys):
    home.database.write_bytes(b"nonsense" * 1000)
    assert main(["--home", str(home.path), "runs", "list"]) == 2
    assert "not a readable database" in capsys.readouterr().err


def test_a_home_that_is_a_file_gets_one_sentence(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["runs", "list", "--home", str(tmp_path / "file")]) == 2
    assert "home folder cannot be used" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (KeyboardInterrupt(), "Stopped."),
        (OSError(28, "No space left on device"), "The disk is full."),
        (PermissionError(13, "Permission denied", "cards"), "cannot be read or written: Permission denied"),
    ],
)
def test_an_interrupt_and_what_the_system_refuses_are_sentences(problem, said, capsys, monkeypatch):
    def refuse(*_, **__):
        raise problem

    monkeypatch.setattr(RunStore, "list", refuse)
    assert main(["runs", "list", "--json"]) == 1
    shown = capsys.readouterr()
    assert said in shown.err
    assert said in json.loads(shown.out)["error"]


def test_help_is_quick_and_loads_nothing_heavy():
    heavy = ["torch", "pandas", "numpy", "mlflow", "sqlalchemy", "pydantic", "rich"]
    code = f"""
import sys, xscene_core.__main__ as terminal
print(terminal.main(["--help"]), [name for name in {heavy!r} if name in sys.modules])
"""
    began = time.process_time()
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30).stdout
    assert out.splitlines()[-1] == "0 []"
    assert time.process_time() - began < 0.5
    assert all(name in out for name in ("run ", "runs", "compare", "recommend", "scenes"))


def test_the_home_may_be_named_before_or_after_the_command(stored_home, capsys, monkeypatch):
    spec = RunSpec(task=TaskSpec(sources=("a",), target="b"), method="content")
    run = RunStore(stored_home).submit(spec, "g")
    RunStore(stored_home).cancel(run)
    for words in (
        ["--home", str(stored_home.path), "runs", "list"],
        ["runs", "list", "--home", str(stored_home.path)],
    ):
        monkeypatch.delenv("XSCENE_HOME", raising=False)
        assert main([*words, "--json"]) == 0
        assert [one["run_id"] for one in json.loads(capsys.readouterr().out)["runs"]] == [run]


def test_a_list_of_runs_says_what_each_learns_and_what_its_number_is(stored_home, capsys):
    store, listing = RunStore(stored_home), ["--home", str(stored_home.path), "runs", "list"]
    task = TaskSpec(sources=("a",), target="b", label="reviews.sentiment")
    store.cancel(store.submit(RunSpec(task=task, method="coral"), "g"))
    assert main(listing) == 0
    only = capsys.readouterr().out
    assert "reviews.sentiment" in only
    assert "accuracy" in only
    assert "NDCG@10" not in only
    store.cancel(store.submit(RunSpec(task=TaskSpec(sources=("a",), target="b"), method="content"), "g"))
    assert main(listing) == 0
    assert "NDCG@10 / accuracy" in capsys.readouterr().out


def test_runs_are_shown_deleted_and_restored(stored_home, capsys):
    spec = RunSpec(task=TaskSpec(sources=("a",), target="b"), method="content")
    store = RunStore(stored_home)
    run = store.submit(spec, "g")
    store.cancel(run)
    here = ["--home", str(stored_home.path)]
    assert main([*here, "runs", "show", run[:8]]) == 0
    assert "cancelled" in capsys.readouterr().out
    assert main([*here, "runs", "delete", run]) == 0
    assert main([*here, "runs", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"runs": []}
    assert main([*here, "runs", "restore", run, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"][0]["deleted"] is False


def test_a_comparison_of_waiting_runs_says_that_there_is_nothing_to_conclude(stored_home, capsys):
    spec = RunSpec(task=TaskSpec(sources=("a",), target="b"), method="content")
    run = RunStore(stored_home).submit(spec, "g")
    assert main(["--home", str(stored_home.path), "compare", run, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["task"]["target"] == "b"
    assert [one["status"] for one in document["runs"]] == ["queued"]
    assert "nothing to conclude" in document["verdict"]


def test_runs_that_fail_are_still_one_document(stored_home, capsys, monkeypatch):
    def submit(home, task, methods, params, k):
        store = RunStore(home)
        run_id = store.submit(RunSpec(task=task, method="content"), "g")
        store.cancel(run_id)
        return "g"

    monkeypatch.setattr("xscene_core.experiments.submission.submit_methods", submit)
    words = ["run", "--source", "apparel", "--target", "home", "--method", "content", "--json"]
    assert main(words) == 1
    said = capsys.readouterr()
    assert [run["status"] for run in json.loads(said.out)["runs"]] == ["cancelled"]
    assert "1 of 1 runs did not finish" in said.err


def test_parameters_reach_the_methods_that_have_them():
    from xscene_core.transfer.method import methods

    name, key = next((one.name, field) for one in methods().values() for field in one.params.model_fields)
    assert method_params([f"{name}.{key}=2"], [name]) == {name: {key: 2}}
    assert method_params([f"{key}=2.5"], [name])[name] == {key: 2.5}
    for wrong in ("x", "=1", "nonsense=1", f"magic.{key}=1"):
        with pytest.raises(InputError):
            method_params([wrong], [name])


def test_names_may_be_repeated_or_listed():
    assert split_names(["a,b", "c", " b ", ""]) == ["a", "b", "c"]


def test_tables_align_numbers_right_and_keep_control_characters_out():
    text = table(["name", "n"], [["短", "1"], ["long\x1b[2J", "10"]])
    assert text.splitlines() == ["name       n", "短         1", "long [2J  10"]


def test_figures_are_printed_for_people():
    assert interval({"value": 0.1, "low": 0.05, "high": 0.15}) == "0.1000 [0.0500, 0.1500]"
    assert interval({"value": 0.1, "low": None, "high": None}, signed=True) == "+0.1000"
    assert interval(None) == ""
    shown = {None: "", 0.25: "0.2 s", 59.6: "1 min 0 s", 3599.7: "1 h 0 min", 7300: "2 h 1 min"}
    assert {seconds: duration(seconds) for seconds in shown} == shown


def test_negative_transfer_is_named_in_the_scorecard():
    low = {"value": -0.02, "low": -0.03, "high": -0.01}
    run = {"run_id": "abcdef0123", "method": "dann", "status": "finished", "metrics": {"ndcg@10": low}}
    run |= {"transfer_gain": {"ndcg@10": low}, "negative_transfer": True, "seconds": 1, "peak_mb": 2}
    task = {"sources": ["a"], "target": "b", "budget": "10%", "split": "s", "encoder": "e", "seed": 0}
    text = scorecard({"task": task, "runs": [run], "verdict": "Negative transfer."})
    assert "NEGATIVE" in text
    assert "-0.0200 [-0.0300, -0.0100]" in text
    assert text.endswith("Verdict: Negative transfer.")


@pytest.mark.slow
def test_a_comparison_from_the_terminal_is_one_document_that_the_other_commands_continue(
    stored_home, tmp_path, capfd
):
    here = ["--home", str(stored_home.path)]
    asked = [
        "--source",
        "store",
        "--target",
        "jewelry",
        "--method",
        "content,popularity",
        "--encoder",
        "tfidf",
    ]
    assert main([*here, "run", *asked, "--budget", "all", "--json"]) == 0
    document = json.loads(capfd.readouterr().out)
    assert [run["method"] for run in document["runs"][:2]] == ["content", "popularity"]
    assert {"item-knn", "target-only"} < {run["method"] for run in document["runs"]}
    assert {run["status"] for run in document["runs"]} == {"finished"}
    figures = document["runs"][0]["metrics"]["ndcg@10"]
    assert figures["low"] <= figures["value"] <= figures["high"]
    run = document["runs"][0]["run_id"]

    assert main([*here, "compare", run[:10], "--k", "7"]) == 0
    assert "NDCG@7" in capfd.readouterr().out
    items = tmp_path / "items.csv"
    items.write_text("item_id,title\n1,silver necklace with a small pearl\n2,gold ring for every day\n")
    out = tmp_path / "out.csv"
    assert (
        main([*here, "recommend", "--run", run, "--items", str(items), "--top", "2", "--out", str(out)]) == 0
    )
    assert "for" in capfd.readouterr().out
    assert Path(out).read_text(encoding="utf-8-sig").startswith("user_id")


@pytest.mark.parametrize("place", ["~nobody-here/x", "/dev/null/x", "what?x=1"])
def test_a_home_that_cannot_be_gets_one_sentence_and_is_not_made(place, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["--home", place, "runs", "list", "--json"]) == 2
    assert "home folder" in json.loads(capsys.readouterr().out)["error"]
    assert list(tmp_path.glob("what*")) == []


def test_a_document_is_one_in_every_encoding_and_knows_no_number_that_json_lacks(monkeypatch):
    for encoding in ("ascii", "latin-1", "utf-8"):
        out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr(sys, "stdout", out)
        emit({"城": "é\udcff", "gain": float("nan"), "rows": [float("inf"), 1.5]})
        out.flush()
        document = json.loads(out.buffer.getvalue().decode(encoding))
        assert document == {"城": "é\udcff", "gain": None, "rows": [None, 1.5]}


def test_text_of_a_stranger_does_not_reach_the_terminal_as_commands():
    assert visible("\x1b[2Jevil\u202e\nnext") == " [2Jevil \nnext"
