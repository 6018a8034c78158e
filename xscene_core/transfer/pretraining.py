"""What is learned from the sources alone; kept on disk, since several methods start from it."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from xscene_core.code_digest import code_digest
from xscene_core.evaluation.ranking import rank_answers
from xscene_core.locking import exclusive
from xscene_core.models.device import device
from xscene_core.models.sequence import SequenceNetwork
from xscene_core.models.training import Corpus, Placing, Plan, train
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.tower import Tower
from xscene_core.transfer.views import Questions, SceneView, TrainingView
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.learning import Recipe

_CODE = ("models", "transfer", "encoders/sentences.py", "evaluation/ranking.py", "scenes/sequences.py")
"""What is learned from equal input changes with these: their digest is part of the key of kept models."""
PREDICTIONS = 1_200_000
"""Passes over the sources are chosen so that about so many predictions are learned from."""
WHOLE = 50_000
"""Items up to which a catalogue is looked at as a whole."""
_HELD_OUT = 0.1
_CHECKED = 500


def plan_for(network: Placing, predictions: int) -> Plan:
    """More passes over little data, 1 to 15; what follows what is learned over whole catalogues, how items
    compare against drawn ones."""
    epochs = int(np.clip(round(PREDICTIONS / max(predictions, 1)), 1, 15))
    full = WHOLE if isinstance(network, SequenceNetwork) else Plan.full
    return Plan(epochs, rate=2e-3, candidates=1024, full=full, patience=3)


def pretrain(network: Placing, view: TrainingView, recipe: "Recipe", stage: str, watcher: Watcher) -> int:
    """Trains ``network`` in place on the sources; a tenth of their people choose the best epoch.

    Returns the number of passes kept. Equal input gives the kept model of an earlier run.
    """
    place = device()

    def make() -> dict[str, torch.Tensor]:
        epochs = _train(network, view, recipe, stage, watcher)
        return network.state_dict() | {"epochs": torch.tensor(epochs)}

    kept = kept_model(view.cache, _key(network, view, recipe), make, watcher, stage)
    epochs = int(kept.pop("epochs"))
    network.load_state_dict({name: value.to(place) for name, value in kept.items()})
    network.eval()
    return epochs


def kept_model(
    cache: Path | None,
    key: str,
    make: Callable[[], dict[str, torch.Tensor]],
    watcher: Watcher,
    stage: str,
) -> dict[str, torch.Tensor]:
    """The tensors that ``make`` made for ``key``, in this run or in an earlier one; never kept without a
    ``cache``. Two processes that need the same do the work once."""
    if cache is None:
        return make()
    file = cache / "source-models" / f"{key}.safetensors"
    with exclusive(file.with_suffix(".lock"), watcher, stage):
        kept = _read(file)
        if kept is None:
            made = make()
            _write(file, made)
            return made
    watcher.progress(stage, 1.0)
    return kept


def _train(network: Placing, view: TrainingView, recipe: "Recipe", stage: str, watcher: Watcher) -> int:
    generator = np.random.default_rng([view.seed, 2])
    corpora, asked = [], []
    for scene in view.sources:
        fit, held = _hold_out(scene, generator)
        weights = recipe.weights.get(scene.name)
        content = torch.from_numpy(scene.vectors).to(device())
        corpora.append(
            Corpus(content, scene.sequences.take(fit), None, None if weights is None else weights[fit])
        )
        if len(held):
            asked.append((scene, held))
    predictions = sum(int(np.maximum(corpus.sequences.lengths - 1, 0).sum()) for corpus in corpora)
    penalty, extra = recipe.penalty(view.target.vectors.shape[1]) if recipe.penalty else (None, [])
    kept = train(
        network,
        corpora,
        plan_for(network, predictions),
        seed=view.seed,
        stage=stage,
        watcher=watcher,
        check=(lambda: float(np.mean([_check(network, *one) for one in asked]))) if asked else None,
        penalty=penalty,
        extra=extra,
        checkpoints=view.checkpoints,
    )
    network.eval()
    return kept


def _hold_out(scene: SceneView, generator: np.random.Generator) -> tuple[np.ndarray, Questions]:
    """Rows of the people to learn from, and the last choices of those held out: a tenth of those with two
    choices or more, never all of them."""
    people = scene.sequences
    shuffled = generator.permutation(len(people))
    able = shuffled[people.lengths[shuffled] >= 2]
    held = np.sort(able[: min(_CHECKED, int(np.ceil(len(able) * _HELD_OUT)), max(len(able) - 1, 0))])
    starts, stops = people.indptr[held], people.indptr[held + 1]
    questions = Questions(people.slice(held, starts, stops - 1), people.items[stops - 1])
    return np.setdiff1d(np.arange(len(people)), held), questions


def _check(network: Placing, scene: SceneView, questions: Questions) -> float:
    alone = Tower(TrainingView((), scene, questions, 0), network, None, {})
    ranks, _ = rank_answers(alone.score, questions)
    network.train()
    return float((1 / np.log2(1 + ranks)).mean())


def _key(network: Placing, view: TrainingView, recipe: "Recipe") -> str:
    digest = hashlib.sha256(f"{machine_key()} {network.shape} {view.seed} {recipe.penalty_key}".encode())
    for scene in view.sources:
        digest.update(scene.vectors.tobytes())
        digest.update(bytes_of(scene.sequences))
        if scene.name in recipe.weights:
            digest.update(recipe.weights[scene.name].tobytes())
    if recipe.penalty_key:
        digest.update(view.target.vectors.tobytes())
    return digest.hexdigest()[:32]


def machine_key() -> str:
    """What learning from equal input depends on beside it: the code, and where it runs."""
    return f"{code_digest(_CODE)} {device()} {torch.get_num_threads()}"


def bytes_of(sequences: Sequences) -> bytes:
    """Who chose what in which order."""
    return sequences.indptr.tobytes() + sequences.items.tobytes()


def _read(file: Path) -> dict[str, torch.Tensor] | None:
    try:
        return load_file(file)
    except Exception:  # absent, cut off or from another version: it is learned again
        return None


def _write(file: Path, made: dict[str, torch.Tensor]) -> None:
    aside = file.with_suffix(f".{os.getpid()}")
    try:
        save_file({name: value.cpu().contiguous() for name, value in made.items()}, aside)
        aside.replace(file)
    except (OSError, SafetensorError):  # a full disk: the model is at hand, only the next run learns it again
        pass
    finally:
        aside.unlink(missing_ok=True)
