"""For whom a new category fits, what each would choose, and why: the whole question in one function."""

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.encoders.pictures import known_pictures
from xscene_core.errors import InputError
from xscene_core.newcategory import tabulation
from xscene_core.newcategory.appeal import Appeal, among, measure, people_vectors, yardstick
from xscene_core.newcategory.audience import Audience, gather
from xscene_core.newcategory.calibration import Calibration, band_of, calibrate
from xscene_core.newcategory.carried import faithfulness_of_pieces
from xscene_core.newcategory.category import NewCategory, already_known, from_items
from xscene_core.newcategory.demand import demand
from xscene_core.newcategory.faithfulness import faithfulness
from xscene_core.newcategory.first_orders import known_people, per_product, rehearsed, take_in
from xscene_core.newcategory.fitted import FittedRun, scene_views
from xscene_core.newcategory.leaving_out import KINDS, leave_each_out
from xscene_core.newcategory.novelty import Novelty, novelty
from xscene_core.newcategory.orders import NO_ORDERS, Orders
from xscene_core.newcategory.placing import place
from xscene_core.newcategory.reasons import Forgotten, forget_each
from xscene_core.newcategory.result import Recommendations
from xscene_core.newcategory.segments import segment
from xscene_core.newcategory.shelf import EXPLAINED, Shelf, stack
from xscene_core.newcategory.shelf import offers as offers_of
from xscene_core.newcategory.shelf import reasons as reasons_of
from xscene_core.newcategory.unseen import hide_each
from xscene_core.watcher import Silent, Watcher

MOST_PEOPLE = 2_000
BEST_FIFTH = 0.8
SCORES_UNSEEN = "content, target-only, fine-tune, taught-text, coral, dann or auto"

Floats = npt.NDArray[np.float32]


def recommend(
    loaded: FittedRun,
    items: pd.DataFrame | NewCategory,
    scene: str | None = None,
    people: list[str] | None = None,
    top: int = 5,
    *,
    orders: Orders = NO_ORDERS,
    most: int = MOST_PEOPLE,
    watcher: Watcher | None = None,
) -> Recommendations:
    """Places ``items`` (at least ``item_id`` and ``title``; no interactions needed) with a finished run.

    Parameters
    ----------
    scene : only people of this scene of the run; None for the target's and the sources', each once.
    people : only these are answered for; the others still serve as the comparison.
    top : products per person, at least 1.
    orders : first orders and judgements of these products; people whom no scene knows may be among them.
    most : how many people are considered at most, equally many per scene, drawn with the run's seed.

    Raises
    ------
    InputError : unusable items, an unknown scene or person, or a run whose method ignores content.
    """
    watcher = watcher or Silent()
    category = items if isinstance(items, NewCategory) else from_items(items)
    order = _scenes(loaded, scene)
    if top < 1:
        raise InputError(f"{top} products per person were asked for", where="top", todo="Ask for 1 or more.")
    seed = loaded.view.seed
    active = known_people(orders, loaded.scenes, order)
    audience = gather(loaded.scenes, order, most=most, seed=seed, always=[*(people or []), *active])
    watcher.progress("encode", 0.0)
    spot = place(loaded, category)
    vectors = spot.vectors
    distance = novelty(spot.placed, *_catalogue(loaded), seed)
    _probe(loaded, audience, vectors)
    start = appeal = measure(loaded, audience, vectors, yardstick(loaded, seed), watcher)
    unseen, grouping = hide_each(loaded, audience, seed, watcher)
    trial = calibrate(unseen, grouping, seed)
    value = rehearsed(loaded, unseen, orders, seed, watcher)
    places = people_vectors(loaded, audience)
    learned, rank = None, start.z
    if len(orders):
        learned = take_in(orders, category.items, audience, places, start.z, vectors, value.strengths, seed)
        rank = learned.rank()
        appeal = measure(loaded, audience, vectors, yardstick(loaded, seed), watcher, learned.shift)
    offers = np.argsort(-rank, axis=1, kind="stable")[:, : max(top, EXPLAINED)]
    answered = _answered(audience, people)
    border = float(np.quantile(appeal.category, BEST_FIFTH))
    forgotten = forget_each(
        loaded, audience, answered, vectors, appeal, offers, border, top, watcher, learned
    )
    true = faithfulness(loaded, audience, vectors, start, offers, forgotten, seed)
    pieces = leave_each_out(loaded, audience, category.items, spot, start, offers, top, watcher)
    tried = {"faithfulness": true} | {
        f"faithfulness_{kind}s": faithfulness_of_pieces(
            loaded, audience, category.items, spot, start, offers, pieces, kind, seed
        )
        for kind in KINDS
    }
    watcher.progress("segments", 0.0)
    ranked = answered[np.argsort(-appeal.category[answered], kind="stable")]
    before = start.z if learned else None
    known = (category.items, vectors, appeal, offers, forgotten, loaded.scenes, pieces)
    shelf = stack(audience, ranked, *known, learned, before)
    found = _assemble(
        loaded, category, audience, places, ranked, appeal, shelf, distance, trial, forgotten, border, top
    )
    facts: dict[str, Any] = {name: asdict(one) if one else None for name, one in tried.items()}
    facts["orders"] = value.document()
    wanted = demand(unseen, start.z, seed)  # its intervals were measured on appeal without orders
    if wanted is not None:
        columns = {"demand": wanted.expected, "demand_low": wanted.low, "demand_high": wanted.high}
        found = replace(found, products=found.products.assign(**columns))
    facts["demand"] = wanted.facts if wanted else None
    if learned is not None:
        facts["orders"] |= learned.facts
        counts = per_product(orders, category.items)
        found = replace(found, products=found.products.assign(**counts), orders=orders.table)
    return replace(found, facts=found.facts | facts)


def _scenes(run: FittedRun, scene: str | None) -> list[str]:
    known = list(scene_views(run))
    if scene is None:
        return known
    if scene not in known:
        raise InputError(
            f"The run has no scene {scene[:60]!r}", where="scene", todo=f"It has {', '.join(known)}."
        )
    return [scene]


def _catalogue(run: FittedRun) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Vectors (I, d) of all scenes' items, and (I,) a number for the category of each, its own if none."""
    views = scene_views(run).values()
    names = [
        f"{view.name}\n{category or row}"
        for view in views
        for row, category in enumerate(run.scenes[view.name].items["category"])
    ]
    return np.concatenate([view.vectors for view in views]), pd.factorize(np.array(names))[0].astype(np.int64)


def _probe(run: FittedRun, audience: Audience, vectors: Floats) -> None:
    """Asks for one score first, so that a run that cannot answer says so at once."""
    strand = audience.strands[0]
    one = strand.histories.take(np.array([0]))
    try:
        run.recommender.score_new(one, strand.scene, vectors[:1])
    except InputError as error:
        raise InputError(
            f"This run recommends by {run.recommender.stands_for}, which knows products only by who chose "
            "them, so it cannot place new ones",
            where="run",
            todo=f"Choose a run of {SCORES_UNSEEN}.",
        ) from error


def _answered(audience: Audience, people: list[str] | None) -> npt.NDArray[np.int64]:
    if not people:
        return np.arange(len(audience))
    return np.sort(pd.Index(audience.ids).get_indexer(pd.Index(people).unique()))


def _assemble(
    run: FittedRun,
    category: NewCategory,
    audience: Audience,
    places: Floats,
    ranked: npt.NDArray[np.int64],
    appeal: Appeal,
    shelf: Shelf,
    distance: Novelty,
    trial: Calibration,
    forgotten: Forgotten,
    border: float,
    top: int,
) -> Recommendations:
    fits = appeal.category >= border
    groups = segment(
        audience,
        places,
        run.scenes,
        fits,
        appeal.beats.mean(axis=1),
        run.view.seed,
    )
    fifth = band_of(among(appeal.category))
    people = tabulation.people(
        audience, ranked, appeal, fifth, fits, trial, forgotten, groups, distance.abstain
    )
    products, listed = tabulation.products(category.items, distance, run), shelf.order[:, :top]
    ids = audience.ids[ranked].astype(str).astype(object)
    survived = tabulation.kept(ranked, forgotten, listed.shape[1], len(products))
    if shelf.said is not None:
        said = np.take_along_axis(shelf.said, listed, axis=1)
        listed, survived = np.where(said < 0, -1, listed), np.where(said > 0, np.nan, survived)
    offers = offers_of(ids, shelf, products, listed, np.zeros(0, np.int64))
    offers = offers.assign(kept=survived[listed >= 0])
    return Recommendations(
        name=category.name,
        kind=category.kind,
        products=products,
        people=people,
        offers=offers,
        reasons=reasons_of(ids, shelf, listed),
        histories=tabulation.histories(audience, ranked, run.scenes),
        segments=[tabulation.segment_card(one, category.items, appeal, audience) for one in groups],
        calibration=tabulation.calibration(trial),
        shelf=shelf,
        facts=_facts(run, category, audience, distance, border) | {"top": listed.shape[1]},
    )


def _facts(
    run: FittedRun, category: NewCategory, audience: Audience, distance: Novelty, border: float
) -> dict[str, Any]:
    catalogues = [run.scenes[name].items for name in scene_views(run)]
    considered = {strand.scene: len(strand.histories) for strand in audience.strands}
    return {
        "abstains": distance.abstain,
        "far_products": int(distance.far.sum()),
        "distance_limit": distance.limit,
        "sees_pictures": bool(run.encoding.sees_pictures),
        "pictures_trial": asdict(trial) if (trial := getattr(run, "pictures", None)) else None,
        "pictured": len(known_pictures(category.items)),
        "already_known": already_known(category.items, catalogues) if category.kind == "products" else 0,
        "considered": len(audience),
        "considered_by_scene": considered,
        "known_by_scene": audience.known,
        "known": audience.everybody,
        "shared_people": sum(considered.values()) - len(audience),
        "border": border,
        "seed": run.view.seed,
        "target": run.view.target.name,
        "sources": [view.name for view in run.view.sources],
        "stands_for": run.recommender.stands_for,
        "reason": run.recommender.reason,
    }
