"""The Adapt page in a real browser."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.checks import check, open_page, wait
from tests.browser.conftest import Server

ROUTE = "sources=apparel&target=home&methods=none&encoder=tfidf&budget=30"


def test_a_run_is_started_followed_in_a_second_tab_and_found_again_after_a_restart(
    server: Server, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    open_page(page, f"{server.url}/adapt?{ROUTE}")
    check(page)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="Progress and results")).to_be_visible(timeout=60_000)
    page.wait_for_url("**group=**")

    second = new_page(dark=True)
    second.goto(page.url)
    expect(second.get_by_text("popularity").first).to_be_visible(timeout=60_000)

    server.stop()
    server.start()
    third = new_page()
    third.goto(page.url)
    verdict = third.get_by_role("link", name="See the verdict")
    expect(verdict.first).to_be_visible(timeout=240_000)
    expect(third.get_by_role("button", name="Cancel all")).to_have_count(0, timeout=240_000)
    wait(third)
    expect(verdict).to_have_count(1)
    check(third)


def test_the_share_link_restores_what_was_typed(server: Server, new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_page(page, f"{server.url}/adapt?{ROUTE}")
    page.get_by_role("spinbutton", name="Seed").fill("42")
    page.get_by_role("spinbutton", name="Seed").press("Enter")
    wait(page)
    page.get_by_role("button", name="Share").click()
    shown = page.get_by_test_id("stPopoverBody").get_by_test_id("stCode")
    expect(shown).to_contain_text("seed=42")  # written when the page is drawn anew, later on a busy machine
    other = new_page()
    open_page(other, shown.inner_text().strip())
    expect(other.get_by_role("spinbutton", name="Seed")).to_have_value("42")


def test_the_form_works_by_keyboard_alone(server: Server, new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_page(page, f"{server.url}/adapt?{ROUTE}")
    thorough = page.get_by_role("button", name="Thorough")
    thorough.focus()
    page.keyboard.press("Enter")
    wait(page)
    expect(page.get_by_role("checkbox").first).to_be_checked()
