"""The scenes commands: one document on stdout, sentences on stderr, exit codes that scripts can use."""

import json
from pathlib import Path

import pytest

from tests.scenes.given import INTERACTIONS, ITEMS, folder
from xscene_core.__main__ import main


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XSCENE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def document(capsys: pytest.CaptureFixture[str]) -> dict:  # type: ignore[type-arg]
    return json.loads(capsys.readouterr().out)


def imported(home: Path) -> list[str]:
    return sorted(file.parent.name for file in home.glob("scenes/*/card.json"))


def test_check_lists_all_problems_imports_nothing_and_exits_with_2(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = folder(tmp_path / "shop", ITEMS + "i11,short\ni12,<b>x</b>,-1,y\n", INTERACTIONS + "u1,zz,soon,1\n")
    assert main(["scenes", "check", str(bad), "--json"]) == 2
    found = document(capsys)
    assert found["errors"] == 1
    assert {(p["table"], p["row"]) for p in found["problems"]} >= {("items.csv", 11), ("interactions", 49)}
    assert all(p["what"] and p["todo"] and p["severity"] in ("error", "warning") for p in found["problems"])
    assert imported(home) == []
    assert not list((home / "cache/imports").iterdir())


def test_check_of_good_data_exits_with_0(tmp_path: Path, home: Path) -> None:
    assert main(["scenes", "check", str(folder(tmp_path / "shop"))]) == 0
    assert imported(home) == []


def test_import_card_list_remove_restore(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = str(folder(tmp_path / "shop"))
    assert main(["scenes", "import", shop, "--licence", "CC0", "--json"]) == 0
    assert [card["name"] for card in document(capsys)["imported"]] == ["shop"]
    assert main(["scenes", "card", "shop", "--json"]) == 0
    card = document(capsys)
    assert (card["licence"], card["items"], card["sample"]) == ("CC0", 10, False)
    assert main(["scenes", "list", "--json"]) == 0
    assert "shop" in [card["name"] for card in document(capsys)["scenes"]]
    assert main(["scenes", "remove", "shop", "--json"]) == 0
    token = document(capsys)["token"]
    assert imported(home) == []
    assert main(["scenes", "restore", token]) == 0
    assert imported(home) == ["shop"]


def test_importing_twice_is_refused_without_overwrite(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = str(folder(tmp_path / "shop"))
    assert main(["scenes", "import", shop]) == 0
    capsys.readouterr()
    assert main(["scenes", "import", shop, "--json"]) == 2
    said = capsys.readouterr()
    assert "already" in said.err
    assert "already" in json.loads(said.out)["error"]
    assert main(["scenes", "import", shop, "--overwrite"]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["card", "nowhere"],
        ["check", "no/such/path"],
        ["check", "{shop}", "--map", "title"],
        ["import", "{shop}", "--name", "../x"],
        ["import", "{shop}", "--scene-column", "domain"],
        ["restore", "../../x~sample"],
        ["remove", "../home"],
    ],
)
def test_unusable_input_is_one_sentence_and_exit_code_2(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    shop = str(folder(tmp_path / "shop"))
    assert main(["scenes", *(word.replace("{shop}", shop) for word in arguments)]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert imported(home) == []
