"""People's sequences as padded batches of similar length."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from xscene_core.scenes.sequences import Sequences

Batch = tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_], npt.NDArray[np.int64]]


def windows(sequences: Sequences, length: int) -> npt.NDArray[np.int64]:
    """(W, 3) int64: person, start and stop in the flat arrays, of stretches of 2 to ``length + 1`` choices.

    A longer history is cut from its end; neighbouring stretches share one choice, so that every choice but
    a person's first is predicted exactly once.
    """
    pieces = []
    starts, stops = sequences.indptr[:-1], sequences.indptr[1:]
    people = np.arange(len(sequences))
    while True:
        open_ = stops - starts >= 2
        if not open_.any():
            break
        people, starts, stops = people[open_], starts[open_], stops[open_]
        first = np.maximum(stops - length - 1, starts)
        pieces.append(np.stack([people, first, stops], axis=1))
        stops = first + 1
    return np.concatenate(pieces) if pieces else np.empty((0, 3), dtype=np.int64)


def deal(
    sequences: Sequences, cuts: npt.NDArray[np.int64], size: int, generator: np.random.Generator
) -> list[npt.NDArray[np.int64]]:
    """The rows of ``cuts`` in each batch of about ``size`` predictions: similar lengths together, in random
    order. What a batch holds is read when it is its turn (``read``): all of them at once would not fit."""
    order = generator.permutation(len(cuts))
    lengths = (cuts[:, 2] - cuts[:, 1])[order]
    pool = max(1, 16 * size)
    groups = []
    ends = np.cumsum(lengths - 1)
    bounds = np.arange(int(ends[-1] // pool) + 2 if len(ends) else 0) * pool
    firsts = np.searchsorted(ends, bounds, side="right")
    for first, last in pairwise(firsts.tolist()):
        inside = np.arange(first, last)
        by_length = inside[np.argsort(lengths[inside], kind="stable")]
        groups += _cut_into(by_length, lengths, size)
    return [order[groups[group]] for group in generator.permutation(len(groups))]


def read(sequences: Sequences, cuts: npt.NDArray[np.int64]) -> Batch:
    """The batch of these windows.

    Returns
    -------
    items : (B, L + 1) int64 item rows, oldest first, padded with the last real one.
    real : (B, L) bool, where position t predicts a real choice t + 1.
    people : (B,) int64 rows of the people.
    """
    lengths = cuts[:, 2] - cuts[:, 1]
    steps = np.arange(lengths.max())
    flat = cuts[:, 1, None] + np.minimum(steps[None, :], lengths[:, None] - 1)
    return (
        sequences.items[flat].astype(np.int64),
        steps[None, :-1] < lengths[:, None] - 1,
        cuts[:, 0],
    )


def padded(sequences: Sequences, length: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The last ``length`` choices of each person: (B, L) item rows padded at the end, (B,) lengths."""
    kept = np.minimum(sequences.lengths, length)
    width = max(int(kept.max(initial=0)), 1)
    steps = np.minimum(np.arange(width)[None, :], np.maximum(kept - 1, 0)[:, None])
    flat = (sequences.indptr[1:] - kept)[:, None] + steps
    if len(sequences.items) == 0:
        return np.zeros(flat.shape, dtype=np.int64), kept
    return sequences.items[np.minimum(flat, len(sequences.items) - 1)].astype(np.int64), kept


def _cut_into(
    rows: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], size: int
) -> list[npt.NDArray[np.int64]]:
    filled = np.cumsum(lengths[rows] - 1)
    return [part for part in np.split(rows, np.flatnonzero(np.diff(filled // size)) + 1) if len(part)]
