"""Groups of people that the run sees as alike, what sets each apart, and how well the category fits it."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.newcategory.audience import Audience
from xscene_core.scenes.scene import Scene

FEWEST_PEOPLE = 20
SILHOUETTE_SAMPLE = 1_500
TOP_SHARE = 0.2
WORD = re.compile(r"[^\W\d_]{3,}")
CJK = re.compile(r"[\u4e00-\u9fff]{2,}")
PACKAGING = frozenset({"new", "set", "pack", "inch", "inches", "size", "count", "piece", "pieces", "pcs"})

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Trait:
    """Something people of a segment chose more often than the rest: ``share`` against ``rest`` of them."""

    kind: str
    """``category``, ``brand`` or ``word`` (of a title)."""
    text: str
    share: float
    rest: float


@dataclass(frozen=True)
class Segment:
    """people : rows of the audience.  best : share of them among the best-fitting fifth of everybody;
    ``lift`` = best / share in that fifth overall, with a 95 % Wilson interval that covers the sampling of
    people, not the error of the run.  appeal : mean share of the catalogue that the new items beat."""

    people: npt.NDArray[np.int64]
    traits: tuple[Trait, ...]
    best: float
    lift: float
    low: float
    high: float
    appeal: float


def segment(
    audience: Audience,
    vectors: Floats,
    scenes: dict[str, Scene],
    fits: npt.NDArray[np.bool_],
    beats: npt.NDArray[np.floating],
    seed: int,
) -> tuple[Segment, ...]:
    """Best-fitting segments first. Two to six groups by k-means, as many as the silhouette prefers; one
    group where there are too few people to tell any apart.

    vectors (P, e) unit length; fits (P,) who is in the best-fitting fifth; beats (P,) share of the
    catalogue beaten by the new items.
    """
    from scipy.stats import binomtest

    labels = _cluster(vectors, seed)
    owned = _chosen(audience, scenes)
    base = float(fits.mean())
    result = []
    for label in range(int(labels.max()) + 1):
        people: npt.NDArray[np.int64] = np.flatnonzero(labels == label)
        best = int(fits[people].sum())
        ends = binomtest(best, len(people)).proportion_ci(method="wilson")
        result.append(
            Segment(
                people=people,
                traits=_traits(owned, labels == label),
                best=best / len(people),
                lift=best / len(people) / base if base else float("nan"),
                low=ends.low / base if base else float("nan"),
                high=ends.high / base if base else float("nan"),
                appeal=float(beats[people].mean()),
            )
        )
    return tuple(sorted(result, key=lambda one: -one.lift))


def _cluster(vectors: Floats, seed: int) -> npt.NDArray[np.int64]:
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    most = min(6, len(vectors) // FEWEST_PEOPLE, len(np.unique(vectors.round(6), axis=0)))
    best, labels = -np.inf, np.zeros(len(vectors), dtype=np.int64)
    for count in range(2, most + 1):
        found = KMeans(count, n_init=3, random_state=seed).fit_predict(vectors)
        if np.bincount(found).min() < FEWEST_PEOPLE // 2:
            continue
        sample = min(SILHOUETTE_SAMPLE, len(vectors))
        score = silhouette_score(vectors, found, sample_size=sample, random_state=seed)
        if score > best:
            best, labels = score, found.astype(np.int64)
    return labels


def _chosen(audience: Audience, scenes: dict[str, Scene]) -> pd.DataFrame:
    """One row per person and trait of something they chose: person, kind, text."""
    parts = []
    for strand in audience.strands:
        items = scenes[strand.scene].items
        owner = np.repeat(strand.owner, strand.histories.lengths)
        rows = strand.histories.items
        for kind in ("category", "brand"):
            text = items[kind].to_numpy(dtype=object)[rows]
            parts.append(pd.DataFrame({"person": owner, "kind": kind, "text": text})[text != ""])
        words = [_words(title) for title in items["title"]]
        counts = np.array([len(words[row]) for row in rows], dtype=np.int64)
        said = [word for row in rows for word in words[row]]
        parts.append(pd.DataFrame({"person": np.repeat(owner, counts), "kind": "word", "text": said}))
    return pd.concat(parts, ignore_index=True).drop_duplicates()


def _words(title: str) -> list[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    words = set(WORD.findall(title.lower())) - ENGLISH_STOP_WORDS - PACKAGING
    return sorted(words | set(CJK.findall(title)))


def _traits(owned: pd.DataFrame, inside: npt.NDArray[np.bool_], most: int = 3) -> tuple[Trait, ...]:
    """The traits whose share in the segment exceeds that in the rest beyond chance, strongest first.

    Ranked by the z value of the log odds ratio with half a person added to every cell (Haldane-Anscombe).
    """
    size, rest_size = int(inside.sum()), int((~inside).sum())
    counts = (
        owned.assign(inside=inside[owned["person"].to_numpy()])
        .groupby(["kind", "text"], sort=True)["inside"]
        .agg(["sum", "count"])
    )
    here = counts["sum"].to_numpy(dtype=float)
    there = counts["count"].to_numpy(dtype=float) - here
    odds = np.log((here + 0.5) / (size - here + 0.5)) - np.log((there + 0.5) / (rest_size - there + 0.5))
    error = np.sqrt(
        1 / (here + 0.5) + 1 / (size - here + 0.5) + 1 / (there + 0.5) + 1 / (rest_size - there + 0.5)
    )
    z = np.where(here >= max(3, 0.05 * size), odds / error, -np.inf)
    names = counts.index.tolist()
    strong = [int(row) for row in np.argsort(-z, kind="stable") if z[row] > 2]
    return _apart(
        Trait(names[row][0], names[row][1], here[row] / size, there[row] / max(rest_size, 1))
        for row in strong[:20]
    )[:most]


def _apart(traits: Iterable[Trait]) -> tuple[Trait, ...]:
    """Without traits that repeat an earlier one, such as the word "candle" after the category "Candles"."""
    kept: list[Trait] = []
    for trait in traits:
        text = trait.text.lower()
        stems = Counter(word[:5] for one in kept for word in one.text.lower().split())
        if not any(word[:5] in stems for word in text.split()):
            kept.append(trait)
    return tuple(kept)
