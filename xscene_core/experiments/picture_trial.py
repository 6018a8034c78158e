"""Whether pictures earn their place beside the text, tried on held-out choices before anything is learned.

Pictures take half of the content space, so where they show nothing that people choose by they would cost what
the text knows. Content similarity is asked for held-out choices with and without them, person by person; they
stay where the 95 % interval of the gain lies above zero. No test question is looked at.
"""

import math
from dataclasses import dataclass

import numpy as np

from xscene_core.encoders.encoding import Encoding
from xscene_core.evaluation.statistics import paired_difference
from xscene_core.transfer.method import find
from xscene_core.transfer.source_questions import of_content, some_of, values_of
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Silent

FEWEST = 50
"""With fewer held-out choices in the target, those of the sources are asked."""
MOST = 1_000


@dataclass(frozen=True)
class PictureTrial:
    """``gain`` in NDCG@10 of content similarity with pictures over the same without, over ``people`` with a
    held-out choice in the target or, where it has too few, in the sources."""

    people: int
    in_target: bool
    gain: float
    low: float
    high: float

    @property
    def used(self) -> bool:
        """Whether pictures stay."""
        return self.people > 0 and self.low > 0

    @property
    def sentence(self) -> str:
        if not math.isfinite(self.low):  # nobody, or one person alone
            return f"Pictures are left out: {self.people} held-out choices are too few to try them on."
        where = "of the target" if self.in_target else "of the sources, for the target has too few,"
        found = f"NDCG@10 of content similarity {self.gain:+.4f} ({self.low:+.4f} to {self.high:+.4f}, 95 %)"
        said = f"on {self.people:,} held-out choices {where} they change {found}."
        return f"Pictures are used: {said}" if self.used else f"Pictures are left out: {said}"

    @property
    def facts(self) -> dict[str, float]:
        """For the scorecard."""
        used = {"pictures_used": float(self.used)}
        if not math.isfinite(self.low):
            return used
        gain = {"pictures_gain": self.gain, "pictures_gain_low": self.low, "pictures_gain_high": self.high}
        return used | gain


def try_pictures(view: TrainingView, plain: Encoding) -> PictureTrial:
    """Compares ``view`` with the same on the vectors of ``plain``, which sees no pictures."""
    bare = view.read_by(plain)
    in_target = len(view.validation) >= FEWEST
    if in_target:
        asked = some_of(view.validation, MOST, view.seed)
        seeing, blind = (
            values_of(find("content").run(one, {}, Silent()).score, asked) for one in (view, bare)
        )
    else:
        both = zip(view.sources, bare.sources, strict=True)
        pairs = [
            (of_content(one, MOST, view.seed), of_content(other, MOST, view.seed)) for one, other in both
        ]
        seeing, blind = (np.concatenate([np.zeros(0), *(pair[side] for pair in pairs)]) for side in (0, 1))
    found = paired_difference(seeing, blind)
    return PictureTrial(len(seeing), in_target, found.value, found.low, found.high)
