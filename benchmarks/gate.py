"""Does ``auto`` ever cost anything? Cells of scene, budget and draw of people, as in ``few-shot``.

``cells_below`` counts the cells in which ``auto`` is significantly below the best baseline of that cell
(best on the sealed choices, what nobody can know): the paired 95 % interval of NDCG@10 lies below zero.
"""

import argparse
from pathlib import Path

from benchmarks.few_shot import BASELINES, SETS, asked, best_baseline, cells
from benchmarks.few_shot import options as few_shot_options
from benchmarks.rankings import workplace
from benchmarks.row import Row
from xscene_core.evaluation.statistics import paired_difference


def options(parser: argparse.ArgumentParser) -> None:
    """Which cells."""
    few_shot_options(parser)
    parser.set_defaults(methods=",".join((*BASELINES, "auto")))


def run(data: Path | None, given: argparse.Namespace) -> list[Row]:
    """The two counts, then every cell's difference."""
    rows = []
    below = 0
    with workplace(data, *SETS) as place:
        for scene, budget in asked(given):
            for draw, values in cells(place, scene, budget, given):
                best = best_baseline(values)
                found = paired_difference(values["auto"]["ndcg@10"], values[best]["ndcg@10"])
                below += found.high < 0
                name = f"{scene} {budget} draw {draw}/auto minus {best}"
                rows.append(Row(name, "ndcg@10 gain", found.value, found.low, found.high))
    counts = [Row("auto", "cells", float(len(rows))), Row("auto", "cells_below", float(below))]
    return counts + rows
