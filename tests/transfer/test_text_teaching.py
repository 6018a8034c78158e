"""What sources choose together changes how texts are read, in the target too, and nothing else does."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding

from tests.transfer.worlds import scene_of_choices, short_training, task
from xscene_core.encoders.encoding import encode
from xscene_core.encoders.sentences import Sentences
from xscene_core.errors import Cancelled
from xscene_core.models.checkpoints import Checkpoints
from xscene_core.models.network import START_SCALE
from xscene_core.transfer import learning, text_teaching
from xscene_core.transfer.fitted import Fitted
from xscene_core.transfer.method import find
from xscene_core.transfer.methods import auto
from xscene_core.transfer.recommender import CONTENT_ALONE, Trained
from xscene_core.transfer.text_teaching import taught_by_sources, taught_of
from xscene_core.transfer.views import Questions, TrainingView
from xscene_core.watcher import Silent, StopAfter

COLOURS = ("red", "blue", "green", "black", "white")
THINGS = {
    "source-a": ("shirt", "coat", "belt", "scarf", "boots", "hat"),
    "source-b": ("pan", "knife", "bowl", "spoon", "kettle", "mug"),
    "target": ("sofa", "lamp", "desk", "chair", "shelf", "rug"),
}


@pytest.fixture(autouse=True)
def _short_course(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    course = text_teaching.Course(steps=30, people=24, window=4, rate=3e-4, warm_up=3)
    monkeypatch.setattr(text_teaching, "COURSE", course)
    with short_training():
        yield


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> TrainingView:
    """People who stay with one colour, while texts lie near one another that name the same thing."""
    scenes = {}
    for number, (name, things) in enumerate(THINGS.items()):
        random = np.random.default_rng(number)
        titles = {f"{name}-{c}-{t}": f"{c} {t}" for c in COLOURS for t in things}
        people = {}
        for person in range(60):
            mine = [item for item in titles if item.split("-")[-2] == COLOURS[person % len(COLOURS)]]
            people[f"{name}-{person:02d}"] = list(random.permutation(mine)[:5])
        scene = scene_of_choices(name, list(titles), people)
        scenes[name] = replace(scene, items=scene.items.assign(title=list(titles.values())))
    folder = tmp_path_factory.mktemp("cache")
    space = encode({name: scene.items for name, scene in scenes.items()}, "minilm", folder)
    return replace(task(scenes, space.vectors)[0], encoding=space, cache=folder)


def colour_counts(view: TrainingView) -> float:
    """How much nearer items of the target lie that share the colour, over those that share the thing."""
    ids = [item.split("-")[-2:] for item in view.target.item_ids]
    near = view.target.vectors @ view.target.vectors.T
    other = ~np.eye(len(ids), dtype=bool)
    same_colour = np.array([[a[0] == b[0] for b in ids] for a in ids]) & other
    same_thing = np.array([[a[1] == b[1] for b in ids] for a in ids]) & other
    return float(near[same_colour].mean() - near[same_thing].mean())


def without_choices(view: TrainingView) -> TrainingView:
    nothing = np.arange(0)
    target = replace(view.target, sequences=view.target.sequences.take(nothing))
    asked = Questions(view.validation.histories.take(nothing), view.validation.answers[nothing])
    return replace(view, target=target, validation=asked)


def test_texts_of_a_target_that_was_never_seen_are_read_as_the_sources_taught(view: TrainingView) -> None:
    taught = taught_by_sources(view, Silent())
    assert colour_counts(view) < 0.2
    assert colour_counts(taught) > colour_counts(view) + 0.1
    assert taught.target.sequences is view.target.sequences


def test_nothing_of_the_target_decides_what_is_taught(view: TrainingView) -> None:
    chosen, asked = view.target.sequences, view.validation
    random = np.random.default_rng(3)
    turned = replace(chosen, items=random.permutation(chosen.items))
    other = replace(
        view,
        target=replace(view.target, sequences=turned),
        validation=Questions(asked.histories, random.permutation(asked.answers)),
    )
    first, second = (
        taught_of(taught_by_sources(replace(one, cache=None), Silent())) for one in (view, other)
    )
    assert first.keys() == second.keys() != set()
    assert all((first[name] == second[name]).all() for name in first)


def test_the_first_layers_stay_and_the_encoder_of_the_view_too(view: TrainingView) -> None:
    assert view.encoding is not None
    before = view.encoding.parts[0].encoder.encode(view.encoding.items["target"], Silent())
    names = set(taught_of(taught_by_sources(view, Silent())))
    assert names
    assert all(".layer.4." in name or ".layer.5." in name for name in names)
    after = view.encoding.parts[0].encoder.encode(view.encoding.items["target"], Silent())
    np.testing.assert_array_equal(before, after)


def test_a_teaching_that_was_interrupted_ends_where_it_would_have(view: TrainingView, tmp_path: Path) -> None:
    whole = taught_of(taught_by_sources(view, Silent()))
    kept = Checkpoints(tmp_path, "a run", every=0.0)
    with pytest.raises(Cancelled):
        taught_by_sources(replace(view, checkpoints=kept, cache=None), StopAfter(12))
    again = taught_of(taught_by_sources(replace(view, checkpoints=kept, cache=None), Silent()))
    assert kept.resumed == [0]
    assert all((whole[name] == again[name]).all() for name in whole)


def test_a_model_without_layers_is_left_as_it_is(view: TrainingView, tmp_path: Path) -> None:
    static = StaticEmbedding(Sentences("minilm").loaded().tokenizer, embedding_dim=16)
    SentenceTransformer(modules=[static]).save(str(tmp_path / "static"))
    other = read_by(view, f"st:{tmp_path / 'static'}")
    assert taught_by_sources(other, Silent()) is other
    for seen in (other, without_choices(other)):
        fitted = find("taught-text").run(seen, {}, Silent())
        assert fitted.facts["text_taught"] == 0
        assert fitted.stands_for != "taught-text"
    assert auto.decide(without_choices(other), auto.AutoParams(), Silent()).chosen == "content"


def test_a_model_kept_in_half_precision_is_taught_in_full(view: TrainingView, tmp_path: Path) -> None:
    Sentences("minilm").loaded().bfloat16().save(str(tmp_path / "half"))
    other = read_by(view, f"st:{tmp_path / 'half'}")
    assert colour_counts(taught_by_sources(other, Silent())) > colour_counts(other) + 0.1


def read_by(view: TrainingView, encoder: str) -> TrainingView:
    assert view.encoding is not None
    return view.read_by(encode(view.encoding.items, encoder, view.encoding.cache))


def test_a_fit_is_kept_with_what_was_taught_and_reads_new_items_so(
    view: TrainingView, tmp_path: Path
) -> None:
    fitted = find("taught-text").run(view, {}, Silent())
    assert fitted.facts["text_taught"] == 1
    assert fitted.encoding is not view.encoding
    fitted.save(tmp_path)
    loaded = find("taught-text").load(tmp_path, view)
    histories = view.validation.histories
    np.testing.assert_array_equal(loaded.score(histories), fitted.score(histories))
    assert view.encoding is not None
    new = view.encoding.items["target"].head(3).assign(title=["red stool", "blue stool", "red clock"])
    assert fitted.encoding is not None
    assert loaded.encoding is not None
    vectors = [one.encoding.encode_new(new) for one in (fitted, loaded)]
    np.testing.assert_array_equal(*vectors)
    found = [one.score_new(histories, "target", vectors[0]) for one in (fitted, loaded)]
    np.testing.assert_array_equal(*found)


def test_it_is_learned_once_for_the_same_sources(view: TrainingView, tmp_path: Path) -> None:
    class Counting(Silent):
        def __init__(self) -> None:
            self.stages: list[str] = []

        def curve(self, name: str, value: float, step: int) -> None:
            self.stages.append(name)

    kept = replace(view, cache=tmp_path)
    first = taught_of(taught_by_sources(kept, watching := Counting()))
    steps = len(watching.stages)
    assert steps > 0
    second = taught_of(taught_by_sources(kept, watching))
    assert len(watching.stages) == steps
    assert all((first[name] == second[name]).all() for name in first)


def test_without_target_data_it_is_content_of_texts_as_taught_and_not_called_content(
    view: TrainingView,
) -> None:
    fitted = find("taught-text").run(without_choices(view), {}, Silent())
    histories = view.validation.histories
    wanted = Fitted(taught_by_sources(view, Silent())).content(histories)
    np.testing.assert_allclose(fitted.score(histories), START_SCALE * wanted, rtol=1e-4, atol=1e-4)
    assert fitted.stands_for == "taught-text"
    assert "as source-a and source-b taught to read them" in fitted.reason


def test_a_fall_back_to_content_of_taught_texts_is_no_fall_back_to_the_baseline(
    view: TrainingView, monkeypatch: pytest.MonkeyPatch
) -> None:
    def content_only(fitted: Trained, view: TrainingView) -> None:
        fitted.weights, fitted.stands_for = CONTENT_ALONE, "content"

    monkeypatch.setattr(learning, "blend", content_only)
    fitted = find("taught-text").run(view, {}, Silent())
    assert fitted.stands_for == "taught-text"
    assert fitted.reason.startswith("Fell back to content similarity, of texts as source-a and source-b")


@pytest.mark.parametrize(("change", "kept"), [(-0.2, 0), (-0.001, 1), (0.2, 1)])
def test_what_surely_ranks_the_targets_held_out_choices_worse_is_left_out(
    change: float, kept: int, view: TrainingView, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading(monkeypatch, change)
    fitted = find("taught-text").run(view, {}, Silent())
    assert fitted.facts["text_taught"] == kept
    if not kept:
        assert fitted.encoding is view.encoding
        assert fitted.stands_for in ("fine-tune", "target-only", "content")


def reading(monkeypatch: pytest.MonkeyPatch, change: float) -> None:
    """Held-out choices change by so much, with some spread, when texts are read as the sources taught."""
    spread = np.random.default_rng(0).normal(0, 0.1, 24)
    worth = iter((np.full(24, 0.5), 0.5 + change + spread - spread.mean()))
    plain = learning.held_out_values
    monkeypatch.setattr(
        learning,
        "held_out_values",
        lambda *given: (lambda: value) if (value := next(worth, None)) is not None else plain(*given),
    )


def test_auto_judges_it_in_the_place_of_fine_tune_unless_candidates_are_named(
    view: TrainingView, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []
    known = auto.AutoParams(candidates=("taught-text", "fine-tune"))

    def rehearsed(view: TrainingView, names: tuple[str, ...], watcher: Silent) -> dict[str, np.ndarray]:
        asked.append(names)
        return {name: np.linspace(0, 1, 40) for name in names}

    monkeypatch.setattr(auto, "rehearse", rehearsed)
    auto.decide(view, auto.AutoParams(), Silent())
    auto.decide(view, auto.AutoParams(candidates=("fine-tune",)), Silent())
    auto.decide(replace(view, encoding=None), auto.AutoParams(), Silent())
    auto.decide(replace(view, new_people=True), known, Silent())
    kinds = [set(names) & {"fine-tune", "taught-text"} for names in asked]
    assert kinds == [{"taught-text"}, {"fine-tune"}, {"fine-tune"}, {"fine-tune"}]
    assert len(asked[3]) == len(set(asked[3]))


def test_few_people_of_the_target_decide_nothing(view: TrainingView) -> None:
    asked = view.validation
    few = replace(view, validation=Questions(asked.histories.take(np.arange(9)), asked.answers[:9]))
    fitted = find("taught-text").run(few, {}, Silent())
    assert fitted.facts["text_taught"] == 1
    assert "held_out_text" not in fitted.facts
    assert fitted.tower.own is None
    assert "too little to learn from" in fitted.reason


def test_what_auto_chose_and_what_came_of_it_are_both_said(
    view: TrainingView, monkeypatch: pytest.MonkeyPatch
) -> None:
    choice = auto.Choice("taught-text", "content", "Chose taught-text: said so.", {})
    monkeypatch.setattr(auto, "decide", lambda *_: choice)
    reading(monkeypatch, -0.2)
    fitted = find("auto").run(view, {}, Silent())
    assert fitted.reason.startswith("Chose taught-text: said so. ")
    assert len(fitted.reason) > len(choice.reason) + 10
