"""Are interactions really in order of time, or sorted by item id?

A public repository once shipped histories sorted by item id; every model looked good on them, because
the next id is easy to guess. The sign: within a person, ids rise nearly always. On real data in true
order they rise in 50 to 74 % of the steps (ids grow with the age of a catalogue), so chance is no yardstick;
the warning needs more than 90 %.
"""

import math
from dataclasses import dataclass

import duckdb

LIMIT = 0.9
"""Sorted when even the lower end of the interval of the rising share is above this."""
MIN_STEPS = 20


@dataclass(frozen=True)
class Rise:
    """``steps`` from one choice of a person to the next whose order no time decides, and how many of
    them go to a higher (``up``) id, by spelling or, where ids are numbers, by number."""

    steps: int
    up: int

    @property
    def looks_sorted(self) -> bool:
        """Nearly all rise (or nearly all fall)."""
        most = max(self.up, self.steps - self.up)
        return self.steps >= MIN_STEPS and lower_bound(most, self.steps) > LIMIT


def lower_bound(hits: int, n: int, z: float = 1.96) -> float:
    """Lower end of the Wilson 95 % interval of a share."""
    share = hits / n
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (share + z * z / (2 * n) - spread) / (1 + z * z / n)


def rises(connection: duckdb.DuckDBPyConnection, scene: str) -> Rise:
    """Counts steps in ``kept_interactions`` where the order comes from a position, the file, or a tie of
    times; steps between different times cannot have been sorted by id. 200,000 people at most."""
    row = connection.execute(
        """
        WITH chosen AS (
            SELECT user_id, item_id, time, position, ord, TRY_CAST(item_id AS BIGINT) AS number
            FROM kept_interactions
            WHERE scene = $scene AND hash(user_id) % greatest(1, (
                SELECT approx_count_distinct(user_id) // 200000
                FROM kept_interactions WHERE scene = $scene)) = 0
        ), steps AS (
            SELECT item_id, number, time,
                lag(item_id) OVER w AS item_before, lag(number) OVER w AS number_before,
                lag(time) OVER w AS time_before
            FROM chosen
            WINDOW w AS (PARTITION BY user_id ORDER BY time NULLS FIRST, position NULLS FIRST, ord)
        )
        SELECT count(*), count(*) FILTER (item_id > item_before), count(*) FILTER (number > number_before),
            count(number_before + number)
        FROM steps WHERE item_before <> item_id AND time_before IS NOT DISTINCT FROM time
        """,
        {"scene": scene},
    ).fetchone()
    steps, by_text, by_number, numbered = row or (0, 0, 0, 0)
    if numbered == steps:
        by_text = max((by_text, by_number), key=lambda up: abs(2 * up - steps))
    return Rise(int(steps), int(by_text))
