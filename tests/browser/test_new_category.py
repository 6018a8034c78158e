"""The New category page in a real browser, on sample scenes and, from the upload on, on real ones."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import check, wait
from tests.browser.conftest import Server
from xscene_core.experiments import worker
from xscene_core.experiments.spec import RunSpec, TaskSpec
from xscene_core.experiments.store import RunStore
from xscene_core.home import Home
from xscene_core.newcategory import desk, from_words
from xscene_core.scenes.importing import ImportOptions, prepare
from xscene_core.scenes.library import SceneLibrary

WORK_MS = 600_000
ARTS, ARTS_PEOPLE = "Arts_Crafts_and_Sewing", 1_200
NewPage = Callable[..., Page]


def go(page: Page, url: str, text: str) -> None:
    """Opens ``url``; the first time after a start a page takes its time, so waits for ``text`` first."""
    page.goto(url)
    expect(page.get_by_text(text, exact=True).first).to_be_visible(timeout=WORK_MS)
    wait(page)


def ask(page: Page, name: str, ideas: str) -> None:
    """Types the category and waits for the answer."""
    page.get_by_role("textbox", name="Name of the category").fill(name)
    page.get_by_role("textbox", name="What it holds").fill(ideas)
    page.get_by_role("textbox", name="What it holds").press("Control+Enter")
    wait(page)
    page.get_by_role("button", name="See whom it fits").click()
    expect(page.get_by_role("heading", name="How it was computed")).to_be_visible(timeout=WORK_MS)
    wait(page)


def test_a_category_is_described_answered_and_restored_by_its_link(server: Server, new_page: NewPage) -> None:
    home = Home.resolve(server.home)
    task = TaskSpec(sources=("apparel",), target="home", budget="0", encoder="tfidf")
    run_id = RunStore(home).submit(RunSpec(task=task, method="content"), "one")
    assert worker.main(["--home", str(home.path), "--run", run_id]) == 0

    page = new_page()
    go(page, f"{server.url}/new_category", "Name of the category")
    check(page)
    ask(page, "Travel", "waterproof rain jacket\nceramic tea mug with lid\nwool throw for the sofa")
    check(page)
    expect(page.get_by_text("Because of").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    assert Path(download.value.path()).read_bytes().startswith(b"\xef\xbb\xbfuser_id,")

    narrow = new_page(width=420, dark=True)
    go(narrow, page.url, "How it was computed")
    expect(narrow.get_by_label("Name of the category")).to_have_value("Travel")
    expect(narrow.get_by_text("Because of").first).to_be_visible()
    assert narrow.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 420
    check(narrow)


def test_a_thumb_is_kept_learned_and_taken_back(server: Server, new_page: NewPage) -> None:
    home = Home.resolve(server.home)
    task = TaskSpec(sources=("apparel",), target="home", budget="0", encoder="tfidf")
    run_id = RunStore(home).submit(RunSpec(task=task, method="content"), "one")
    assert worker.main(["--home", str(home.path), "--run", run_id]) == 0
    key = desk.ask(
        home, desk.Question(run_id, from_words("Travel", "rain jacket\ntea mug\nwool throw"), "", 2)
    )

    page = new_page()
    go(page, f"{server.url}/new_category?run={run_id}&ask={key}", "What first orders are worth")
    first = page.locator(".xs-offer-title span").first.inner_text()
    page.get_by_role("radio", name="does not").first.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("Judgements not yet learned: 1")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Judgements not yet learned: 1")).to_be_visible(timeout=WORK_MS)
    wait(page)
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_text("thumbs down: 1").first).to_be_visible(timeout=WORK_MS)
    expect(page.get_by_role("heading", name="How it was computed")).to_be_visible(timeout=WORK_MS)
    wait(page)
    check(page)
    expect(page.locator(".xs-offer-title span").first).not_to_have_text(first)
    page.get_by_role("button", name="Undo: back to the earlier answer").click()
    expect(page.locator(".xs-offer-title span").first).to_have_text(first)


def test_an_uploaded_product_list_is_read_and_its_problems_are_listed(
    server: Server, new_page: NewPage, tmp_path: Path
) -> None:
    home = Home.resolve(server.home)
    task = TaskSpec(sources=("apparel",), target="home", budget="0", encoder="tfidf")
    run_id = RunStore(home).submit(RunSpec(task=task, method="content"), "one")
    assert worker.main(["--home", str(home.path), "--run", run_id]) == 0
    file = tmp_path / "lamps.csv"
    file.write_text("sku,product_name,price\na,Red lamp,4\nb,,5\nc,Blue <b>lamp</b>,-1\n", encoding="utf-8")

    page = new_page()
    go(page, f"{server.url}/new_category?mode=list", "Product list")
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(file)
    expect(page.get_by_text("Remarks on the list: 2")).to_be_visible(timeout=60_000)
    wait(page)
    page.get_by_text("Remarks on the list: 2").click()
    expect(page.get_by_text("The title is empty")).to_be_visible()
    expect(page.get_by_text("2 products.")).to_be_visible()
    check(page)


def import_arts(library: SceneLibrary, folder: Path, aside: Path) -> None:
    """The Arts scene with its first people only: training on all 9,577 takes longer than a test should."""
    choices = pd.read_parquet(folder / "interactions.parquet")
    choices = choices[(choices["domain"] == ARTS) & (choices["user_idx"] < ARTS_PEOPLE)]
    items = pd.read_parquet(folder / "items.parquet")
    aside.mkdir()
    choices.to_parquet(aside / "interactions.parquet")
    items[items["item_id"].isin(choices["item_id"])].to_parquet(aside / "items.parquet")
    columns = {"title": "title", "description": "category_brand_text"}
    options = ImportOptions(mapping=columns, scene_column="domain", order_column="position")
    prepared = prepare(aside, options, library)
    assert not prepared.errors
    prepared.commit(library)
    prepared.close()


@pytest.mark.real
@pytest.mark.slow
def test_gift_cards_are_uploaded_adapted_from_arts_and_a_new_category_is_placed(
    server: Server, new_page: NewPage, real_data: Path, tmp_path: Path
) -> None:
    """Real data from the upload to the reasons; only Arts is there beforehand."""
    library = SceneLibrary(Home.resolve(server.home))
    import_arts(library, real_data / "amazon_art_office_urllm", tmp_path / "arts")

    page = new_page()
    go(page, f"{server.url}/scenes?view=add", "Scenes")
    folder = real_data / "amazon2018_gift_cards"
    files = [folder / "items.parquet", folder / "interactions.parquet"]
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(files)
    keep = page.get_by_role("button", name="Add to the library")
    expect(keep).to_be_visible(timeout=WORK_MS)
    wait(page)
    page.get_by_label("Name of the scene").fill("Gift_Cards")
    page.get_by_label("Name of the scene").press("Enter")
    wait(page)
    expect(keep).to_be_enabled()
    keep.click()
    expect(page.get_by_text("was added")).to_be_visible(timeout=60_000)
    check(page)
    assert "Gift_Cards" in library.names()

    route = "sources=Arts_Crafts_and_Sewing&target=Gift_Cards&methods=coral&encoder=tfidf&budget=all"
    go(page, f"{server.url}/adapt?{route}", "Start")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("See the verdict").first).to_be_visible(timeout=WORK_MS)
    expect(page.get_by_role("button", name="Cancel all")).to_have_count(0, timeout=WORK_MS)
    done = {run.spec.method: run for run in RunStore(library.home).list()}
    assert {method: run.status for method, run in done.items()} == dict.fromkeys(done, "finished")

    go(page, f"{server.url}/new_category?run={done['coral'].run_id}", "Name of the category")
    ask(page, "Hobby cards", "gift card for yarn and knitting\nvideo game gift card\nrestaurant gift card")
    check(page)
    expect(page.get_by_text("Because of").first).to_be_visible()
    page.screenshot(path=server.home / "placed.png", full_page=True)
