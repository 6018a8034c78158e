"""Every registered method once through the command line, on sample and on real scenes, all in one comparison.

Four tasks: a ranking and a label of the sample scenes, a ranking of real scenes (the first people of Arts and
Crafts to Gift Cards) and a label of real texts (reviews of books to reviews of kitchenware). ``run`` is
given every method that the registry allows for that kind of task; the numbers are what ``compare`` then says
of those runs. Only whether it works is measured: tasks are small, and one seed says little about quality.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from benchmarks.row import Row
from benchmarks.xscene import import_scenes, real
from benchmarks.xscene import run as run_command
from xscene_core.errors import WorkError
from xscene_core.home import Home
from xscene_core.transfer.method import Kind, methods

ARTS, PEOPLE, REVIEWS = "Arts_Crafts_and_Sewing", 300, 300


@dataclass(frozen=True)
class Trial:
    """A task: ``prepare`` makes its scenes from the real data, ``words`` are the arguments of ``run``."""

    name: str
    kind: Kind
    words: tuple[str, ...]
    prepare: Callable[[Home, Path, Path], None] | None = None


def run(data: Path | None) -> list[Row]:
    """One row for each method of each task, of those that the data allow."""
    rows = []
    for trial in TRIALS:
        with TemporaryDirectory(prefix="xscene-bench-") as temporary:
            home = Home.resolve(Path(temporary) / "home")
            if trial.prepare is not None:
                folder = real(data, "sentiment_blitzer").parent
                trial.prepare(home, folder, Path(temporary) / "made")
            rows += tried(home, trial)
    return rows


def tried(home: Home, trial: Trial) -> list[Row]:
    """``run``, then ``compare`` of what it started.

    Raises
    ------
    WorkError : ``compare`` does not show every method.
    """
    names = list(methods(trial.kind))
    ran = document(home, "run", *trial.words, "--method", ",".join(names))
    compared = document(home, "compare", *(one["run_id"] for one in ran["runs"]))
    found = {one["method"]: one for one in compared["runs"]}
    missing = [name for name in names if name not in found]
    if missing:
        raise WorkError(f"compare does not show {', '.join(missing)}", where=trial.name)
    metric = "accuracy" if trial.kind == "label" else "ndcg@10"
    return [row(trial.name, metric, found[name]) for name in names]


def row(task: str, metric: str, one: dict[str, Any]) -> Row:
    """NaN, and the reason on the error stream, where the run did not finish."""
    if one["status"] != "finished":
        print(f"{task}: {one['method']} {one['status']}: {one.get('error')}", file=sys.stderr)
        return Row(f"{task}: {one['method']}", metric, float("nan"))
    value = one["metrics"][metric]
    return Row(
        f"{task}: {one['method']}", metric, value["value"], value["low"], value["high"], one["seconds"]
    )


def document(home: Home, *words: str) -> dict[str, Any]:
    """What a command prints with ``--json``, also where some of its runs failed."""
    done = run_command(home, *words, "--json")
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise WorkError(f"No document: {done.stderr[-600:].strip()}", where=" ".join(words[:6])) from error
    if "error" in found:
        raise WorkError(str(found["error"]), where=" ".join(words[:6]))
    return found


def import_shops(home: Home, data: Path, aside: Path) -> None:
    """Gift Cards, and the first people of Arts and Crafts."""
    import_scenes(home, data / "amazon2018_gift_cards", "--name", "Gift_Cards")
    folder = data / "amazon_art_office_urllm"
    choices = pd.read_parquet(folder / "interactions.parquet")
    choices = choices[(choices["domain"] == ARTS) & (choices["user_idx"] < PEOPLE)]
    items = pd.read_parquet(folder / "items.parquet")
    aside.mkdir()
    choices.to_parquet(aside / "interactions.parquet")
    items[items["item_id"].isin(choices["item_id"])].to_parquet(aside / "items.parquet")
    columns = ("--map", "title=title", "--map", "description=category_brand_text")
    import_scenes(home, aside, *columns, "--scene-column", "domain", "--order-column", "position")


def import_reviews(home: Home, data: Path, aside: Path) -> None:
    """Reviews of books and of kitchenware as those of one item each, with five stars or one."""
    table = pd.read_parquet(data / "sentiment_blitzer" / "blitzer_4domains.parquet")
    table = table[table["domain"].isin(["books", "kitchen"])]
    table = table.groupby(["domain", "label"]).head(REVIEWS // 2).reset_index(drop=True)
    ids, people = "r" + table.index.astype(str), "u" + (table.index // 5).astype(str)
    aside.mkdir()
    items = pd.DataFrame({"item_id": ids, "title": "reviewed " + ids, "domain": table["domain"]})
    items.to_parquet(aside / "items.parquet")
    choices = pd.DataFrame({"user_id": people, "item_id": ids, "timestamp": range(len(table))})
    choices["rating"] = table["label"].map({0: 1.0, 1: 5.0})
    choices["review_text"] = table["text"].str.split().str.join(" ")
    choices.assign(domain=table["domain"]).to_parquet(aside / "interactions.parquet")
    import_scenes(home, aside, "--scene-column", "domain")


TRIALS = (
    Trial("sample ranking", "ranking", ("--source", "apparel", "--target", "home", "--budget", "20")),
    Trial(
        "sample label",
        "label",
        ("--source", "apparel", "--target", "electronics", "--label", "reviews.sentiment", "--budget", "20"),
    ),
    Trial(
        "real ranking",
        "ranking",
        ("--source", ARTS, "--target", "Gift_Cards", "--budget", "all"),
        import_shops,
    ),
    Trial(
        "real label",
        "label",
        ("--source", "books", "--target", "kitchen", "--label", "reviews.sentiment", "--budget", "20"),
        import_reviews,
    ),
)
