"""What pictures add to text: the same methods with and without them, on the same held-out choices.

On the sample scenes, whose pictures are *drawn* from what an item is (colour and pattern follow the taste
that people choose by), so a gain here says that the machinery works, not what photographs are worth; none of
the real data sets has pictures. Besides all pictures: half of them missing, and every item with the picture
of another one, which must not help. ``tried`` rows are the gain on held-out training choices by which a run
decides (``experiments/picture_trial.py``), ``used`` what it decides, and ``as decided`` rows what that leaves
of the gain on the test choices.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from benchmarks.rankings import gain_rows, try_out, value_rows
from benchmarks.row import Row
from xscene_core.encoders.encoding import encode
from xscene_core.errors import InputError
from xscene_core.experiments.picture_trial import try_pictures
from xscene_core.home import Home
from xscene_core.scenes.library import SceneLibrary
from xscene_core.transfer.budget import Budget
from xscene_core.transfer.task import prepare
from xscene_core.watcher import Silent

PAIRS = ("apparel>home", "apparel>electronics")
METHODS = ("content", "target-only")
Change = Callable[["pd.Series[bytes]"], "pd.Series[bytes]"]


def options(parser: argparse.ArgumentParser) -> None:
    """Which scenes, methods and text encoder."""
    parser.add_argument("--pair", action="append", help=f"SOURCE>TARGET (default: {', '.join(PAIRS)})")
    parser.add_argument("--methods", default=",".join(METHODS), help="separated by commas")
    parser.add_argument("--encoder", default="tfidf", help="the encoder of the text")
    parser.add_argument("--budget", default="all", help="0, a number of people, a share or all")


def run(data: Path | None, given: argparse.Namespace) -> list[Row]:
    """Rows ``TARGET/METHOD, CASE`` with values, and their gain over the same without pictures."""
    rows: list[Row] = []
    with TemporaryDirectory(prefix="xscene-bench-") as temporary:
        home = Home.resolve(temporary)
        library = SceneLibrary(home)
        for pair in given.pair or PAIRS:
            source, arrow, target = pair.partition(">")
            if not arrow:
                raise InputError(f"{pair!r} is no pair", where="--pair", todo="Write SOURCE>TARGET.")
            rows += _pair(home, library, source, target, given)
    return rows


def _pair(
    home: Home, library: SceneLibrary, source: str, target: str, given: argparse.Namespace
) -> list[Row]:
    scenes = {name: library.load(name) for name in (source, target)}
    bare = {name: scene.items for name, scene in scenes.items()}
    text = encode(bare, given.encoder, home.cache)
    budget = Budget.parse(given.budget)
    view, test = prepare(
        scenes,
        text.vectors,
        sources=(source,),
        target=target,
        budget=budget,
        protocol="leave-one-out",
        seed=0,
    )
    names = given.methods.split(",")
    plain = try_out(view, test.questions, names)
    rows: list[Row] = []
    for name, one in plain.items():
        rows += value_rows(f"{target}/{name}, text alone", one.values, one.seconds)
    for case, change in CASES.items():
        items = {
            name: frame.assign(picture=change(frame["item_id"].map(library.pictures(name, frame["item_id"]))))
            for name, frame in bare.items()
        }
        both = encode(items, f"{given.encoder}+pictures", home.cache, Silent())
        seeing = view.read_by(both)
        tried = try_out(seeing, test.questions, names)
        trial = try_pictures(seeing, text)
        where = "target" if trial.in_target else "sources"
        rows.append(
            Row(f"{target}, {case}: tried in the {where}", "ndcg@10 gain", trial.gain, trial.low, trial.high)
        )
        rows.append(Row(f"{target}, {case}", "used", float(trial.used)))
        for name, one in tried.items():
            rows += value_rows(f"{target}/{name}, {case}", one.values, one.seconds)
            rows += gain_rows(f"{target}/{name}, {case} over text alone", one.values, plain[name].values)
            kept = one if trial.used else plain[name]
            rows += gain_rows(f"{target}/{name}, {case}, as decided", kept.values, plain[name].values)
    return rows


def _as_they_are(pictures: "pd.Series[bytes]") -> "pd.Series[bytes]":
    return pictures


def _half(pictures: "pd.Series[bytes]") -> "pd.Series[bytes]":
    drop = np.random.default_rng(5).permutation(len(pictures))[: len(pictures) // 2]
    left = pictures.astype(object).copy()
    left.iloc[drop] = None
    return left


def _of_others(pictures: "pd.Series[bytes]") -> "pd.Series[bytes]":
    order = np.random.default_rng(6).permutation(len(pictures))
    return pd.Series(pictures.to_numpy(dtype=object)[order], index=pictures.index)


CASES: dict[str, Change] = {
    "with pictures": _as_they_are,
    "half of them missing": _half,
    "pictures of other items": _of_others,
}
