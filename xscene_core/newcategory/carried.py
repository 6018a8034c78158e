"""Whether the named words and picture regions are the ones that carry a score.

As for earlier choices (``faithfulness``): the pieces named behind a person's first offer are left out
*together*, and the loss is held against that of as many other pieces of the same product, drawn at random
(comprehensiveness, DeYoung et al. 2020, with a random control), paired. The units are products, each with
the mean over the people for whom it comes first: what is true of its text is true for all of them.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.newcategory.appeal import Appeal, Floats, scores, standardise
from xscene_core.newcategory.audience import Audience
from xscene_core.newcategory.faithfulness import FEWEST, Faithfulness, compare
from xscene_core.newcategory.fitted import FittedRun
from xscene_core.newcategory.leaving_out import Kind, Pieces, without
from xscene_core.newcategory.placing import Placed
from xscene_core.newcategory.reasons import Ints

MOST_PAIRS = 80
FEWEST_PRODUCTS = 3
DRAWS = 3


def faithfulness_of_pieces(
    run: FittedRun,
    audience: Audience,
    items: pd.DataFrame,
    placed: Placed,
    appeal: Appeal,
    offers: Ints,
    pieces: Pieces,
    kind: Kind,
    seed: int,
) -> Faithfulness | None:
    """The test over at most ``MOST_PAIRS`` people, each with the first product of ``offers`` (P, N) whose
    pieces are known. ``None`` where fewer than ``FEWEST`` people or ``FEWEST_PRODUCTS`` can be compared."""
    rng = np.random.default_rng(seed)
    known = np.zeros(len(items), dtype=bool)
    known[pieces.product[pieces.kind == kind]] = True
    people: list[int] = []
    products: list[int] = []
    sets: list[Ints] = []
    for person in rng.permutation(len(audience)).tolist():
        first = offers[person][known[offers[person]]]
        if not len(first) or len(people) == MOST_PAIRS * (1 + DRAWS):
            continue
        named = pieces.named(person, int(first[0]), kind)
        others = np.setdiff1d(pieces.of(int(first[0]), kind), named)
        if not 0 < len(named) <= len(others):
            continue
        drawn = [rng.choice(others, len(named), replace=False) for _ in range(DRAWS)]
        sets += [named, *drawn]
        people += [person] * (1 + DRAWS)
        products += [int(first[0])] * (1 + DRAWS)
    if len(people) < FEWEST * (1 + DRAWS) or len(set(products)) < FEWEST_PRODUCTS:
        return None
    records: list[dict[str, Any]] = items.to_dict("records")  # type: ignore[assignment]
    left = [
        without(records[product], [pieces.where[row] for row in rows])
        for product, rows in zip(products, sets, strict=True)
    ]
    after = own_scores(run, audience, np.array(people), placed.beside(pd.DataFrame(left)), appeal)
    losses = (appeal.z[people, products] - after).reshape(-1, 1 + DRAWS).astype(np.float64)
    _, unit = np.unique(products[:: 1 + DRAWS], return_inverse=True)
    count = np.bincount(unit)
    return compare(*(np.bincount(unit, part) / count for part in (losses[:, 0], losses[:, 1:].mean(axis=1))))


def own_scores(
    run: FittedRun, audience: Audience, person: Ints, vectors: Floats, appeal: Appeal
) -> npt.NDArray[np.float32]:
    """(S,) standardised score of each of ``vectors`` (S, d) for the person (a row) beside it."""
    total = np.zeros(len(vectors), np.float32)
    for strand, scale in zip(audience.strands, appeal.scales, strict=True):
        place = np.full(len(audience), -1)
        place[strand.owner] = np.arange(len(strand.owner))
        rows, column = np.unique(place[person], return_inverse=True)
        raw = scores(run, strand.scene, strand.histories.take(np.maximum(rows, 0)), vectors)
        own = np.maximum(rows, 0)
        z = standardise(raw, type(scale)(scale.mean[own], scale.spread[own]))
        weight = np.where(place[person] >= 0, strand.weight[np.maximum(place[person], 0)], 0)
        total += (weight * z[column, np.arange(len(vectors))]).astype(np.float32)
    return total
