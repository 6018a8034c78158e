"""Generated scenes as the tables of a scene: items, interactions with times and ratings, reviews."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.scenes.generator.population import Generated
from xscene_core.scenes.generator.reviews import rate, review
from xscene_core.scenes.tables import canonical

_START = 1_704_067_200  # 2024-01-01 UTC
_END = 1_767_225_600  # 2026-01-01 UTC, never reached
_DAY = 86_400


def items_table(scene: Generated) -> pd.DataFrame:
    """(I, 7) canonical item table."""
    columns = ("item_id", "title", "description", "category", "brand", "price")
    rows = {column: [getattr(item, column) for item in scene.items] for column in columns}
    return canonical("items", pd.DataFrame(rows))


def interactions_table(scene: Generated, rng: np.random.Generator) -> pd.DataFrame:
    """(N, 6) canonical interactions; about six in ten carry a rating."""
    rows = np.array([row for chosen in scene.choices for row, _ in chosen])
    lengths = [len(chosen) for chosen in scene.choices]
    who = np.repeat(np.arange(len(scene.people)), lengths)
    centre, spread = scene.utility.mean(axis=1)[who], scene.utility.std(axis=1)[who]
    rating = rate((scene.utility[who, rows] - centre) / spread - 1.0, rng)
    ids = np.array([item.item_id for item in scene.items], dtype=object)
    table = pd.DataFrame(
        {
            "user_id": np.array(scene.people, dtype=object)[who],
            "item_id": ids[rows],
            "timestamp": np.concatenate([_times(chosen, rng) for chosen in scene.choices]),
            "rating": np.where(rng.random(len(rows)) < 0.6, rating, np.nan),
            "event": "visit" if scene.name == "attractions" else "purchase",
        }
    )
    return canonical("interactions", table)


def _times(chosen: list[tuple[int, int]], rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Seconds since 1970: sessions are weeks apart, choices within one are minutes apart."""
    session = np.array([number for _, number in chosen])
    gaps = rng.exponential(1.0, session[-1] + 2)
    whole = rng.uniform(0.35, 0.98) * (_END - _START - 3 * _DAY)
    first = rng.uniform(0, (_END - _START - 3 * _DAY) - whole)
    starts = _START + first + np.cumsum(gaps)[:-1] / gaps.sum() * whole
    hour = rng.uniform(8, 22, len(starts)) * 3600  # people shop by day
    starts = np.maximum.accumulate(np.floor(starts / _DAY) * _DAY + hour + np.arange(len(starts)))
    within = np.arange(len(session)) - np.searchsorted(session, session)
    return (starts[session] + within * rng.integers(70, 900)).astype(np.int64)


def reviews_table(
    scene: Generated, interactions: pd.DataFrame, count: int, rng: np.random.Generator
) -> pd.DataFrame:
    """At most ``count`` reviews of rated interactions, written within three weeks after the choice."""
    rated = interactions[interactions["rating"].notna()].reset_index(drop=True)
    # Unhappy people write more often than happy ones.
    eager = np.array([3.0, 3.0, 1.5, 0.8, 1.0])[rated["rating"].to_numpy(dtype=np.int64) - 1]
    number = min(count, len(rated) // 3)
    picked = np.sort(rng.choice(len(rated), size=number, replace=False, p=eager / eager.sum()))
    part = rated.iloc[picked]
    items = {item.item_id: item for item in scene.items}
    language = "zh" if scene.name == "attractions" else "en"
    texts = [
        review(items[item], rating, language, rng)
        for item, rating in zip(part["item_id"], part["rating"], strict=True)
    ]
    later = np.minimum(
        part["timestamp"].to_numpy(dtype=np.int64) + rng.integers(_DAY, 21 * _DAY, number), _END - 1
    )
    columns = {
        "user_id": part["user_id"],
        "item_id": part["item_id"],
        "text": texts,
        "rating": part["rating"],
    }
    return canonical("reviews", pd.DataFrame(columns).assign(timestamp=later))
