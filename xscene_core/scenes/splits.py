"""Which choices may be learned from, which are held out, person by person."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from xscene_core.errors import InputError
from xscene_core.scenes.sequences import Sequences

Protocol = Literal["leave-one-out", "global-time", "new-people"]
"""The first two hold back choices of everybody, see ``split``; the third whole people, see ``new_people``."""


@dataclass(frozen=True)
class Split:
    """Cut points into the flat arrays of a ``Sequences``; every array is (U,) int64.

    Person u may be learned from on ``[start, train)``; ``valid`` is the position of the held-out choice for
    choosing, ``test`` that of the sealed one, -1 where the person has none.
    """

    train: npt.NDArray[np.int64]
    valid: npt.NDArray[np.int64]
    test: npt.NDArray[np.int64]


def split(sequences: Sequences, protocol: Protocol) -> Split:
    """Leave-one-out (last choice sealed, second last for choosing) or by one moment for everybody.

    Leave-one-out needs two choices for a test and three for a validation choice. It lets what others did
    *after* a person's last choice into training; global-time does not: everything up to the 80 % quantile
    of all times may be learned from, the first choice after it and before the 90 % quantile is for
    choosing, the first choice after the 90 % quantile is sealed. A person without any earlier choice has
    no question.

    Raises
    ------
    InputError : global-time on a scene without timestamps.
    ValueError : new-people, which does not cut histories.
    """
    if protocol == "new-people":
        raise ValueError("the new-people split holds back whole people")
    if protocol == "leave-one-out":
        return _leave_one_out(sequences)
    return _global_time(sequences, time_cuts(sequences))


def time_cuts(sequences: Sequences) -> tuple[int, int]:
    """The 80 % and 90 % quantiles of all choice times, seconds since 1970 UTC."""
    if sequences.times is None:
        raise InputError(
            "The global-time split needs a timestamp for every interaction",
            where="split",
            todo="Use --split leave-one-out, or import the scene with its time column.",
        )
    early, late = np.quantile(sequences.times, [0.8, 0.9])
    return int(early), int(late)


def before(sequences: Sequences, moment: int) -> Sequences:
    """Only the choices before ``moment`` (all of them where the scene has no time)."""
    if sequences.times is None:
        return sequences
    early = _count_before(sequences, moment)
    starts = sequences.indptr[:-1]
    return sequences.slice(np.arange(len(sequences)), starts, starts + early)


def _leave_one_out(sequences: Sequences) -> Split:
    stops, lengths = sequences.indptr[1:], sequences.lengths
    held = np.minimum(np.maximum(lengths - 1, 0), 2)
    return Split(
        train=stops - held,
        valid=np.where(lengths >= 3, stops - 2, -1),
        test=np.where(lengths >= 2, stops - 1, -1),
    )


def _global_time(sequences: Sequences, cuts: tuple[int, int]) -> Split:
    starts, stops = sequences.indptr[:-1], sequences.indptr[1:]
    train = starts + _count_before(sequences, cuts[0])
    late = starts + _count_before(sequences, cuts[1])
    return Split(
        train=train,
        valid=np.where((train > starts) & (train < late), train, -1),
        test=np.where((late > starts) & (late < stops), late, -1),
    )


def _count_before(sequences: Sequences, moment: int) -> npt.NDArray[np.int64]:
    assert sequences.times is not None
    earlier = np.concatenate([[0], np.cumsum(sequences.times < moment)])
    return (earlier[sequences.indptr[1:]] - earlier[sequences.indptr[:-1]]).astype(np.int64)
