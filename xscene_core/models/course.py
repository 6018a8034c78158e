"""A training under way: everything that decides how it goes on, to and from a checkpoint."""

import time
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from xscene_core.models.averaging import Keeper
from xscene_core.models.checkpoints import Arrays, Checkpoints
from xscene_core.models.network import Network
from xscene_core.models.sequence import SequenceNetwork
from xscene_core.watcher import Watcher


@runtime_checkable
class Drawing(Protocol):
    """A penalty that draws numbers of its own."""

    generator: np.random.Generator


class Course:
    """Parameters, optimiser, random numbers, averages, the best so far, and the place in the current epoch.

    A training that is restored from ``save`` takes the very steps that it would have taken, to the same
    bits on the same processor with as many threads.

    epoch, step : what comes next, both from 0. total : loss summed over the steps of this epoch.
    owns, extra : parameters beside the network's; ``extra`` are the penalty's.
    """

    def __init__(
        self,
        network: Network | SequenceNetwork,
        owns: Sequence[nn.Parameter],
        extra: Sequence[nn.Parameter],
        optimiser: torch.optim.Optimizer,
        keeper: Keeper,
        seed: int,
        penalty: object = None,
    ) -> None:
        self.network, self.owns, self.extra = network, list(owns), list(extra)
        self.optimiser, self.keeper = optimiser, keeper
        self.generator = np.random.default_rng([seed, 7])
        self._generators = [self.generator, *([penalty.generator] if isinstance(penalty, Drawing) else [])]
        self._begun = self.generator.bit_generator.state
        self.epoch, self.step, self.total = 0, 0, 0.0
        self.curves: list[tuple[str, float, int]] = []

    def next_epoch(self) -> None:
        """The steps of an epoch are done."""
        self.epoch, self.step, self.total = self.epoch + 1, 0, 0.0
        self._begun = self.generator.bit_generator.state

    def deal(self, drawing: Callable[[np.random.Generator], Any]) -> Any:
        """What ``drawing`` draws at the start of an epoch, the same again in the middle of one."""
        now = self.generator.bit_generator.state
        self.generator.bit_generator.state = self._begun
        drawn = drawing(self.generator)
        if self.step:
            self.generator.bit_generator.state = now
        return drawn

    def save(self, checkpoints: Checkpoints, stage: str, key: str) -> None:
        """Writes all of it."""
        arrays = _named("network", self.network.state_dict().values())
        arrays |= _named("own", self.owns) | _named("extra", self.extra) | _named("kept", self.keeper.kept)
        arrays |= _named("average", self.keeper.averaged.slow)
        arrays |= optimiser_arrays(self.optimiser)
        arrays |= _named("random", _torch_states())
        words = {
            "key": key,
            "place": [self.epoch, self.step, self.total],
            "begun": self._begun,
            "generators": [one.bit_generator.state for one in self._generators],
            "averaged": self.keeper.averaged.steps,
            "best": [self.keeper.best, self.keeper.epoch, self.keeper.latest],
            "curves": self.curves,
        }
        checkpoints.write(stage, arrays, words)

    def load(self, arrays: Arrays, words: dict[str, Any]) -> None:
        """Takes up what ``save`` wrote for the same key."""
        _fill(self.network.state_dict().values(), "network", arrays)
        averaged = self.keeper.averaged
        for tensors, name in ((self.owns, "own"), (self.extra, "extra"), (self.keeper.kept, "kept")):
            _fill(tensors, name, arrays)
        _fill(averaged.slow, "average", arrays)
        restore_optimiser(self.optimiser, arrays)
        _set_torch_states([torch.from_numpy(array) for array in _under("random", arrays)])
        self.epoch, self.step, self.total = words["place"]
        self._begun = words["begun"]
        for generator, state in zip(self._generators, words["generators"], strict=True):
            generator.bit_generator.state = state
        averaged.steps = words["averaged"]
        self.keeper.best, self.keeper.epoch, self.keeper.latest = words["best"]
        self.curves = [(name, value, step) for name, value, step in words["curves"]]


class Log:
    """Writes a course down now and then, and what came of it in the end.

    Without ``checkpoints`` nothing is read or written.
    """

    def __init__(self, checkpoints: Checkpoints | None, stage: str, key: Callable[[], str]) -> None:
        self._checkpoints, self._stage = checkpoints, stage
        self._key = key() if checkpoints else ""
        self._since = time.monotonic()
        self._found = checkpoints.read(stage) if checkpoints else None
        if self._found and self._found[1].get("key") != self._key:
            self._found = None
        self._written = self._found is not None

    def finished(self, network: nn.Module, owns: Sequence[nn.Parameter], watcher: Watcher) -> int | None:
        """The epochs kept by a training that had ended before, with its parameters put in place."""
        if self._found is None or "kept" not in self._found[1]:
            return None
        arrays, words = self._found
        _fill(network.state_dict().values(), "network", arrays)
        _fill(owns, "own", arrays)
        _repeat(words["curves"], watcher)
        return int(words["kept"])

    def resume(self, course: Course, watcher: Watcher) -> None:
        """Takes up the checkpoint, if there is one."""
        if self._found is not None and self._checkpoints is not None:
            course.load(*self._found)
            _repeat(course.curves, watcher)
            self._checkpoints.resumed.append(course.epoch)
            where = f"epoch {course.epoch}" + (f", step {course.step}" if course.step else "")
            self._checkpoints.say(f"{self._stage}: resumed from {where}")
        self._found = None  # its memory

    def note(self, course: Course) -> None:
        """Writes a checkpoint when it is time."""
        if self._checkpoints is not None and self._checkpoints.due(self._since):
            course.save(self._checkpoints, self._stage, self._key)
            self._written, self._since = True, time.monotonic()

    def end(self, course: Course, kept: int) -> None:
        """Writes what was learned, so that a run killed later need not learn it again."""
        if self._checkpoints is not None and (self._written or self._checkpoints.due(self._since)):
            arrays = _named("network", course.network.state_dict().values()) | _named("own", course.owns)
            words = {"key": self._key, "kept": kept, "curves": course.curves}
            self._checkpoints.write(self._stage, arrays, words)


def optimiser_arrays(optimiser: torch.optim.Optimizer) -> Arrays:
    """What the optimiser remembers of its steps."""
    states = optimiser.state_dict()["state"].items()
    return {
        f"optimiser.{number}.{name}": _array(value)
        for number, state in states
        for name, value in state.items()
    }


def restore_optimiser(optimiser: torch.optim.Optimizer, arrays: Arrays) -> None:
    """Puts back what ``optimiser_arrays`` took."""
    states: dict[int, dict[str, Tensor]] = {}
    for name in (name for name in arrays if name.startswith("optimiser.")):
        _, number, what = name.split(".")
        states.setdefault(int(number), {})[what] = torch.from_numpy(arrays[name])
    groups = optimiser.state_dict()["param_groups"]
    optimiser.load_state_dict({"state": states, "param_groups": groups})


def key_of(words: str, *given: Tensor | npt.NDArray[Any] | None) -> str:
    """A digest of settings and of all that is learned from."""
    digest = blake2b(words.encode(), digest_size=16)
    for one in given:
        digest.update(b"-" if one is None else _array(one).reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def _repeat(curves: Sequence[tuple[str, float, int]], watcher: Watcher) -> None:
    for name, value, step in curves:
        watcher.curve(name, value, step)


def _array(tensor: Tensor | npt.NDArray[Any]) -> npt.NDArray[Any]:
    plain = tensor.detach().cpu().numpy() if isinstance(tensor, Tensor) else tensor
    return np.asarray(plain, order="C")


def _named(name: str, tensors: Any) -> Arrays:
    return {f"{name}.{number}": _array(tensor) for number, tensor in enumerate(tensors)}


def _under(name: str, arrays: Arrays) -> list[npt.NDArray[Any]]:
    return [arrays[f"{name}.{number}"] for number in range(sum(one.startswith(f"{name}.") for one in arrays))]


def _fill(tensors: Any, name: str, arrays: Arrays) -> None:
    with torch.no_grad():
        for tensor, array in zip(tensors, _under(name, arrays), strict=True):
            tensor.copy_(torch.from_numpy(array))


def _torch_states() -> list[Tensor]:
    return [torch.get_rng_state(), *(torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [])]


def _set_torch_states(states: list[Tensor]) -> None:
    torch.set_rng_state(states[0])
    if len(states) > 1:
        torch.cuda.set_rng_state_all(states[1:])
