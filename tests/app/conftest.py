"""The app without a browser: pages run in process, on a home of their own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from xscene_core.home import Home

ROOT = Path(__file__).resolve().parents[2]
OpenPage = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _server_that_knows_its_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each run goes through app.py, as in a server after its first page.

    AppTest forgets before every run that ``st.navigation`` was called, and then takes ``pages/`` for an app
    of the older kind; the page would start over and lose the click. tests/browser tests that first page.
    """
    original = PagesManager.__init__

    def init(self: PagesManager, *arguments: Any, **options: Any) -> None:
        original(self, *arguments, **options)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", init)


@pytest.fixture
def open_page(home: Home, monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    """``open_page("scenes", view="distances")`` runs a page as a link would; fails on unexpected errors."""
    monkeypatch.setenv("XSCENE_HOME", str(home.path))
    monkeypatch.chdir(ROOT)
    st.cache_data.clear()
    st.cache_resource.clear()

    def run(name: str, **parameters: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180).run()
        app.switch_page(f"pages/{name}.py")
        for parameter, value in parameters.items():
            app.query_params[parameter] = value
        app.run()
        assert_calm(app)
        return app

    return run


def assert_calm(app: AppTest) -> None:
    """Nothing unexpected happened: no exception, and no error that a page caught and logged."""
    assert not app.exception, [error.value for error in app.exception]
    assert not [error.value for error in app.error if "reference" in error.value]
