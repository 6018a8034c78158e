"""Small landscapes for tourist sites; the item's colour tints sky and roofs."""

import math

from xscene_core.scenes.generator.drawing.canvas import CREAM, GOLD, INK, METAL, WOOD, Canvas
from xscene_core.scenes.generator.drawing.colour import darker, lighter, mix

_WATER, _DEEP, _GRASS, _PINE, _ROCK, _WALL = "#7fb9d6", "#4f8fb8", "#8fb56a", "#4d7a52", "#8d8a93", "#f1e8d8"


def _sky(c: Canvas, night: bool = False) -> None:
    day = (("#cfe6f3", "#f8efe0"), ("#f3cfae", "#fbe9cf"), ("#b9dcea", "#e9f4ee"))[c.look.variant]
    low, high = ("#2b3358", "#4a4a7d") if night else (mix(day[0], c.main, 0.12), mix(day[1], c.main, 0.1))
    for k in range(6):
        c.box(0, 17 * k, 100, 17 * k + 18, 0, fill=mix(low, high, k / 5))
    if night:
        for x, y in ((14, 12), (30, 24), (52, 9), (70, 20), (88, 11), (42, 30)):
            c.ellipse(x - 0.9, y - 0.9, x + 0.9, y + 0.9, fill=CREAM)
        c.ellipse(76, 8, 88, 20, fill="#f7e7b5")
    else:
        c.ellipse(72, 8, 88, 24, fill="#fbd98b")
        c.ellipse(12, 14, 34, 22, fill="#ffffff")
        c.ellipse(22, 10, 40, 21, fill="#ffffff")


def _hills(c: Canvas, base: float, colour: str, shift: float = 0) -> None:
    top = [(x, base + 7 * math.sin((x + shift) / 13)) for x in range(-4, 106, 6)]
    c.shape([*top, (104, 100), (-4, 100)], fill=colour)


def _roof(c: Canvas, x: float, y: float, wide: float, high: float) -> None:
    """A roof with upturned eaves, centred at ``x``, its eaves at ``y``."""
    roof = darker(c.main, 0.12)
    c.shape(
        [
            (x - wide, y - 2.5),
            (x - wide * 0.55, y - high * 0.7),
            (x - wide * 0.42, y - high),
            (x + wide * 0.42, y - high),
            (x + wide * 0.55, y - high * 0.7),
            (x + wide, y - 2.5),
            (x + wide * 0.86, y + 1.5),
            (x - wide * 0.86, y + 1.5),
        ],
        fill=roof,
    )
    c.line([(x - wide * 0.44, y - high), (x + wide * 0.44, y - high)], 1.8, darker(c.main, 0.5))


def _tree(c: Canvas, x: float, y: float, size: float, colour: str = _PINE) -> None:
    c.line([(x, y), (x, y - size)], 1.6, "#7b5a3c")
    c.ellipse(x - size * 0.55, y - size * 1.7, x + size * 0.55, y - size * 0.5, fill=colour)


def _lantern(c: Canvas, x: float, y: float, size: float = 4) -> None:
    c.ellipse(x - size, y - size * 0.9, x + size, y + size * 0.9, fill="#e2483d")
    c.line([(x, y + size), (x, y + size + 2.6)], 1, GOLD)


def oldtown(c: Canvas) -> None:
    _sky(c)
    for x, top in ((18, 42), (50, 34), (82, 44)):
        c.box(x - 15, top, x + 15, 78, 0, fill=_WALL)
        _roof(c, x, top, 19, 11)
        c.box(x - 8, top + 12, x - 2, top + 22, 0.5, fill=WOOD)
        c.box(x + 3, top + 12, x + 9, top + 22, 0.5, fill=WOOD)
        _lantern(c, x, top + 8, 3)
    c.box(0, 74, 100, 100, 0, fill=_WATER)
    c.blob([(28, 84), (50, 89), (72, 84), (66, 93), (36, 93)], fill="#6b4a34")
    c.symblob([(50, 76), (42, 78), (41, 86), (50, 87)], fill="#a9773f")


def temple(c: Canvas) -> None:
    _sky(c)
    _hills(c, 64, "#a8c29a")
    c.box(22, 50, 78, 84, 0, fill="#b5483b")
    for x in (28, 42, 58, 72):
        c.line([(x, 50), (x, 84)], 2.6, "#8b2f2a")
    c.box(44, 60, 56, 84, 1, fill="#5d2a22")
    _roof(c, 50, 50, 40, 15)
    c.box(34, 26, 66, 36, 0, fill="#b5483b")
    _roof(c, 50, 28, 28, 13)
    c.box(14, 83, 86, 90, 1, fill="#d8d0c2")
    c.box(0, 89, 100, 100, 0, fill=_GRASS)
    _tree(c, 8, 90, 22, "#e0b13f")
    _tree(c, 93, 90, 20, "#e0b13f")


def museum(c: Canvas) -> None:
    _sky(c)
    c.box(12, 44, 88, 86, 0, fill=_WALL)
    c.shape([(8, 44), (50, 18), (92, 44)], fill=c.main)
    c.shape([(22, 41), (50, 24), (78, 41)], fill=c.light)
    for x in (20, 36, 52, 68):
        c.box(x, 47, x + 8, 82, 1, fill=lighter(_WALL, 0.6))
        c.line([(x + 7.4, 48), (x + 7.4, 82)], 1.2, "#cfc4ae")
    for y in (83, 88, 93):
        c.box(8 - (y - 83) / 2, y, 92 + (y - 83) / 2, y + 5, 0, fill=mix("#d8d0c2", "#b8ae9c", (y - 83) / 10))


def tower(c: Canvas) -> None:
    _sky(c, night=True)
    for x, top, wide in ((4, 62, 14), (20, 52, 12), (66, 56, 14), (82, 46, 16)):
        c.box(x, top, x + wide, 100, 0, fill="#39406b")
        for y in range(top + 5, 98, 8):
            c.line([(x + 4, y), (x + wide - 4, y)], 1.6, "#f2cf74")
    c.sym([(48.6, 8), (47, 30), (43, 100), (50, 100)], fill=METAL)
    c.ellipse(36, 28, 64, 44, fill=c.main)
    c.line([(37, 36), (63, 36)], 2.4, "#f7e7b5")
    c.ellipse(40, 56, 60, 66, fill=c.accent)
    c.line([(50, 10), (50, 2)], 1.6, "#e2483d")


def nightmarket(c: Canvas) -> None:
    _sky(c, night=True)
    c.line([(0, 22), (50, 32), (100, 20)], 1.2, INK, smooth=True)
    for x, y in ((10, 28), (30, 33), (50, 36), (70, 33), (90, 27)):
        _lantern(c, x, y, 5)
    for left in (6, 53):
        c.box(left + 2, 62, left + 39, 92, 0, fill=WOOD)
        for k in range(5):
            c.shape(
                [
                    (left + 8.2 * k, 50),
                    (left + 8.2 * (k + 1), 50),
                    (left + 8.2 * (k + 1), 62),
                    (left + 8.2 * k, 62),
                ],
                fill=CREAM if k % 2 else c.main,
            )
        c.ellipse(left + 10, 70, left + 30, 84, fill=CREAM)
        c.ellipse(left + 13, 68, left + 27, 77, fill="#e9a23b")
    c.box(0, 91, 100, 100, 0, fill="#4c4766")


def themepark(c: Canvas) -> None:
    _sky(c)
    _hills(c, 84, _GRASS, 9)
    c.line([(50, 46), (34, 92)], 3, METAL)
    c.line([(50, 46), (66, 92)], 3, METAL)
    c.ring(18, 14, 82, 78, 2.6, c.main)
    for k in range(8):
        x, y = 50 + 32 * math.cos(k * math.pi / 4), 46 + 32 * math.sin(k * math.pi / 4)
        c.line([(50, 46), (x, y)], 1.2, METAL)
        c.box(x - 5, y - 1, x + 5, y + 8, 2.5, fill=("#e2483d", "#f2c14e", "#4f86d9", "#5bb98c")[k % 4])
    c.ellipse(45, 41, 55, 51, fill=c.accent)


def zoo(c: Canvas) -> None:
    _sky(c)
    _hills(c, 78, _GRASS)
    for x in (10, 18, 88, 94):
        c.line([(x, 90), (x + 1, 20)], 3, "#7fa65b")
        c.blob([(x, 30), (x + 9, 26), (x + 12, 32), (x + 4, 34)], fill="#5f8d49")
    c.symblob([(50, 52), (30, 58), (24, 80), (32, 94), (50, 95)], fill=CREAM)
    c.blob([(26, 64), (36, 60), (42, 76), (34, 84), (24, 78)], fill=INK)
    c.blob([(74, 64), (64, 60), (58, 76), (66, 84), (76, 78)], fill=INK)
    for x in (31, 69):
        c.ellipse(x - 7, 18, x + 7, 32, fill=INK)
    c.ellipse(28, 22, 72, 62, fill="#fffdf8")
    for x, lean in ((40, -2), (60, 2)):
        c.ellipse(x - 6 + lean, 35, x + 6 + lean, 49, fill=INK)
        c.ellipse(x - 2, 38, x + 2, 42, fill=CREAM)
    c.ellipse(46, 48, 54, 53, fill=INK)
    c.line([(32, 88), (62, 72)], 2.6, "#7fa65b")


def aquarium(c: Canvas) -> None:
    for k in range(6):
        c.box(0, 17 * k, 100, 17 * k + 18, 0, fill=mix("#8ed0e6", "#28629b", k / 5))
    for x, y, size, colour in ((34, 34, 15, c.main), (68, 58, 12, c.accent), (28, 70, 8, "#f2c14e")):
        c.shape(
            [(x + size * 0.7, y), (x + size * 1.6, y - size * 0.6), (x + size * 1.6, y + size * 0.6)],
            fill=darker(colour, 0.2),
        )
        c.ellipse(x - size, y - size * 0.62, x + size, y + size * 0.62, fill=colour)
        c.line([(x - size * 0.1, y - size * 0.5), (x - size * 0.1, y + size * 0.5)], 2, CREAM)
        c.ellipse(x - size * 0.66, y - size * 0.28, x - size * 0.36, y + size * 0.02, fill=INK)
    for x, y in ((52, 20), (56, 12), (80, 34), (84, 26), (14, 50)):
        c.ring(x - 2.6, y - 2.6, x + 2.6, y + 2.6, 1, CREAM)
    for x in (8, 16, 90):
        c.line([(x, 100), (x + 3, 88), (x - 2, 78), (x + 2, 68)], 3, "#3f8f74", smooth=True)
    c.blob([(0, 94), (30, 90), (60, 95), (100, 90), (104, 104), (-4, 104)], fill="#e3cf9c")


def mountain(c: Canvas) -> None:
    _sky(c)
    for x, top, wide, shade in ((72, 30, 44, 0.25), (34, 16, 46, 0.0)):
        rock = mix(_ROCK, c.main, 0.35 - shade)
        c.shape([(x - wide, 86), (x, top), (x + wide, 86)], fill=rock)
        c.shape([(x, top), (x + wide, 86), (x + wide * 0.25, 86)], fill=darker(rock, 0.22))
        c.shape(
            [(x, top), (x - 12, top + 19), (x - 4, top + 15), (x + 2, top + 22), (x + 11, top + 17)],
            fill="#ffffff",
        )
    c.ellipse(-6, 56, 40, 68, fill="#ffffff")
    c.ellipse(52, 60, 108, 71, fill="#ffffff")
    _hills(c, 82, _PINE)
    for x in (12, 24, 80, 92):
        c.shape([(x - 7, 92), (x, 70), (x + 7, 92)], fill=darker(_PINE, 0.25))


def lake(c: Canvas) -> None:
    _sky(c)
    _hills(c, 42, mix("#9db8a4", c.main, 0.2), 20)
    _hills(c, 52, _PINE, 60)
    c.box(0, 58, 100, 100, 0, fill=_WATER)
    for x, y, wide in ((10, 68, 22), (60, 74, 28), (24, 84, 26), (66, 92, 18)):
        c.line([(x, y), (x + wide, y)], 1.4, lighter(_WATER, 0.5))
    c.box(30, 60, 46, 66, 1, fill=_GRASS)
    for x in (33, 43):
        c.line([(x, 61), (x, 50)], 1.6, "#8b2f2a")
    _roof(c, 38, 51, 12, 9)
    c.blob([(58, 80), (70, 84), (84, 80), (80, 87), (62, 87)], fill="#6b4a34")
    c.line([(70, 82), (70, 70)], 1.4, INK)
    c.shape([(70.5, 69), (70.5, 80), (80, 80)], fill=CREAM)


def waterfall(c: Canvas) -> None:
    _sky(c)
    c.blob([(-4, 30), (20, 20), (42, 26), (44, 78), (20, 104), (-4, 104)], fill=mix(_ROCK, c.main, 0.2))
    c.blob(
        [(104, 26), (80, 18), (60, 26), (58, 78), (80, 104), (104, 104)],
        fill=mix(darker(_ROCK, 0.2), c.main, 0.2),
    )
    c.shape([(42, 26), (60, 26), (62, 84), (38, 84)], fill="#d6edf5")
    for x in (45, 50, 55):
        c.line([(x, 28), (x + (x - 50) * 0.5, 80)], 1.6, "#9fcfe3")
    c.ellipse(16, 76, 84, 102, fill=_WATER)
    for x, y in ((38, 82), (48, 85), (58, 82)):
        c.ellipse(x - 8, y - 5, x + 8, y + 5, fill="#ffffff")
    for x in (10, 24, 78, 92):
        _tree(c, x, 30, 11)


def beach(c: Canvas) -> None:
    _sky(c)
    c.box(0, 46, 100, 74, 0, fill=_DEEP)
    c.box(0, 58, 100, 74, 0, fill=_WATER)
    c.blob([(-6, 72), (26, 68), (60, 73), (106, 67), (106, 106), (-6, 106)], fill="#f0dcae")
    c.line([(-2, 72), (26, 68), (60, 73), (102, 67)], 2.4, "#ffffff", smooth=True)
    c.line([(34, 94), (42, 56)], 2, CREAM)
    c.blob([(14, 66), (24, 50), (44, 44), (62, 54), (68, 72), (42, 62)], fill=c.main)
    c.blob([(30, 64), (36, 50), (44, 44), (52, 52), (54, 67), (42, 62)], fill=CREAM)
    c.box(56, 86, 84, 91, 2, fill=c.accent)
    c.line([(80, 88), (90, 78)], 3, c.accent)


def garden(c: Canvas) -> None:
    _sky(c)
    c.box(0, 48, 100, 72, 0, fill=_WALL)
    c.box(-2, 44, 102, 50, 0, fill=darker(c.main, 0.35))
    c.ellipse(30, 38, 70, 78, fill=_GRASS)
    c.ring(29, 37, 71, 79, 2.4, "#8a8378")
    _tree(c, 50, 76, 15, "#f0a6b4")
    c.box(0, 72, 100, 100, 0, fill="#a9c6a0")
    for x, y in ((14, 86), (34, 92), (66, 88), (86, 94)):
        c.ellipse(x - 9, y - 3, x + 9, y + 3, fill="#5f8d49")
        for tilt in (-4, 0, 4):
            c.ellipse(x + tilt - 2.4, y - 9, x + tilt + 2.4, y - 1, fill=c.accent if tilt else "#f7cfd6")


def grotto(c: Canvas) -> None:
    cliff = mix("#c9a877", c.main, 0.15)
    c.box(0, 0, 100, 100, 0, fill=cliff)
    for y in (14, 34, 58, 80):
        c.line([(-2, y), (30, y + 4), (66, y - 3), (102, y + 2)], 1.6, darker(cliff, 0.2), smooth=True)
    c.box(24, 16, 76, 96, 26, fill=darker(cliff, 0.55))
    c.ellipse(28, 20, 72, 64, fill=darker(GOLD, 0.2))
    c.symblob([(50, 58), (36, 62), (30, 78), (24, 90), (50, 94)], fill="#d8c29a")
    c.ellipse(40, 32, 60, 58, fill="#e3d0ab")
    c.ellipse(45, 25, 55, 35, fill="#8a7552")
    c.line([(44, 46), (48, 46)], 1.2, INK)
    c.line([(52, 46), (56, 46)], 1.2, INK)
    for x in (10, 90):
        c.box(x - 6, 40, x + 6, 62, 6, fill=darker(cliff, 0.5))
        c.ellipse(x - 3, 46, x + 3, 61, fill="#d8c29a")


def bridge(c: Canvas) -> None:
    _sky(c)
    _hills(c, 56, "#a8c29a")
    c.box(0, 66, 100, 100, 0, fill=_WATER)
    for x in (28, 72):
        c.line([(x, 84), (x, 20)], 4, c.main)
        for reach in (8, 16, 24):
            c.line([(x, 22), (x - reach, 62)], 0.9, METAL)
            c.line([(x, 22), (x + reach, 62)], 0.9, METAL)
    c.box(0, 61, 100, 67, 0, fill=darker(c.main, 0.35))
    for x, y in ((8, 80), (46, 86), (76, 92)):
        c.line([(x, y), (x + 16, y)], 1.4, lighter(_WATER, 0.5))


def hotspring(c: Canvas) -> None:
    _sky(c)
    _hills(c, 50, "#9db8a4")
    c.ellipse(4, 56, 96, 98, fill=_ROCK)
    c.ellipse(12, 62, 88, 92, fill="#7cc4c4")
    for k in range(10):
        x, y = 50 + 44 * math.cos(k * math.pi / 5), 77 + 19 * math.sin(k * math.pi / 5)
        c.ellipse(x - 8, y - 5, x + 8, y + 5, fill=mix(_ROCK, "#ffffff", 0.25 * (k % 3)))
    for x in (34, 50, 66):
        c.line([(x, 60), (x - 4, 50), (x + 3, 40), (x - 2, 30)], 2.6, "#ffffff", smooth=True)
    c.ellipse(44, 64, 56, 77, fill="#f0c9a4")
    c.box(43, 61, 57, 66, 2, fill=c.main)


def terrace(c: Canvas) -> None:
    _sky(c)
    for k, y in enumerate((36, 46, 56, 67, 79, 91)):
        green = mix("#a5c76a", "#4f8a4c", k / 5)
        top = [(x, y + 4 * math.sin(x / 15 + k * 0.8)) for x in range(-4, 106, 6)]
        c.shape([*top, (104, 104), (-4, 104)], fill=green)
        c.line(top, 2.2, "#cfe6ef" if k % 2 else lighter(green, 0.4))
    c.box(66, 42, 80, 54, 0, fill=_WALL)
    _roof(c, 73, 43, 12, 8)


def ski(c: Canvas) -> None:
    _sky(c)
    c.shape([(-4, 70), (36, 22), (58, 44), (74, 30), (104, 64), (104, 104), (-4, 104)], fill="#cfdfec")
    c.blob([(-6, 74), (30, 56), (64, 70), (106, 50), (106, 106), (-6, 106)], fill="#ffffff")
    for x, y in ((14, 78), (86, 70), (93, 82)):
        c.shape([(x - 7, y), (x, y - 20), (x + 7, y)], fill=_PINE)
        c.shape([(x - 3, y - 11), (x, y - 20), (x + 3, y - 11)], fill="#ffffff")
    c.line([(38, 88), (66, 80)], 2.2, c.dark)
    c.line([(40, 92), (68, 84)], 2.2, c.dark)
    c.line([(52, 83), (50, 72), (56, 64)], 5, c.main)
    c.ellipse(53, 53, 62, 62, fill=c.accent)
    c.line([(54, 68), (66, 70)], 2.6, c.main)


SHAPES = {
    "oldtown": oldtown, "temple": temple, "museum": museum, "tower": tower, "nightmarket": nightmarket,
    "themepark": themepark, "zoo": zoo, "aquarium": aquarium, "mountain": mountain, "lake": lake,
    "waterfall": waterfall, "beach": beach, "garden": garden, "grotto": grotto, "bridge": bridge,
    "hotspring": hotspring, "terrace": terrace, "ski": ski,
}  # fmt: skip
