"""The first orders and judgements of a new category, as evidence on the people and products of a question."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.newcategory.adaptation import Evidence, Strengths, adapt, centred
from xscene_core.newcategory.appeal import Floats
from xscene_core.newcategory.audience import Audience
from xscene_core.newcategory.fitted import FittedRun, scene_views
from xscene_core.newcategory.held_back import try_held_back
from xscene_core.newcategory.meta_learning import Tasks
from xscene_core.newcategory.order_value import OrderValue, value_of_orders
from xscene_core.newcategory.orders import Orders
from xscene_core.newcategory.rehearsal import rehearse
from xscene_core.newcategory.unseen import Unseen
from xscene_core.scenes.scene import Scene
from xscene_core.watcher import Watcher

VERDICTS = {"order": 0, "up": 1, "down": -1}


@dataclass(frozen=True)
class FirstOrders:
    """P people of the audience, M products.

    z : (P, M) appeal after the orders, ``shift`` of it from them.  ordered : (P, M) who ordered what.
    said : (P, M) int8, 1 where the person's list shall begin with a product, -1 where it shall leave it out.
    facts : plain data.
    """

    z: Floats
    shift: Floats
    ordered: npt.NDArray[np.bool_]
    said: npt.NDArray[np.int8]
    facts: dict[str, Any]

    def rank(self) -> Floats:
        """(P, M) what lists are sorted by."""
        return by_judgement(self.z, self.said)


def by_judgement(z: Floats, said: npt.NDArray[np.int8]) -> Floats:
    """Appeal with what was said to suit at the head, and what was said not to suit out of the way."""
    return np.where(said < 0, -np.inf, z + 1e3 * said).astype(np.float32)


def known_people(orders: Orders, scenes: dict[str, Scene], names: Iterable[str]) -> list[str]:
    """Those of the people with events who have chosen something in the scenes ``names``."""
    known = set().union(*(scenes[name].interactions["user_id"] for name in names))
    return [user for user in orders.table["user_id"].drop_duplicates() if user in known]


def rehearsed(
    run: FittedRun, unseen: list[Unseen], orders: Orders, seed: int, watcher: Watcher
) -> OrderValue:
    """What orders are worth on the hidden categories ``unseen``, and the strengths learned there."""
    found = [one for one in (rehearse(run, category, seed) for category in unseen) if one is not None]
    timed = all(scene_views(run)[one.scene].sequences.times is not None for one in found)
    return value_of_orders(Tasks(found), orders.count("order"), timed, seed, watcher)


def take_in(
    orders: Orders,
    items: pd.DataFrame,
    audience: Audience,
    people: Floats,
    z: Floats,
    vectors: Floats,
    strengths: Strengths,
    seed: int,
) -> FirstOrders:
    """Adapts ``z`` (P, M) to the orders; people (P, e) where they lie in the run's space, vectors (M, d)."""
    place = pd.Index(audience.ids.astype(str)).get_indexer(pd.Index(orders.table["user_id"].astype(str)))
    product = pd.Index(items["item_id"]).get_indexer(pd.Index(orders.table["item_id"])).astype(np.int64)
    verdict = orders.table["event"].map(VERDICTS).to_numpy(dtype=np.int8)
    apart, told = centred(people), centred(vectors)
    who = np.where((place >= 0)[:, None], apart[place], np.float32(0)) if len(place) else apart[:0]
    sign = np.where(verdict < 0, -1, 1).astype(np.float32)
    evidence = Evidence(product, sign, who.astype(np.float32))
    ordered, said = np.zeros(z.shape, bool), np.zeros(z.shape, np.int8)
    known = place >= 0
    ordered[place[known & (verdict == 0)], product[known & (verdict == 0)]] = True
    judged = known & (verdict != 0)
    said[place[judged], product[judged]] = verdict[judged]
    tried = try_held_back(z, apart, told, place.astype(np.int64), evidence, verdict == 0, strengths, seed)
    users = orders.table["user_id"].drop_duplicates()
    facts = {
        "events": len(orders),
        **{event: orders.count(event) for event in VERDICTS},
        "people": len(users),
        "unknown_people": int((~users.isin(set(audience.ids.astype(str)))).sum()),
        "timed": bool(orders.table["timestamp"].notna().all()),
        "held_back": None if tried is None else asdict(tried) | {"worse": tried.worse},
    }
    after = adapt(z, apart, told, evidence, strengths)
    return FirstOrders(after, after - z, ordered, said, facts)


def per_product(orders: Orders, items: pd.DataFrame) -> pd.DataFrame:
    """``orders``, ``ups`` and ``downs`` of each of the ``items``."""
    table = orders.table
    counts = {
        f"{event}s": items["item_id"].map(table[table["event"] == event]["item_id"].value_counts())
        for event in VERDICTS
    }
    return pd.DataFrame(counts).fillna(0).astype(int)
