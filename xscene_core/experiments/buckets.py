"""Groups of test people: for whom a method gains, and where it hurts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xscene_core.evaluation.statistics import Paired
from xscene_core.experiments.evidence import Evidence, Runs
from xscene_core.experiments.groupings import RANKING, Kind

HISTORY = ((0, 2), (3, 5), (6, 10), (11, None))
"""Numbers of earlier choices; used as long as each group has somebody, else quarters of the people."""


@dataclass(frozen=True)
class Group:
    """Who belongs together.

    kind : ``history`` groups by the number of earlier choices, ``popularity`` by how often the item a
        person chose next occurs in what could be learned from; of a label task ``words`` by the words of a
        row, ``examples`` by how many rows with its label could be learned from.
    name : ``never``, ``tail``, ``middle``, ``head`` for popularity and examples (``seen`` where these
        cannot be told apart), ``low-high`` for history and words.
    low, high : both included; ``high`` is None where the group is open above.
    """

    kind: Kind
    name: str
    low: int
    high: int | None
    people: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Bucket:
    """The gain of one method in the main metric over its reference within one group of ``n`` people."""

    kind: Kind
    name: str
    low: int
    high: int | None
    n: int
    gain: Paired

    @property
    def hurts(self) -> bool:
        """The whole 95 % interval lies below 0 (not corrected for the number of groups looked at)."""
        return self.gain.high < 0


def groups(
    history: npt.NDArray[np.int64], seen: npt.NDArray[np.int64], kinds: tuple[Kind, Kind] = RANKING
) -> list[Group]:
    """The groups of people by ``history`` (n,) and by ``seen`` (n,); every person is once in each kind.

    Popularity: never seen; the others by thirds of the people, equal counts kept together, so there
    may be fewer than three.
    """
    found = [_group(kinds[0], f"{low}-{high}" if high else f"{low}+", low, high, history)
             for low, high in _history_bounds(history)]  # fmt: skip
    known = seen > 0
    if (~known).any():
        found.append(Group(kinds[1], "never", 0, 0, ~known))
    if known.any():
        bounds = _cuts(seen[known], 3)
        names = {1: ("seen",), 2: ("tail", "head"), 3: ("tail", "middle", "head")}[len(bounds)]
        found += [
            _group(kinds[1], name, low, high, seen) for name, (low, high) in zip(names, bounds, strict=True)
        ]
    return found


def gains(evidence: Evidence, runs: Runs, reference: Runs, name: str) -> list[Bucket]:
    """The gain of ``runs`` over ``reference`` in the metric ``name`` within each group.

    Over several seeds ``seen`` is a mean.
    """
    tables = [evidence.tables[run] for run in runs]
    seen = np.mean([table.seen for table in tables], axis=0)
    return [
        Bucket(
            group.kind, group.name, group.low, group.high, int(group.people.sum()),
            evidence.difference_among(group.people, runs, reference, name),
        )
        for group in groups(tables[0].history, np.ceil(seen).astype(np.int64), tables[0].groupings)
    ]  # fmt: skip


def _history_bounds(history: npt.NDArray[np.int64]) -> list[tuple[int, int | None]]:
    if not len(history):
        return []
    filled = [((history >= low) & (history <= (high or history.max()))).any() for low, high in HISTORY]
    if all(filled):
        return [(max(low, int(history.min())), high) for low, high in HISTORY]
    return _cuts(history, 4)


def _cuts(values: npt.NDArray[np.int64], parts: int) -> list[tuple[int, int | None]]:
    """At most ``parts`` ranges of whole numbers with about equally many ``values`` each; the last is open."""
    edges = np.unique(np.quantile(values, np.arange(1, parts) / parts, method="inverted_cdf")).astype(int)
    inner = [int(edge) for edge in edges if edge < values.max()]
    lows = [int(values.min()), *(edge + 1 for edge in inner)]
    return list(zip(lows, [*inner, None], strict=True))


def _group(kind: Kind, name: str, low: int, high: int | None, values: npt.NDArray[np.int64]) -> Group:
    inside = values >= low if high is None else (values >= low) & (values <= high)
    return Group(kind, name, low, high, inside)
