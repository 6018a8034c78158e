"""A scene nobody has bought in yet: what its texts and other scenes can say, with no interaction of its own.

Methods learn from the three other scenes of the four, none of whose people are the target's, and from the
target's texts; a test person's own earlier choices are given, as they would be in a shop. ``peer:`` rows
are the text-only yardstick: cosine of MiniLM vectors of the last chosen item, and of the mean of all chosen
ones, on vectors as they come from the model. ``gain`` rows compare with the better of the two, person by
person.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from benchmarks.few_shot import SETS, asked
from benchmarks.rankings import (
    FOUR,
    gain_rows,
    some,
    try_out,
    value_rows,
    values_of,
    without_shared_people,
    workplace,
)
from benchmarks.row import Row
from xscene_core.models.similarity import content_people
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.fitted import Scores

METHODS = ("popularity", "content", "source-only", "taught-text", "auto")


def options(parser: argparse.ArgumentParser) -> None:
    """Which scenes and methods."""
    parser.add_argument("--scene", action="append", help=f"one of {', '.join(FOUR)} (default: all)")
    parser.add_argument("--people", type=int, help="test people at most (default: everybody)")
    parser.add_argument("--methods", default=",".join(METHODS), help="separated by commas")
    parser.set_defaults(budget=["0"])


def run(data: Path | None, given: argparse.Namespace) -> list[Row]:
    """Rows ``SCENE/METHOD`` and gains over the better yardstick."""
    rows: list[Row] = []
    with workplace(data, *SETS) as place:
        for scene, _ in asked(given):
            sources = tuple(name for name in FOUR if name != scene)
            task = place.task(scene, sources, "0", 0).model_copy(update={"encoder": "minilm"})
            ready = place.prepared(task)
            questions = some(ready.test.questions, given.people)
            raw = ready.encoding.plain[scene]
            peers = {
                name: values_of(cosine(raw, decay), questions)
                for name, decay in (
                    ("MiniLM cosine to the last item", 0.0),
                    ("MiniLM cosine to the mean", 1.0),
                )
            }
            for name, values in peers.items():
                rows += value_rows(f"peer:{scene}/{name}", values)
            best = max(peers.values(), key=lambda values: float(values["ndcg@10"].mean()))
            view = without_shared_people(ready.view, ready.test.questions)
            for name, tried in try_out(view, questions, given.methods.split(",")).items():
                rows += value_rows(f"{scene}/{name}", tried.values, tried.seconds)
                rows += gain_rows(f"{scene}/{name} over the better yardstick", tried.values, best)
    return rows


def cosine(vectors: Scores, decay: float) -> Callable[[Sequences], Scores]:
    """Similarity to what was chosen, an earlier choice counting ``decay`` times the one after it."""
    return lambda histories: content_people(histories, vectors, decay) @ vectors.T
