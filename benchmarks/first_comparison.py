"""From starting the app to the first finished comparison on the sample scenes, everything cold.

A server starts on an empty home, a headless browser opens the first page, and one comparison (the four
baselines that always run, and fine-tune, or auto) is started on the command line beside it, as the
Adapt page would. Seconds add up: server, page, comparison.
"""

import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.acceptance_run import scorecard
from benchmarks.app import DRAWN, NO_SKELETON, chromium, server
from benchmarks.process import measure
from benchmarks.row import Row
from benchmarks.xscene import ROOT, command, environment
from xscene_core.home import Home

LIMIT = 900.0
SOURCE, TARGET = "apparel", "home"
"""The pair that is made to help."""
UNRELATED = "attractions"
"""The target on which transfer is made not to help."""


def run(data: Path | None) -> list[Row]:
    """Three cold starts of five methods: fine-tune and auto where transfer helps, auto where it does not."""
    return [*_cold("fine-tune", TARGET), *_cold("auto", TARGET), *_cold("auto", UNRELATED)]


def _cold(method: str, target: str) -> list[Row]:
    with TemporaryDirectory(prefix="xscene-bench-") as temporary:
        home = Home.resolve(temporary)
        started = time.perf_counter()
        with server(home) as address:
            ready = time.perf_counter() - started
            drawn = ready + _open_page(address)
            comparing = command(home, "run", "--source", SOURCE, "--target", target, "--budget", "10%")
            comparing += ["--method", method, "--json"]
            measured = measure(comparing, home=home.path, cwd=ROOT, environment=environment(), limit=LIMIT)
    document = json.loads(measured.output)
    count = len(document["runs"])
    name = f"{SOURCE} to {target}, {method} and {count - 1} baselines"
    total = drawn + measured.seconds
    return [
        Row(f"{name}: server answers", "seconds", ready, seconds=ready),
        Row(f"{name}: first page drawn", "seconds", drawn, seconds=drawn),
        Row(f"{name}: comparison finished", "seconds", total, seconds=total),
        Row(f"{name}: server and workers", "peak MB", measured.peak_mb, seconds=total),
        *(
            Row(f"{name}: {row.name}", row.metric, row.value, row.low, row.high, row.seconds)
            for row in scorecard(document)
        ),
    ]


def _open_page(address: str) -> float:
    """Seconds until the first page is wholly drawn."""
    from playwright.sync_api import sync_playwright

    started = time.perf_counter()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector(DRAWN, timeout=120_000)
        page.wait_for_function(NO_SKELETON, timeout=120_000)
        seconds = time.perf_counter() - started
        browser.close()
    return seconds
