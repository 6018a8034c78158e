"""The cloth a product is cut from: the pattern shows its style, the finish its material."""

import math
from functools import lru_cache

from PIL import Image, ImageDraw

from xscene_core.scenes.generator.drawing.colour import darker, distinct, lighter, mix

Draw = ImageDraw.ImageDraw


@lru_cache(maxsize=256)
def cloth(pattern: str, main: str, accent: str, material: str, side: int) -> Image.Image:
    """(side, side) RGB picture to be cut out; callers must not change it."""
    image = Image.new("RGB", (side, side), main)
    draw = ImageDraw.Draw(image)
    unit = side / 100
    _PATTERNS[pattern](draw, unit, main, distinct(accent, main))
    _FINISHES[material](draw, unit, main)
    return image


def _plain(draw: Draw, u: float, main: str, accent: str) -> None:
    draw.rectangle((0, 0, 100 * u, 100 * u), fill=main)


def _check(draw: Draw, u: float, main: str, accent: str) -> None:
    band, cross = mix(main, accent, 0.45), mix(main, accent, 0.8)
    for k in range(0, 100, 14):
        draw.rectangle((k * u, 0, (k + 5) * u, 100 * u), fill=band)
    for k in range(0, 100, 14):
        draw.rectangle((0, k * u, 100 * u, (k + 5) * u), fill=band)
    for x in range(0, 100, 14):
        for y in range(0, 100, 14):
            draw.rectangle((x * u, y * u, (x + 5) * u, (y + 5) * u), fill=cross)
    for k in range(9, 100, 14):
        draw.line((k * u, 0, k * u, 100 * u), fill=lighter(main, 0.45), width=round(u))


def _dots(draw: Draw, u: float, main: str, accent: str) -> None:
    for row, y in enumerate(range(2, 104, 12)):
        for x in range(2 + 8 * (row % 2), 108, 16):
            draw.ellipse(((x - 4.6) * u, (y - 4.6) * u, (x + 4.6) * u, (y + 4.6) * u), fill=accent)
    for row, y in enumerate(range(2, 104, 24)):
        for x in range(10 + 16 * (row % 2), 108, 32):
            draw.ellipse(((x - 2) * u, (y - 2) * u, (x + 2) * u, (y + 2) * u), fill="#ffffff")


def _quilt(draw: Draw, u: float, main: str, accent: str) -> None:
    draw.rectangle((0, 0, 100 * u, 38 * u), fill=accent)
    seam = darker(main, 0.4)
    for k in range(-100, 101, 15):
        draw.line((k * u, 38 * u, (k + 62) * u, 100 * u), fill=seam, width=round(0.9 * u))
        draw.line(((k + 62) * u, 38 * u, k * u, 100 * u), fill=seam, width=round(0.9 * u))
    draw.rectangle((0, 37 * u, 100 * u, 39.5 * u), fill=seam)


def _flowers(draw: Draw, u: float, main: str, accent: str) -> None:
    petal = distinct(lighter(accent, 0.45), main, 0.15)
    for row, y in enumerate(range(4, 104, 13)):
        for x in range(4 + 8 * (row % 2), 108, 17):
            for leaf in range(5):
                angle = leaf * 2 * math.pi / 5 + row
                cx, cy = x + 2.6 * math.cos(angle), y + 2.6 * math.sin(angle)
                draw.ellipse(((cx - 2) * u, (cy - 2) * u, (cx + 2) * u, (cy + 2) * u), fill=petal)
            draw.ellipse(((x - 1.4) * u, (y - 1.4) * u, (x + 1.4) * u, (y + 1.4) * u), fill="#f4c95d")


def _stripes(draw: Draw, u: float, main: str, accent: str) -> None:
    white = distinct("#fbf7ee", main, 0.12)
    for y in range(0, 100, 11):
        draw.rectangle((0, y * u, 100 * u, (y + 5) * u), fill=white)


def _zigzag(draw: Draw, u: float, main: str, accent: str) -> None:
    colours = (accent, lighter(main, 0.55), darker(main, 0.35))
    for number, y in enumerate(range(-4, 108, 9)):
        points = [
            (x * u, (y + (4.5 if place % 2 else -1.5)) * u) for place, x in enumerate(range(-2, 108, 6))
        ]
        draw.line(points, fill=colours[number % 3], width=round(2.4 * u), joint="curve")


def _grid(draw: Draw, u: float, main: str, accent: str) -> None:
    shades = (main, lighter(main, 0.22), darker(main, 0.2), mix(main, accent, 0.7), darker(main, 0.34))
    step = 17
    for row, y in enumerate(range(-6, 104, step)):
        for column, x in enumerate(range(-6, 104, step)):
            corners = [
                (x * u, y * u),
                ((x + step) * u, y * u),
                ((x + step) * u, (y + step) * u),
                (x * u, (y + step) * u),
            ]
            turn = (row + column) % 2
            draw.polygon(
                [corners[turn], corners[1 + turn], corners[2 + turn]], fill=shades[(3 * row + 2 * column) % 5]
            )
            draw.polygon(
                [corners[turn], corners[2 + turn], corners[(3 + turn) % 4]],
                fill=shades[(row + 4 * column + 2) % 5],
            )


_PATTERNS = {
    "plain": _plain, "check": _check, "dots": _dots, "quilt": _quilt, "flowers": _flowers,
    "stripes": _stripes, "zigzag": _zigzag, "grid": _grid,
}  # fmt: skip


def _weave(draw: Draw, u: float, main: str) -> None:
    for k in range(0, 100, 4):
        draw.line((k * u, 0, k * u, 100 * u), fill=darker(main, 0.12), width=1)


def _knit(draw: Draw, u: float, main: str) -> None:
    for y in range(0, 100, 7):
        for x in range(0, 100, 7):
            at = (x + (3.5 if y % 14 else 0)) * u
            draw.line((at, y * u, at + 1.6 * u, (y + 2.2) * u), fill=darker(main, 0.22), width=2)


def _sheen(draw: Draw, u: float, main: str) -> None:
    for start in (26, 35):
        width = 6 if start == 26 else 2
        draw.polygon(
            [
                (start * u, 0),
                ((start + width) * u, 0),
                ((start + width - 22) * u, 100 * u),
                ((start - 22) * u, 100 * u),
            ],
            fill=lighter(main, 0.4),
        )


def _speckle(draw: Draw, u: float, main: str) -> None:
    for k in range(90):
        x, y = (k * 61.8) % 100, (k * 38.2 + (k * k) % 17) % 100
        draw.ellipse((x * u, y * u, (x + 1) * u, (y + 1) * u), fill=darker(main, 0.3))


def _smooth(draw: Draw, u: float, main: str) -> None:
    return None


_FINISHES = {"plant": _weave, "animal": _knit, "technical": _smooth, "luxe": _sheen, "mineral": _speckle}
