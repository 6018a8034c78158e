"""What every page must keep: a quiet console, named controls, charts that can be read aloud.

    open_page(page, server.url + "/scenes")     # goes there and waits until it is drawn
    check(page)                                 # asserts all three
    check_contrast(page)                        # asserts that all words are readable

The rules are those of WCAG 2.2 that axe calls button-name, link-name, label, aria-input-field-name, image-alt
and svg-img-alt, looked up in Chromium's own accessibility computations where the page offers them.
"""

from pathlib import Path

from playwright.sync_api import Page, expect

UNNAMED = """() => {
  const shown = {checkOpacity: true, checkVisibilityCSS: true};
  const visible = e => e.checkVisibility(shown) && !e.closest('[aria-hidden=true]');
  const words = id => document.getElementById(id)?.textContent?.trim() || '';
  const named = e => (e.getAttribute('aria-label') || '').trim()
      || (e.getAttribute('aria-labelledby') || '').split(/\\s+/).filter(Boolean).map(words).join(' ').trim()
      || [...(e.labels || [])].map(l => l.textContent.trim()).join(' ').trim()
      || (e.title || '').trim()
      || (/^(BUTTON|A|SUMMARY)$/.test(e.tagName) || e.getAttribute('role') ? e.textContent.trim() : '')
      || [...e.querySelectorAll('img[alt]')].map(i => i.alt).join(' ').trim();
  const roles = ['button', 'checkbox', 'radio', 'slider', 'combobox', 'tab', 'switch'];
  const controls = 'button, a[href], input:not([type=hidden]), select, textarea, summary, '
      + roles.map(role => `[role=${role}]`).join(', ');
  return [...document.querySelectorAll(controls)].filter(e => visible(e) && !named(e))
      .map(e => e.outerHTML.slice(0, 200));
}"""
MUTE_CHARTS = """() => {
  const label = e => (e.getAttribute?.('aria-label') || '').trim();
  const kinds = ['stPlotlyChart', 'stVegaLiteChart', 'stDataFrame'];
  const charts = kinds.map(id => `[data-testid=${id}]`).join(', ');
  return [...document.querySelectorAll(charts)].filter(e => e.checkVisibility())
      .filter(e => ![e, e.closest('[aria-label]'), ...e.querySelectorAll('[aria-label]')]
          .some(x => x && label(x).length > 8))
      .map(e => e.outerHTML.slice(0, 200));
}"""
BARE_IMAGES = (
    "() => [...document.images].filter(i => !i.hasAttribute('alt')).map(i => i.outerHTML.slice(0, 160))"
)
CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
# Not the page's doing: at a deep link Streamlit looks for its server under the page's path first, and
# it complains when a test takes the server away.
HARMLESS = ("/_stcore/", "WebSocket", "ERR_CONNECTION_REFUSED")


def open_page(page: Page, url: str) -> None:
    """Goes to ``url`` and waits until the page is drawn."""
    page.goto(url)
    wait(page)


def wait(page: Page) -> None:
    """Until the script has run and nothing is a placeholder any more."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached(
        timeout=60_000
    )
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0, timeout=60_000)
    page.wait_for_timeout(150)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached(
        timeout=60_000
    )


def check(page: Page) -> None:
    """No console error, every control named, every chart and picture with a text alternative."""
    said = [text for text in page.said if not any(word in text for word in HARMLESS)]  # type: ignore[attr-defined]
    assert not said, f"the console says: {said}"
    assert not page.evaluate(UNNAMED), f"controls without a name: {page.evaluate(UNNAMED)}"
    assert not page.evaluate(MUTE_CHARTS), f"charts without a text alternative: {page.evaluate(MUTE_CHARTS)}"
    assert not page.evaluate(BARE_IMAGES), f"pictures without alt: {page.evaluate(BARE_IMAGES)}"
    assert not page.locator("[data-testid=stException]").count(), "a traceback is on the page"


def check_contrast(page: Page) -> None:
    """Every word stands out from what is behind it (WCAG 2.2 AA)."""
    page.mouse.move(0, 0)  # what is pointed at may look otherwise
    found = page.evaluate(CONTRAST)
    assert not found, f"words that are hard to read: {found}"
