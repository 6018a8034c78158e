"""Nothing that is sealed reaches a method: not the answers, nor their counts, nor later choices elsewhere.

Every check here is also held against methods that cheat, so that it is known to notice.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.scenes.given import folder, read
from tests.transfer.leaks import (
    DAY,
    Fit,
    depends_on_the_sealed,
    on_the_shelf,
    replaced,
    same,
    views,
    with_sealed_replaced,
    world,
)
from tests.transfer.worlds import task
from xscene_core.encoders.encoding import encode
from xscene_core.home import Home
from xscene_core.models.item_knn import item_neighbours
from xscene_core.models.similarity import choice_matrix
from xscene_core.scenes.library import SceneLibrary
from xscene_core.scenes.scene import Scene
from xscene_core.scenes.sequences import Sequences, sequences_of
from xscene_core.scenes.splits import time_cuts
from xscene_core.transfer.method import find, methods
from xscene_core.transfer.views import TestView, TrainingView
from xscene_core.watcher import Silent

NAMES = list(methods("ranking"))
PROTOCOLS = ("leave-one-out", "global-time", "new-people")
OF_EACH_KIND = ("popularity", "content", "item-knn", "bridge", "fine-tune", "pooled")
"""One method for each thing that a view holds: counts, vectors, pairs, shared people, both networks."""


def registered(name: str) -> Fit:
    return lambda view: find(name).run(view, {}, Silent()).score


# ---- methods that cheat -------------------------------------------------------------------------------


def popularity_of_everything(view: TrainingView):
    """Counts choices of the test period too."""
    counts = np.bincount(sequences_of(on_the_shelf("target")).items, minlength=len(view.target.item_ids))
    return lambda people: np.tile(counts, (len(people), 1))


def neighbours_of_everything(view: TrainingView):
    """Compares items by who chose both, ever."""
    items = len(view.target.item_ids)
    alike = item_neighbours(sequences_of(on_the_shelf("target")), items, 100)
    return lambda people: (choice_matrix(people, items) @ alike).toarray()


def memory(view: TrainingView):
    """Looks the answer up."""
    everything = sequences_of(on_the_shelf("target"))
    last = {person: everything.of(row)[-1] for row, person in enumerate(everything.people)}

    def score(people: Sequences) -> np.ndarray:
        found = np.zeros((len(people), len(view.target.item_ids)))
        found[np.arange(len(people)), [last[person] for person in people.people]] = 1.0
        return found

    return score


def sources_to_the_end(view: TrainingView):
    """Learns from what the people who are asked chose elsewhere later on."""
    late = {name: sequences_of(on_the_shelf(name)).items for name in ("source-a", "source-b")}
    sums = np.concatenate(
        [np.bincount(items, minlength=len(view.target.item_ids)) for items in late.values()]
    )
    return lambda people: np.tile(sums, (len(people), 1))


CHEATS = (
    (popularity_of_everything, PROTOCOLS),
    (
        neighbours_of_everything,
        PROTOCOLS[:2],
    ),  # people new to the target have no history for it to start from
    (memory, PROTOCOLS),
    (sources_to_the_end, ("global-time", "new-people")),
)


@pytest.mark.parametrize(
    ("cheat", "protocol"), [(cheat, protocol) for cheat, where in CHEATS for protocol in where]
)
def test_a_method_that_cheats_is_caught(cheat: Fit, protocol: str) -> None:
    assert depends_on_the_sealed(cheat, protocol)


# ---- registered methods -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_scores_do_not_depend_on_the_sealed_answers(name: str) -> None:
    assert not depends_on_the_sealed(registered(name))


@pytest.mark.parametrize("protocol", ["global-time", "new-people"])
@pytest.mark.parametrize("name", OF_EACH_KIND)
def test_nor_do_they_in_the_other_splits(name: str, protocol: str) -> None:
    assert not depends_on_the_sealed(registered(name), protocol)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_view_is_the_same_whatever_is_sealed(protocol: str) -> None:
    """A method receives the view alone: what is equal down to the last number tells nothing."""
    scenes, _ = world()
    spoiled = with_sealed_replaced(scenes, protocol)
    assert same(views(scenes, protocol)[0], views(spoiled, protocol)[0])
    assert not same(views(scenes, protocol)[1], views(spoiled, protocol)[1])


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_view_with_the_answers_in_it_would_be_told_apart(protocol: str) -> None:
    scenes, _ = world()
    spoiled = with_sealed_replaced(scenes, protocol)

    def leaking(view: TrainingView, test: TestView) -> TrainingView:
        return replace(view, validation=test.questions)

    assert not same(leaking(*views(scenes, protocol)), leaking(*views(spoiled, protocol)))


def test_no_sealed_answer_is_stored_anywhere_in_the_view() -> None:
    scenes, vectors = world()
    alien, target = "only-ever-chosen-last", scenes["target"]
    items = target.items.copy()
    items.loc[len(items)] = {**items.iloc[0].to_dict(), "item_id": alien}
    rows = target.interactions
    last = rows["user_id"] != rows["user_id"].shift(-1)
    changed = replace(
        target, items=items, interactions=rows.assign(item_id=rows["item_id"].mask(last, alien))
    )
    more = vectors | {"target": np.vstack([vectors["target"], vectors["target"][:1]])}
    view, test = task(scenes | {"target": changed}, more, budget="all")
    row = len(items) - 1
    assert (test.questions.answers == row).all()
    assert row not in view.target.sequences.items
    assert row not in view.validation.answers
    assert row not in view.validation.histories.items
    assert row not in test.questions.histories.items
    assert view.target.counts[row] == test.seen_counts[row] == 0


# ---- counts, similarities, vectors --------------------------------------------------------------------


def learned_from(scene: Scene, protocol: str) -> tuple[np.ndarray, np.ndarray]:
    """Counts and similarities of items that a method can make of the target."""
    view, _ = views(world()[0] | {"target": scene}, protocol)
    return view.target.counts, item_neighbours(
        view.target.sequences, len(view.target.item_ids), 100
    ).toarray()


@pytest.mark.parametrize("protocol", ["leave-one-out", "global-time"])
def test_test_and_validation_choices_change_no_count_and_no_similarity(protocol: str) -> None:
    target = world()[0]["target"]
    rows = target.interactions
    held = rows["timestamp"] >= time_cuts(sequences_of(target))[0]
    if protocol == "leave-one-out":
        held = rows.groupby("user_id").cumcount(ascending=False) < 2
    spoiled = replaced(target, held)
    for one, other in zip(learned_from(target, protocol), learned_from(spoiled, protocol), strict=True):
        np.testing.assert_array_equal(one, other)
    everything = [sequences_of(scene) for scene in (target, spoiled)]
    assert not np.array_equal(*[np.bincount(one.items, minlength=40) for one in everything])
    assert not np.array_equal(*[item_neighbours(one, 40, 100).toarray() for one in everything])
    view, other = (views(world()[0] | {"target": scene}, protocol)[0] for scene in (target, spoiled))
    assert not same(view.validation, other.validation), "validation answers were among what was changed"


@pytest.mark.parametrize("encoder", ["tfidf", "attributes"])
def test_vectors_come_from_the_words_of_items_alone(encoder: str, tmp_path: Path) -> None:
    """Vocabulary and whitening see all items of the target, the sealed ones' words too: text is no label.
    They see no choice: an item table is all that an encoder is given, and it says nothing of choices."""
    items = {name: scene.items.assign(brand="Acme", price=9.5) for name, scene in world()[0].items()}
    before = encode(items, encoder, tmp_path).vectors
    columns = {"item_id", "title", "description", "category", "brand", "price", "image"}
    assert all(set(table.columns) == columns for table in items.values())
    renamed = items | {"target": items["target"].assign(item_id=[f"x{k}" for k in range(40)])}
    again = encode(renamed, encoder, tmp_path / "other").vectors
    for name in items:
        np.testing.assert_array_equal(again[name], before[name])


# ---- people who are in both scenes --------------------------------------------------------------------


def late_in_sources(moment: int) -> dict[str, Scene]:
    """The scenes with other choices in the sources from ``moment`` on."""
    scenes = world()[0]
    changed = {
        name: replaced(scenes[name], scenes[name].interactions["timestamp"] >= moment)
        for name in ("source-a", "source-b")
    }
    return scenes | changed


def test_with_the_time_split_nothing_that_shared_people_chose_elsewhere_later_is_seen() -> None:
    moment = time_cuts(sequences_of(world()[0]["target"]))[0]
    view, test = views(world()[0], "global-time")
    assert set(test.questions.histories.people) <= set(view.sources[0].sequences.people)
    assert same(view, views(late_in_sources(moment), "global-time")[0])
    assert not same(view, views(late_in_sources(moment - DAY), "global-time")[0])
    for source in view.sources:
        assert source.sequences.times is not None
        assert source.sequences.times.max() < moment


def test_with_leave_one_out_it_is_seen_as_the_protocol_says() -> None:
    """What published tables do, and what the README warns of: sources are whole."""
    scenes, _ = world()
    view, _ = views(scenes, "leave-one-out")
    for source in view.sources:
        assert same(source.sequences, sequences_of(scenes[source.name]))
    limits = (Path(__file__).resolve().parents[2] / "README.md").read_text().split("## Known limits")[1]
    assert "Leave-one-out, the default because published tables use it, lets later choices" in limits


# ---- order --------------------------------------------------------------------------------------------


def test_rows_that_come_sorted_by_item_are_put_in_the_order_of_time(home: Home) -> None:
    scene = world()[0]["target"]
    by_item = scene.interactions.sort_values("item_id", ignore_index=True)
    library = SceneLibrary(home)
    library.save(replace(scene, interactions=by_item))
    assert same(sequences_of(library.load("target")), sequences_of(scene))


def test_a_scene_whose_histories_are_sorted_by_item_keeps_the_warning_on_its_card(
    tmp_path: Path, home: Home
) -> None:
    random = np.random.default_rng(5)
    items = "item_id,title\n" + "".join(f"A{k:03d},Thing {k}\n" for k in range(60))
    rows = [(u, k) for u in range(40) for k in sorted(random.choice(60, 6, replace=False))]
    lines = "user_id,item_id\n" + "".join(f"u{u},A{k:03d}\n" for u, k in rows)
    prepared = read(folder(tmp_path / "shop", items, lines))
    assert [one for one in prepared.warnings if "sorted by item id instead of by time" in one.what]
    prepared.commit(SceneLibrary(home))
    notes = SceneLibrary(home).card("shop").notes
    assert any("sorted by item id instead of by time" in note for note in notes)
