"""The app without a browser: pages run in process, on a home of their own."""

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from xscene_core.home import Home

ROOT = Path(__file__).resolve().parents[2]
OpenPage = Callable[..., AppTest]


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
