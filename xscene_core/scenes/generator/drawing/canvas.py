"""A small drawing surface in percent coordinates: x to the right, y downwards, 0 to 100."""

import io
from collections.abc import Callable, Sequence

from PIL import Image, ImageChops, ImageDraw, ImageOps

from xscene_core.scenes.generator.drawing.colour import darker, distinct, lighter, mix
from xscene_core.scenes.generator.drawing.patterns import cloth
from xscene_core.scenes.generator.item import Look

SIDE = 112
_SCALE = 3  # drawn larger, then reduced, for smooth edges
_COLOURS = 40
METAL, GOLD, WOOD, CREAM, INK = "#c3c8cf", "#d9ab4e", "#b78a5c", "#fbf6ea", "#3a3540"

Points = Sequence[tuple[float, float]]


class Canvas:
    """One picture. A part without ``fill`` is cut from the item's patterned cloth and shaded at its edge."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.main = look.main
        self.accent = distinct(look.accent, look.main)
        self.dark, self.light = darker(look.main, 0.42), lighter(look.main, 0.45)
        self.side = SIDE * _SCALE
        self.unit = self.side / 100
        self._cloth = cloth(look.pattern, look.main, look.accent, look.material, self.side)
        ground = mix(lighter(look.main, 0.84), "#f3efe8", 0.45)
        self.image = Image.new("RGB", (self.side, self.side), ground)
        self._draw = ImageDraw.Draw(self.image)
        self.ellipse(8, 6, 92, 90, fill=lighter(ground, 0.45))

    # -- parts -------------------------------------------------------------------------------
    def shape(self, points: Points, fill: str | None = None) -> None:
        """A polygon with corners."""
        self._part(lambda draw, paint: draw.polygon(self._pixels(points), fill=paint), fill)

    def blob(self, points: Points, fill: str | None = None) -> None:
        """A smooth closed outline through ``points`` (Catmull-Rom)."""
        self.shape(_smooth(points), fill)

    def sym(self, half: Points, fill: str | None = None) -> None:
        """A polygon mirrored at x = 50; ``half`` is its left side from top to bottom."""
        self.shape([*half, *((100 - x, y) for x, y in reversed(half))], fill)

    def symblob(self, half: Points, fill: str | None = None) -> None:
        """``sym`` with a smooth outline."""
        self.blob([*half, *((100 - x, y) for x, y in reversed(half) if x != 50)], fill)

    def ellipse(self, left: float, top: float, right: float, bottom: float, fill: str | None = None) -> None:
        box = self._box(left, top, right, bottom)
        self._part(lambda draw, paint: draw.ellipse(box, fill=paint), fill)

    def box(
        self, left: float, top: float, right: float, bottom: float, radius: float = 0, fill: str | None = None
    ) -> None:
        box, corner = self._box(left, top, right, bottom), radius * self.unit
        self._part(lambda draw, paint: draw.rounded_rectangle(box, corner, fill=paint), fill)

    def line(self, points: Points, width: float, fill: str, smooth: bool = False) -> None:
        """An open line with round ends."""
        path = self._pixels(_smooth(points, closed=False) if smooth else points)
        thick = max(1, round(width * self.unit))
        self._draw.line(path, fill=fill, width=thick, joint="curve")
        half = thick / 2
        for x, y in (path[0], path[-1]):
            self._draw.ellipse((x - half, y - half, x + half, y + half), fill=fill)

    def ring(self, left: float, top: float, right: float, bottom: float, width: float, fill: str) -> None:
        """The outline of an ellipse."""
        self._draw.ellipse(
            self._box(left, top, right, bottom), outline=fill, width=max(1, round(width * self.unit))
        )

    def arc(
        self, box: tuple[float, float, float, float], start: float, end: float, width: float, fill: str
    ) -> None:
        """Part of the outline of an ellipse; degrees clockwise from 3 o'clock."""
        self._draw.arc(self._box(*box), start, end, fill=fill, width=max(1, round(width * self.unit)))

    def shadow(self, left: float, right: float, y: float) -> None:
        """What a thing standing at height ``y`` throws on the ground."""
        colour = mix(darker(self.main, 0.3), "#e6e0d8", 0.72)
        self.ellipse(left, y - 3, right, y + 3, fill=colour)

    def mirror(self) -> None:
        """Swaps left and right."""
        self.image = ImageOps.mirror(self.image)

    # -- result ------------------------------------------------------------------------------
    def png(self) -> bytes:
        """PNG bytes with a palette, ``SIDE`` pixels square."""
        small = self.image.resize((SIDE, SIDE), Image.Resampling.BOX)
        palette = small.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        stream = io.BytesIO()
        palette.save(stream, "PNG", optimize=True)
        return stream.getvalue()

    # -- inside ------------------------------------------------------------------------------
    def _box(self, *edges: float) -> tuple[float, float, float, float]:
        left, top, right, bottom = (edge * self.unit for edge in edges)
        return left, top, right, bottom

    def _pixels(self, points: Points) -> list[tuple[float, float]]:
        return [(x * self.unit, y * self.unit) for x, y in points]

    def _part(self, paint: Callable[[ImageDraw.ImageDraw, str | int], None], fill: str | None) -> None:
        if fill is not None:
            paint(self._draw, fill)
            return
        mask = Image.new("L", (self.side, self.side), 0)
        paint(ImageDraw.Draw(mask), 255)
        inside = mask.getbbox()  # the rest of the picture need not be touched
        if inside is None:
            return
        mask = mask.crop(inside)
        self.image.paste(self._cloth.crop(inside), inside, mask)
        lit = Image.new("L", mask.size, 0)
        lit.paste(mask, (-round(3.5 * self.unit), -round(2.5 * self.unit)))
        edge = ImageChops.subtract(mask, lit).point(_FAINT)
        self.image.paste(darker(self.main, 0.75), inside, edge)


_FAINT = [round(level * 0.24) for level in range(256)]


def _smooth(points: Points, closed: bool = True, steps: int = 7) -> list[tuple[float, float]]:
    count = len(points)
    curve = []
    for k in range(count if closed else count - 1):
        at = [
            points[(k + d) % count] if closed else points[min(max(k + d, 0), count - 1)]
            for d in (-1, 0, 1, 2)
        ]
        for step in range(steps):
            t = step / steps
            curve.append((_catmull(t, *(x for x, _ in at)), _catmull(t, *(y for _, y in at))))
    return curve if closed else [*curve, points[-1]]


def _catmull(t: float, a: float, b: float, c: float, d: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
