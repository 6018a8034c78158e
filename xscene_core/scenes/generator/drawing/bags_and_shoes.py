"""Silhouettes of shoes and bags."""

from xscene_core.scenes.generator.drawing.canvas import CREAM, GOLD, INK, METAL, Canvas


def sneaker(c: Canvas) -> None:
    c.shadow(8, 94, 76)
    c.blob(
        [(10, 66), (12, 38), (22, 34), (34, 40), (48, 36), (62, 52), (84, 58), (92, 68), (80, 72), (20, 72)]
    )
    c.box(8, 66, 94, 76, 5, fill=CREAM)
    c.line([(9, 72), (93, 72)], 1.2, c.dark)
    c.blob([(12, 40), (22, 36), (30, 42), (22, 52), (12, 52)], fill=c.dark)
    for k in range(4):
        c.line([(42 + 5 * k, 47 - 1 + 3.4 * k), (51 + 5 * k, 41 + 3.8 * k)], 1.8, CREAM)


def boot(c: Canvas) -> None:
    c.shadow(14, 92, 86)
    c.blob([(24, 12), (52, 12), (53, 44), (66, 56), (84, 62), (90, 76), (70, 82), (24, 82), (22, 50)])
    c.shape([(20, 78), (91, 78), (92, 86), (46, 86), (44, 83), (38, 83), (38, 88), (20, 88)], fill=INK)
    for k in range(5):
        c.line([(46, 20 + 7 * k), (55, 18 + 8 * k)], 1.8, CREAM)
    c.box(22, 9, 54, 16, 3, fill=c.dark)


def sandal(c: Canvas) -> None:
    c.shadow(8, 94, 72)
    c.blob([(8, 64), (20, 60), (50, 64), (84, 62), (94, 66), (88, 72), (14, 72)], fill="#c79c6b")
    c.line([(10, 71), (90, 71)], 3, INK)
    c.blob([(54, 64), (60, 44), (74, 42), (84, 62), (70, 64)])
    c.blob([(14, 62), (18, 36), (26, 34), (30, 60)])
    c.line([(24, 44), (60, 50)], 5, c.dark)
    c.box(38, 43, 46, 52, 1, fill=GOLD)


def backpack(c: Canvas) -> None:
    c.arc((40, 4, 60, 24), 180, 360, 3, c.dark)
    c.box(22, 34, 32, 80, 5, fill=c.dark)
    c.box(68, 34, 78, 80, 5, fill=c.dark)
    c.symblob([(50, 12), (32, 15), (26, 34), (26, 82), (34, 88), (50, 88)])
    c.symblob([(50, 12), (32, 15), (27, 34), (36, 44), (50, 45)], fill=c.accent)
    c.box(33, 56, 67, 80, 5, fill=c.dark)
    c.box(36, 59, 64, 77, 4)
    c.line([(36, 62), (64, 62)], 1.5, METAL)
    c.box(47, 40, 53, 50, 1, fill=GOLD)


def tote(c: Canvas) -> None:
    c.shadow(20, 80, 88)
    c.arc((34, 8, 66, 64), 180, 360, 3.4, c.dark)
    c.sym([(22, 36), (17, 86), (50, 88)])
    c.line([(22, 38), (78, 38)], 2.4, c.dark)
    c.box(44, 54, 56, 66, 2, fill=c.light)
    c.ellipse(48.5, 44, 51.5, 47, fill=GOLD)


SHAPES = {"sneaker": sneaker, "boot": boot, "sandal": sandal, "backpack": backpack, "tote": tote}
