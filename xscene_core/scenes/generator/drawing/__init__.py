"""Small product pictures, drawn from what an item is."""

import io

from PIL import Image, ImageDraw

from xscene_core.scenes.generator.item import Look

SIDE = 96


def picture(look: Look) -> bytes:
    """PNG bytes of a ``SIDE`` x ``SIDE`` palette picture."""
    image = Image.new("RGB", (SIDE, SIDE), "#f4f1ec")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((22, 22, 74, 78), 14, fill=look.main)
    draw.rounded_rectangle((34, 34, 62, 46), 6, fill=look.accent)
    stream = io.BytesIO()
    image.quantize(16).save(stream, "PNG", optimize=True)
    return stream.getvalue()
