"""What all tests share: one thread per process, a quiet and offline environment, real data if any."""

import os

# Before numpy, torch or numba are imported: two test processes on two cores, one thread each.
for _variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
# Nothing a test does may need the network: a model that is not on disk is an error, not a download.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import shutil
from pathlib import Path

import pytest

from xscene_core.home import Home

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps each file, and all browser tests together, in one process; browser tests go last.

    Several Chromiums and servers at once make each other time out on small machines.
    """
    for item in items:
        folder = Path(item.path).relative_to(ROOT / "tests").parts[0]
        if folder == "browser":
            item.add_marker(pytest.mark.browser)
        item.add_marker(
            pytest.mark.xdist_group("browser" if folder == "browser" else str(item.path.relative_to(ROOT)))
        )
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


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
