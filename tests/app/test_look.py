"""Colours and type: readable on both themes by WCAG 2.2, and the same in charts as on the page."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pages.ui import charts

ROOT = Path(__file__).resolve().parents[2]
THEME: dict[str, Any] = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]
MODES = ("light", "dark")
TEXT, SHAPE = 4.5, 3.0
"""Least contrast of small text (WCAG 1.4.3) and of what is no text (1.4.11)."""


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""

    def luminance(colour: str) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def channels(colour: str) -> list[float]:
    return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]


def faded(ink: str, ground: str, opacity: float) -> str:
    """The colour that ``ink`` has on ``ground`` when it lets a part of it through."""
    mixed = [opacity * a + (1 - opacity) * b for a, b in zip(channels(ink), channels(ground), strict=True)]
    return "#" + "".join(f"{round(255 * channel):02X}" for channel in mixed)


def grounds(mode: str) -> list[str]:
    """What words stand on: the page, its boxes and the sidebar."""
    theme = THEME[mode]
    page = [theme["backgroundColor"], theme["secondaryBackgroundColor"]]
    return [*page, theme["sidebar"]["backgroundColor"], theme["sidebar"]["secondaryBackgroundColor"]]


def test_contrast_is_what_the_standard_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "name", ["textColor", "linkColor", "redColor", "orangeColor", "yellowColor", "greenColor", "grayColor"]
)
def test_every_colour_of_words_is_readable_on_the_page_and_in_its_boxes(mode: str, name: str) -> None:
    for ground in grounds(mode)[:2]:
        assert contrast(THEME[mode][name], ground) >= TEXT, ground


@pytest.mark.parametrize("mode", MODES)
def test_quiet_words_are_quiet_but_readable(mode: str) -> None:
    styles = [*(ROOT / "pages").rglob("*.css"), *(ROOT / "pages").rglob("*.py")]
    said = {
        float(found) for style in styles for found in re.findall(r"opacity:\s*(\.\d+)", style.read_text())
    }
    assert said, "no quiet words found; does the test still look in the right place?"
    for ground in grounds(mode):
        for opacity in said:
            ink = faded(THEME[mode]["textColor"], ground, opacity)
            assert contrast(ink, ground) >= TEXT, (opacity, ground)


@pytest.mark.parametrize("mode", MODES)
def test_the_main_colour_carries_white_words_and_stands_out(mode: str) -> None:
    main = THEME[mode]["primaryColor"]
    assert contrast("#FFFFFF", main) >= TEXT, "Streamlit writes white on its main buttons"
    for ground in grounds(mode):
        assert contrast(main, ground) >= SHAPE, ground


def test_headings_have_weights_that_streamlit_takes() -> None:
    assert all(weight in range(100, 1000, 100) for weight in THEME["headingFontWeights"])


@pytest.mark.parametrize("palette", [charts.LIGHT, charts.DARK], ids=["light", "dark"])
def test_series_colours_stand_out_from_the_page(palette: charts.Palette) -> None:
    page = THEME["dark" if palette.dark else "light"]["backgroundColor"]
    for colour in (*palette.series, palette.source, palette.target, palette.good, palette.bad):
        assert contrast(colour, page) >= SHAPE, colour


def test_config_and_charts_use_the_same_colours() -> None:
    for mode, palette in (("light", charts.LIGHT), ("dark", charts.DARK)):
        assert tuple(THEME[mode]["chartCategoricalColors"]) == palette.series
        assert tuple(THEME[mode]["chartSequentialColors"]) == palette.sequential
        assert tuple(THEME[mode]["chartDivergingColors"]) == palette.diverging


def test_words_in_cells_stand_out_from_every_colour_of_both_themes() -> None:
    from pages.ui import cell_text

    def light(colour) -> float:
        parts = [value / 255 for value in colour]
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    for look in (charts.LIGHT, charts.DARK):
        for ramp in (look.sequential, look.diverging):
            for step in range(101):
                ground = cell_text._between(ramp, step / 100)
                ink = (0, 0, 0) if cell_text._ink(ground) == "#000000" else (255, 255, 255)
                dark, bright = sorted([light(ground), light(ink)])
                assert (bright + 0.05) / (dark + 0.05) >= 4.5


def test_cells_without_a_value_stay_without_words() -> None:
    from pages.ui.cell_text import write_in_cells

    figure = charts.canvas()
    texts = [["", "a"], ["b", "none"]]
    write_in_cells(figure, "xy", "pq", [[0.0, 1.0], [0.5, None]], texts, charts.LIGHT.sequential, 0.0, 1.0)
    written = {
        (x, y, word) for trace in figure.data for x, y, word in zip(trace.x, trace.y, trace.text, strict=True)
    }
    assert written == {("y", "p", "a"), ("x", "q", "b")}


def test_equal_values_get_an_axis_that_does_not_magnify_them() -> None:
    from pages.ui.compare_figures import Mark, dot_plot

    low, high = dot_plot([Mark("a", 1.0, 1.0, 1.0)], "accuracy").layout.xaxis.range
    assert low < 0.995 < 1.005 < high
