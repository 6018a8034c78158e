"""What all tests share: one thread per process, a quiet and offline environment, real data if any."""

import os

# Before numpy, torch or numba are imported: two test processes on two cores, one thread each.
for _variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
# Nothing a test does may need the network: a model that is not on disk is an error, not a download.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from xscene_core.home import Home
from xscene_core.watcher import Watcher

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class ByFile(LoadScopeScheduling):
    """Keeps each file in one process, so that what its tests share is made once, and all browser tests
    together: several Chromiums and servers at once make each other time out on small machines."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0]
        return "browser" if "/browser/" in file else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Ours, whatever ``--dist`` says: a file spread over processes makes what it shares in each of them."""
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests go first: as the longest group they would leave the other process idle behind them."""
    for item in items:
        if Path(item.path).relative_to(ROOT / "tests").parts[0] == "browser":
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the developer's own library of scenes and runs."""
    monkeypatch.setenv("XSCENE_HOME", str(tmp_path_factory.mktemp("default-home")))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home of its own."""
    return Home.resolve(tmp_path / "home")


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a run store without runs: making one takes a second, copying it nothing."""
    from xscene_core.experiments.store import RunStore

    home = Home.resolve(tmp_path_factory.mktemp("empty-store"))
    RunStore(home).list()
    with closing(sqlite3.connect(home.database)) as database:
        database.execute("pragma wal_checkpoint(truncate)")
    return home.database


@pytest.fixture
def stored_home(home: Home, empty_store: Path) -> Home:
    """A home of its own with a run store in which nothing has run."""
    shutil.copyfile(empty_store, home.database)
    return home


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets; skips where there is none."""
    folder = Path(os.environ.get("XSCENE_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("no real data: ../shared/data is absent and XSCENE_REAL_DATA is not set")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    named = os.environ.get("XSCENE_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not found:
        pytest.fail(
            "The browser tests need Chromium; `make test` installs it, or name one with XSCENE_CHROMIUM."
        )
    return found


@dataclass(frozen=True)
class Compared:
    """A home with one comparison in it. ``group`` names it; ``runs`` are its run ids by method."""

    home: Home
    group: str
    runs: dict[str, str]


@pytest.fixture(scope="session")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Compared:
    """Real runs of the real pipeline on two small scenes, made once in this process: read, do not change.

    Four methods finished, one failed and one was cancelled. The scenes are the first people of two sample
    scenes, with all their products and pictures.
    """
    from xscene_core.errors import WorkError
    from xscene_core.experiments.pipeline import execute
    from xscene_core.experiments.spec import RunSpec, TaskSpec
    from xscene_core.experiments.store import RunStore
    from xscene_core.experiments.worker import work
    from xscene_core.scenes.library import SceneLibrary

    def runs_it(spec: RunSpec, home: Home, folder: Path, watcher: Watcher) -> None:
        execute(spec, library, home, folder, watcher)

    def fails(*_: object) -> None:
        raise WorkError("The disk is full", where="artifacts", todo="Make room and resume the run.")

    home = Home.resolve(tmp_path_factory.mktemp("compared"))
    library = SceneLibrary(home)
    for name, people in (("apparel", 300), ("home", 160)):
        whole = library.load(name)
        kept = whole.interactions["user_id"].drop_duplicates().head(people)
        rows = whole.interactions[whole.interactions["user_id"].isin(kept)].reset_index(drop=True)
        small = replace(
            whole, name=f"small-{name}", interactions=rows, reviews=None, queries=None, dialogues=None
        )
        library.save(small, library.pictures(name, whole.items["item_id"].tolist()))
    names = ("small-apparel", "small-home")
    task = TaskSpec(
        sources=names[:1],
        target=names[1],
        budget="40",
        encoder="tfidf",
        fingerprints=tuple((name, library.fingerprint(name)) for name in names),
    )
    store, group = RunStore(home), "compared"
    runs = {}
    for method in ("popularity", "content", "target-only", "fine-tune", "coral", "pooled"):
        runs[method] = store.submit(RunSpec(task=task, method=method), group)
        if method == "pooled":
            store.cancel(runs[method])
            continue
        status = work(home, runs[method], fails if method == "coral" else runs_it, ("true",))
        assert status == ("failed" if method == "coral" else "finished"), store.get(runs[method]).error
    return Compared(home, group, runs)


@pytest.fixture(scope="session")
def compared_labels(tmp_path_factory: pytest.TempPathFactory) -> Compared:
    """As ``compared``, for a label: the ratings of reviews of two sample scenes, 30 target rows labelled."""
    from xscene_core.experiments.pipeline import execute
    from xscene_core.experiments.spec import RunSpec, TaskSpec
    from xscene_core.experiments.store import RunStore
    from xscene_core.experiments.worker import work
    from xscene_core.scenes.library import SceneLibrary

    def runs_it(spec: RunSpec, home: Home, folder: Path, watcher: Watcher) -> None:
        execute(spec, library, home, folder, watcher)

    home = Home.resolve(tmp_path_factory.mktemp("compared-labels"))
    library = SceneLibrary(home)
    for name, rows in (("apparel", 500), ("electronics", 400)):
        whole = library.load(name)
        assert whole.reviews is not None
        small = replace(whole, name=f"small-{name}", reviews=whole.reviews.head(rows).reset_index(drop=True))
        library.save(small)
    names = ("small-apparel", "small-electronics")
    task = TaskSpec(
        sources=names[:1],
        target=names[1],
        label="reviews.rating",
        budget="30",
        encoder="words",
        fingerprints=tuple((name, library.fingerprint(name)) for name in names),
    )
    store, group = RunStore(home), "labels"
    runs = {}
    for method in ("majority", "source-only", "target-only", "pooled", "coral"):
        runs[method] = store.submit(RunSpec(task=task, method=method), group)
        assert work(home, runs[method], runs_it, ("true",)) == "finished", store.get(runs[method]).error
    return Compared(home, group, runs)
