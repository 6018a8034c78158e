"""Existing categories treated as if they were new: taken out of everybody's history and scored as unseen
products, so that what the run says of a new category can be held against what people really chose.

What was chosen elsewhere *after* the first order of the category stays in the histories, and the run is not
trained again, so it has seen these products: both make the trial look better than reality.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from xscene_core.newcategory.appeal import Floats, Scale, scores, standardise, yardstick
from xscene_core.newcategory.audience import Audience, Strand
from xscene_core.newcategory.fitted import FittedRun, scene_views
from xscene_core.scenes.sequences import Sequences
from xscene_core.watcher import Watcher

MOST_HIDDEN = 12
FEWEST_BUYERS = 20
MOST_BUYERS = 2 / 3
FEWEST_ITEMS = 3
MOST_ITEMS = 50

Grouping = Literal["category", "similar products"]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Unseen:
    """One category that is hidden from the Q people of a scene who chose something else too.

    histories : Q histories without it.  whole : all histories of the strand; rows : (Q,) which of them.
    bought : (Q,) whether the person chose from it.  items : (M,) item rows of the scene.
    z : (Q, M) appeal of these.  elsewhere : (Q,) mean appeal of another category, as a control.
    """

    scene: str
    name: str
    whole: Sequences
    histories: Sequences
    rows: Ints
    bought: npt.NDArray[np.bool_]
    items: Ints
    z: Floats
    elsewhere: Floats


def hide_each(
    run: FittedRun, audience: Audience, seed: int, watcher: Watcher
) -> tuple[list[Unseen], Grouping]:
    """Hides up to ``MOST_HIDDEN`` categories, one at a time, spread evenly over the scenes. Also says what
    took the place of categories in most of the scenes."""
    found: list[Unseen] = []
    groupings: list[Grouping] = []
    each = max(1, MOST_HIDDEN // max(1, len(audience.strands)))
    for done, strand in enumerate(audience.strands):
        watcher.progress("calibrate", done / len(audience.strands))
        groups, grouping = _groups(run, strand, seed)
        everything = _able(strand, groups, np.random.default_rng([seed, done]))
        able = everything[:each]
        groupings.append(grouping)
        for place, group in enumerate(able):
            watcher.progress("calibrate", (done + place / len(able)) / len(audience.strands))
            other = everything[(place + 1) % len(everything)]
            found.append(_hide(run, strand, groups, group, other, seed))
    mostly: Grouping = "category" if groupings.count("category") * 2 >= len(groupings) else "similar products"
    return found, mostly


def _groups(run: FittedRun, strand: Strand, seed: int) -> tuple[npt.NDArray[np.object_], Grouping]:
    """(I,) the group of each item of the strand's scene: its category, else a cluster of similar items."""
    category = run.scenes[strand.scene].items["category"].to_numpy(dtype=object)
    names, counts = np.unique(category[category != ""].astype(str), return_counts=True)
    if (counts >= FEWEST_ITEMS).sum() >= 2 and len(names) < len(category) / 2:
        return category, "category"
    from sklearn.cluster import KMeans

    vectors = scene_views(run)[strand.scene].vectors
    count = int(np.clip(len(vectors) // 20, 2, 20))
    labels = KMeans(count, n_init=1, max_iter=50, random_state=seed).fit_predict(vectors)
    return np.array([f"group {label + 1}" for label in labels], dtype=object), "similar products"


def _able(strand: Strand, groups: npt.NDArray[np.object_], rng: np.random.Generator) -> list[str]:
    """Groups with enough items and buyers to be hidden, in random order."""
    histories = strand.histories
    chosen = groups[histories.items]
    person = np.repeat(np.arange(len(histories)), histories.lengths)
    able = []
    for name in np.unique(groups.astype(str)):
        if name == "" or (groups == name).sum() < FEWEST_ITEMS:
            continue
        inside = np.bincount(person[chosen == name], minlength=len(histories))
        buyers = ((inside > 0) & (inside < histories.lengths)).sum()
        if FEWEST_BUYERS <= buyers <= MOST_BUYERS * len(histories):
            able.append(str(name))
    return [able[place] for place in rng.permutation(len(able))]


def _hide(
    run: FittedRun, strand: Strand, groups: npt.NDArray[np.object_], group: str, other: str, seed: int
) -> Unseen:
    hidden = groups == group
    beside = ~hidden if other == group else groups == other  # one category alone: any other products
    histories, rows = _without(strand.histories, hidden)
    bought = np.add.reduceat(hidden[strand.histories.items], strand.histories.indptr[:-1])[rows] > 0
    vectors = scene_views(run)[strand.scene].vectors
    rng = np.random.default_rng([seed, 3])
    new = np.sort(rng.permutation(np.flatnonzero(hidden))[:MOST_ITEMS])
    control = np.sort(rng.permutation(np.flatnonzero(beside))[:MOST_ITEMS])
    ruler = yardstick(run, seed, {strand.scene: hidden})
    all_scores = scores(run, strand.scene, histories, np.concatenate([ruler, vectors[new], vectors[control]]))
    known = all_scores[:, : len(ruler)]
    scale = Scale(known.mean(axis=1), np.maximum(known.std(axis=1), 1e-9))
    z = standardise(all_scores[:, len(ruler) :], scale)
    own, elsewhere = z[:, : len(new)], z[:, len(new) :].mean(axis=1)
    return Unseen(strand.scene, group, strand.histories, histories, rows, bought, new, own, elsewhere)


def _without(histories: Sequences, hidden: npt.NDArray[np.bool_]) -> tuple[Sequences, npt.NDArray[np.int64]]:
    """The histories without hidden items, and the rows of the people who have something left."""
    keep = ~hidden[histories.items]
    person = np.repeat(np.arange(len(histories)), histories.lengths)[keep]
    lengths = np.bincount(person, minlength=len(histories))
    rows = np.flatnonzero(lengths)
    indptr = np.concatenate([[0], np.cumsum(lengths[rows])]).astype(np.int64)
    return Sequences(histories.people[rows], indptr, histories.items[keep]), rows
