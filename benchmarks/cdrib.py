"""People new to a scene with a history in another one, by ids alone: the CDRIB protocol (Cao et al., 2022).

Amazon 2014, Games and Videos, both directions. A cold person has choices in the other scene's training file
and none in this one's. Each of their held-out choices is ranked against 999 random negatives drawn without
replacement from the items of this scene's training file; HR@10 in percent, per interaction, mean over
interactions. Negatives are drawn ``DRAWS`` times with fixed seeds and the rate is the mean over the draws.

Fitted on the two training files; every setting and weight of the bridge is chosen on the valid file, by the
expected HR@10 over all draws of negatives (hypergeometric), which has no noise of its own. The valid people
are mostly the test people (so the files were made); their test choices are looked at once, at the end.
A number below ``SHARED`` or in a cold range means one person in both files; above them the same number is two
different people, and they are kept apart.

Intervals resample people with all their interactions; ``peer:`` rows are the published means, without any.
"""

import sys
import time
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp
from scipy.stats import hypergeom

from benchmarks.row import Row
from benchmarks.xscene import real
from xscene_core.errors import InputError
from xscene_core.evaluation.statistics import Resampling, interval
from xscene_core.models.bridge import Bridge, BridgeShape, Scores

SCENES = {"Game": ("game_video", "video_game"), "Video": ("video_game", "game_video")}
SHARED, COLD_END = 1736, 2179
"""Numbers below the first are people of both scenes; up to the second, people cold in one of the two."""
NEGATIVES, CUT, DRAWS = 999, 10, 10
SHAPES = [BridgeShape(rarity, ridge) for rarity, ridge in product((0.5, 1.0), (30.0, 100.0))]
STEPS = (2, 3)
WEIGHTS = [np.array((1.0, *two)) for two in product((0.0, 0.5, 1.0, 2.0), (0.0, 0.1, 0.3, 1.0))]
Floats = npt.NDArray[np.float64]
Pairs = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Scene:
    """there (U, S), here (U, T) : the training choices of all people, one row a person.
    people : (Q,) numbers of the cold people; valid, test : (n, 2) pairs of person number and item.
    """

    there: sp.csr_matrix
    here: sp.csr_matrix
    people: Pairs
    valid: Pairs
    test: Pairs

    @property
    def asked(self) -> sp.csr_matrix:
        """(Q, S) what the cold people chose in the other scene."""
        return self.there[self.people]

    def rows(self, pairs: Pairs) -> Pairs:
        """(n,) the row among ``people`` of each pair."""
        return np.searchsorted(self.people, pairs[:, 0])


def run(data: Path | None) -> list[Row]:
    """``Game/popularity``, ``Game/bridge``, their difference, the same for Video, and the published table."""
    folder = real(data, "cdrib_amazon2014")
    rows: list[Row] = []
    for name in SCENES:
        print(f"{name} ...", file=sys.stderr)
        rows += _scene(name, read(folder / "original", name))
    return rows + _published(folder / "published_cdrib_icde2022.csv")


def read(folder: Path, name: str) -> Scene:
    """The files of one direction; people of the other scene above the cold range get rows of their own."""
    mine, other = SCENES[name]
    here, there = _pairs(folder / mine / "train.txt.gz"), _pairs(folder / other / "train.txt.gz")
    apart = int(here[:, 0].max()) + 1 - COLD_END
    there[:, 0] = np.where(there[:, 0] >= COLD_END, there[:, 0] + apart, there[:, 0])
    people = int(max(there[:, 0].max(), here[:, 0].max())) + 1
    valid, test = _pairs(folder / mine / "valid.txt.gz"), _pairs(folder / mine / "test.txt.gz")
    cold = np.unique(np.concatenate([valid[:, 0], test[:, 0]]))
    if not ((cold >= SHARED) & (cold < COLD_END)).all() or np.isin(cold, here[:, 0]).any():
        raise InputError(
            "A held-out person is not cold in this scene",
            where=str(folder / mine),
            todo="Give the files as they were published.",
        )
    return Scene(_matrix(there, people), _matrix(here, people), cold, valid, test)


def choose(scene: Scene) -> tuple[BridgeShape, Floats, Scores]:
    """The shape and weights with the best expected HR@10 on the valid pairs, and their (Q, T) scores."""
    chance = expected(scene.here.shape[1])
    asked, rows = scene.asked, scene.rows(scene.valid)
    walks = {n: Bridge(scene.there, scene.here, BridgeShape(steps=n)).evidence(asked)[1:] for n in STEPS}
    best: tuple[float, BridgeShape, Floats, Scores] | None = None
    for shape in SHAPES:
        ridge = Bridge(scene.there, scene.here, shape).evidence(asked)[0]
        for steps, weights in product(STEPS, WEIGHTS):
            scores = _mixed(weights, [ridge, *walks[steps]])
            value = float(chance[better(scores[rows], scene.valid[:, 1])].mean())
            if best is None or value > best[0]:
                best = (value, BridgeShape(shape.rarity, shape.ridge, steps), weights, scores)
    assert best is not None
    print(f"  chosen on valid ({best[0]:.2f} expected): {best[1]}, weights {best[2]}", file=sys.stderr)
    return best[1:]


def expected(items: int) -> Floats:
    """(items,) chance in percent to be among the first ten of 999 random others, by how many are better."""
    return np.asarray(100 * hypergeom.cdf(CUT - 1, items - 1, np.arange(items), NEGATIVES))


def better(scores: Scores, answers: Pairs) -> Pairs:
    """(n,) how many of the other items score higher, half of the equal ones counted (rounded down)."""
    given = scores[np.arange(len(answers)), answers][:, None]
    return (scores > given).sum(axis=1) + ((scores == given).sum(axis=1) - 1) // 2


def hits(scene: Scene, scores: Scores) -> Floats:
    """(n,) share of the draws in which each test choice is among the first ten, ties at mid-rank."""
    stock = np.unique(scene.here.indices)
    found = np.zeros(len(scene.test))
    for draw in range(DRAWS):
        random = np.random.default_rng([2022, draw])
        for line, (row, answer) in enumerate(zip(scene.rows(scene.test), scene.test[:, 1], strict=True)):
            others = random.choice(len(stock) - 1, NEGATIVES, replace=False)
            others = stock[others + (stock[others] >= answer)]
            given, rest = scores[row, answer], scores[row, others]
            found[line] += 1 + (rest > given).sum() + (rest == given).sum() / 2 <= CUT
    return found / DRAWS


def _scene(name: str, scene: Scene) -> list[Row]:
    started = time.perf_counter()
    _, _, scores = choose(scene)
    seconds = time.perf_counter() - started
    popular = np.tile(np.asarray(scene.here.sum(axis=0), dtype=np.float32), (len(scene.people), 1))
    bridged, plain = 100 * hits(scene, scores), 100 * hits(scene, popular)
    return [
        _row(f"{name}/popularity", plain, scene),
        _row(f"{name}/bridge", bridged, scene, seconds),
        _row(f"{name}/bridge minus popularity", bridged - plain, scene),
    ]


def _row(name: str, values: Floats, scene: Scene, seconds: float | None = None) -> Row:
    """The mean over interactions, with an interval over people drawn with all their interactions."""
    rows = scene.rows(scene.test)
    asked = np.unique(rows)
    sums = np.bincount(rows, values, minlength=len(scene.people))[asked]
    counts = np.bincount(rows, minlength=len(scene.people))[asked].astype(np.float64)
    means = Resampling(len(asked)).means(np.stack([sums, counts], axis=1))
    about = interval(sums / counts.mean(), means[:, 0] / means[:, 1])
    return Row(name, "hr@10", about.value, about.low, about.high, seconds)


def _published(file: Path) -> list[Row]:
    table = pd.read_csv(file).query("scenario == 'Game-Video' and metric == 'HR@10'")
    return [
        Row(f"peer:{one.target}/{one.method}", "hr@10", float(one.mean_pct)) for one in table.itertuples()
    ]


def _mixed(weights: Floats, kinds: list[Scores]) -> Scores:
    total = sum(np.float32(weight) * kind for weight, kind in zip(weights, kinds, strict=True) if weight)
    return np.asarray(total, dtype=np.float32)


def _pairs(file: Path) -> Pairs:
    return pd.read_csv(file, sep="\t", header=None).to_numpy(dtype=np.int64)


def _matrix(pairs: Pairs, people: int) -> sp.csr_matrix:
    ones = np.ones(len(pairs), dtype=np.float32)
    return sp.csr_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape=(people, int(pairs[:, 1].max()) + 1))
