"""The Compare page in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import check, check_contrast, open_page
from tests.browser.conftest import Server
from xscene_core.text import t


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (420, True)])
def test_every_chart_is_drawn_named_and_fits_the_screen(
    compared_server: Server, new_page: Callable[..., Page], width: int, dark: bool
) -> None:
    page = new_page(width=width, dark=dark)
    open_page(page, compared_server.url + "/compare")
    expect(page.locator("[data-testid=stPlotlyChart]")).to_have_count(4)
    expect(page.get_by_text(t("compare.unfinished_title"))).to_be_visible()
    check(page)
    check_contrast(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_link_opened_in_a_second_tab_shows_the_same_view(
    compared_server: Server, new_page: Callable[..., Page]
) -> None:
    first = new_page()
    open_page(first, compared_server.url + "/compare?metric=mrr&buckets=popularity")
    expect(first.get_by_text(t("compare.mean_title", metric="MRR"))).to_be_visible()
    second = new_page()
    open_page(second, first.url)
    expect(second.get_by_text(t("compare.mean_title", metric="MRR"))).to_be_visible()
    assert second.url == first.url
