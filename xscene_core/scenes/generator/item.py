"""An item with its truth: what the catalogue shows, and the attributes that tastes act on."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Look:
    """What the picture needs: colours are ``#rrggbb``; ``pattern`` follows the style."""

    shape: str
    main: str
    accent: str
    pattern: str
    material: str
    variant: int


@dataclass(frozen=True)
class GeneratedItem:
    """attributes : attribute -> value, e.g. ``{"style": "vintage", "palette": "earth"}``; numbers for
    ordered ones. Tastes only look here, never at the text."""

    item_id: str
    title: str
    description: str
    category: str
    brand: str
    price: float
    look: Look
    kind: str
    noun: str
    department: str
    attributes: dict[str, str | float] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    """The words for style, colour and material that the text uses; reviews repeat them."""
