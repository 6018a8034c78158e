"""What is kept of a training: the running average of the parameters, from the epoch that was best."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

SHARE = 10
"""At first the average takes in about the last tenth of all steps, later the last 1 / (1 - decay)."""


class Averaged:
    """Parameters and their exponential average, short at first so that it forgets the start."""

    def __init__(self, tensors: Sequence[Tensor], decay: float) -> None:
        self.tensors, self.decay, self.steps = list(tensors), decay, 0
        self.slow = self._copy()

    def follow(self) -> None:
        """Takes in the parameters after a step."""
        self.steps += 1
        decay = min(self.decay, self.steps / (self.steps + SHARE))
        with torch.no_grad():
            torch._foreach_lerp_(self.slow, [tensor.detach() for tensor in self.tensors], 1 - decay)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The average stands in the parameters' place meanwhile."""
        fast = self._copy()
        self.put(self.slow)
        try:
            yield
        finally:
            self.put(fast)

    def put(self, values: Sequence[Tensor]) -> None:
        """Sets the parameters."""
        with torch.no_grad():
            for tensor, value in zip(self.tensors, values, strict=True):
                tensor.copy_(value)

    def _copy(self) -> list[Tensor]:
        return [tensor.detach().clone() for tensor in self.tensors]


class Keeper:
    """Remembers the best averaged parameters so far."""

    def __init__(self, averaged: Averaged, check: Callable[[], float] | None) -> None:
        self.averaged, self.check = averaged, check
        self.best = check() if check else -np.inf
        self.epoch = self.latest = 0
        self.kept = [tensor.clone() for tensor in averaged.slow]

    def look(self, epoch: int, report: Callable[[float], None]) -> int:
        """Epochs since the best one; ``report`` hears what the check gave."""
        self.latest = epoch
        if self.check is None:
            return 0
        with self.averaged.in_place():
            value = self.check()
        report(value)
        if value > self.best:
            self.best, self.epoch = value, epoch
            self.kept = [tensor.clone() for tensor in self.averaged.slow]
        return epoch - self.epoch

    def restore(self) -> int:
        """Puts the best in place, the last where nothing was checked; the number of its epoch."""
        self.averaged.put(self.averaged.slow if self.check is None else self.kept)
        return self.latest if self.check is None else self.epoch
