"""The picture of one finished run: its items or people before and after, as a file that can be kept."""

import os
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

from xscene_core.errors import WorkError
from xscene_core.projection.pair import Frame, pair
from xscene_core.projection.project import Method, Points
from xscene_core.projection.quality import Quality
from xscene_core.watcher import Watcher

What = Literal["items", "people"]
LIMIT = 6000
"""Points in one picture over all scenes; each scene gets an equal part of it."""


@dataclass(frozen=True)
class Picture:
    """n points of S scenes; the last scene is the target.

    scene : (n,) int32 into ``scenes``. rows : (n,) int32 rows of that scene's item table (-1 for people).
    people : (n,) str ids ("" for items). ranks : (n,) float32, rank of the answer, NaN where not tested.
    before, after : (n, 2) float32 in one frame. stored : (S,) points there were to choose from.
    method : what really drew it (very few points are drawn by PCA).
    """

    what: What
    method: Method
    seed: int
    scenes: tuple[str, ...]
    scene: npt.NDArray[np.int32]
    rows: npt.NDArray[np.int32]
    people: npt.NDArray[np.str_]
    ranks: npt.NDArray[np.float32]
    before: Points
    after: Points
    quality_before: Quality
    quality_after: Quality
    frame: Frame
    misfit: float
    stored: tuple[int, ...]

    @property
    def shown(self) -> tuple[int, ...]:
        """(S,) points of each scene in the picture."""
        return tuple(int(count) for count in np.bincount(self.scene, minlength=len(self.scenes)))


def draw(embeddings: Path, what: What, method: Method, seed: int, watcher: Watcher) -> Picture:
    """Draws what a run left in ``embeddings.npz``.

    Raises
    ------
    WorkError : the file is missing, damaged, or holds no such points.
    """
    watcher.progress("read", 0.0)
    with opened(embeddings) as file:
        scenes = tuple(str(name) for name in file["scenes"])
        parts = [_part(file, what, s, len(scenes), seed) for s in range(len(scenes))]
    counts = [len(part["before"]) for part in parts]
    filled = [part for part in parts if len(part["before"])]
    if not filled:
        raise WorkError(f"This run left no {what} to draw", where=str(embeddings))
    names = [name for name in filled[0] if name != "stored"]
    columns = {name: np.concatenate([part[name] for part in filled]) for name in names}
    drawn = pair(columns["before"], columns["after"], method, seed, watcher)
    return Picture(
        what, drawn.before.method, seed, scenes, np.repeat(np.arange(len(scenes), dtype=np.int32), counts),
        columns["rows"], columns["people"], columns["ranks"], drawn.before.points, drawn.after.points,
        drawn.before.quality, drawn.after.quality, drawn.frame, drawn.misfit,
        tuple(int(part["stored"]) for part in parts),
    )  # fmt: skip


def opened(path: Path) -> Any:
    """The npz archive, without pickle. Raises ``WorkError`` where it is missing or damaged."""
    try:
        return np.load(path, allow_pickle=False)
    except FileNotFoundError as error:
        raise WorkError("The file is missing", where=str(path), todo="Start the run again.") from error
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise WorkError("The file cannot be read", where=str(path), todo="Start the run again.") from error


def save(picture: Picture, path: Path) -> None:
    """Writes npz without pickle, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    qualities = [
        [quality.trustworthiness, quality.knn_recall, quality.n]
        for quality in (picture.quality_before, picture.quality_after)
    ]
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.stem, suffix=".part", delete=False) as out:
        try:
            np.savez(
                out,
                what=picture.what, method=picture.method, seed=picture.seed, frame=picture.frame,
                misfit=picture.misfit, scenes=np.array(picture.scenes, dtype=np.str_), scene=picture.scene,
                rows=picture.rows, people=picture.people.astype(np.str_), ranks=picture.ranks,
                before=picture.before, after=picture.after, quality=np.array(qualities),
                stored=np.array(picture.stored),
            )  # fmt: skip
            out.close()
            os.replace(out.name, path)  # noqa: PTH105
        except BaseException:
            out.close()
            Path(out.name).unlink(missing_ok=True)
            raise


def load(path: Path) -> Picture:
    """Reads what :func:`save` wrote. Raises ``WorkError`` where it is missing or damaged."""
    try:
        with opened(path) as file:
            first, second = (Quality(float(t), float(r), int(n)) for t, r, n in file["quality"])
            return Picture(
                cast(What, str(file["what"])), cast(Method, str(file["method"])), int(file["seed"]),
                tuple(str(name) for name in file["scenes"]), file["scene"], file["rows"], file["people"],
                file["ranks"], file["before"], file["after"], first, second, cast(Frame, str(file["frame"])),
                float(file["misfit"]), tuple(int(count) for count in file["stored"]),
            )  # fmt: skip
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise WorkError("The picture cannot be read", where=str(path), todo="Draw it again.") from error


def _part(file: Any, what: What, s: int, scenes: int, seed: int) -> dict[str, Any]:
    """The points of scene ``s``, at most an equal part of ``LIMIT``, drawn without replacement."""
    try:
        before, after = file[f"{what}_before_{s}"], file[f"{what}_after_{s}"]
        names = file[f"item_rows_{s}" if what == "items" else f"people_ids_{s}"]
        ranked = file["people_rank"] if what == "people" and s == scenes - 1 else np.empty(0)
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise WorkError(f"This run left no {what} to draw", where="embeddings.npz") from error
    n = len(before)
    ranks = ranked if len(ranked) == n else np.full(n, np.nan)
    room = max(1, LIMIT // scenes)
    kept = np.arange(n)
    if n > room:
        kept = np.sort(np.random.default_rng([seed, 32, s]).choice(n, room, replace=False))
    items = what == "items"
    return {
        "before": before[kept],
        "after": after[kept],
        "rows": names[kept].astype(np.int32) if items else np.full(len(kept), -1, dtype=np.int32),
        "people": np.full(len(kept), "", dtype=np.str_) if items else names[kept].astype(np.str_),
        "ranks": ranks[kept].astype(np.float32),
        "stored": n,
    }
