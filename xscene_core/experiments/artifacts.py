"""The files that a finished run leaves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.models.similarity import content_people
from xscene_core.transfer.elsewhere import Elsewhere
from xscene_core.transfer.method import Recommender
from xscene_core.transfer.views import SceneView, TestView, TrainingView

ITEMS_SHOWN, PEOPLE_SHOWN, PEOPLE_LISTED = 2000, 1000, 2000
"""At most so many items and people of each scene are kept as points, and so many people's lists."""

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Cloud:
    """A sample of one scene's items and people, before (as the encoder gave the content) and after (as the
    method places them).

    rank : (p,) float32 rank of each person's answer; empty for source scenes.
    """

    item_rows: npt.NDArray[np.int32]
    items_before: Vectors
    items_after: Vectors
    people_ids: npt.NDArray[np.str_]
    people_before: Vectors
    people_after: Vectors
    rank: Vectors


def clouds(
    view: TrainingView,
    test: TestView,
    plain: Mapping[str, Vectors],
    fitted: Recommender,
    ranks: npt.NDArray[np.float64],
) -> dict[str, Cloud]:
    """One cloud for each source, the target's last; the samples are the same for every method.

    plain : scene -> (I, d) content vectors before any alignment.
    """
    found, elsewhere = {}, Elsewhere(view)
    for scene in (*view.sources, view.target):
        sealed = scene is view.target
        people = test.questions.histories if sealed else scene.sequences
        generator = np.random.default_rng([view.seed, len(scene.item_ids), len(people)])
        items = draw(generator, len(scene.item_ids), ITEMS_SHOWN)
        rows = draw(generator, len(people), PEOPLE_SHOWN)
        drawn = people.take(rows)
        found[scene.name] = Cloud(
            item_rows=items.astype(np.int32),
            items_before=plain[scene.name][items],
            items_after=fitted.represent(scene.name)[items],
            people_ids=drawn.people.astype(str),
            people_before=elsewhere.place(drawn, plain)
            if sealed
            else content_people(drawn, plain[scene.name]),
            people_after=fitted.represent_people(drawn, scene.name),
            rank=(ranks[rows] if sealed else np.empty(0)).astype(np.float32),
        )
    return found


def write_clouds(folder: Path, found: dict[str, Cloud]) -> None:
    """``embeddings.npz``: ``scenes`` and, for scene number s, ``item_rows_s``, ``items_before_s``, ...;
    ``people_rank`` belongs to the target, which is last.
    """
    arrays: dict[str, Any] = {"scenes": np.array(list(found), dtype=np.str_)}
    for number, cloud in enumerate(found.values()):
        for name in (
            "item_rows",
            "items_before",
            "items_after",
            "people_ids",
            "people_before",
            "people_after",
        ):
            arrays[f"{name}_{number}"] = getattr(cloud, name)
        arrays["people_rank"] = cloud.rank
    np.savez_compressed(folder / "embeddings.npz", **arrays)


def write_ranks(folder: Path, test: TestView, target: SceneView, ranks: npt.NDArray[np.float64]) -> None:
    """``ranks.parquet``: one row per test person, in the task's order."""
    questions = test.questions
    pd.DataFrame(
        {
            "user_id": questions.histories.people.astype(str),
            "item_id": target.item_ids[questions.answers].astype(str),
            "rank": ranks,
            "history": questions.histories.lengths.astype(np.int32),
            "seen": test.seen_counts[questions.answers],
        }
    ).to_parquet(folder / "ranks.parquet", index=False)


def write_lists(folder: Path, test: TestView, target: SceneView, lists: npt.NDArray[np.int32]) -> None:
    """``top.parquet``: the recommended items of the first test people, place 1 best."""
    person, place = np.nonzero(lists[:PEOPLE_LISTED] >= 0)
    pd.DataFrame(
        {
            "user_id": test.questions.histories.people[person].astype(str),
            "place": (place + 1).astype(np.int32),
            "item_id": target.item_ids[lists[person, place]].astype(str),
        }
    ).to_parquet(folder / "top.parquet", index=False)


def draw(generator: np.random.Generator, available: int, limit: int) -> npt.NDArray[np.int64]:
    """Sorted random rows, all of them where they are few."""
    if available <= limit:
        return np.arange(available)
    return np.sort(generator.choice(available, limit, replace=False))


def write_json(file: Path, document: object) -> None:
    """Plain data without NaN."""
    file.write_text(json.dumps(document, allow_nan=False, indent=1), encoding="utf-8")
