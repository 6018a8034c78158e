"""A fitted method of a label task."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from xscene_core.errors import InputError
from xscene_core.transfer.labels.pieces import Piece, read_piece, write_piece
from xscene_core.transfer.labels.views import Features, Labels, Matrix, dense


@dataclass
class Classifier:
    """A place for each scene's rows, and one head over that space.

    maps : scene -> piece that takes its features (n, d) to the fitted space (n, e).
    head : piece that takes places (n, e) to class probabilities (n, C).
    reason, facts, stands_for, reference : as those of a ``method.Recommender``.
    """

    name: str
    target: str
    maps: dict[str, Piece]
    head: Piece
    reason: str = ""
    facts: dict[str, float] = field(default_factory=dict)
    stands_for: str = ""
    reference: str = ""

    def __post_init__(self) -> None:
        self.stands_for = self.stands_for or self.name

    def probabilities(self, features: Features) -> Matrix:
        """(n, C) of rows of the target scene."""
        return np.asarray(self.head(self.maps[self.target](features)), dtype=np.float64)

    def predict(self, features: Features) -> Labels:
        """(n,) the likeliest class of rows of the target scene."""
        return np.asarray(self.probabilities(features).argmax(axis=1), dtype=np.int64)

    def represent(self, scene: str, features: Features) -> Matrix:
        """(n, e) where rows of ``scene`` lie in the fitted space. Raises ``InputError`` for another scene."""
        if scene not in self.maps:
            raise InputError(f"The run does not know the scene {scene!r}", where="scene")
        return dense(self.maps[scene](features))

    def save(self, folder: Path) -> None:
        """Safetensors and JSON; ``load_classifier`` reads them back to the same probabilities."""
        for name, piece in self.maps.items():
            write_piece(folder / "maps" / name, piece)
        write_piece(folder / "head", self.head)
        words = {
            key: getattr(self, key)
            for key in ("name", "target", "reason", "facts", "stands_for", "reference")
        }
        document = json.dumps(words | {"scenes": list(self.maps)})
        (folder / "classifier.json").write_text(document, encoding="utf-8")


def load_classifier(folder: Path) -> Classifier:
    """What ``Classifier.save`` wrote."""
    words = json.loads((folder / "classifier.json").read_text(encoding="utf-8"))
    scenes = words.pop("scenes")
    maps = {name: read_piece(folder / "maps" / name) for name in scenes}
    return Classifier(maps=maps, head=read_piece(folder / "head"), **words)
