"""What is held out of the sources while they are learned from."""

from dataclasses import replace

import numpy as np

from tests.transfer.worlds import histories, task, world
from xscene_core.transfer.pretraining import _hold_out


def test_only_people_with_two_choices_are_held_out_and_never_all_of_them() -> None:
    view, _ = task(*world())
    for chosen, wanted in (([[1, 2]] + [[3]] * 40, 0), ([[1, 2], [2, 3]] + [[3]] * 40, 1), ([[3]] * 9, 0)):
        scene = replace(view.sources[0], sequences=histories(*chosen))
        for seed in range(5):
            fit, held = _hold_out(scene, np.random.default_rng(seed))
            assert len(held) == wanted
            assert len(fit) == len(chosen) - wanted
            assert (held.histories.lengths >= 1).all()
