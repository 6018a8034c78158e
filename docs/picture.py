"""Makes docs/app.png: the Overview page of a comparison that has just run on the sample scenes.

python -m docs.picture
"""

import io
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import sync_playwright

from benchmarks.app import DRAWN, NO_SKELETON, chromium, server
from benchmarks.first_comparison import SOURCE, TARGET
from benchmarks.xscene import ROOT, command, environment
from xscene_core.home import Home

PICTURE = Path(__file__).resolve().parent / "app.png"
LIMIT_BYTES = 300_000


def main() -> None:
    """Runs one comparison in an empty home, opens the app, saves the picture."""
    with TemporaryDirectory(prefix="xscene-picture-") as temporary:
        home = Home.resolve(temporary)
        comparing = command(home, "run", "--source", SOURCE, "--target", TARGET, "--budget", "10%")
        comparing += ["--method", "auto,fine-tune,coral", "--json"]
        subprocess.run(comparing, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, check=True)
        with server(home) as address:
            PICTURE.write_bytes(small(screenshot(address)))
    print(f"{PICTURE} {PICTURE.stat().st_size:,} bytes", file=sys.stderr)


def screenshot(address: str) -> bytes:
    """The first page at 1440 x 900, wholly drawn, as PNG."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
        page.goto(address)
        page.wait_for_selector(DRAWN, timeout=120_000)
        page.wait_for_function(NO_SKELETON, timeout=120_000)
        page.wait_for_timeout(1500)  # charts move into place
        picture = page.screenshot()
        browser.close()
    return picture


def small(picture: bytes) -> bytes:
    """The same picture in as many colours as fit into the limit."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (256, 128, 64):
        packed = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
        if packed.tell() <= LIMIT_BYTES:
            break
    return packed.getvalue()


if __name__ == "__main__":
    main()
