"""What a kind of product is, and the kinds of all four goods scenes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of product.

    nouns : what the title may call it. shape : the drawing in ``drawing``. group : row of ``MATERIALS``.
    price : median in the shop's currency. sizes : what the size line may say.
    features : sentences about use that say nothing about taste. weight : share of the catalogue.
    """

    key: str
    path: str
    nouns: tuple[str, ...]
    shape: str
    group: str
    price: float
    sizes: tuple[str, ...]
    features: tuple[str, ...]
    weight: float = 1.0

    @property
    def department(self) -> str:
        return " > ".join(self.path.split(" > ")[:2])
