"""Silhouettes of jewelry; the stone or enamel shows the colour, the metal the material."""

import math

from xscene_core.scenes.generator.drawing.canvas import CREAM, GOLD, INK, METAL, Canvas
from xscene_core.scenes.generator.drawing.colour import darker, lighter

_METALS = {
    "plant": "#a9773f",
    "animal": "#8a5a3b",
    "technical": "#8d97a5",
    "luxe": "#dfa97c",
    "mineral": "#c9ccd2",
}


def _metal(c: Canvas) -> str:
    return (
        GOLD if c.look.variant == 2 and c.look.material in ("luxe", "mineral") else _METALS[c.look.material]
    )


def _gem(c: Canvas, x: float, y: float, size: float) -> None:
    """A cut stone seen from above."""
    outline = [
        (x + size * math.cos(k * math.pi / 4 + 0.39), y + size * math.sin(k * math.pi / 4 + 0.39))
        for k in range(8)
    ]
    inner = [((px + x) / 2, (py + y) / 2) for px, py in outline]
    c.shape(outline)
    c.shape([outline[4], outline[5], outline[6], inner[6], inner[5], inner[4]], fill=c.light)
    c.shape([outline[0], outline[1], outline[2], inner[2], inner[1], inner[0]], fill=c.dark)


def _strand(c: Canvas, bottom: float, width: float = 34) -> list[tuple[float, float]]:
    return [
        (50 + width * math.cos(a), 14 + (bottom - 14) * math.sin(a))
        for a in (k * math.pi / 24 for k in range(25))
    ]


def _box_card(c: Canvas) -> None:
    c.box(14, 12, 86, 90, 6, fill="#ddd5c6")
    c.box(14, 10, 86, 87, 6, fill="#fffdf8")


def ring(c: Canvas) -> None:
    c.shadow(28, 72, 91)
    c.ring(24, 40, 76, 92, 6, darker(_metal(c), 0.25))
    c.ring(24, 38, 76, 90, 5.4, _metal(c))
    c.shape([(36, 38), (64, 38), (58, 48), (42, 48)], fill=_metal(c))
    _gem(c, 50, 27, 18)


def band(c: Canvas) -> None:
    c.shadow(20, 80, 86)
    c.ellipse(14, 22, 86, 84)
    c.ellipse(14, 20, 86, 72, fill=lighter(_metal(c), 0.2))
    c.ellipse(22, 27, 78, 66, fill="#e9e3d8")
    c.arc((14, 22, 86, 84), 20, 160, 3, _metal(c))
    if c.look.variant:
        c.ellipse(39, 70, 61, 86, fill=_metal(c))
        c.ellipse(43, 73, 57, 83, fill=c.accent)


def studs(c: Canvas) -> None:
    _box_card(c)
    for x in (34, 66):
        c.ellipse(x - 14, 34, x + 14, 62, fill=_metal(c))
        _gem(c, x, 48, 11)
    c.line([(38, 76), (62, 76)], 2, "#d7cfbf")


def hoops(c: Canvas) -> None:
    for x in (30, 70):
        c.ring(x - 20, 30, x + 20, 80, 6.5, darker(_metal(c), 0.2))
        c.ring(x - 20, 28, x + 20, 78, 5.4, _metal(c))
        c.ellipse(x - 6, 71, x + 6, 85)
        c.line([(x, 28), (x, 20)], 1.8, METAL)


def drops(c: Canvas) -> None:
    for x in (30, 70):
        c.arc((x - 6, 8, x + 6, 22), 150, 400, 1.8, _metal(c))
        c.ellipse(x - 4, 24, x + 4, 32, fill=c.accent)
        c.line([(x, 18), (x, 46)], 1.6, _metal(c))
        c.blob([(x, 38), (x - 8, 58), (x - 12, 72), (x, 86), (x + 12, 72), (x + 8, 58)])
        c.ellipse(x - 6, 62, x - 1, 70, fill=c.light)


def necklace(c: Canvas) -> None:
    c.line(_strand(c, 58), 2, _metal(c))
    c.ellipse(46.5, 55, 53.5, 62, fill=_metal(c))
    if c.look.variant == 0:
        c.ellipse(36, 60, 64, 90, fill=_metal(c))
        c.ellipse(39, 63, 61, 87)
    elif c.look.variant == 1:
        _gem(c, 50, 76, 15)
    else:
        c.blob([(50, 90), (34, 72), (36, 62), (44, 61), (50, 67), (56, 61), (64, 62), (66, 72)])


def beads(c: Canvas) -> None:
    for place, (x, y) in enumerate(_strand(c, 78)[::2]):
        size = 4.2 + 2.6 * math.sin(place * math.pi / 12)
        c.ellipse(x - size, y - size, x + size, y + size, fill=None if place % 3 else c.accent)
        c.ellipse(x - size * 0.5, y - size * 0.6, x, y - size * 0.1, fill=CREAM)


def chain(c: Canvas) -> None:
    for place, (x, y) in enumerate(_strand(c, 76)[::2]):
        wide, high = (5.6, 4.2) if place % 2 else (4.2, 5.6)
        c.ring(
            x - wide, y - high, x + wide, y + high, 2.4, _metal(c) if place % 2 else darker(_metal(c), 0.18)
        )
    c.ellipse(44, 76, 56, 92)


def bangle(c: Canvas) -> None:
    c.shadow(14, 86, 82)
    c.ellipse(8, 26, 92, 84)
    c.ellipse(8, 20, 92, 70, fill=_metal(c))
    c.ellipse(17, 26, 83, 64, fill="#eae4d9")
    c.arc((8, 26, 92, 84), 15, 165, 1.8, _metal(c))


def bracelet(c: Canvas) -> None:
    for k in range(24):
        angle = k * math.pi / 12
        x, y = 50 + 38 * math.cos(angle), 44 + 28 * math.sin(angle)
        c.ring(x - 4, y - 4, x + 4, y + 4, 2, _metal(c) if k % 2 else darker(_metal(c), 0.2))
    for x, y in ((26, 72), (50, 78), (74, 72)):
        c.line([(x, y - 8), (x, y)], 1.4, _metal(c))
    c.blob([(26, 88), (18, 78), (21, 72), (26, 75), (31, 72), (34, 78)])
    c.ellipse(42, 78, 58, 94)
    _gem(c, 74, 80, 8)


def brooch(c: Canvas) -> None:
    if c.look.variant == 0:
        for k in range(6):
            x, y = 50 + 22 * math.cos(k * math.pi / 3), 50 + 22 * math.sin(k * math.pi / 3)
            c.ellipse(x - 15, y - 15, x + 15, y + 15)
        c.ellipse(38, 38, 62, 62, fill=_metal(c))
        c.ellipse(43, 43, 57, 57, fill=c.accent)
    elif c.look.variant == 1:
        c.symblob([(50, 40), (30, 14), (10, 22), (14, 46), (40, 52), (50, 54)])
        c.symblob([(50, 50), (30, 56), (22, 74), (34, 84), (48, 66), (50, 60)], fill=c.accent)
        c.line([(50, 26), (50, 74)], 4, _metal(c))
        c.line([(50, 28), (42, 16)], 1.6, _metal(c))
        c.line([(50, 28), (58, 16)], 1.6, _metal(c))
    else:
        c.shape(
            [(50, 8), (60, 38), (92, 38), (66, 56), (76, 88), (50, 69), (24, 88), (34, 56), (8, 38), (40, 38)]
        )
        c.ellipse(42, 42, 58, 58, fill=_metal(c))


def wristwatch(c: Canvas) -> None:
    c.box(39, 3, 61, 97, 5)
    c.ellipse(22, 22, 78, 78, fill=darker(_metal(c), 0.2))
    c.ellipse(24, 24, 76, 76, fill=_metal(c))
    c.ellipse(30, 30, 70, 70, fill=CREAM)
    for x, y in ((50, 34), (66, 50), (50, 66), (34, 50)):
        c.ellipse(x - 1.4, y - 1.4, x + 1.4, y + 1.4, fill=c.dark)
    c.line([(50, 50), (50, 38)], 2, INK)
    c.line([(50, 50), (58, 55)], 2, INK)
    c.box(77, 47, 82, 53, 1, fill=_metal(c))


def hairpin(c: Canvas) -> None:
    for k in range(7):
        x = 26 + 8 * k
        c.line([(x, 42), (x, 86 - 1.2 * (k - 3) ** 2)], 3, _metal(c))
    c.symblob([(50, 20), (28, 24), (14, 38), (20, 50), (50, 50)])
    for x in (32, 50, 68):
        c.ellipse(x - 4.5, 30, x + 4.5, 39, fill=c.accent)
        c.ellipse(x - 2, 32, x + 1, 35, fill=CREAM)


SHAPES = {
    "ring": ring,
    "band": band,
    "studs": studs,
    "hoops": hoops,
    "drops": drops,
    "necklace": necklace,
    "beads": beads,
    "chain": chain,
    "bangle": bangle,
    "bracelet": bracelet,
    "brooch": brooch,
    "wristwatch": wristwatch,
    "hairpin": hairpin,
}
