"""What of a product carried its score: each piece of it is left out in turn and everybody scores again.

A piece is a word, wherever it stands (``words``), or a region of the picture (``regions``). The drop of
a person's standardised score is what the piece contributed *for that person*. As with earlier choices
(``reasons``), pieces that say the same thing share the credit, and whether the named ones carry the score
together is measured (``carried``).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.newcategory.appeal import Appeal, Floats, scores, standardise
from xscene_core.newcategory.audience import Audience
from xscene_core.newcategory.fitted import FittedRun
from xscene_core.newcategory.placing import Placed
from xscene_core.newcategory.reasons import SMALLEST_SHARE, Ints, shares
from xscene_core.newcategory.regions import Cell, cells_of, covered
from xscene_core.newcategory.words import Span, pieces_of, spoken, without_words
from xscene_core.watcher import Watcher

Kind = Literal["word", "region"]
KINDS: tuple[Kind, ...] = ("word", "region")
Where = tuple[Span, ...] | Cell

MOST_NAMED = 3
MOST_PIECES = 3_000
MOST_CHARACTERS = {True: 200_000, False: 2_000_000}
"""Of all texts with something left out together, for slow encoders and others: a quarter of a minute."""
MOST_PICTURES = 60
"""Products of which the picture's regions are covered: sixteen pictures each."""
AT_ONCE = 256


@dataclass(frozen=True)
class Pieces:
    """V pieces of the products that are listed most.

    product : (V,) row of the product.  kind : (V,) of the piece.  where : V places in it.
    drop : (P, V) float16 loss in each person's standardised score without the piece.
    """

    product: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    kind: npt.NDArray[np.object_] = field(default_factory=lambda: np.zeros(0, object))
    where: tuple[Where, ...] = ()
    drop: npt.NDArray[np.float16] = field(default_factory=lambda: np.zeros((0, 0), np.float16))

    def of(self, product: int, kind: Kind) -> Ints:
        """Which pieces belong to the product."""
        return self._rows.get((product, kind), np.zeros(0, np.int64))

    @cached_property
    def _rows(self) -> dict[tuple[int, Kind], Ints]:
        found: dict[tuple[int, Kind], list[int]] = {}
        for row, key in enumerate(zip(self.product.tolist(), self.kind, strict=True)):
            found.setdefault(key, []).append(row)
        return {key: np.array(rows, dtype=np.int64) for key, rows in found.items()}

    def named(self, person: int, product: int, kind: Kind) -> Ints:
        """Which pieces carried the product's score for the person, the largest loss first."""
        own = self.of(product, kind)
        if not len(own):
            return own
        return own[named_pieces(np.asarray(self.drop[person, own], dtype=np.float64))]

    def words(self, person: int, product: int, item: dict[str, Any]) -> str:
        """The named words, as the product writes them."""
        found = (self.where[row] for row in self.named(person, product, "word"))
        return " | ".join(spoken(item, where) for where in found if not isinstance(where, Cell))

    def take(self, people: Ints) -> "Pieces":
        """The same of some of the people."""
        return Pieces(self.product, self.kind, self.where, self.drop[people])

    def save(self, folder: Path) -> None:
        """Two files in ``folder``."""
        table = pd.DataFrame({"product": self.product, "kind": self.kind.astype(str)})
        table["where"] = [json.dumps(where) for where in self.where]
        table.to_parquet(folder / "pieces.parquet", index=False)
        np.save(folder / "piece_drop.npy", np.ascontiguousarray(self.drop), allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> "Pieces":
        """Reads back what ``save`` wrote, nothing where an older version wrote none; the drops stay on disk
        until they are used."""
        if not (folder / "pieces.parquet").exists():
            return cls()
        table = pd.read_parquet(folder / "pieces.parquet")
        where: list[Where] = []
        for kind, text in zip(table["kind"], table["where"], strict=True):
            told = json.loads(text)
            where.append(Cell(*told) if kind == "region" else tuple(Span(*span) for span in told))
        drop = np.load(folder / "piece_drop.npy", mmap_mode="r")
        return cls(table["product"].to_numpy(np.int64), table["kind"].to_numpy(object), tuple(where), drop)


def named_pieces(drops: npt.NDArray[np.float64]) -> Ints:
    """At most ``MOST_NAMED`` of a product's (K,) pieces, and at most half of them, each with at least
    ``SMALLEST_SHARE`` of all losses; the largest loss first. To name most of a title says nothing."""
    part = shares(drops)
    best = np.argsort(-part, kind="stable")[: min(MOST_NAMED, len(drops) // 2)]
    return best[part[best] >= SMALLEST_SHARE].astype(np.int64)


def without(item: dict[str, Any], pieces: Sequence[Where]) -> dict[str, Any]:
    """The product with these pieces left out."""
    left = without_words(item, (span for one in pieces if not isinstance(one, Cell) for span in one))
    cells = [one for one in pieces if isinstance(one, Cell)]
    return left | {"picture": covered(item["picture"], cells)} if cells else left


def leave_each_out(
    run: FittedRun,
    audience: Audience,
    items: pd.DataFrame,
    placed: Placed,
    appeal: Appeal,
    offers: Ints,
    top: int,
    watcher: Watcher,
) -> Pieces:
    """Leaves out each piece of the products that ``offers`` (P, N) lists most often, the first ``top`` places
    before all others, until ``MOST_PIECES`` or ``MOST_CHARACTERS`` are reached."""
    records: list[dict[str, Any]] = items.to_dict("records")  # type: ignore[assignment]
    listed = np.bincount(offers[:, :top].ravel(), minlength=len(items)).astype(float)
    listed += 1e-6 * np.bincount(offers.ravel(), minlength=len(items))
    order = np.argsort(-listed, kind="stable")[: int((listed > 0).sum())]
    found = _pieces(records, order, run.encoding.sees_pictures, MOST_CHARACTERS[run.encoding.slow])
    drop = np.zeros((len(audience), len(found)), np.float16)
    for start in range(0, len(found), AT_ONCE):
        watcher.progress("words", start / len(found))
        block = found[start : start + AT_ONCE]
        left = pd.DataFrame([without(records[product], [where]) for product, _, where in block])
        after = standardised(run, audience, placed.beside(left), appeal)
        before = appeal.z[:, [product for product, _, _ in block]]
        drop[:, start : start + AT_ONCE] = before - after
    kinds = np.array([kind for _, kind, _ in found], dtype=object)
    return Pieces(
        np.array([row for row, _, _ in found], np.int64), kinds, tuple(where for *_, where in found), drop
    )


def standardised(run: FittedRun, audience: Audience, vectors: Floats, appeal: Appeal) -> Floats:
    """(P, M) scores of ``vectors`` (M, d) for everybody, on the yardstick of ``appeal``."""
    z = np.zeros((len(audience), len(vectors)), np.float32)
    for strand, scale in zip(audience.strands, appeal.scales, strict=True):
        raw = scores(run, strand.scene, strand.histories, vectors)
        z[strand.owner] += strand.weight[:, None].astype(np.float32) * standardise(raw, scale)
    return z


def _pieces(
    records: list[dict[str, Any]], order: Ints, pictured: bool, most: int
) -> list[tuple[int, Kind, Where]]:
    found: list[tuple[int, Kind, Where]] = []
    characters = 0
    for place, row in enumerate(order.tolist()):
        item = records[row]
        words = pieces_of(item)
        characters += len(words) * (len(str(item["title"])) + len(str(item["description"])))
        if len(found) + len(words) > MOST_PIECES or (place and characters > most):
            break
        found += [(row, "word", piece) for piece in words]
        if pictured and place < MOST_PICTURES:
            found += [(row, "region", cell) for cell in cells_of(item.get("picture"))]
    return found
