"""What lists are made of, kept with the answer, so that a filter changes them at once and without the run."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.newcategory.appeal import Appeal, Floats
from xscene_core.newcategory.audience import Audience
from xscene_core.newcategory.first_orders import FirstOrders
from xscene_core.newcategory.leaving_out import Pieces
from xscene_core.newcategory.reasons import Forgotten, Ints, named, shares
from xscene_core.scenes.scene import Scene

EXPLAINED = 60
"""For how many products of a person the reasons are kept."""
ARRAYS = ("z", "beats", "vectors", "bought", "order", "drop")
EXTRA = ("start", "said")
"""Arrays that only answers with orders have."""


@dataclass(frozen=True)
class Shelf:
    """P people and M products, in the order of the answer's tables.

    z, beats : (P, M) appeal, as in ``Appeal``.
    vectors : (M, d) content, unit length, or zero for what says nothing.
    bought : (P, M) whether the person chose a product of this id before.
    order : (P, C) the products that appeal most, best first: those whose reasons are known.
    choices : K earlier choices, by ``person`` (row), with ``scene``, ``item_id`` and ``title``.
    drop : (K, C) what the score of each product of ``order`` loses without the choice.
    start : (P, M) the appeal before any order.  said : (P, M) int8, 1 where the person's list begins with the
        product, -1 where it leaves it out. ``None`` where there are no orders.
    pieces : words and picture regions of the products listed most, with what their scores lose without them.
    """

    z: Floats
    beats: Floats
    vectors: Floats
    bought: npt.NDArray[np.bool_]
    order: Ints
    choices: pd.DataFrame
    drop: Floats
    start: Floats | None = None
    said: npt.NDArray[np.int8] | None = None
    pieces: Pieces = field(default_factory=Pieces)

    def save(self, folder: Path) -> None:
        """Writes arrays and one Parquet file into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in (*ARRAYS, *(name for name in EXTRA if getattr(self, name) is not None)):
            np.save(folder / f"{name}.npy", np.ascontiguousarray(getattr(self, name)), allow_pickle=False)
        self.choices.to_parquet(folder / "choices.parquet", index=False)
        self.pieces.save(folder)

    @classmethod
    def load(cls, folder: Path) -> "Shelf":
        """Reads back what ``save`` wrote; arrays stay on disk until they are used."""
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ARRAYS}
        for name in EXTRA:
            if (folder / f"{name}.npy").exists():
                arrays[name] = np.load(folder / f"{name}.npy", mmap_mode="r")
        choices = pd.read_parquet(folder / "choices.parquet")
        return cls(**arrays, choices=choices, pieces=Pieces.load(folder))


def stack(
    audience: Audience,
    ranked: Ints,
    items: pd.DataFrame,
    vectors: Floats,
    appeal: Appeal,
    order: Ints,
    forgotten: Forgotten,
    scenes: dict[str, Scene],
    pieces: Pieces,
    learned: FirstOrders | None = None,
    start: Floats | None = None,
) -> Shelf:
    """The shelf of the people ``ranked`` (rows of the audience, best fit first); ``start`` is the appeal
    before what was ``learned`` from orders."""
    place = np.full(len(audience), -1, dtype=np.int64)
    place[ranked] = np.arange(len(ranked))
    rows = np.argsort(place[forgotten.person], kind="stable")
    rows = rows[place[forgotten.person[rows]] >= 0]
    choices = pd.DataFrame(
        {"person": place[forgotten.person[rows]], "scene": forgotten.scene[rows].astype(str)}
    )
    for column in ("item_id", "title"):
        text = np.full(len(rows), "", dtype=object)
        for name, scene in scenes.items():
            here = forgotten.scene[rows] == name
            text[here] = scene.items[column].to_numpy(dtype=object)[forgotten.item[rows][here]]
        choices[column] = text
    bought = _bought(audience, place, len(ranked), items, scenes)
    return Shelf(
        z=appeal.z[ranked],
        beats=appeal.beats[ranked],
        vectors=vectors,
        bought=bought if learned is None else bought | learned.ordered[ranked],
        order=order[ranked],
        choices=choices,
        drop=forgotten.drop[rows],
        start=None if start is None else start[ranked],
        said=None if learned is None else learned.said[ranked],
        pieces=pieces.take(ranked),
    )


def _bought(
    audience: Audience, place: Ints, people: int, items: pd.DataFrame, scenes: dict[str, Scene]
) -> npt.NDArray[np.bool_]:
    ids = pd.Index(items["item_id"])
    result = np.zeros((people, len(items)), dtype=bool)
    for strand in audience.strands:
        column = ids.get_indexer(pd.Index(scenes[strand.scene].items["item_id"]))[strand.histories.items]
        row = np.repeat(place[strand.owner], strand.histories.lengths)
        both = (row >= 0) & (column >= 0)
        result[row[both], column[both]] = True
    return result


def offers(
    ids: npt.NDArray[np.object_], shelf: Shelf, products: pd.DataFrame, chosen: Ints, pinned: Ints
) -> pd.DataFrame:
    """One row per person and place of ``chosen`` (P, N), -1 for empty places; ``pinned`` are product rows.
    ``words`` of the product that carried its score, empty where that was not looked at."""
    person, place = np.nonzero(chosen >= 0)
    item = chosen[person, place]
    records: list[dict[str, Any]] = products.to_dict("records")  # type: ignore[assignment]
    words = [
        shelf.pieces.words(one, row, records[row])
        for one, row in zip(person.tolist(), item.tolist(), strict=True)
    ]
    table = pd.DataFrame(
        {
            "user_id": ids[person].astype(str),
            "place": place + 1,
            "item_id": products["item_id"].to_numpy(dtype=object)[item],
            "z": shelf.z[person, item].astype(float),
            "beats": shelf.beats[person, item].astype(float),
            "kept": np.full(len(item), np.nan),
            "far": products["far"].to_numpy(dtype=bool)[item],
            "pinned": np.isin(item, pinned),
            "explained": (shelf.order[person] == item[:, None]).any(axis=1),
            "words": np.array(words, dtype=object),
        }
    )
    if shelf.start is None or shelf.said is None:
        return table
    start, said = shelf.start[person, item].astype(float), shelf.said[person, item].astype(np.int64)
    return table.assign(z_before_orders=start, said=said)


def reasons(ids: npt.NDArray[np.object_], shelf: Shelf, chosen: Ints) -> pd.DataFrame:
    """The strongest earlier choices behind each of ``chosen`` (P, N). Where only one product is known, it is
    the reason and nothing can be compared: ``drop`` is NaN."""
    owner = shelf.choices["person"].to_numpy()
    starts, stops = (np.searchsorted(owner, np.arange(len(ids)), side=side) for side in ("left", "right"))
    drops = np.asarray(shelf.drop)
    found: list[tuple[Any, ...]] = []
    for person, place in zip(*np.nonzero(chosen >= 0), strict=True):
        column = np.flatnonzero(shelf.order[person] == chosen[person, place])
        start, stop = int(starts[person]), int(stops[person])
        if not len(column) or start == stop:
            continue
        drop = drops[start:stop, column[0]]
        part = shares(drop) if len(drop) > 1 else np.ones(1)
        for rank, row in enumerate(named(drop), start=1):
            loss = float(drop[row]) if len(drop) > 1 else float("nan")
            found.append((ids[person], place + 1, rank, start + int(row), loss, float(part[row])))
    table = pd.DataFrame(found, columns=["user_id", "place", "rank", "row", "drop", "share"])
    known = shelf.choices.iloc[table["row"].to_numpy(dtype=np.int64)].reset_index(drop=True)
    table = table.assign(scene=known["scene"], item_id=known["item_id"], title=known["title"])
    columns = ["user_id", "place", "rank", "scene", "item_id", "title", "drop", "share"]
    kinds = {"place": "int64", "rank": "int64", "drop": "float64", "share": "float64"}
    return table[columns].astype(kinds)
