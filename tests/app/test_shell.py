"""What all pages share: navigation, header, links, errors, CSV, time and text in words."""

import logging
import re

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import cards, charts, errors, tables, wording
from pages.ui.navigation import PAGES
from tests.app.conftest import OpenPage
from xscene_core.home import Home
from xscene_core.scenes.library import SceneLibrary


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_on_an_empty_home_without_an_error(open_page: OpenPage, name: str) -> None:
    app = open_page(name)
    assert app.title[0].value
    assert not app.error


def test_the_share_link_holds_the_parameters_of_the_view(open_page: OpenPage) -> None:
    app = open_page("scenes", view="distances", measure="words")
    links = [block.value for block in app.code]
    assert any("measure=words" in link and "view=distances" in link for link in links)


@pytest.mark.parametrize("name", ["overview", "compare", "align", "new_category"])
def test_a_page_that_ends_early_can_be_shared_too(open_page: OpenPage, stored_home: Home, name: str) -> None:
    assert open_page(name, theme="kept").code[0].value.endswith("theme=kept")


def test_a_broken_store_becomes_a_sentence_on_the_page(open_page: OpenPage, home: Home) -> None:
    home.database.write_bytes(b"this is no database" * 100)
    app = open_page("adapt")
    assert app.error
    assert "Traceback" not in app.error[0].value


def test_a_broken_scene_does_not_hide_the_others(open_page: OpenPage, home: Home) -> None:
    folder = home.scenes / "torn"
    folder.mkdir(parents=True)
    (folder / "card.json").write_text("{", encoding="utf-8")
    app = open_page("scenes")
    words = " ".join(str(element.value) for element in [*app.markdown, *app.caption])
    assert "cannot be read" in words
    assert all(name in str(app) for name in SceneLibrary(home).names())


SCRIPT = """
from pages.ui import errors
from xscene_core.errors import InputError
with errors.shown():
    raise {error}
"""


def shown(error: str) -> str:
    return str(AppTest.from_string(SCRIPT.format(error=error)).run().error[0].value)


def test_known_errors_say_what_where_and_what_next() -> None:
    words = shown("InputError('The file is empty', where='items', todo='Upload it again.')")
    assert re.search(r"The file is empty.*\n.*items.*\n.*Upload it again", words)


def test_markdown_signs_in_an_error_are_shown_as_they_are() -> None:
    assert "a\\_b\\*" in shown("InputError('There is no scene a_b*')")


def test_unexpected_errors_are_logged_and_shown_without_their_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="xscene.app"):
        assert "secret" not in shown("ZeroDivisionError('secret path')")
    assert "secret path" in caplog.text


def test_text_of_others_is_never_markup() -> None:
    assert "<img" not in cards.chip("<img src=x onerror=alert(1)>")
    assert cards.escape('"><script>') == "&quot;&gt;&lt;script&gt;"
    assert errors.plain("[click](http://x) **b** :red[a]").count("\\") >= 10


def test_csv_opens_in_a_spreadsheet_with_chinese_and_without_running_formulas() -> None:
    frame = pd.DataFrame({"title": ["=1+1", "@cmd", "红茶", "-x"], "n": [-1, 2, 3, 4]})
    data = tables.csv_bytes(frame)
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.decode("utf-8-sig").splitlines()
    assert lines[1:] == ["'=1+1,-1", "'@cmd,2", "红茶,3", "'-x,4"]


def test_a_chart_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="text alternative"):
        charts.chart(charts.canvas(), alt=" ", key="x")


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, "–"), (0.4, "0 s"), (61, "61 s"), (130, "2 min"), (7200, "2.0 h")]
)
def test_durations_are_rounded_as_one_says_them(seconds: float | None, words: str) -> None:
    assert wording.duration(seconds) == words
