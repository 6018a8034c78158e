"""The catalogues of apparel, home, electronics, jewelry and store."""

import numpy as np

from xscene_core.scenes.generator import prose
from xscene_core.scenes.generator.item import GeneratedItem, Look
from xscene_core.scenes.generator.phrases import SERIES
from xscene_core.scenes.generator.products import Kind
from xscene_core.scenes.generator.vocabulary import MATERIALS, OCCASIONS, PALETTES, STYLES

# Invented makers, three tiers of price each: (value, middle, premium).
BRANDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "apparel": (
        ("Tamsel", "Dayfold", "Orrin Basics", "Pellow"),
        ("Brackenfold", "Quillmere", "Nordlauv", "Haskett & Row", "Fennimore Lane", "Sablewick"),
        ("Atelier Vantorra", "Maison Oriel-Pike", "Lysander Crewe"),
    ),
    "home": (
        ("Hobbin", "Kladde", "Plainfare"),
        ("Stillhus", "Ember & Loam", "Wickersby", "Tallow Street", "Ostergard Living", "Moorhen"),
        ("Casa Belvaro", "Thistledown Works", "Aurelio Strand"),
    ),
    "electronics": (
        ("Zindle", "Paxo", "Volty"),
        ("Auralis Nine", "Kestrio", "Mimeo Labs", "Norrvolt", "Pulsewright", "Hertzfeld"),
        ("Lumenaut", "Opus Cassini", "Vektorhaus"),
    ),
    "jewelry": (
        ("Tinker & Tid", "Glimmerly"),
        ("Saltspoon", "Ottilie Fay", "Corvine", "Maren Lise", "Silverbirch Bench"),
        ("Delacroy-Finch", "House of Amarante"),
    ),
}
PATTERNS = {
    "minimalist": "plain",
    "vintage": "check",
    "bold": "dots",
    "outdoor": "quilt",
    "romantic": "flowers",
    "coastal": "stripes",
    "folk": "zigzag",
    "urban": "grid",
}


def catalogue(
    scene: str,
    prefix: str,
    kinds: tuple[Kind, ...],
    count: int,
    rng: np.random.Generator,
    channel: str = "online",
) -> list[GeneratedItem]:
    """``count`` items over ``kinds``; styles and palettes are balanced so that no value is rare."""
    share = np.array([kind.weight for kind in kinds])
    chosen = (
        rng.permutation(np.resize(np.arange(len(kinds)), count))
        if np.ptp(share) == 0
        else rng.choice(len(kinds), size=count, p=share / share.sum())
    )
    styles = rng.permutation(np.resize(np.array(list(STYLES)), count))
    palettes = rng.permutation(np.resize(np.array(list(PALETTES)), count))
    return [
        _item(
            scene,
            f"{prefix}{number + 1:04d}",
            kinds[int(chosen[number])],
            str(styles[number]),
            str(palettes[number]),
            rng,
            channel,
        )
        for number in range(count)
    ]


def _item(
    scene: str, item_id: str, kind: Kind, style: str, palette: str, rng: np.random.Generator, channel: str
) -> GeneratedItem:
    others = [name for name in STYLES if name != style]
    second_style = str(rng.choice(others)) if rng.random() < 0.3 else ""
    colours = PALETTES[palette]
    colour, second = (str(name) for name in rng.choice(list(colours), size=2, replace=False))
    family = str(rng.choice(list(MATERIALS[kind.group])))
    material = str(rng.choice(MATERIALS[kind.group][family]))
    occasion = str(rng.choice(list(OCCASIONS)))
    responsible = bool(rng.random() < 0.3)
    tier = int(rng.choice(3, p=[0.3, 0.5, 0.2]))
    brand_of = BRANDS[
        scene if scene in BRANDS else ("apparel" if kind.group in ("cloth", "knit", "leather") else "home")
    ]
    level = float(rng.normal((tier - 1) * 0.45 + (family == "luxe") * 0.15, 0.22))
    wording = prose.Wording(
        kind=kind,
        noun=str(rng.choice(kind.nouns)),
        brand=str(rng.choice(brand_of[tier])),
        series=str(rng.choice(SERIES)),
        style=style,
        second_style=second_style,
        palette=palette,
        colour=colour,
        second_colour=second,
        family=family,
        material=material,
        occasion=occasion,
        responsible=responsible,
        tier=tier,
        channel=channel,
    )
    text, words = prose.description(wording, rng)
    return GeneratedItem(
        item_id=item_id,
        title=prose.title(wording, words[0], rng),
        description=text,
        category=kind.path,
        brand=wording.brand,
        price=_shelf_price(kind.price * float(np.exp(level))),
        look=Look(
            kind.shape, colours[colour], colours[second], PATTERNS[style], family, int(rng.integers(3))
        ),
        kind=kind.key,
        noun=wording.noun,
        department=kind.department,
        attributes={
            "style": style,
            "second_style": second_style,
            "palette": palette,
            "material": family,
            "occasion": occasion,
            "responsible": float(responsible),
            "price_level": round(level, 4),
        },
        words=(*words, colour, material),
    )


def _shelf_price(price: float) -> float:
    """Prices as shops write them: .90 or .95 below 100, whole numbers ending in 5 or 9 above."""
    if price < 100:
        return float(np.floor(price)) + (0.95 if int(price) % 2 else 0.9)
    return float(np.round(price / 10) * 10 - (1 if int(price) % 2 else 5))
