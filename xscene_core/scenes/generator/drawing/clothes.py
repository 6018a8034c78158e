"""Silhouettes of clothes and hats."""

from xscene_core.scenes.generator.drawing.canvas import CREAM, GOLD, METAL, Canvas


def _body(c: Canvas, hem: float, sleeve_end: tuple[float, float], inner: tuple[float, float]) -> None:
    x, y = sleeve_end
    c.sym([(41, 20), (30, 24), (x - 4, y - 2), (x + 5, y + 3), inner, (30, hem), (50, hem)])


def _buttons(c: Canvas, top: float, bottom: float, count: int = 4) -> None:
    for k in range(count):
        y = top + (bottom - top) * k / (count - 1)
        c.ellipse(48.4, y - 1.6, 51.6, y + 1.6, fill=CREAM)


def tee(c: Canvas) -> None:
    c.sym([(41, 20), (29, 24), (12, 42), (23, 52), (30, 45), (30, 84), (50, 84)])
    c.ellipse(41, 15, 59, 26, fill=c.dark)
    if c.look.variant == 1:
        c.box(54, 40, 64, 52, 1, fill=c.light)


def shirt(c: Canvas) -> None:
    _body(c, 86, (13, 66), (31, 46))
    c.line([(50, 26), (50, 85)], 1.2, c.dark)
    c.shape([(50, 28), (38, 19), (34, 27), (43, 36)], fill=c.light)
    c.shape([(50, 28), (62, 19), (66, 27), (57, 36)], fill=c.light)
    c.sym([(42, 17), (50, 28)], fill=c.dark)
    _buttons(c, 40, 78)


def sweater(c: Canvas) -> None:
    _body(c, 82, (12, 70), (31, 48))
    c.ellipse(39, 14, 61, 27, fill=c.accent)
    c.ellipse(42, 15, 58, 24, fill=c.dark)
    c.box(30, 78, 70, 85, 2, fill=c.accent)
    c.line([(9, 70), (18, 75)], 6, c.accent)
    c.line([(91, 70), (82, 75)], 6, c.accent)


def cardigan(c: Canvas) -> None:
    _body(c, 84, (12, 70), (31, 48))
    c.shape([(42, 17), (58, 17), (50, 46)], fill=CREAM)
    c.line([(42, 18), (50, 46), (58, 18)], 3, c.dark)
    c.line([(50, 46), (50, 84)], 3, c.dark)
    c.box(33, 64, 44, 76, 2, fill=c.light)
    c.box(56, 64, 67, 76, 2, fill=c.light)
    _buttons(c, 50, 80)


def hoodie(c: Canvas) -> None:
    c.symblob([(50, 10), (38, 13), (33, 25), (40, 34), (50, 36)], fill=c.dark)
    _body(c, 82, (12, 70), (31, 48))
    c.symblob([(50, 13), (41, 15), (37, 25), (42, 33), (50, 35)])
    c.symblob([(50, 17), (44, 19), (42, 26), (46, 31), (50, 32)], fill=c.dark)
    c.line([(46, 32), (45, 46)], 1.4, CREAM)
    c.line([(54, 32), (55, 44)], 1.4, CREAM)
    c.sym([(38, 60), (33, 75), (50, 75)], fill=c.light)
    c.box(30, 79, 70, 85, 2, fill=c.dark)


def jacket(c: Canvas) -> None:
    _body(c, 80, (12, 68), (31, 47))
    c.sym([(40, 15), (37, 26), (50, 30)], fill=c.dark)
    c.line([(50, 26), (50, 80)], 2, METAL)
    c.box(33, 42, 45, 52, 1.5, fill=c.dark)
    c.box(55, 42, 67, 52, 1.5, fill=c.dark)
    c.line([(34, 68), (44, 62)], 2, c.dark)
    c.line([(66, 68), (56, 62)], 2, c.dark)
    c.box(30, 77, 70, 84, 2, fill=c.dark)


def coat(c: Canvas) -> None:
    c.sym([(42, 12), (31, 16), (15, 58), (24, 62), (33, 40), (27, 92), (50, 92)])
    c.shape([(50, 42), (40, 11), (32, 18), (40, 38)], fill=c.dark)
    c.shape([(50, 42), (60, 11), (68, 18), (60, 38)], fill=c.dark)
    c.line([(50, 42), (50, 91)], 1.2, c.dark)
    for y in (50, 62, 74):
        for x in (45, 55):
            c.ellipse(x - 1.8, y - 1.8, x + 1.8, y + 1.8, fill=GOLD)


def dress(c: Canvas) -> None:
    c.sym([(40, 12), (37, 24), (41, 44), (20, 88), (50, 90)])
    c.sym([(44, 11), (45, 20), (50, 25)], fill=CREAM)
    c.sym([(40, 42), (40, 48), (50, 49)], fill=c.accent)
    if c.look.variant:
        c.shape([(38, 14), (27, 34), (33, 38), (41, 26)])
        c.shape([(62, 14), (73, 34), (67, 38), (59, 26)])


def skirt(c: Canvas) -> None:
    c.sym([(34, 22), (18, 80), (50, 84)])
    for x, end in ((42, 34), (50, 50), (58, 66)):
        c.line([(x, 30), (end, 82)], 1.2, c.dark)
    c.box(33, 17, 67, 25, 2, fill=c.accent)


def trousers(c: Canvas) -> None:
    c.sym([(33, 14), (27, 90), (42, 90), (50, 40)])
    c.box(32.5, 11, 67.5, 18, 1, fill=c.dark)
    c.line([(50, 18), (50, 38)], 1.2, c.dark)
    c.line([(37, 19), (34, 30)], 1.2, c.dark)
    c.line([(63, 19), (66, 30)], 1.2, c.dark)


def shorts(c: Canvas) -> None:
    c.sym([(30, 24), (19, 74), (45, 78), (50, 52)])
    c.box(29, 20, 71, 28, 2, fill=c.dark)
    c.line([(47, 28), (45, 40)], 1.5, CREAM)
    c.line([(53, 28), (55, 38)], 1.5, CREAM)


def beanie(c: Canvas) -> None:
    c.ellipse(43, 10, 57, 24, fill=c.accent)
    c.symblob([(50, 18), (30, 26), (22, 50), (24, 66), (50, 70)])
    c.box(18, 58, 82, 78, 6, fill=c.dark)
    for x in range(24, 82, 8):
        c.line([(x, 61), (x, 75)], 1.2, c.main)


def sunhat(c: Canvas) -> None:
    c.shadow(14, 86, 76)
    c.ellipse(6, 54, 94, 78)
    c.symblob([(50, 24), (32, 28), (27, 50), (28, 64), (50, 67)])
    c.symblob([(28, 56), (27, 62), (34, 67), (50, 69), (50, 62), (34, 59)], fill=c.accent)


def scarf(c: Canvas) -> None:
    c.shape([(54, 34), (68, 34), (74, 84), (57, 86)])
    c.shape([(34, 36), (50, 36), (46, 90), (28, 88)])
    c.symblob([(50, 18), (26, 24), (22, 36), (34, 46), (50, 48)])
    c.symblob([(50, 22), (36, 26), (36, 32), (50, 36)], fill=c.dark)
    for k in range(5):
        c.line([(30 + 3.6 * k, 88), (29 + 3.6 * k, 95)], 1.2, c.accent)
        c.line([(59 + 3.4 * k, 85), (60 + 3.4 * k, 92)], 1.2, c.accent)


def glove(c: Canvas) -> None:
    c.blob(
        [
            (36, 82),
            (33, 62),
            (22, 54),
            (15, 42),
            (20, 34),
            (28, 38),
            (35, 46),
            (35, 24),
            (43, 12),
            (60, 12),
            (68, 24),
            (66, 60),
            (64, 82),
        ]
    )
    c.box(32, 74, 68, 90, 4, fill=c.accent)
    for x in range(37, 68, 6):
        c.line([(x, 77), (x, 87)], 1, c.dark)


def sock(c: Canvas) -> None:
    for dx in (14, -6):
        c.blob(
            [
                (36 + dx, 12),
                (56 + dx, 12),
                (56 + dx, 50),
                (57 + dx, 62),
                (46 + dx, 78),
                (26 + dx, 88),
                (15 + dx, 84),
                (17 + dx, 72),
                (34 + dx, 60),
            ]
        )
        c.box(35 + dx, 9, 57 + dx, 19, 2, fill=c.accent)
        c.blob([(15 + dx, 84), (17 + dx, 74), (25 + dx, 70), (30 + dx, 84), (25 + dx, 88)], fill=c.accent)


SHAPES = {
    "tee": tee, "shirt": shirt, "sweater": sweater, "cardigan": cardigan, "hoodie": hoodie, "jacket": jacket,
    "coat": coat, "dress": dress, "skirt": skirt, "trousers": trousers, "shorts": shorts, "beanie": beanie,
    "sunhat": sunhat, "scarf": scarf, "glove": glove, "sock": sock,
}  # fmt: skip
