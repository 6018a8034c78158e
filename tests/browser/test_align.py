"""The Align page in a real browser: what only a mouse, a keyboard and a canvas can show."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.checks import check, wait
from tests.browser.conftest import Server
from xscene_core.text import t

COLOURFUL = """canvas => {
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let ink = 0;
  for (let k = 3; k < data.length; k += 4) if (data[k] > 120) ink++;
  return ink;
}"""


@pytest.fixture
def align(compared_server: Server, new_page: Callable[..., Page]) -> Callable[..., Page]:
    def open_align(query: str = "", **options: object) -> Page:
        page = new_page(**options)
        page.goto(f"{compared_server.url}/align?drawing=pca{query}")
        page.locator("figure canvas").first.wait_for(timeout=120_000)
        wait(page)
        return page

    return open_align


def canvases(page: Page) -> tuple[Locator, Locator]:
    found = page.locator("figure canvas")
    expect(found).to_have_count(2)
    return found.nth(0), found.nth(1)


def drag_around(page: Page, canvas: Locator) -> None:
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    corners = [(0.02, 0.02), (0.6, 0.02), (0.6, 0.98), (0.02, 0.98)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def test_both_pictures_are_drawn_and_named(align: Callable[..., Page]) -> None:
    page = align()
    for canvas in canvases(page):
        assert canvas.evaluate(COLOURFUL) > 500
        assert len(canvas.get_attribute("aria-label") or "") > 40
    check(page)


def test_on_a_phone_the_pictures_stand_above_each_other(align: Callable[..., Page]) -> None:
    page = align(width=420, dark=True)
    upper, lower = (canvas.bounding_box() for canvas in canvases(page))
    assert upper
    assert lower
    assert lower["y"] >= upper["y"] + upper["height"]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    check(page)


def test_a_lasso_selects_in_both_pictures_and_goes_into_the_link(align: Callable[..., Page]) -> None:
    page = align()
    drag_around(page, canvases(page)[1])
    page.wait_for_url("**outline=**")
    wait(page)
    expect(page.get_by_role("button", name=t("align.clear"))).to_be_visible()
    expect(page.get_by_text("of 820 selected")).to_be_visible()
    check(page)
    page.get_by_role("button", name=t("align.clear")).click()
    wait(page)
    assert "outline" not in page.url


def test_one_camera_moves_both_pictures(align: Callable[..., Page]) -> None:
    page = align()
    left, right = canvases(page)
    before = [canvas.evaluate("c => c.toDataURL()") for canvas in (left, right)]
    left.focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    after = [canvas.evaluate("c => c.toDataURL()") for canvas in (left, right)]
    assert after[0] != before[0]
    assert after[1] != before[1]
    page.keyboard.press("0")
    assert [canvas.evaluate("c => c.toDataURL()") for canvas in (left, right)] == before


def test_a_pointer_over_a_point_names_it(align: Callable[..., Page]) -> None:
    page = align("&in=small-home")
    left, _ = canvases(page)
    left.scroll_into_view_if_needed()
    box = left.bounding_box()
    assert box
    tip = page.locator(".tip")
    for step in range(400):
        x, y = step % 20 / 20, step // 20 / 20
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if tip.is_visible():
            break
    assert len(tip.inner_text()) > 5
