"""The app in a process of its own, and a browser to look at it with."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from benchmarks.process import stop
from benchmarks.xscene import ROOT, environment
from xscene_core.errors import InputError, WorkError
from xscene_core.home import Home

DRAWN = "[data-testid=stApp][data-test-script-state=notRunning] h1"
NO_SKELETON = "!document.querySelector('[data-testid=stSkeleton]')"


@contextmanager
def server(home: Home) -> Iterator[str]:
    """The app on a free port, as ``make run`` starts it; gives its address once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true"]
    process = psutil.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *options],
        cwd=ROOT,
        env=environment(XSCENE_HOME=str(home.path)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_healthy(address, process)
        yield address
    finally:
        stop([*process.children(recursive=True), process])


def _wait_until_healthy(address: str, process: psutil.Popen) -> None:
    deadline = time.perf_counter() + 120
    while time.perf_counter() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise WorkError("The app did not start", where=address)


def chromium() -> str:
    """The path of a Chromium.

    Raises
    ------
    InputError : there is none.
    """
    candidates = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("XSCENE_CHROMIUM") or next(filter(None, map(shutil.which, candidates)), None)
    if found is None:
        raise InputError(
            "This benchmark opens the app in Chromium and there is none",
            todo="Run make test once, or name one with XSCENE_CHROMIUM.",
        )
    return found
