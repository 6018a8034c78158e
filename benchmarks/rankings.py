"""Rankings on the real scenes: imported and encoded once, methods run on them, results kept person by person.

Protocol of every benchmark that uses this: leave-one-out, the whole catalogue ranked without what the person
already chose, learned from the choices before the last two, tuned on the second last, tested on the last.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from benchmarks.row import Row
from benchmarks.xscene import import_scenes, real
from xscene_core.encoders.suited import suited_encoder
from xscene_core.evaluation.ranking import metric, rank_answers
from xscene_core.evaluation.statistics import bootstrap_mean, paired_difference
from xscene_core.experiments.pipeline import Prepared, prepare_task
from xscene_core.experiments.spec import TaskSpec
from xscene_core.home import Home
from xscene_core.models.checkpoints import Checkpoints
from xscene_core.scenes.library import SceneLibrary
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.fitted import Scores
from xscene_core.transfer.method import find
from xscene_core.transfer.methods.auto import AutoParams, decide
from xscene_core.transfer.views import Questions, TrainingView
from xscene_core.watcher import Silent

SETS = {
    "amazon2014_beauty_sports_toys": ("--scene-column", "domain", "--map", "title=keyword_text"),
    "amazon2018_scientific_unisrec": ("--scene-column", "domain", "--map", "title=text"),
    "amazon_art_office_urllm": (
        *("--scene-column", "domain", "--map", "title=title"),
        *("--map", "description=category_brand_text"),
    ),
}
FOUR = ("Beauty", "Toys_and_Games", "Sports_and_Outdoors", "Industrial_and_Scientific")
METRICS = ("ndcg@10", "recall@10")
Floats = npt.NDArray[np.float64]


@dataclass
class Workplace:
    """A library with the real scenes in it."""

    home: Home
    library: SceneLibrary
    encoder: dict[tuple[str, ...], str] = field(default_factory=dict)

    def task(self, target: str, sources: Sequence[str], budget: str, seed: int) -> TaskSpec:
        """The task with the encoder that the product itself would take."""
        names = tuple(sorted((target, *sources)))
        if names not in self.encoder:
            scenes = [self.library.load(name) for name in names]
            self.encoder[names] = suited_encoder((one.items, one.card.language) for one in scenes)
        return TaskSpec(
            sources=tuple(sources), target=target, budget=budget, seed=seed, encoder=self.encoder[names]
        )

    def view(self, task: TaskSpec) -> tuple[TrainingView, Questions]:
        """What methods see, and the sealed questions."""
        ready = self.prepared(task)
        return ready.view, ready.test.questions

    def prepared(self, task: TaskSpec) -> Prepared:
        """The same, with the vectors as the encoder gave them."""
        return prepare_task(task, self.library, self.home, Silent())


@contextmanager
def workplace(data: Path | None, *sets: str) -> Iterator[Workplace]:
    """Imports ``sets`` into a home of their own that is removed again; XSCENE_BENCHMARK_HOME names one that
    is kept, and with it what encoders and sources have taught.

    Raises
    ------
    InputError : a set is not there.
    """
    folders = {name: real(data, name) for name in sets}
    with TemporaryDirectory(prefix="xscene-bench-") as temporary:
        home = Home.resolve(os.environ.get("XSCENE_BENCHMARK_HOME") or temporary)
        library = SceneLibrary(home)
        for name, folder in folders.items():
            if not set(scenes_of(name)) <= set(library.names()):
                import_scenes(home, folder, "--order-column", "position", *SETS[name])
        yield Workplace(home, library)


def scenes_of(name: str) -> tuple[str, ...]:
    """The scenes of one data set."""
    return {
        "amazon2014_beauty_sports_toys": ("Beauty", "Sports_and_Outdoors", "Toys_and_Games"),
        "amazon2018_scientific_unisrec": ("Industrial_and_Scientific",),
        "amazon_art_office_urllm": ("Arts_Crafts_and_Sewing", "Office_Products"),
    }[name]


@dataclass
class Tried:
    """What one method gave: its person-by-person values and its time."""

    values: dict[str, Floats]
    seconds: float


def try_out(
    view: TrainingView,
    questions: Questions,
    names: Sequence[str],
    worth: Callable[[Callable[[Sequences], Scores]], dict[str, Floats]] | None = None,
    kept: Checkpoints | None = None,
) -> dict[str, Tried]:
    """Every method on one task. Where ``auto`` chooses one that stands before it in ``names``, that one's
    values stand for its own: the seed is the same, so they would be.

    worth : a scoring function's person-by-person values; those of the sealed choices by default.
    kept : where the values are written as soon as they are known, and read where they are.
    """
    worth = worth or partial(values_of, questions=questions)
    tried: dict[str, Tried] = {}
    for name in names:
        known = kept.read(name) if kept else None
        if known is not None:
            tried[name] = Tried(dict(known[0]), known[1]["seconds"])
            continue
        started, chosen = time.perf_counter(), None
        if name == "auto":
            choice = decide(view, AutoParams(), Silent())
            chosen, reason = tried.get(choice.chosen), choice.reason
            values = chosen.values if chosen else worth(find(choice.chosen).run(view, {}, Silent()).score)
        else:
            recommender = find(name).run(view, {}, Silent())
            values, reason = worth(recommender.score), recommender.reason
        seconds = time.perf_counter() - started + (chosen.seconds if chosen else 0)
        tried[name] = Tried(values, seconds)
        if kept:
            kept.write(name, values, {"seconds": tried[name].seconds, "reason": reason})
        print(
            f"{view.target.name}, {len(view.target.sequences):,} people, {name}: "
            f"NDCG@10 {values['ndcg@10'].mean():.4f}, {tried[name].seconds:,.0f} s. {reason}",
            file=sys.stderr,
        )
    return tried


def values_of(score: Callable[[Sequences], Scores], questions: Questions) -> dict[str, Floats]:
    """Person-by-person values of a plain scoring function."""
    ranks, _ = rank_answers(score, questions)
    return {about: metric(about, ranks) for about in METRICS}


def without_shared_people(view: TrainingView, asked: Questions) -> TrainingView:
    """The view in which no source person is one of the target's: what is gained is knowledge, not memory."""
    known = set(asked.histories.people) | set(view.target.sequences.people)
    sources = []
    for scene in view.sources:
        others = [row for row, name in enumerate(scene.sequences.people) if name not in known]
        sources.append(replace(scene, sequences=scene.sequences.take(np.array(others, dtype=np.int64))))
    return replace(view, sources=tuple(sources))


def some(questions: Questions, people: int | None, seed: int = 0) -> Questions:
    """At most ``people`` of the questions, drawn once."""
    if people is None or people >= len(questions):
        return questions
    rows = np.sort(np.random.default_rng([seed, 91]).permutation(len(questions))[:people])
    return Questions(questions.histories.take(rows), questions.answers[rows])


def value_rows(name: str, values: dict[str, Floats], seconds: float | None = None) -> list[Row]:
    """A row for each metric with its 95 % bootstrap interval over people."""
    rows = []
    for about in METRICS:
        found = bootstrap_mean(values[about])
        rows.append(Row(name, about, found.value, found.low, found.high, seconds))
    return rows


def gain_rows(name: str, values: dict[str, Floats], reference: dict[str, Floats]) -> list[Row]:
    """Paired differences, person by person, with their 95 % bootstrap intervals."""
    rows = []
    for about in METRICS:
        found = paired_difference(values[about], reference[about])
        rows.append(Row(name, f"{about} gain", found.value, found.low, found.high))
    return rows
