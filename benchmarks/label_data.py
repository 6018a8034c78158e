"""The public label-adaptation benchmarks, as tasks of this project: who is labelled, who is tested, and what
is done to the features before any method sees them (the same for every method)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from xscene_core.errors import InputError
from xscene_core.transfer.labels.views import HELD_BACK, Features, LabelRows, Labels, LabelView


@dataclass(frozen=True)
class Pair:
    """One ordered pair of domains. answers : (m,) the sealed labels of ``asked`` (m, d). known : (n,) those
    of the target's rows in the view, for oracles alone; None where these are the asked rows."""

    name: str
    view: LabelView
    asked: Features
    answers: Labels
    known: Labels | None = None


def ganin(data: Path, seed: int = 0) -> Iterator[Pair]:
    """Twelve pairs of review sentiment: source train labelled, target train unlabelled, target test asked.

    Features: sublinear tf-idf of the 5,000 uni- and bi-gram counts; document frequencies from source and
    target train rows.
    """
    from sklearn.datasets import load_svmlight_file
    from sklearn.feature_extraction.text import TfidfTransformer

    folder = data / "sentiment_blitzer" / "ganin_svmlight"
    _need(folder)
    names = ("books", "dvd", "electronics", "kitchen")
    files = {}
    for name in names:
        for part in ("train", "test"):
            rows, labels = load_svmlight_file(
                str(folder / f"{name}_{part}.svmlight.gz"), n_features=5000, zero_based=True
            )
            rows.indices, rows.indptr = rows.indices.astype(np.int32), rows.indptr.astype(np.int32)
            files[name, part] = sp.csr_matrix(rows), (labels > 0).astype(np.int64)
    for source, target in pairs(names):
        counts = [files[source, "train"][0], files[target, "train"][0]]
        weigh = TfidfTransformer(sublinear_tf=True).fit(sp.vstack(counts))
        asked, answers = files[target, "test"]
        own, wanted = (sp.csr_matrix(weigh.transform(rows)) for rows in counts)
        yield Pair(
            f"{source}->{target}",
            _view(source, own, files[source, "train"][1], target, wanted, ("negative", "positive"), seed),
            sp.csr_matrix(weigh.transform(asked)),
            answers,
            files[target, "train"][1],
        )


def amazon400(data: Path, seed: int = 0) -> Iterator[Pair]:
    """Twelve pairs, transductive: all source rows labelled, all target rows asked.

    Features: z-scores, by domain, of log(1 + count) of 400 terms.
    """
    from scipy.io import loadmat

    folder = data / "amazon400"
    _need(folder)
    loaded = {}
    for name, file in (("books", "books"), ("dvd", "dvd"), ("electronics", "elec"), ("kitchen", "kitchen")):
        kept = loadmat(folder / f"{file}_400.mat")
        rows = kept["fts"].toarray() if sp.issparse(kept["fts"]) else kept["fts"]
        loaded[name] = (_scaled(np.log1p(np.asarray(rows, np.float64))), (kept["labels"].ravel() > 0) * 1)
    yield from _transductive(loaded, ("negative", "positive"), seed)


def surf(data: Path, seed: int = 0) -> Iterator[Pair]:
    """Office-Caltech10, twelve pairs, transductive: rows divided by their sum, then z-scores by domain."""
    from scipy.io import loadmat

    folder = data / "office_caltech_surf"
    _need(folder)
    loaded = {}
    for name in ("Caltech10", "amazon", "dslr", "webcam"):
        kept = loadmat(folder / f"{name}_SURF_L10.mat")
        rows = np.asarray(kept["fts"], np.float64)
        loaded[name] = (_scaled(rows / rows.sum(axis=1, keepdims=True)), kept["labels"].ravel() - 1)
    yield from _transductive(loaded, tuple(str(k) for k in range(10)), seed)


BENCHMARKS: dict[str, Callable[[Path, int], Iterator[Pair]]] = {
    "ganin": ganin,
    "amazon400": amazon400,
    "surf": surf,
}


def pairs(names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """All ordered pairs of two different names."""
    return ((source, target) for source in names for target in names if source != target)


def _transductive(
    loaded: dict[str, tuple[np.ndarray, np.ndarray]], classes: tuple[str, ...], seed: int
) -> Iterator[Pair]:
    for source, target in pairs(tuple(loaded)):
        rows, labels = loaded[source]
        asked, answers = loaded[target]
        view = _view(source, rows, labels.astype(np.int64), target, asked, classes, seed)
        yield Pair(f"{source}->{target}", view, asked, answers.astype(np.int64))


def _view(
    source: str,
    rows: Features,
    labels: Labels,
    target: str,
    unlabelled: Features,
    classes: tuple[str, ...],
    seed: int,
) -> LabelView:
    hidden = np.full(unlabelled.shape[0], HELD_BACK, dtype=np.int64)
    return LabelView((LabelRows(source, rows, labels),), LabelRows(target, unlabelled, hidden), classes, seed)


def _scaled(rows: np.ndarray) -> np.ndarray:
    spread = rows.std(axis=0)
    return np.asarray((rows - rows.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def _need(folder: Path) -> None:
    if not folder.is_dir():
        raise InputError(
            "The benchmark's data is not there", where=str(folder), todo="Name its folder with --data."
        )
