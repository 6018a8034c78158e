"""How often a choice made without target labels loses more than one point against source-only.

36 cells: the twelve pairs of each of three public benchmarks. ``auto`` chooses in each; for comparison every
one of its candidates as if it were always chosen. ``oracle_gain_share`` is the gain over source-only, summed
over cells, as a share of what the best candidate of each cell (found on the sealed labels) would have gained.
"""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.label_data import BENCHMARKS, Pair
from benchmarks.row import Row
from benchmarks.xscene import real
from xscene_core.transfer.method import find
from xscene_core.transfer.methods.auto import AutoParams
from xscene_core.watcher import Silent

LOSS = 1.0
"""Points of accuracy that count as negative transfer."""
RESAMPLES = 2000


def run(data: Path | None) -> list[Row]:
    """Shares in percent, with bootstrap intervals over cells."""
    folder = real(data, "amazon400").parent
    names = ("source-only", *AutoParams().label_candidates, "auto")
    started = time.perf_counter()
    cells = np.array([cell(pair, names) for load in BENCHMARKS.values() for pair in load(folder, 0)])
    seconds = time.perf_counter() - started
    gains = cells[:, 1:] - cells[:, :1]
    best = np.maximum(gains[:, :-1].max(axis=1), 0)
    rows = []
    for place, name in enumerate(names[1:]):
        shares = {
            "negative_share": lambda drawn, own=gains[:, place]: 100 * (own[drawn] < -LOSS).mean(),
            "oracle_gain_share": lambda drawn, own=gains[:, place]: (
                100 * own[drawn].sum() / max(best[drawn].sum(), 1e-9)
            ),
        }
        shown = name if name == "auto" else f"always {name}"
        rows += [resampled(shown, metric, share, len(cells), seconds) for metric, share in shares.items()]
    return rows


def cell(pair: Pair, names: Sequence[str]) -> list[float]:
    """Accuracy in percent of each method on one pair; the error stream tells what ``auto`` stood for."""
    found = []
    for name in names:
        fitted = find(name).run_labels(pair.view, {}, Silent())
        found.append(100 * float((fitted.predict(pair.asked) == pair.answers).mean()))
    shown = ", ".join(f"{name} {value:.1f}" for name, value in zip(names, found, strict=True))
    print(f"{pair.name}: {shown} ({fitted.stands_for})", file=sys.stderr)
    return found


def resampled(
    name: str, metric: str, share: Callable[[np.ndarray], float], cells: int, seconds: float
) -> Row:
    """A share with its bootstrap interval over cells."""
    random = np.random.default_rng(0)
    drawn = [share(random.integers(cells, size=cells)) for _ in range(RESAMPLES)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Row(name, metric, float(share(np.arange(cells))), float(low), float(high), seconds)
