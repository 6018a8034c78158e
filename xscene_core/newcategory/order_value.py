"""What first orders are worth: quality against their number, on hidden categories.

Each category is judged with strengths learned on the *others*, so the curve is what a new category can
expect. All differences are paired: the same people, products and later orders with and without.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from xscene_core.evaluation.statistics import bootstrap_mean
from xscene_core.newcategory.adaptation import Strengths
from xscene_core.newcategory.meta_learning import Tasks, learn
from xscene_core.newcategory.rehearsal import MOST_ORDERS, STEPS, dealt, measure_lists
from xscene_core.watcher import Watcher

NEXT = 20
DEALS = 5
"""How often the control deals each category's orders anew."""
Three = npt.NDArray[np.float64]
"""Mean over categories, and its 95 % limits."""


@dataclass(frozen=True)
class Step:
    """After ``orders`` orders, over the ``categories`` that have enough of them.

    which, ndcg, who : quality, see ``rehearsal``; ``before_...`` the same categories without orders;
    ``..._gain`` the paired differences.
    """

    orders: int
    categories: int
    before_which: Three
    which: Three
    which_gain: Three
    before_ndcg: Three
    ndcg: Three
    ndcg_gain: Three
    before_who: Three
    who: Three
    who_gain: Three


@dataclass(frozen=True)
class OrderValue:
    """steps : for 5, 10, 20, 50 orders.  following : gain in ``which`` from ``start`` orders to ``stop``.
    control : gain in ``which`` when all orders are dealt to random people and products.  ordered : whether
    the orders came in order of time.  strengths : learned on all categories, for the new one."""

    strengths: Strengths = field(default_factory=Strengths)
    steps: tuple[Step, ...] = ()
    start: int = 0
    stop: int = 0
    following: Three = field(default_factory=lambda: np.full(3, np.nan))
    control: Three = field(default_factory=lambda: np.full(3, np.nan))
    ordered: bool = True

    @property
    def measured(self) -> bool:
        return bool(self.steps)

    def document(self) -> dict[str, Any]:
        """As plain data; ``None`` for what could not be measured is left to the writer."""
        return {
            "measured": self.measured,
            "strengths": self.strengths.document(),
            "steps": [
                {
                    name: value.tolist() if isinstance(value, np.ndarray) else value
                    for name, value in s.items()
                }
                for s in map(vars, self.steps)
            ],
            "start": self.start,
            "stop": self.stop,
            "following": self.following.tolist(),
            "control": self.control.tolist(),
            "ordered": self.ordered,
        }


def value_of_orders(tasks: Tasks, used: int, ordered: bool, seed: int, watcher: Watcher) -> OrderValue:
    """The curve; ``used`` orders are in use already, so the next ones are counted from there."""
    count = len(tasks.rehearsals)
    left_out: list[Strengths] = []
    for task in range(count):
        watcher.progress("orders", task / (count + 1))
        left_out.append(learn(tasks, without=task))
    steps = [_step(tasks, left_out, orders, seed) for orders in STEPS]
    start = min(used, MOST_ORDERS)
    stop = min(start + NEXT, MOST_ORDERS)
    following = _gain(tasks, left_out, start, stop, seed) if stop > start else np.full(3, np.nan)
    return OrderValue(
        strengths=learn(tasks),
        steps=tuple(step for step in steps if step is not None),
        start=start,
        stop=stop,
        following=following,
        control=_control(tasks, left_out, seed),
        ordered=ordered,
    )


def _reaching(tasks: Tasks, orders: int) -> list[int]:
    return [task for task, one in enumerate(tasks.rehearsals) if len(one.revealed) >= orders]


def _step(tasks: Tasks, left_out: list[Strengths], orders: int, seed: int) -> Step | None:
    at = _reaching(tasks, orders)
    if len(at) < 2:
        return None
    found: dict[str, Three] = {}
    pairs = [(tasks.lists(task, 0, left_out[task]), tasks.lists(task, orders, left_out[task])) for task in at]
    for name in ("which", "ndcg"):
        before, after = zip(*((getattr(a, name), getattr(b, name)) for a, b in pairs), strict=True)
        found |= _three(name, before, after, seed)
    told = [[np.array([tasks.people(task, count, left_out[task])]) for count in (0, orders)] for task in at]
    sure = [(a, b) for a, b in told if np.isfinite(a + b).all()]
    found |= _three("who", [a for a, _ in sure], [b for _, b in sure], seed)
    return Step(orders=orders, categories=len(at), **found)


def _three(name: str, before: Any, after: Any, seed: int) -> dict[str, Three]:
    gain = [b - a for a, b in zip(before, after, strict=True)]
    return {
        f"before_{name}": _mean(before, seed),
        name: _mean(after, seed),
        f"{name}_gain": _mean(gain, seed),
    }


def _gain(tasks: Tasks, left_out: list[Strengths], start: int, stop: int, seed: int) -> Three:
    gains = [
        tasks.lists(task, stop, left_out[task]).which - tasks.lists(task, start, left_out[task]).which
        for task in _reaching(tasks, stop)
    ]
    return _mean(gains, seed)


def _control(tasks: Tasks, left_out: list[Strengths], seed: int) -> Three:
    gains = []
    for task, one in enumerate(tasks.rehearsals):
        rng, before = np.random.default_rng([seed, 7, task]), tasks.lists(task, 0, left_out[task]).which
        deals = (dealt(one, rng) for _ in range(DEALS))
        after = [measure_lists(random, len(random.revealed), left_out[task]).which for random in deals]
        gains.append(np.mean(after, axis=0) - before)
    return _mean(gains, seed)


def _mean(found: Sequence[npt.NDArray[np.float64]], seed: int) -> Three:
    """Mean over categories of the mean of each. What varies from category to category is what one more, the
    new one, may do; so they are the units of the interval."""
    if len(found) < 2:
        return np.full(3, np.nan)
    about = bootstrap_mean([float(one.mean()) for one in found], seed)
    return np.array([about.value, about.low, about.high])
