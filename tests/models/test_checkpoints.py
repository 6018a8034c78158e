"""A training that was interrupted anywhere ends with the numbers of one that was not, bit for bit."""

import errno
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.transfer.worlds import histories, unit
from xscene_core.errors import Cancelled
from xscene_core.models import checkpoints as module
from xscene_core.models.adversary import Discriminator, SceneConfusion
from xscene_core.models.checkpoints import Checkpoints
from xscene_core.models.network import Network, Shape
from xscene_core.models.sequence import SequenceNetwork, SequenceShape
from xscene_core.models.training import Corpus, Plan, train
from xscene_core.watcher import Silent, StopAfter

PLAN = Plan(epochs=4, rate=1e-2, batch=48, full=40, candidates=16, patience=2)
ITEMS = (30, 60)
"""The first catalogue is learned from whole, of the second candidates are drawn."""


class Curves(Silent):
    def __init__(self) -> None:
        self.points: list[tuple[str, float, int]] = []
        self.steps = 0

    def progress(self, stage: str, fraction: float) -> None:
        self.steps += 1

    def curve(self, name: str, value: float, step: int) -> None:
        self.points.append((name, value, step))


@dataclass
class Outcome:
    kept: int
    weights: list[np.ndarray]
    points: list[tuple[str, float, int]]
    steps: int

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, Outcome)
        pairs = zip(self.weights, other.weights, strict=True)
        same = all(np.array_equal(a, b) for a, b in pairs)
        return same and (self.kept, self.points) == (other.kept, other.points)


def corpora(width: int, seed: int) -> list[Corpus]:
    random = np.random.default_rng(seed)
    found = []
    for items in ITEMS:
        vectors = torch.from_numpy(unit(random.standard_normal((items, 8))))
        people = histories(*[random.integers(0, items, random.integers(2, 9)) for _ in range(20)])
        found.append(Corpus(vectors, people))
    found[1].own = torch.nn.Parameter(torch.zeros(ITEMS[1], width))
    found[0].weights = random.random(20).astype(np.float32)
    return found


def learn(kind: str, kept: Checkpoints | None, watcher: Silent, seed: int = 1, plan: Plan = PLAN) -> Outcome:
    """One training from its start: of the sequence network, or of the content network with an adversary."""
    torch.manual_seed(0)
    extra: list[torch.nn.Parameter] = []
    penalty = None
    network: Network | SequenceNetwork
    if kind == "order":
        network = SequenceNetwork(SequenceShape(8, inner=6, heads=2, length=5))
        given = corpora(6, seed)
    else:
        network, given = Network(Shape(8, rank=3, length=5)), corpora(8, seed)
        discriminator = Discriminator(8, 2, 4)
        extra = list(discriminator.parameters())
        penalty = SceneConfusion([one.content for one in given], discriminator, 1.0, 8, seed)

    def check() -> float:  # best where the parameters have come so far, so that later epochs are thrown away
        size = sum(float(one.detach().square().sum()) for one in network.parameters())
        return -abs(size - BEST[kind])

    kept_epochs = train(
        network, given, plan, seed=seed, stage="adapt", watcher=watcher,
        check=check, penalty=penalty, extra=extra, checkpoints=kept,
    )  # fmt: skip
    weights = [one.detach().numpy().copy() for one in (*network.parameters(), given[1].own)]
    points = watcher.points if isinstance(watcher, Curves) else []
    return Outcome(kept_epochs, weights, points, watcher.steps if isinstance(watcher, Curves) else 0)


BEST = {"order": 35.974, "content": 4.964}
"""Size of the parameters after the second and after the first epoch."""
KINDS = tuple(BEST)


def at(folder: Path, every: float = 0.0) -> Checkpoints:
    return Checkpoints(folder, "this task", every)


@pytest.fixture(scope="module")
def whole() -> dict[str, Outcome]:
    return {kind: learn(kind, None, Curves()) for kind in KINDS}


def interrupted(kind: str, kept: Checkpoints, reports: int) -> None:
    with pytest.raises(Cancelled):
        learn(kind, kept, StopAfter(reports))


@pytest.mark.parametrize("kind", KINDS)
def test_wherever_it_is_interrupted_it_ends_with_the_same_bits(kind: str, whole, tmp_path: Path) -> None:
    for reports in range(whole[kind].steps - 1):
        kept = at(tmp_path / str(reports))
        interrupted(kind, kept, reports)
        watcher = Curves()
        assert learn(kind, kept, watcher) == whole[kind], f"after {reports} steps"
        assert watcher.steps == whole[kind].steps - reports, "steps were taken twice"


@pytest.mark.parametrize("kind", KINDS)
def test_interrupted_again_and_again_it_ends_with_the_same_bits(kind: str, whole, tmp_path: Path) -> None:
    kept = at(tmp_path)
    times = (whole[kind].steps - 2) // 3
    for _ in range(times):
        interrupted(kind, kept, 3)
    assert learn(kind, kept, Curves()) == whole[kind]
    assert len(kept.resumed) == times
    assert kept.resumed == sorted(kept.resumed)
    assert kept.resumed[-1] >= 2


def test_the_trainings_of_these_tests_end_in_different_ways(whole) -> None:
    """One lasts as long as planned, the other runs out of patience; neither keeps what it ends with."""
    assert (whole["order"].kept, whole["order"].points[-1][2]) == (2, 4)
    assert (whole["content"].kept, whole["content"].points[-1][2]) == (1, 3)


def test_the_epoch_it_goes_on_from_is_said(tmp_path: Path, whole) -> None:
    said: list[str] = []
    kept = replace(at(tmp_path), say=said.append)
    steps = (whole["order"].steps - 1) // PLAN.epochs
    interrupted("order", kept, steps)
    interrupted("order", kept, 2)
    learn("order", kept, Silent())
    assert said == ["adapt: resumed from epoch 1", "adapt: resumed from epoch 1, step 2"]


def test_a_training_that_had_ended_is_not_done_again(tmp_path: Path, whole) -> None:
    learn("order", at(tmp_path), Silent())
    watcher = Curves()
    assert learn("order", at(tmp_path), watcher) == whole["order"]
    assert watcher.steps == 1  # the end


def test_checkpoints_alter_nothing_and_are_written_when_it_is_time(tmp_path: Path, whole) -> None:
    assert learn("order", at(tmp_path / "often"), Curves()) == whole["order"]
    assert learn("order", at(tmp_path / "never", every=1e6), Curves()) == whole["order"]
    assert [file.name for file in (tmp_path / "often").iterdir()] == ["adapt.safetensors"]
    assert not (tmp_path / "never").exists()


def test_the_global_random_state_is_left_alone_by_a_resumed_training(tmp_path: Path) -> None:
    kept = at(tmp_path)
    interrupted("order", kept, 3)
    torch.manual_seed(0)  # as ``learn`` does before it draws the network

    def state() -> list[int]:
        return torch.random.get_rng_state().tolist()

    learn("order", None, Silent())
    before = state()
    learn("order", kept, Silent())
    assert state() == before


def spoil_tail(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-40])


def spoil_middle(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-60] ^= 4
    file.write_bytes(bytes(content))


def spoil_all(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("spoil", [spoil_tail, spoil_middle, spoil_all])
def test_a_torn_checkpoint_is_ignored(spoil: Callable[[Path], None], tmp_path: Path, whole) -> None:
    kept = at(tmp_path)
    interrupted("order", kept, 5)
    spoil(tmp_path / "adapt.safetensors")
    assert learn("order", kept, Curves()) == whole["order"]
    assert not kept.resumed


def test_a_checkpoint_of_another_version_is_ignored(
    tmp_path: Path, whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = at(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(module, "code_digest", lambda parts: "older code")
        interrupted("order", kept, 5)
    assert learn("order", kept, Curves()) == whole["order"]
    assert not kept.resumed


def test_a_checkpoint_of_another_task_data_or_setting_is_ignored(tmp_path: Path, whole) -> None:
    others: list[Callable[[Checkpoints], None]] = [
        lambda kept: interrupted("order", replace(kept, about="another task"), 5),
        lambda kept: interrupted("content", kept, 5),
        lambda kept: learn("order", kept, Silent(), seed=2) and None,
        lambda kept: learn("order", kept, Silent(), plan=replace(PLAN, rate=1e-3)) and None,
    ]
    for number, other in enumerate(others):
        kept = at(tmp_path / str(number))
        other(kept)
        assert list(kept.folder.iterdir())
        assert learn("order", kept, Curves()) == whole["order"]
        assert not kept.resumed


def test_a_full_disk_costs_only_the_checkpoint(
    tmp_path: Path, whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def full(arrays: object, file: Path, metadata: object) -> None:
        tried.append(file)
        file.write_bytes(b"a part of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "save_file", full)
    assert learn("order", at(tmp_path), Curves()) == whole["order"]
    assert len(tried) > 5
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_the_checkpoint_before_as_it_was(
    tmp_path: Path, whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = at(tmp_path)
    interrupted("order", kept, 5)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module, "save_file", full)
        interrupted("order", kept, 4)
    watcher = Curves()
    assert learn("order", kept, watcher) == whole["order"]
    assert watcher.steps == whole["order"].steps - 5
