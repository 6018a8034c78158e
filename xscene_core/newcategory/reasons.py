"""Why a product is offered to a person: what happens to its score when one earlier choice is forgotten.

Leave-one-out over the history. For each product a person chose before, the run scores the new items
again as if that product had never been chosen; the drop of the standardised score (``appeal``, the
person's own yardstick kept) is what the choice contributed. Nothing is approximated for one
choice; but choices that say the same thing share the credit, and each may look small alone. Whether the
named ones carry the score together is measured (``faithfulness``). The same runs show how stable an offer
is: in how many of these histories it survives.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xscene_core.newcategory.appeal import Appeal, Scale, scores, standardise
from xscene_core.newcategory.audience import Audience, Strand
from xscene_core.newcategory.first_orders import FirstOrders, by_judgement
from xscene_core.newcategory.fitted import FittedRun
from xscene_core.scenes.sequences import Sequences
from xscene_core.watcher import Watcher

MOST_FORGOTTEN = 20
VARIANTS_AT_ONCE = 8_192
CELLS = 4_000_000
REASONS_SHOWN = 3
SMALLEST_SHARE = 0.05

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Forgotten:
    """K forgotten choices, N possible offers per person, T of them listed.

    person : (K,) row of the audience.  scene : (K,) name.  item : (K,) item row in that scene.
    drop : (K, N) loss in standardised score of each of the person's offers; negative where it gains.
    kept : (K, T) whether the offer is still among the person's first T.
    fits : (K,) whether the category still reaches ``threshold`` for the person.
    """

    person: Ints
    scene: npt.NDArray[np.object_]
    item: Ints
    drop: Floats
    kept: npt.NDArray[np.bool_]
    fits: npt.NDArray[np.bool_]


def forget_each(
    run: FittedRun,
    audience: Audience,
    people: Ints,
    vectors: Floats,
    appeal: Appeal,
    offers: Ints,
    threshold: float,
    top: int,
    watcher: Watcher,
    learned: FirstOrders | None = None,
) -> Forgotten:
    """Forgets each of the last ``MOST_FORGOTTEN`` products of each of ``people``, one at a time.

    ``offers`` (P, N) are the new items that may be offered to each person of the audience, best first, the
    first ``top`` of them are listed; ``threshold`` is the appeal from which on the category fits. What was
    ``learned`` from orders moves the appeal by as much whatever is forgotten, and what was said of a product
    keeps it at the head of the list or out of it.
    """
    wanted = np.zeros(len(audience), dtype=bool)
    wanted[people] = True
    parts: list[Forgotten] = []
    for done, (strand, scale) in enumerate(zip(audience.strands, appeal.scales, strict=True)):
        rows = np.flatnonzero(wanted[strand.owner])
        for start, block in _blocks(strand, rows, len(vectors)):
            share = start / max(1, len(rows))
            watcher.progress("reasons", (done + share) / len(audience.strands))
            parts.append(_forget(run, strand, scale, block, vectors, appeal, offers, threshold, top, learned))
    if not parts:
        nothing = np.zeros((0, offers.shape[1]))
        none = np.zeros(0, np.int64)
        empty = np.array([], dtype=object)
        return Forgotten(none, empty, none, nothing.astype(np.float32), nothing[:, :top] > 0, none > 0)
    return Forgotten(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Forgotten.__dataclass_fields__)
    )


def shares(drops: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """(K,) contribution of each forgotten choice: its part of all drops; 0 where forgetting it helps."""
    positive = np.maximum(drops, 0).astype(np.float64)
    total = positive.sum()
    return positive / total if total > 0 else positive


def named(drops: npt.NDArray[np.floating]) -> Ints:
    """Which of a person's (K,) forgotten choices are named as the reasons: at most ``REASONS_SHOWN``, the
    largest loss first, none that is less than ``SMALLEST_SHARE`` of all losses. A choice that is all that is
    known of a person is the reason."""
    part = shares(drops) if len(drops) > 1 else np.ones(len(drops))
    best = np.argsort(-part, kind="stable")[:REASONS_SHOWN]
    return best[part[best] >= SMALLEST_SHARE].astype(np.int64)


def forget_together(
    run: FittedRun,
    audience: Audience,
    person: Ints,
    choices: Sequence[tuple[npt.NDArray[np.object_], Ints]],
    vectors: Floats,
    appeal: Appeal,
) -> Floats:
    """(S, M) standardised scores after forgetting several choices at once, NaN where nothing is left.

    person (S,) rows of the audience; choices: S pairs of scenes and item rows. As when one choice is
    forgotten, the yardstick stays and a scene in which nothing is left says nothing.
    """
    total = np.zeros((len(person), len(vectors)), np.float32)
    weight = np.zeros((len(person), 1), np.float32)
    for strand, scale in zip(audience.strands, appeal.scales, strict=True):
        place = np.full(len(audience), -1)
        place[strand.owner] = np.arange(len(strand.owner))
        kept, at = [], []
        for one in np.flatnonzero(place[person] >= 0):
            scenes, items = choices[int(one)]
            history = strand.histories.of(int(place[person[one]]))
            left = history[~np.isin(history, items[scenes == strand.scene])]
            if len(left):
                kept.append(left)
                at.append(one)
        if not at:
            continue
        rows = place[person[at]]
        lengths = np.cumsum([0, *map(len, kept)]).astype(np.int64)
        shorter = Sequences(strand.histories.people[rows], lengths, np.concatenate(kept))
        ruler = Scale(scale.mean[rows], scale.spread[rows])
        part = strand.weight[rows, None].astype(np.float32)
        total[at] += part * standardise(scores(run, strand.scene, shorter, vectors), ruler)
        weight[at] += part
    return np.where(weight > 0, total / np.maximum(weight, 1e-9), np.nan).astype(np.float32)


def _blocks(strand: Strand, rows: Ints, items: int) -> Iterator[tuple[int, Ints]]:
    """Rows of the strand in groups whose variants fit into memory."""
    budget = max(MOST_FORGOTTEN, min(VARIANTS_AT_ONCE, CELLS // max(1, items)))
    sizes = np.minimum(strand.histories.lengths[rows], MOST_FORGOTTEN)
    start, used = 0, 0
    for end, size in enumerate(sizes):
        if used + size > budget and end > start:
            yield start, rows[start:end]
            start, used = end, 0
        used += int(size)
    if start < len(rows):
        yield start, rows[start:]


def _forget(
    run: FittedRun,
    strand: Strand,
    scale: Scale,
    rows: Ints,
    vectors: Floats,
    appeal: Appeal,
    offers: Ints,
    threshold: float,
    top: int,
    learned: FirstOrders | None,
) -> Forgotten:
    source, item, variants = _variants(strand.histories, rows)
    person, weight = strand.owner[source], strand.weight[source].astype(np.float32)[:, None]
    own = Scale(scale.mean[rows], scale.spread[rows])
    full = standardise(scores(run, strand.scene, strand.histories.take(rows), vectors), own)
    full = full[np.searchsorted(rows, source)]
    whole = appeal.z[person]
    empty = variants.lengths == 0
    changed = np.zeros_like(whole)
    if (~empty).any():
        left = np.flatnonzero(~empty)
        scaled = Scale(scale.mean[source[left]], scale.spread[source[left]])
        new = standardise(scores(run, strand.scene, variants.take(left), vectors), scaled)
        changed[left] = whole[left] - weight[left] * (full[left] - new)
    # A scene in which nothing is left to know says nothing: the person's other scenes speak alone.
    others = np.maximum(1 - weight[empty], 1e-9)
    moved = np.zeros_like(whole) if learned is None else learned.shift[person]
    changed[empty] = (whole - moved)[empty] - weight[empty] * full[empty]
    changed[empty] = changed[empty] / others + moved[empty]
    offered = offers[person]
    after = np.take_along_axis(changed, offered, axis=1)
    listed = min(top, offered.shape[1])
    rank = changed if learned is None else by_judgement(changed, learned.said[person])
    places = np.take_along_axis(rank, offered, axis=1)
    better = np.stack([(rank > places[:, [n]]).sum(axis=1) for n in range(listed)], axis=1)
    scene = np.full(len(person), strand.scene, dtype=object)
    return Forgotten(
        person=person,
        scene=scene,
        item=item,
        drop=np.take_along_axis(whole, offered, axis=1) - after,
        kept=better < listed,
        fits=changed.mean(axis=1) >= threshold,
    )


def _variants(histories: Sequences, rows: Ints) -> tuple[Ints, Ints, Sequences]:
    """For each of ``rows`` and each of its latest distinct products: the row, the product, and the history
    without any choice of it."""
    source: list[int] = []
    item: list[int] = []
    kept: list[npt.NDArray[np.int32]] = []
    for row in rows:
        history = histories.of(int(row))
        latest = list(dict.fromkeys(history[::-1].tolist()))[:MOST_FORGOTTEN]
        for product in latest:
            source.append(int(row))
            item.append(product)
            kept.append(history[history != product])
    lengths = np.array([len(history) for history in kept], dtype=np.int64)
    indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    flat = np.concatenate(kept) if kept else np.zeros(0, np.int32)
    sources = np.array(source, dtype=np.int64)
    return sources, np.array(item, np.int64), Sequences(histories.people[sources], indptr, flat)
