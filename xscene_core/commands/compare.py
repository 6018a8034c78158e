"""``xscene compare RUN...``: runs of one task side by side."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from xscene_core.commands.options import HomeOption, JsonOption, split_names
from xscene_core.commands.output import emit
from xscene_core.errors import InputError
from xscene_core.home import Home

if TYPE_CHECKING:
    from xscene_core.experiments.comparison import Comparison

KOption = Annotated[int, typer.Option("--k", min=1, help="Length of the lists that are judged.")]


def compare(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Run ids, or how they begin.")],
    k: KOption = 10,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare runs of one task, with intervals, transfer gain and a verdict."""
    from xscene_core.experiments.store import RunStore

    store = RunStore(Home.resolve(home))
    store.sweep_lost()
    show(store, [store.get(run).run_id for run in split_names(runs)], k, as_json)


def show(store: Any, run_ids: list[str], k: int, as_json: bool) -> dict[str, Any]:
    """Prints the comparison of ``run_ids`` and returns its document."""
    from xscene_core.commands.scorecard import scorecard
    from xscene_core.experiments.comparison import compare as judge

    comparison = judge(store, run_ids)
    _check_k(comparison, k)
    document = comparison.document()
    _add_k(document, comparison, k)
    if as_json:
        emit(document)
    else:
        print(scorecard(document, k))
    return document


def _check_k(comparison: "Comparison", k: int) -> None:
    """Every list longer than the catalogue holds every answer, whoever made it.

    Only what finished knows how many items there were.
    """
    items = min(
        (int(row.run.facts["items"]) for row in comparison.rows if row.run.facts.get("items")), default=k
    )
    if k > items:
        raise InputError(
            f"A list of {k:,} is not possible: the target has {items:,} items",
            where="--k",
            todo=f"Give a k from 1 to {items:,}.",
        )


def _add_k(document: dict[str, Any], comparison: "Comparison", k: int) -> None:
    """NDCG@k and HR@k with intervals for a ``k`` the comparison does not hold already."""
    from xscene_core.evaluation.ranking import metric
    from xscene_core.evaluation.statistics import bootstrap_mean
    from xscene_core.experiments.ranks import read_ranks

    if comparison.task is None or comparison.task.kind == "label":
        return
    for row, shown in zip(comparison.rows, document["runs"], strict=True):
        for name in (f"ndcg@{k}", f"hr@{k}"):
            if row.metrics and name not in shown["metrics"]:
                people = sum(metric(name, read_ranks(run.folder).ranks) for run in row.runs) / len(row.runs)
                found = bootstrap_mean(people, seed=0)
                shown["metrics"][name] = {"value": found.value, "low": found.low, "high": found.high}
