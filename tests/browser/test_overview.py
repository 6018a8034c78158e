"""The Overview in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import check, check_contrast, open_page, wait
from tests.browser.conftest import Server
from xscene_core.text import t


@pytest.mark.parametrize(("width", "dark"), [(1440, True), (420, False)])
def test_the_verdict_and_the_shopper_are_there_with_pictures(
    compared_server: Server, new_page: Callable[..., Page], width: int, dark: bool
) -> None:
    page = new_page(width=width, dark=dark)
    open_page(page, compared_server.url + "/")
    expect(page.get_by_text(t("overview.figure_gain", metric="NDCG@10"), exact=True)).to_be_visible()
    expect(page.locator(".xs-product img").first).to_be_visible()
    check(page)
    check_contrast(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_another_shopper_is_one_click_away_and_in_the_link(
    compared_server: Server, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    open_page(page, compared_server.url + "/")
    page.get_by_role("button", name=t("overview.next"), exact=False).click()
    page.wait_for_url("**shopper=**")
    wait(page)
    tab = new_page()
    open_page(tab, page.url)
    assert tab.locator(".xs-product .xs-title").all_text_contents() == (
        page.locator(".xs-product .xs-title").all_text_contents()
    )


def test_its_name_as_an_address_leads_there_with_everything_in_the_link(
    compared_server: Server, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.goto(f"{compared_server.url}/overview?group=compared")
    page.wait_for_url(f"{compared_server.url}/?**group=compared**")
    wait(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text(t("overview.figure_gain", metric="NDCG@10"), exact=True)).to_be_visible()
    check(page)


def test_an_empty_home_offers_the_sample_comparison(server: Server, new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_page(page, server.url + "/")
    expect(page.get_by_role("button", name=t("overview.start_button"))).to_be_enabled()
    check(page)
