"""Rows of all scenes, drawn for what looks at the scenes beside the labels."""

import numpy as np
from torch import Tensor

from xscene_core.transfer.labels.network import LabelNetwork, Rows
from xscene_core.transfer.labels.views import LabelView


class Draws:
    """Equally many rows of every scene at each step, so that none wins by its size.

    Each scene is passed over in a shuffled order before a row comes again.
    """

    def __init__(self, view: LabelView, size: int, stream: int) -> None:
        self.scenes = [Rows(rows.features) for rows in (*view.sources, view.target) if len(rows)]
        self.size = size
        self.generator = np.random.default_rng([view.seed, stream])
        self.left = [np.empty(0, np.int64) for _ in self.scenes]

    def places(self, network: LabelNetwork) -> list[Tensor]:
        """For each scene (size, h) hidden features of rows drawn from it."""
        return [
            network.place(scene.take(rows)) for scene, rows in zip(self.scenes, self.numbers(), strict=True)
        ]

    def numbers(self) -> list[np.ndarray]:
        """For each scene (size,) the numbers of the next rows."""
        return [self._next(scene) for scene in range(len(self.scenes))]

    def _next(self, scene: int) -> np.ndarray:
        while len(self.left[scene]) < self.size:
            again = self.generator.permutation(len(self.scenes[scene]))
            self.left[scene] = np.concatenate([self.left[scene], again])
        drawn, self.left[scene] = np.split(self.left[scene], [self.size])
        return drawn
