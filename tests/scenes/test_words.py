"""Search queries and dialogues come into a scene beside its items."""

from pathlib import Path

import pytest

from tests.scenes.given import INTERACTIONS, ITEMS, folder, one, read
from xscene_core.home import Home
from xscene_core.scenes.library import SceneLibrary
from xscene_core.scenes.scene import DIALOGUE_COLUMNS, QUERY_COLUMNS

QUERIES = """search_term,product_id,median_relevance
thing five,i5,3
=cmd(),i1,high
<b>red</b> thing,,
,i2,1
x,i99,2
"""
DIALOGUES = """{"conversation_id": "d1", "turn": 1, "role": "shop", "utterance": "Which one?"}
{"conversation_id": "d1", "turn": 0, "role": "person", "utterance": "I need a thing"}
{"conversation_id": "d2", "role": "person", "utterance": "Hello"}
{"conversation_id": "", "utterance": "lost"}
{"conversation_id": "d2", "role": "shop", "utterance": ""}
"""


@pytest.fixture
def library(tmp_path: Path) -> SceneLibrary:
    return SceneLibrary(Home.resolve(tmp_path / "home"), samples=None)


def given(path: Path) -> Path:
    folder(path)
    (path / "queries.csv").write_text(QUERIES)
    (path / "dialogues.jsonl").write_text(DIALOGUES)
    return path


def test_queries_and_dialogues_are_imported_with_the_scene(tmp_path: Path, library: SceneLibrary) -> None:
    prepared = read(given(tmp_path / "given"), name="shop")
    assert not prepared.errors
    assert (prepared.scenes[0].queries, prepared.scenes[0].dialogues) == (3, 2)
    prepared.commit(library)
    scene = library.load("shop")
    assert scene.queries is not None
    assert scene.dialogues is not None
    assert tuple(scene.queries.columns) == QUERY_COLUMNS
    assert scene.queries["query"].tolist() == ["thing five", "=cmd()", "red thing"]
    assert scene.queries["item_id"].tolist() == ["i5", "i1", ""]
    assert scene.queries["relevance"].fillna(-1).tolist() == [3.0, -1.0, -1.0]
    assert tuple(scene.dialogues.columns) == DIALOGUE_COLUMNS
    spoken = scene.dialogues.sort_values(["dialogue_id", "turn"])
    assert spoken["text"].tolist() == ["I need a thing", "Which one?", "Hello"]
    assert spoken["turn"].tolist() == [0, 1, 0]


def test_what_is_wrong_with_them_is_listed_with_everything_else(tmp_path: Path) -> None:
    problems = read(given(tmp_path)).problems
    assert one(problems, "The query is empty").row == 4
    assert one(problems, "'i99' is not in the table of items").table == "queries"
    assert one(problems, "The relevance is not a number").row == 2
    assert one(problems, "The dialogue has no id").row == 4
    assert one(problems, "Nothing is said").row == 5


def test_they_follow_their_item_or_the_scene_they_name(tmp_path: Path, library: SceneLibrary) -> None:
    items = "item_id,title,shop\n" + "".join(f"i{k},Thing {k},{'AB'[k % 2]}\n" for k in range(4))
    folder(tmp_path / "given", items, None)
    (tmp_path / "given" / "queries.csv").write_text("query,item_id\nfirst,i0\nsecond,i1\nnowhere,\n")
    (tmp_path / "given" / "dialogues.csv").write_text("dialogue_id,text,shop\nd,hi,A\ne,ho,C\n")
    prepared = read(tmp_path / "given", scene_column="shop")
    assert one(prepared.problems, "The query belongs to none of the scenes").row == 3
    assert one(prepared.problems, "The dialogue belongs to none of the scenes").row == 2
    prepared.commit(library)
    scenes = {name: library.load(name) for name in ("A", "B")}
    assert {name: scene.queries["query"].tolist() for name, scene in scenes.items()} == {  # type: ignore[index]
        "A": ["first"],
        "B": ["second"],
    }
    assert scenes["A"].dialogues is not None
    assert scenes["B"].dialogues is None


def test_a_scene_without_them_has_none(tmp_path: Path, library: SceneLibrary) -> None:
    prepared = read(folder(tmp_path / "given", ITEMS, INTERACTIONS), name="shop")
    prepared.commit(library)
    scene = library.load("shop")
    assert (scene.queries, scene.dialogues) == (None, None)
