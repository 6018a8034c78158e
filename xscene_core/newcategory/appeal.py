"""How much new products appeal to each person, on a scale that can be read.

A raw score means nothing by itself: it differs by method and by person. So each score is held
against the *same person's* scores of a fixed sample of catalogue items from all scenes of the run
(the yardstick): ``z = (score - mean) / standard deviation`` over the yardstick. Somebody who chose in
several scenes gets the mean of the scenes' values, weighted by the share of choices made in each.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xscene_core.errors import WorkError
from xscene_core.newcategory.audience import Audience, Strand
from xscene_core.newcategory.fitted import FittedRun, scene_views
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.views import SceneView
from xscene_core.watcher import Watcher

YARDSTICK = 400
CELLS = 4_000_000

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Scale:
    """The yardstick of one strand: (Q,) mean and standard deviation of each person's scores on it."""

    mean: Floats
    spread: Floats


@dataclass(frozen=True)
class Appeal:
    """P people, M new items.

    z : (P, M) standardised scores.
    beats : (P, M) share of the yardstick that each new item beats for that person, 0 to 1, ties half.
    scales : one per strand of the audience.
    """

    z: Floats
    beats: Floats
    scales: tuple[Scale, ...]

    @property
    def category(self) -> Floats:
        """(P,) appeal of the category as a whole: the mean over its items, in standard deviations."""
        return self.z.mean(axis=1)


def yardstick(run: FittedRun, seed: int, without: dict[str, npt.NDArray[np.bool_]] | None = None) -> Floats:
    """(R, d) content vectors of at most ``YARDSTICK`` catalogue items, equally many per scene.

    ``without`` marks item rows per scene that must not be in it.
    """
    rng, views = np.random.default_rng(seed), scene_views(run)
    drawn = []
    for view in views.values():
        hidden = (without or {}).get(view.name)
        free = np.arange(len(view.item_ids)) if hidden is None else np.flatnonzero(~hidden)
        drawn.append(view.vectors[np.sort(rng.permutation(free)[: YARDSTICK // len(views)])])
    return np.concatenate(drawn)


def scores(run: FittedRun, scene: str, histories: Sequences, vectors: Floats) -> Floats:
    """(Q, M) raw scores, in pieces of bounded memory.

    Raises
    ------
    InputError : the run's method does not use content, so it cannot score what it has not seen.
    WorkError : the run gives scores that are not numbers.
    """
    step = max(1, CELLS // max(1, len(vectors)))
    pieces = []
    for start in range(0, len(histories), step):
        rows = np.arange(start, min(start + step, len(histories)))
        pieces.append(run.recommender.score_new(histories.take(rows), scene, vectors))
    result = np.concatenate(pieces) if pieces else np.zeros((0, len(vectors)), np.float32)
    if not np.isfinite(result).all():
        raise WorkError("The run gives scores that are not numbers", todo="Train it again.")
    return result.astype(np.float32)


def measure(
    run: FittedRun,
    audience: Audience,
    vectors: Floats,
    reference: Floats,
    watcher: Watcher,
    shift: Floats | None = None,
) -> Appeal:
    """Scores ``vectors`` (M, d) for everybody against the yardstick ``reference`` (R, d).

    shift : (P, M) what else speaks for the products, in standard deviations.
    """
    z = np.zeros((len(audience), len(vectors)), np.float32)
    beats = np.zeros_like(z)
    scales = []
    for done, strand in enumerate(audience.strands):
        watcher.progress("appeal", done / len(audience.strands))
        both = scores(run, strand.scene, strand.histories, np.concatenate([reference, vectors]))
        ruler, new = both[:, : len(reference)], both[:, len(reference) :]
        scale = Scale(ruler.mean(axis=1), np.maximum(ruler.std(axis=1), 1e-9))
        weight = strand.weight[:, None].astype(np.float32)
        if shift is not None:
            new = new + shift[strand.owner] * scale.spread[:, None]
        z[strand.owner] += weight * standardise(new, scale)
        beats[strand.owner] += weight * _shares_beaten(ruler, new)
        scales.append(scale)
    return Appeal(z, beats, tuple(scales))


def standardise(raw: Floats, scale: Scale) -> Floats:
    """(Q, M) raw scores in units of each person's spread over the yardstick."""
    return (raw - scale.mean[:, None]) / scale.spread[:, None]


def among(values: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """(P,) share of the other people with a lower value, ties half, 0 to 1; 0.5 for one alone."""
    if len(values) < 2:
        return np.full(len(values), 0.5)
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="left")
    level = np.searchsorted(ordered, values, side="right") - below - 1
    return np.asarray((below + level / 2) / (len(values) - 1))


def _shares_beaten(ruler: Floats, new: Floats) -> Floats:
    ordered = np.sort(ruler, axis=1)
    result = np.empty_like(new)
    for row in range(len(new)):
        low = np.searchsorted(ordered[row], new[row], side="left")
        high = np.searchsorted(ordered[row], new[row], side="right")
        result[row] = (low + high) / (2 * ruler.shape[1])
    return result


def people_vectors(run: FittedRun, audience: Audience) -> Floats:
    """(P, e) where people lie in the run's space, unit length; several strands are averaged by weight."""
    total: Floats | None = None
    for strand in audience.strands:
        vectors = run.recommender.represent_people(strand.histories, strand.scene)
        vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        if total is None:
            total = np.zeros((len(audience), vectors.shape[1]), np.float32)
        np.add.at(total, strand.owner, vectors * strand.weight[:, None].astype(np.float32))
    if total is None:
        return np.zeros((0, 1), np.float32)
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-9))


def view_of(run: FittedRun, strand: Strand) -> SceneView:
    """The scene of ``strand`` as the run saw it."""
    return scene_views(run)[strand.scene]
