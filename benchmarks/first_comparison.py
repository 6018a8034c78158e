"""From starting the app to the first finished comparison on the sample scenes, everything cold.

A server starts on an empty home, a headless browser opens the first page, and one comparison (the four
baselines that always run, and fine-tune, or auto) is started on the command line beside it, as the
Adapt page would. Seconds add up: server, page, comparison.
"""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.acceptance_run import scorecard
from benchmarks.process import measure, stop
from benchmarks.row import Row
from benchmarks.xscene import ROOT, chromium, command, environment
from xscene_core.errors import WorkError
from xscene_core.home import Home

LIMIT = 900.0
SOURCE, TARGET = "apparel", "jewelry"


def run(data: Path | None) -> list[Row]:
    """Two cold starts: one comparison of five methods with fine-tune, one with auto."""
    return [row for method in ("fine-tune", "auto") for row in _cold(method)]


def _cold(method: str) -> list[Row]:
    with TemporaryDirectory(prefix="xscene-bench-") as temporary:
        home = Home.resolve(temporary)
        started = time.perf_counter()
        with server(home) as address:
            ready = time.perf_counter() - started
            drawn = ready + _open_page(address)
            comparing = command(home, "run", "--source", SOURCE, "--target", TARGET, "--budget", "10%")
            comparing += ["--method", method, "--json"]
            measured = measure(comparing, home=home.path, cwd=ROOT, environment=environment(), limit=LIMIT)
    document = json.loads(measured.output)
    count = len(document["runs"])
    name = f"{SOURCE} to {TARGET}, {method} and {count - 1} baselines"
    total = drawn + measured.seconds
    return [
        Row(f"{name}: server answers", "seconds", ready, seconds=ready),
        Row(f"{name}: first page drawn", "seconds", drawn, seconds=drawn),
        Row(f"{name}: comparison finished", "seconds", total, seconds=total),
        Row(f"{name}: server and workers", "peak MB", measured.peak_mb, seconds=total),
        *scorecard(document),
    ]


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


def _open_page(address: str) -> float:
    """Seconds until the first page is wholly drawn."""
    from playwright.sync_api import sync_playwright

    started = time.perf_counter()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning] h1", timeout=120_000)
        page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')", timeout=120_000)
        seconds = time.perf_counter() - started
        browser.close()
    return seconds
