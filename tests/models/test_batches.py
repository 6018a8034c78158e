"""Windows and batches cover every choice once, whatever the lengths."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest

from tests.transfer.worlds import histories
from xscene_core.models.batches import Batch, deal, padded, read, windows
from xscene_core.scenes.sequences import Sequences


def batches(
    sequences: Sequences, cuts: np.ndarray, size: int, generator: np.random.Generator
) -> Iterator[Batch]:
    return (read(sequences, cuts[rows]) for rows in deal(sequences, cuts, size, generator))


LENGTHS = (0, 1, 2, 3, 5, 6, 7, 11, 12, 40)


def people(seed: int = 0) -> Sequences:
    random = np.random.default_rng(seed)
    return histories(*[random.integers(0, 50, length) for length in random.permutation(LENGTHS)])


@pytest.mark.parametrize("length", [1, 2, 5, 32])
def test_every_choice_but_the_first_is_predicted_exactly_once(length: int) -> None:
    sequences = people()
    predicted = Counter(
        (person, place)
        for person, start, stop in windows(sequences, length)
        for place in range(start + 1, stop)
    )
    starts = sequences.indptr[:-1]
    wanted = {
        (person, place)
        for person, start in enumerate(starts)
        for place in range(start + 1, sequences.indptr[person + 1])
    }
    assert set(predicted) == wanted
    assert set(predicted.values()) == {1}
    assert all(2 <= stop - start <= length + 1 for _, start, stop in windows(sequences, length))


@pytest.mark.parametrize("size", [1, 4, 7, 1000])
def test_batches_hold_every_prediction_once_and_are_about_the_size_asked(size: int) -> None:
    sequences = people(1)
    cuts = windows(sequences, 5)
    seen: Counter[tuple[int, tuple[int, ...]]] = Counter()
    for items, real, rows in batches(sequences, cuts, size, np.random.default_rng(0)):
        assert items.shape == (len(rows), real.shape[1] + 1)
        assert real.sum() <= size + 5
        for row, inside, person in zip(items, real, rows, strict=True):
            count = int(inside.sum())
            assert inside[:count].all()  # real positions come first
            assert (row[count + 1 :] == row[count]).all()  # padded with the last real one
            seen[int(person), tuple(row[: count + 1])] += 1
    wanted = Counter((int(p), tuple(int(i) for i in sequences.items[a:b])) for p, a, b in cuts)
    assert seen == wanted


def test_many_pools_of_batches_cover_everything_too() -> None:
    random = np.random.default_rng(2)
    sequences = histories(*[random.integers(0, 9, random.integers(2, 9)) for _ in range(300)])
    cuts = windows(sequences, 32)
    held = [rows for _, _, rows in batches(sequences, cuts, 3, random)]
    assert sorted(np.concatenate(held)) == list(range(300))


def test_nobody_gives_no_batches() -> None:
    nobody = histories([], [1])
    assert windows(nobody, 5).shape == (0, 3)
    assert not list(batches(nobody, windows(nobody, 5), 10, np.random.default_rng(0)))


def test_padded_keeps_the_latest_choices_in_order() -> None:
    rows, kept = padded(histories([1, 2, 3, 4], [], [5]), 3)
    assert kept.tolist() == [3, 0, 1]
    assert rows[0].tolist() == [2, 3, 4]
    assert rows[2].tolist() == [5, 5, 5]
    assert padded(histories([], []), 3)[0].shape == (2, 1)
