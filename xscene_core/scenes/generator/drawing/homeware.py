"""Silhouettes of textiles, tableware, lamps and furniture."""

from xscene_core.scenes.generator.drawing.canvas import CREAM, GOLD, INK, METAL, WOOD, Canvas

_GLOW, _LEAF, _LEAF_DARK = "#fff0bf", "#6f9e5b", "#4f7d47"


def cushion(c: Canvas) -> None:
    c.shadow(16, 84, 84)
    c.blob([(14, 22), (50, 27), (86, 22), (81, 52), (86, 84), (50, 79), (14, 84), (19, 52)])
    for x, y in ((14, 22), (86, 22), (14, 84), (86, 84)):
        c.ellipse(x - 3, y - 3, x + 3, y + 3, fill=c.accent)


def throw(c: Canvas) -> None:
    c.shadow(14, 86, 82)
    for level, y in enumerate((60, 44, 28)):
        c.box(14 + 2 * level, y, 86 - 2 * level, y + 22, 9)
        c.line([(22 + 2 * level, y + 20), (80 - 2 * level, y + 20)], 1.4, c.dark)
    for x in range(20, 82, 6):
        c.line([(x, 80), (x - 1, 89)], 1.6, c.accent)


def rug(c: Canvas) -> None:
    c.shape([(24, 28), (76, 28), (94, 76), (6, 76)])
    c.line([(27, 33), (73, 33), (87, 71), (13, 71), (27, 33)], 2, c.accent)
    for x in range(8, 94, 6):
        c.line([(x, 77), (x - 1, 84)], 1.4, CREAM)
    for x in range(26, 76, 5):
        c.line([(x, 27), (x, 23)], 1.2, CREAM)


def bedding(c: Canvas) -> None:
    c.box(8, 20, 92, 56, 5, fill=WOOD)
    c.box(8, 50, 92, 88, 4, fill="#efe9df")
    for left in (16, 53):
        c.box(left, 36, left + 31, 56, 8, fill=CREAM)
    c.blob([(8, 58), (30, 54), (50, 57), (70, 54), (92, 58), (94, 86), (50, 89), (6, 86)])
    c.shape([(8, 58), (92, 58), (92, 65), (8, 67)], fill=c.accent)


def towel(c: Canvas) -> None:
    c.line([(10, 20), (90, 20)], 4, METAL)
    c.box(24, 17, 62, 88, 3)
    c.box(24, 70, 62, 78, 0, fill=c.accent)
    c.box(54, 17, 80, 64, 3, fill=c.light)
    c.box(54, 50, 80, 56, 0, fill=c.dark)


def tablelamp(c: Canvas) -> None:
    c.ellipse(10, 0, 90, 70, fill=_GLOW)
    c.shadow(32, 68, 88)
    c.symblob([(50, 48), (45, 54), (36, 70), (40, 86), (50, 88)])
    c.sym([(36, 14), (22, 50), (50, 50)], fill=c.light)
    c.line([(23, 48), (77, 48)], 2.4, c.accent)
    c.line([(36, 15), (64, 15)], 2, c.accent)


def floorlamp(c: Canvas) -> None:
    c.ellipse(22, 0, 98, 56, fill=_GLOW)
    c.shadow(26, 58, 91)
    c.ellipse(28, 86, 56, 93, fill=c.dark)
    c.line([(42, 88), (42, 30), (50, 14), (60, 14)], 2.6, INK, smooth=True)
    c.shape([(52, 12), (70, 12), (82, 38), (42, 38)])
    c.line([(43, 37), (81, 37)], 2, c.accent)


def pendant(c: Canvas) -> None:
    c.ellipse(12, 34, 88, 98, fill=_GLOW)
    c.line([(50, 0), (50, 30)], 1.6, INK)
    c.box(45, 24, 55, 33, 2, fill=GOLD)
    c.symblob([(50, 30), (36, 34), (22, 52), (16, 66), (50, 68)])
    c.ellipse(40, 62, 60, 76, fill="#fff8dd")


def vase(c: Canvas) -> None:
    c.shadow(30, 70, 90)
    for x, y, lean in ((36, 10, 46), (50, 5, 50), (65, 12, 54)):
        c.line([(lean, 46), (x, y + 6)], 1.6, _LEAF_DARK)
        c.ellipse(x - 5.5, y, x + 5.5, y + 11, fill=c.accent)
        c.ellipse(x - 2, y + 3.5, x + 2, y + 7.5, fill="#f4c95d")
    c.blob([(44, 36), (36, 24), (40, 40)], fill=_LEAF)
    c.blob([(56, 38), (68, 30), (60, 44)], fill=_LEAF)
    c.symblob([(50, 40), (42, 41), (43, 48), (30, 64), (34, 86), (50, 90)])


def mug(c: Canvas) -> None:
    c.shadow(22, 74, 84)
    c.ring(60, 40, 88, 70, 5, c.dark)
    c.line([(38, 14), (34, 20), (40, 24)], 1.8, "#d8d2c8", smooth=True)
    c.line([(52, 10), (48, 17), (54, 23)], 1.8, "#d8d2c8", smooth=True)
    c.box(20, 32, 72, 84, 10)
    c.ellipse(20, 27, 72, 39, fill=c.light)
    c.ellipse(24, 29.5, 68, 37.5, fill="#5c3d2b")


def plate(c: Canvas) -> None:
    c.shadow(14, 86, 86)
    c.ellipse(10, 12, 90, 88, fill=c.dark)
    c.ellipse(10, 10, 90, 86)
    c.ring(25, 25, 75, 71, 1.6, c.accent)
    c.ellipse(28, 28, 72, 68, fill=c.light)


def teapot(c: Canvas) -> None:
    c.shadow(22, 78, 84)
    c.arc((66, 34, 94, 72), 270, 100, 5, c.dark)
    c.blob([(26, 60), (10, 36), (4, 32), (10, 28), (20, 34), (32, 48)], fill=c.dark)
    c.symblob([(50, 32), (32, 36), (22, 58), (30, 80), (50, 84)])
    c.symblob([(50, 24), (38, 28), (34, 34), (50, 37)], fill=c.accent)
    c.ellipse(46, 17, 54, 25, fill=c.dark)


def bowl(c: Canvas) -> None:
    c.shadow(24, 76, 80)
    for x, y, colour in ((36, 34, "#e0724f"), (50, 30, "#e9b44c"), (63, 35, "#8fae5d")):
        c.ellipse(x - 9, y - 9, x + 9, y + 9, fill=colour)
    c.symblob([(50, 41), (12, 41), (20, 66), (36, 80), (50, 81)])
    c.line([(12, 42), (88, 42)], 3, c.light)


def armchair(c: Canvas) -> None:
    c.shadow(12, 88, 90)
    for x in (22, 78):
        c.line([(x, 80), (x, 91)], 4, WOOD)
    c.symblob([(50, 14), (30, 16), (25, 34), (26, 62), (50, 64)])
    c.box(24, 52, 76, 72, 7, fill=c.light)
    c.box(10, 42, 28, 84, 8)
    c.box(72, 42, 90, 84, 8)
    c.box(24, 68, 76, 84, 3, fill=c.dark)
    c.box(56, 34, 74, 54, 5, fill=c.accent)


def stool(c: Canvas) -> None:
    c.shadow(22, 78, 91)
    for top, foot in ((34, 24), (66, 76), (46, 42), (54, 58)):
        c.line([(top, 36), (foot, 90)], 3.4, WOOD)
    c.line([(29, 68), (71, 68)], 2.4, "#94693f")
    c.box(20, 24, 80, 40, 8)


def sidetable(c: Canvas) -> None:
    c.shadow(20, 80, 90)
    for top, foot in ((28, 24), (72, 76), (50, 50)):
        c.line([(top, 46), (foot, 90)], 3, INK)
    c.ellipse(12, 38, 88, 56, fill=c.dark)
    c.ellipse(12, 34, 88, 52)
    c.box(36, 24, 50, 42, 3, fill=CREAM)
    c.box(54, 36, 72, 40, 1, fill=c.accent)
    c.box(55, 32, 70, 36, 1, fill=METAL)


def shelf(c: Canvas) -> None:
    for x in (14, 86):
        c.line([(x, 10), (x, 90)], 3, INK)
    for y in (32, 60, 86):
        c.box(10, y, 90, y + 5, 1)
    for x, top, colour in ((20, 14, c.accent), (26, 18, c.dark), (32, 12, CREAM), (38, 16, c.light)):
        c.box(x, top, x + 5, 32, 0.6, fill=colour)
    c.symblob([(50, 46), (46, 50), (44, 60), (50, 60)], fill=c.accent)
    c.ellipse(66, 45, 80, 60, fill=_LEAF)
    c.box(69, 53, 77, 60, 1, fill=CREAM)
    c.box(22, 70, 44, 86, 1, fill=WOOD)
    c.box(58, 78, 80, 82, 0.6, fill=c.dark)
    c.box(60, 82, 78, 86, 0.6, fill=c.light)


def mirror(c: Canvas) -> None:
    tall = c.look.variant == 1
    left, right = (26, 74) if tall else (12, 88)
    c.ellipse(left, 8, right, 92)
    c.ellipse(left + 7, 15, right - 7, 85, fill="#dcebf0")
    c.line([(left + 18, 56), (left + 32, 30)], 4, "#f6fbfc")
    c.line([(left + 26, 62), (left + 34, 47)], 2.4, "#f6fbfc")


def clock(c: Canvas) -> None:
    c.ellipse(10, 10, 90, 90)
    c.ellipse(18, 18, 82, 82, fill=CREAM)
    for x, y in ((50, 24), (76, 50), (50, 76), (24, 50)):
        c.ellipse(x - 2.2, y - 2.2, x + 2.2, y + 2.2, fill=c.dark)
    c.line([(50, 50), (50, 31)], 3, INK)
    c.line([(50, 50), (65, 59)], 3, INK)
    c.line([(50, 50), (38, 66)], 1.2, c.accent)
    c.ellipse(47, 47, 53, 53, fill=INK)


def candle(c: Canvas) -> None:
    c.ellipse(18, 2, 82, 62, fill=_GLOW)
    c.shadow(26, 74, 88)
    c.box(26, 40, 74, 88, 8)
    c.ellipse(26, 35, 74, 47, fill=CREAM)
    c.line([(50, 41), (50, 32)], 1.4, INK)
    c.symblob([(50, 12), (46, 22), (45, 29), (50, 33)], fill="#f59f3a")
    c.symblob([(50, 20), (48, 26), (48, 30), (50, 32)], fill="#fde08a")
    c.box(36, 56, 64, 74, 2, fill=CREAM)
    c.line([(41, 62), (59, 62)], 1.4, c.dark)
    c.line([(44, 68), (56, 68)], 1.4, c.accent)


def basket(c: Canvas) -> None:
    c.shadow(22, 78, 86)
    c.arc((30, 10, 70, 62), 180, 360, 4, WOOD)
    c.sym([(16, 40), (25, 86), (50, 87)])
    for y in (52, 64, 76):
        c.line([(20, y), (80, y)], 1.2, c.dark)
    c.box(13, 36, 87, 45, 4, fill=c.accent)


def planter(c: Canvas) -> None:
    c.shadow(28, 72, 90)
    for tip in ((50, 6), (30, 14), (70, 14), (18, 30), (82, 30)):
        bend = ((tip[0] + 50) / 2 - 4, (tip[1] + 54) / 2), ((tip[0] + 50) / 2 + 5, (tip[1] + 54) / 2)
        c.blob([(50, 56), bend[0], tip, bend[1]], fill=_LEAF if tip[0] in (50, 18, 82) else _LEAF_DARK)
    c.sym([(28, 54), (34, 90), (50, 90)])
    c.box(24, 50, 76, 60, 3, fill=c.dark)


SHAPES = {
    "cushion": cushion,
    "throw": throw,
    "rug": rug,
    "bedding": bedding,
    "towel": towel,
    "tablelamp": tablelamp,
    "floorlamp": floorlamp,
    "pendant": pendant,
    "vase": vase,
    "mug": mug,
    "plate": plate,
    "teapot": teapot,
    "bowl": bowl,
    "armchair": armchair,
    "stool": stool,
    "sidetable": sidetable,
    "shelf": shelf,
    "mirror": mirror,
    "clock": clock,
    "candle": candle,
    "basket": basket,
    "planter": planter,
}
