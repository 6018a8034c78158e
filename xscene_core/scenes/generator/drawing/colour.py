"""Arithmetic on ``#rrggbb`` colours."""

RGB = tuple[int, int, int]


def rgb(colour: str) -> RGB:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(one: str, other: str, share: float) -> str:
    """``share`` of ``other`` in ``one``, 0 to 1."""
    pairs = zip(rgb(one), rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def lighter(colour: str, share: float) -> str:
    return mix(colour, "#ffffff", share)


def darker(colour: str, share: float) -> str:
    return mix(colour, "#1c1622", share)


def luminance(colour: str) -> float:
    """0 black to 1 white, as the eye weighs the channels."""
    red, green, blue = rgb(colour)
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def distinct(colour: str, ground: str, least: float = 0.2) -> str:
    """``colour``, moved away from ``ground`` until a pattern of it can be seen."""
    gap = luminance(colour) - luminance(ground)
    if abs(gap) >= least:
        return colour
    return lighter(colour, 0.5) if luminance(ground) < 0.6 else darker(colour, 0.35)
