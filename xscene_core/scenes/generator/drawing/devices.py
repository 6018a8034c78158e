"""Silhouettes of consumer electronics."""

from xscene_core.scenes.generator.drawing.canvas import CREAM, GOLD, INK, METAL, Canvas

_SCREEN, _GLOW = "#26303f", "#6fd3e8"


def headphones(c: Canvas) -> None:
    c.arc((18, 12, 82, 84), 180, 360, 8, c.dark)
    c.arc((21, 15, 79, 81), 200, 340, 3, c.accent)
    for left in (11, 69):
        c.box(left, 44, left + 20, 84, 9)
    c.box(27, 48, 35, 80, 4, fill=INK)
    c.box(65, 48, 73, 80, 4, fill=INK)


def earbuds(c: Canvas) -> None:
    c.shadow(24, 76, 88)
    c.box(22, 50, 78, 88, 16)
    c.line([(23, 62), (77, 62)], 1.5, c.dark)
    c.ellipse(48, 70, 52, 74, fill=_GLOW)
    for x, tilt in ((34, -1), (66, 1)):
        c.line([(x, 24), (x + 2 * tilt, 44)], 7, METAL)
        c.ellipse(x - 9, 12, x + 9, 30, fill=c.main)
        c.ellipse(x - 4, 17, x + 4, 25, fill=c.dark)


def speaker(c: Canvas) -> None:
    c.shadow(24, 76, 88)
    c.box(25, 12, 75, 88, 12)
    c.ellipse(31, 42, 69, 80, fill=INK)
    c.ellipse(38, 49, 62, 73, fill=c.accent)
    c.ellipse(45, 56, 55, 66, fill=INK)
    c.ellipse(40, 18, 60, 38, fill=INK)
    c.ellipse(45, 23, 55, 33, fill=METAL)


def turntable(c: Canvas) -> None:
    c.box(10, 22, 90, 82, 6)
    c.ellipse(16, 26, 68, 78, fill=INK)
    c.ring(22, 32, 62, 72, 0.8, "#5b5666")
    c.ring(27, 37, 57, 67, 0.8, "#5b5666")
    c.ellipse(34, 44, 50, 60, fill=c.accent)
    c.ellipse(40.5, 50.5, 43.5, 53.5, fill=CREAM)
    c.ellipse(74, 28, 84, 38, fill=METAL)
    c.line([(79, 33), (78, 56), (62, 64)], 2.4, METAL)
    c.ellipse(74, 68, 83, 77, fill=c.dark)


def radio(c: Canvas) -> None:
    c.shadow(12, 88, 82)
    c.line([(72, 32), (86, 8)], 1.6, METAL)
    c.arc((28, 18, 72, 50), 180, 360, 3, c.dark)
    c.box(10, 32, 90, 82, 9)
    c.box(16, 39, 52, 75, 4, fill=c.dark)
    for y in range(43, 74, 6):
        c.line([(20, y), (48, y)], 2, c.light)
    c.box(57, 40, 84, 52, 2, fill=CREAM)
    c.line([(66, 41), (66, 51)], 1.4, "#d7443e")
    for x in (58, 73):
        c.ellipse(x, 59, x + 12, 71, fill=METAL)


def smartwatch(c: Canvas) -> None:
    c.box(36, 4, 64, 96, 6)
    c.box(26, 26, 74, 74, 13, fill=METAL)
    c.box(29, 29, 71, 71, 11, fill=_SCREEN)
    c.box(74, 44, 78, 54, 1.5, fill=METAL)
    c.arc((36, 36, 64, 64), 270, 180, 4, c.accent)
    c.arc((42, 42, 58, 58), 270, 90, 3, _GLOW)


def phonecase(c: Canvas) -> None:
    c.shadow(30, 70, 92)
    c.box(27, 8, 73, 92, 10)
    c.box(32, 13, 52, 34, 6, fill=INK)
    for x, y in ((37, 18), (47, 18), (37, 28)):
        c.ellipse(x - 3.6, y - 3.6, x + 3.6, y + 3.6, fill="#59606e")
        c.ellipse(x - 1.6, y - 1.6, x + 1.6, y + 1.6, fill=_GLOW)
    c.box(71, 34, 75, 46, 1, fill=c.dark)


def powerbank(c: Canvas) -> None:
    c.shadow(28, 72, 90)
    c.box(28, 14, 72, 90, 9)
    for k in range(4):
        c.ellipse(36 + 8 * k - 2, 78, 36 + 8 * k + 2, 82, fill=_GLOW if k < 3 else CREAM)
    c.box(44, 11, 56, 16, 1, fill=INK)
    c.shape([(54, 30), (42, 52), (50, 52), (46, 68), (60, 44), (51, 44)], fill=c.accent)


def charger(c: Canvas) -> None:
    c.shadow(16, 84, 84)
    c.ellipse(14, 66, 86, 86, fill=c.dark)
    c.ellipse(14, 62, 86, 82)
    c.box(34, 18, 66, 72, 6, fill=INK)
    c.box(36.5, 21, 63.5, 69, 4, fill=_SCREEN)
    c.shape([(53, 30), (43, 48), (50, 48), (47, 60), (58, 42), (51, 42)], fill="#8be28b")
    c.line([(86, 76), (97, 80)], 2, INK)


def keyboard(c: Canvas) -> None:
    c.shadow(6, 94, 74)
    c.box(5, 32, 95, 74, 6)
    for row in range(4):
        for column in range(11):
            x, y = 9 + 7.5 * column, 37 + 8.6 * row
            if row == 3 and 3 <= column <= 6:
                continue
            c.box(
                x,
                y,
                x + 6,
                y + 6.6,
                1.4,
                fill=c.accent if (row, column) in ((0, 0), (2, 10), (3, 9)) else CREAM,
            )
    c.box(31.5, 62.8, 60, 69.4, 1.4, fill=CREAM)


def mouse(c: Canvas) -> None:
    c.shadow(28, 76, 88)
    c.line([(50, 18), (46, 6), (60, 2)], 2, INK, smooth=True)
    c.symblob([(50, 14), (34, 18), (28, 42), (30, 72), (38, 86), (50, 88)])
    c.line([(50, 15), (50, 44)], 1.2, c.dark)
    c.line([(29, 45), (50, 47), (71, 45)], 1.2, c.dark)
    c.box(47, 24, 53, 38, 3, fill=c.accent)


def monitor(c: Canvas) -> None:
    c.shadow(28, 72, 88)
    c.shape([(44, 66), (56, 66), (58, 84), (42, 84)], fill=METAL)
    c.box(30, 82, 70, 88, 3, fill=c.dark)
    c.box(6, 16, 94, 70, 4, fill=INK)
    c.box(9, 19, 91, 64, 2)
    c.box(18, 28, 50, 52, 2, fill=CREAM)
    c.line([(22, 34), (44, 34)], 1.6, c.dark)
    c.line([(22, 40), (40, 40)], 1.6, METAL)
    c.line([(22, 46), (43, 46)], 1.6, METAL)


def sleeve(c: Canvas) -> None:
    c.box(34, 18, 90, 70, 4, fill=METAL)
    c.box(10, 24, 80, 82, 6)
    c.line([(13, 32), (77, 32)], 2, c.dark)
    c.line([(68, 32), (68, 42)], 2, GOLD)
    c.box(20, 62, 38, 72, 2, fill=c.light)


def tablet(c: Canvas) -> None:
    c.box(16, 14, 76, 88, 6, fill=INK)
    c.box(20, 20, 72, 82, 2)
    c.blob([(28, 68), (40, 46), (50, 60), (58, 50), (68, 70), (48, 76)], fill=c.accent)
    c.ellipse(54, 28, 66, 40, fill=CREAM)
    c.line([(90, 20), (80, 76)], 3.6, CREAM)
    c.line([(80, 76), (79, 82)], 2, INK)


def ereader(c: Canvas) -> None:
    c.shadow(26, 74, 92)
    c.box(22, 8, 78, 92, 7)
    c.box(28, 15, 72, 80, 2, fill="#f2eee2")
    for y in range(22, 76, 6):
        c.line([(33, y), (67 - (y * 7) % 12, y)], 1.5, "#8d8a84")
    c.ellipse(46, 83, 54, 89, fill=c.dark)


def camera(c: Canvas) -> None:
    c.shadow(10, 90, 82)
    c.box(32, 20, 60, 36, 4, fill=c.dark)
    c.box(9, 30, 91, 82, 8)
    c.box(9, 30, 91, 41, 6, fill=METAL)
    c.ellipse(30, 36, 72, 78, fill=INK)
    c.ellipse(36, 42, 66, 72, fill="#4b5568")
    c.ellipse(43, 49, 59, 65, fill=_SCREEN)
    c.ellipse(46, 51, 52, 57, fill="#cfe8f5")
    c.box(74, 24, 84, 31, 2, fill=c.accent)
    c.box(76, 44, 86, 51, 1, fill=CREAM)


def controller(c: Canvas) -> None:
    c.symblob([(50, 32), (32, 28), (16, 36), (8, 66), (14, 80), (24, 76), (34, 64), (50, 64)])
    c.box(22, 44, 36, 49, 1, fill=INK)
    c.box(26.5, 39.5, 31.5, 53.5, 1, fill=INK)
    for x, y, colour in ((71, 40, "#e4574c"), (77, 46, "#f2c14e"), (65, 46, "#5bb98c"), (71, 52, "#4f86d9")):
        c.ellipse(x - 3, y - 3, x + 3, y + 3, fill=colour)
    for x in (40, 60):
        c.ellipse(x - 6, 52, x + 6, 64, fill=INK)
        c.ellipse(x - 3.5, 54.5, x + 3.5, 61.5, fill=c.accent)


def bulb(c: Canvas) -> None:
    c.ellipse(14, 2, 86, 74, fill="#fdf3cf")
    c.symblob([(50, 12), (32, 18), (26, 38), (36, 58), (40, 68), (50, 70)])
    c.box(40, 66, 60, 84, 3, fill=METAL)
    for y in (71, 76, 81):
        c.line([(40, y), (60, y - 1.5)], 1.4, "#868c96")
    c.symblob([(42, 84), (46, 90), (50, 90)], fill=INK)
    c.line([(44, 60), (42, 42), (50, 50), (58, 42), (56, 60)], 1.6, "#fff4c2")


def router(c: Canvas) -> None:
    c.shadow(10, 90, 82)
    for x in (24, 50, 76):
        c.line([(x, 60), (x, 22)], 4, c.dark)
    c.box(10, 56, 90, 82, 8)
    for k in range(4):
        c.ellipse(22 + 9 * k, 67, 26 + 9 * k, 71, fill="#8be28b" if k < 3 else c.accent)
    for k, size in enumerate((8, 15, 22)):
        c.arc((50 - size, 16 - size + 2 * k, 50 + size, 16 + size + 2 * k), 215, 325, 2, c.accent)


SHAPES = {
    "headphones": headphones, "earbuds": earbuds, "speaker": speaker, "turntable": turntable, "radio": radio,
    "smartwatch": smartwatch, "phonecase": phonecase, "powerbank": powerbank, "charger": charger,
    "keyboard": keyboard, "mouse": mouse, "monitor": monitor, "sleeve": sleeve, "tablet": tablet,
    "ereader": ereader, "camera": camera, "controller": controller, "bulb": bulb, "router": router,
}  # fmt: skip
