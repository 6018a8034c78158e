"""Small product pictures, drawn from what an item is: silhouette from its kind, colour from its palette,
pattern from its style, finish from its material."""

from xscene_core.scenes.generator.drawing import bags_and_shoes, clothes, devices, homeware, jewels, sights
from xscene_core.scenes.generator.drawing.canvas import SIDE, Canvas
from xscene_core.scenes.generator.item import Look

SHAPES = {
    **clothes.SHAPES,
    **bags_and_shoes.SHAPES,
    **homeware.SHAPES,
    **devices.SHAPES,
    **jewels.SHAPES,
    **sights.SHAPES,
}

__all__ = ["SHAPES", "SIDE", "picture"]


def picture(look: Look) -> bytes:
    """PNG bytes of a ``SIDE`` x ``SIDE`` palette picture. KeyError for an unknown shape."""
    canvas = Canvas(look)
    SHAPES[look.shape](canvas)
    if look.shape in sights.SHAPES and look.variant == 1:
        canvas.mirror()
    return canvas.png()
