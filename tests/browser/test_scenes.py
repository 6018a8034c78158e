"""The Scenes page in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import check, check_contrast, open_page, wait
from tests.browser.conftest import Server
from xscene_core.home import Home
from xscene_core.scenes.library import SceneLibrary

ITEMS = "sku,product_name,list_price\na1,=SUM(A1),10\na2,Blue <b>cup</b>,12\na3,Red cup,-4\n"
CHOICES = "customer_id,sku,rating\nann,a1,5\nann,a2,4\nbo,a2,5\nbo,a9,1\n"


def test_a_link_is_the_same_whether_or_not_the_server_has_just_started(
    server: Server, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    open_page(page, f"{server.url}/scenes?view=profile&scene=jewelry")
    expect(page.get_by_test_id("stSidebarNav").get_by_text("New category")).to_be_visible()
    card = SceneLibrary(Home.resolve(server.home)).card("jewelry")
    expect(page.get_by_text(card.description).first).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_cards_profile_and_distances_can_be_read_aloud_and_leave_the_console_quiet(
    server: Server, new_page: Callable[..., Page], dark: bool
) -> None:
    page = new_page(dark=dark)
    for link in ("", "?view=profile&scene=home", "?view=distances&measure=people", "?view=add"):
        open_page(page, f"{server.url}/scenes{link}")
        check(page)
        check_contrast(page)


def test_the_page_fits_a_narrow_window(server: Server, new_page: Callable[..., Page]) -> None:
    page = new_page(width=420)
    open_page(page, f"{server.url}/scenes?view=profile&scene=attractions")
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 420
    check(page)


def test_an_upload_shows_every_problem_and_keeps_nothing_until_told(
    server: Server, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    (tmp_path / "items.csv").write_text(ITEMS, encoding="utf-8")
    (tmp_path / "interactions.csv").write_text(CHOICES, encoding="utf-8")
    page = new_page()
    open_page(page, f"{server.url}/scenes?view=add")
    files = [tmp_path / "items.csv", tmp_path / "interactions.csv"]
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(files)
    keep = page.get_by_role("button", name="Add to the library")
    expect(keep).to_be_visible(timeout=60_000)
    wait(page)
    expect(page.get_by_text("warnings.")).to_be_visible()
    assert not list(server.home.glob("scenes/*/card.json"))
    page.get_by_label("Name of the scene").fill("cups")
    page.get_by_label("Name of the scene").press("Enter")
    wait(page)
    check(page)
    keep.click()
    expect(page.get_by_text("was added")).to_be_visible(timeout=60_000)
    assert (server.home / "scenes" / "cups" / "card.json").is_file()
