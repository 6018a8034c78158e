"""People new to a scene who have a history elsewhere: Arts <-> Office, both ways, whole catalogue ranked.

Held out by our own ``new-people`` split with seed 0 (not by the set's ``user_split``): every person of this
set shops in both scenes; a fifth is sealed, a fifth of the rest only chooses weights. Asked is the *first*
choice of a sealed person in the target. Nothing they chose in the target is learned from or shown. Seen is
all they chose in the other scene: the set has no times and its order across scenes is artificial, so that
history may hold choices made after the asked one. Within the target nothing of the same person is seen, so
nothing later either. The ``is_target`` rows, the last of each scene, are ordinary choices here: only first
choices are asked.
Other people's target choices are learned from whole, whenever they were made.

Item-kNN knows nobody without a target history: its scores are equal for all items, so it has no row.
``bridge`` is by ids alone and closed form; ``blend`` is the method as registered: with content, with the
mapping of tastes, and with the sequence network over longer histories. The weights of both are learned on the
validation people, as is when the network stops; all else is the default. ``--encoder`` names another encoder
than the one that suits the texts.
"""

import argparse
import sys
from pathlib import Path

from benchmarks.rankings import METRICS, Floats, scenes_of, workplace
from benchmarks.row import Row
from xscene_core.evaluation.ranking import metric, rank_answers
from xscene_core.evaluation.statistics import bootstrap_mean, paired_difference
from xscene_core.experiments.pipeline import prepare_task
from xscene_core.transfer.method import find
from xscene_core.watcher import Silent

DATA_SET = "amazon_art_office_urllm"
METHODS = {
    "popularity": ("popularity", {}),
    "content": ("content", {}),
    "bridge": ("bridge", {"content": False, "order": False}),
    "blend": ("bridge", {}),
}
PAIRS = (("bridge", "popularity"), ("bridge", "content"), ("blend", "popularity"), ("blend", "content"))


def options(parser: argparse.ArgumentParser) -> None:
    """What may be asked beside the defaults."""
    parser.add_argument("--encoder", metavar="E", help="encoder of the items (default: what suits the texts)")


def run(data: Path | None, given: argparse.Namespace) -> list[Row]:
    """Rows ``SCENE/METHOD``, the paired differences that matter, and how many times popularity each is."""
    rows: list[Row] = []
    with workplace(data, DATA_SET) as place:
        for target in scenes_of(DATA_SET):
            others = [name for name in scenes_of(DATA_SET) if name != target]
            task = place.task(target, others, "all", 0)
            changed = {"split": "new-people", "encoder": given.encoder or task.encoder}
            task = task.model_copy(update=changed)
            ready = prepare_task(task, place.library, place.home, Silent())
            values: dict[str, dict[str, Floats]] = {}
            for name, (method, params) in METHODS.items():
                ranks, _ = rank_answers(
                    find(method).run(ready.view, dict(params), Silent()).score, ready.test.questions
                )
                values[name] = {about: metric(about, ranks) for about in METRICS}
                print(f"{target}, {name}: NDCG@10 {values[name]['ndcg@10'].mean():.4f}", file=sys.stderr)
            rows += _rows(target, values)
    return rows


def _rows(target: str, values: dict[str, dict[str, Floats]]) -> list[Row]:
    rows = []
    for about in METRICS:
        for name, found in values.items():
            mean = bootstrap_mean(found[about])
            rows.append(Row(f"{target}/{name}", about, mean.value, mean.low, mean.high))
        for one, other in PAIRS:
            gap = paired_difference(values[one][about], values[other][about])
            rows.append(Row(f"{target}/{one} minus {other}, paired", about, gap.value, gap.low, gap.high))
        for name in ("bridge", "blend"):
            times = values[name][about].mean() / values["popularity"][about].mean()
            rows.append(Row(f"{target}/{name} over popularity", f"{about} ratio", float(times)))
    return rows
