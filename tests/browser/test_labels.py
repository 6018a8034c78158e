"""A comparison of methods that label rows, through all pages in a real browser."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import check, check_contrast, open_page, wait
from tests.browser.conftest import Server
from tests.conftest import Compared
from xscene_core.text import t


@pytest.fixture(scope="module")
def labels_server(compared_labels: Compared) -> Iterator[Server]:
    server = Server(compared_labels.home.path)
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (420, True)])
def test_a_label_comparison_is_told_on_every_page(
    labels_server: Server, compared_labels: Compared, new_page: Callable[..., Page], width: int, dark: bool
) -> None:
    page = new_page(width=width, dark=dark)

    def keeps_the_rules() -> None:
        check(page)
        check_contrast(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    open_page(page, labels_server.url + "/")
    expect(page.get_by_text(t("overview.figure_better_label"), exact=True)).to_be_visible()
    expect(page.locator(".xs-quote").first).to_be_visible()
    keeps_the_rules()
    open_page(page, f"{labels_server.url}/compare?metric=log_score&buckets=examples")
    expect(page.locator("[data-testid=stPlotlyChart]")).to_have_count(4)
    expect(page.get_by_text(t("compare.mean_title", metric="Log score (bits)"))).to_be_visible()
    keeps_the_rules()
    page.goto(f"{labels_server.url}/align?drawing=pca&colour=error&run={compared_labels.runs['coral']}")
    page.locator("figure canvas").first.wait_for(timeout=120_000)
    wait(page)
    expect(page.get_by_text(t("align.outcome_wrong"), exact=False).first).to_be_visible()
    keeps_the_rules()
    route = "sources=small-apparel&target=small-electronics&label=reviews.rating&methods=coral&budget=0"
    open_page(page, f"{labels_server.url}/adapt?{route}")
    expect(page.get_by_test_id("stCode").filter(has_text="--label reviews.rating").first).to_be_visible()
    keeps_the_rules()
    open_page(page, f"{labels_server.url}/scenes?view=profile&scene=small-electronics")
    expect(page.get_by_text(t("scenes.labels_text"))).to_be_visible()
    keeps_the_rules()
    open_page(page, f"{labels_server.url}/new_category")
    expect(page.get_by_text(t("app.empty_runs_text"))).to_be_visible()


def test_methods_that_only_label_are_greyed_out_with_the_reason(
    labels_server: Server, new_page: Callable[..., Page]
) -> None:
    from pages.ui.errors import plain
    from xscene_core.transfer.method import find

    page = new_page()
    open_page(page, f"{labels_server.url}/adapt?sources=small-apparel&target=small-electronics")
    refused = page.get_by_role("checkbox", name=plain(find("maml").refusal))
    expect(refused.first).to_be_disabled()
    check(page)
    check_contrast(page)
