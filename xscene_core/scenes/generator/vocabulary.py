# ruff: noqa: E501 (a table: one record, however long, on its lines)
"""The words that carry taste. They are the same words in apparel, home, electronics, jewelry and store.

Every latent attribute value owns a small vocabulary of near and not so near synonyms. An item says its
value with two or three of them, so two items of one style rarely share a word: that the words belong
together can only be learned from what people choose, which is the knowledge that transfers.
"""

STYLES: dict[str, tuple[str, ...]] = {
    "minimalist": (
        "understated", "pared-back", "uncluttered", "clean-lined", "quiet", "spare", "restrained", "unfussy",
    ),
    "vintage": (
        "retro", "time-honoured", "old-world", "nostalgic", "mid-century", "old-fashioned", "archival", "patinated",
    ),
    "bold": (
        "striking", "eye-catching", "graphic", "daring", "unapologetic", "show-stopping", "maximalist", "theatrical",
    ),
    "outdoor": (
        "rugged", "trail-ready", "weatherproof", "field-tested", "utilitarian", "alpine", "storm-proof", "campfire-ready",
    ),
    "romantic": (
        "delicate", "dreamy", "graceful", "whimsical", "ethereal", "petal-soft", "moonlit", "wistful",
    ),
    "coastal": (
        "breezy", "sun-bleached", "nautical", "summery", "salt-washed", "maritime", "laid-back", "sea-worn",
    ),
    "folk": (
        "artisanal", "hand-worked", "bohemian", "folkloric", "well-travelled", "nomadic", "free-spirited", "story-rich",
    ),
    "urban": (
        "sleek", "industrial", "futuristic", "geometric", "architectural", "metropolitan", "modular", "sharp-edged",
    ),
}  # fmt: skip

STYLE_LINES: dict[str, tuple[str, ...]] = {
    "minimalist": (
        "Nothing here that does not need to be.",
        "We took things away until only the idea was left.",
        "It does its work and asks for no applause.",
        "One line, one colour, one good reason to exist.",
    ),
    "vintage": (
        "Could have come out of a grandparent's attic, minus the dust.",
        "Redrawn from a 1958 pattern book we found at a flea market.",
        "The kind of thing people will ask where you inherited it.",
        "Made to look as if it already has a past.",
    ),
    "bold": (
        "Expect to be asked about it before you have sat down.",
        "If the room goes silent, that was the point.",
        "Clashes on purpose, and gets away with it.",
        "Not for shy corners.",
    ),
    "outdoor": (
        "Rain, mud and a fully loaded car boot were part of the test plan.",
        "As happy on a ridge as it is by the back door.",
        "Built the way rescue kit is built: it simply keeps going.",
        "Bring it home dirty; it does not mind.",
    ),
    "romantic": (
        "Like a letter found between the pages of a novel.",
        "Made for candlelight and long conversations.",
        "There is a little of the summer ball about it.",
        "Softer at every second glance.",
    ),
    "coastal": (
        "It brings the smell of the quay with it.",
        "Think bare feet on warm boards and nothing planned until supper.",
        "Looks best with the window open and the gulls complaining.",
        "Takes its mood from low water on a bright morning.",
    ),
    "folk": (
        "No two come off the loom or the bench quite the same.",
        "Every motif has a tale, and most of them contradict each other.",
        "Borrowed from market squares from here to the end of the bus line.",
        "Meant to be mixed with things you picked up along the way.",
    ),
    "urban": (
        "Reads like a floor plan: straight to the point, then a surprise.",
        "At home between glass, concrete and the last train.",
        "Drawn on a grid and proud of it.",
        "Feels like next year's city.",
    ),
}

# Which styles, and which palettes, the same people tend to love. Deliberately not the pairs that the words
# suggest: a text encoder cannot know them, a model trained on choices can.
STYLE_PAIRS = (("minimalist", "outdoor"), ("vintage", "urban"), ("bold", "folk"), ("romantic", "coastal"))
PALETTE_PAIRS = (("earth", "sea"), ("forest", "pastel"), ("bright", "mono"), ("jewel", "sunset"))

PALETTE_NAMES = {
    "earth": "earth tones", "pastel": "pastels", "mono": "monochromes", "jewel": "jewel tones",
    "bright": "brights", "sea": "sea shades", "forest": "forest shades", "sunset": "sunset shades",
}  # fmt: skip

# Colour names by palette, with the colour that the picture shows.
PALETTES: dict[str, dict[str, str]] = {
    "earth": {
        "ochre": "#c98a2b", "terracotta": "#c4623f", "umber": "#7a5237", "rust": "#a94f2a",
        "clay": "#b9805f", "tobacco": "#8f6239",
    },
    "pastel": {
        "blush": "#eebfc0", "lilac": "#c9b6e4", "mint": "#b5e0c8", "powder blue": "#b4d0ea",
        "peach": "#f6c9a8", "buttermilk": "#f3e3a9",
    },
    "mono": {
        "black": "#2b2b2e", "charcoal": "#4a4c52", "ivory": "#efe8d8", "slate grey": "#7b838c",
        "chalk": "#e4e4e0", "graphite": "#5b5e63",
    },
    "jewel": {
        "emerald": "#1f8a5f", "sapphire": "#24509c", "ruby": "#a51c3c", "amethyst": "#7b4aa3",
        "garnet": "#7f1d33", "peacock": "#0f6d7e",
    },
    "bright": {
        "tangerine": "#f5821f", "lemon": "#f6d32d", "cobalt": "#1f4fd1", "hot pink": "#ef3f8f",
        "scarlet": "#e0242b", "lime": "#9fcf2c",
    },
    "sea": {
        "navy": "#22375e", "aqua": "#4fb7c4", "seafoam": "#9fd8c6", "indigo": "#39458f",
        "teal": "#1f7f83", "sky blue": "#7ab4e0",
    },
    "forest": {
        "moss": "#76823b", "olive": "#6b6b33", "fern": "#4d8a4c", "pine": "#2b5741",
        "sage": "#9cad8f", "bottle green": "#1d4a38",
    },
    "sunset": {
        "coral": "#f2705d", "apricot": "#f3a566", "burgundy": "#74203a", "mauve": "#a97c99",
        "plum": "#6b2f5b", "dusty rose": "#cf8b8f",
    },
}  # fmt: skip

# Material families: what people are loyal to. The names of each family by group of product.
MATERIALS: dict[str, dict[str, tuple[str, ...]]] = {
    "cloth": {
        "plant": ("linen", "organic cotton", "hemp", "ramie"),
        "animal": ("merino", "lambswool", "alpaca", "boiled wool"),
        "technical": ("ripstop nylon", "softshell", "recycled polyester", "bonded jersey"),
        "luxe": ("silk", "velvet", "satin", "cashmere"),
        "mineral": ("stone-washed denim", "garment-dyed twill", "clay-dyed canvas", "enzyme-washed drill"),
    },
    "knit": {
        "plant": ("linen", "organic cotton", "hemp", "ramie"),
        "animal": ("merino", "lambswool", "alpaca", "boiled wool"),
        "technical": ("recycled polyester", "technical fleece", "bonded jersey", "stretch nylon"),
        "luxe": ("silk", "velvet", "cashmere", "mohair silk"),
        "mineral": ("mineral-dyed cotton", "clay-dyed cotton", "stone-washed cotton", "enzyme-washed cotton"),
    },
    "leather": {
        "plant": ("cork", "waxed cotton", "hemp", "raffia"),
        "animal": ("full-grain leather", "suede", "nubuck", "shearling"),
        "technical": ("ripstop nylon", "recycled polyester", "moulded EVA", "welded tarpaulin"),
        "luxe": ("velvet", "satin", "patent leather", "brocade"),
        "mineral": ("stone-washed denim", "clay-dyed canvas", "brass-trimmed twill", "enzyme-washed drill"),
    },
    "soft": {
        "plant": ("linen", "organic cotton", "jute", "hemp"),
        "animal": ("lambswool", "alpaca", "sheepskin", "wool felt"),
        "technical": ("recycled polyester", "quilted nylon", "solution-dyed acrylic", "ripstop nylon"),
        "luxe": ("velvet", "silk", "satin", "brocade"),
        "mineral": ("stone-washed cotton", "clay-dyed canvas", "stone-washed denim", "mineral-dyed gauze"),
    },
    "hard": {
        "plant": ("rattan", "bamboo", "oiled oak", "cork"),
        "animal": ("saddle leather", "wool felt", "horn", "full-grain leather"),
        "technical": ("powder-coated steel", "recycled plastic", "fibreglass", "bent plywood"),
        "luxe": ("marble", "lacquer", "crystal glass", "mother-of-pearl"),
        "mineral": ("stoneware", "terracotta", "cast concrete", "porcelain"),
    },
    "table": {
        "plant": ("bamboo", "olive wood", "oiled oak", "cork-wrapped glass"),
        "animal": ("bone china", "horn", "leather-wrapped glass", "bone-inlaid ash"),
        "technical": ("enamelled steel", "recycled plastic", "stainless steel", "tempered glass"),
        "luxe": ("marble", "lacquer", "crystal glass", "gilded glass"),
        "mineral": ("stoneware", "terracotta", "cast concrete", "porcelain"),
    },
    "device": {
        "plant": ("bamboo", "cork", "oiled oak", "flax composite"),
        "animal": ("saddle leather", "wool felt", "full-grain leather", "suede"),
        "technical": ("polycarbonate", "recycled plastic", "carbon fibre", "silicone"),
        "luxe": ("mirror-polished glass", "lacquer", "velvet-touch coating", "crystal glass"),
        "mineral": ("ceramic", "brushed aluminium", "cast zinc", "anodised steel"),
    },
    "jewel": {
        "plant": ("olive wood", "hemp cord", "bamboo", "linen thread"),
        "animal": ("horn", "braided leather", "river pearl", "silk cord"),
        "technical": ("titanium", "surgical steel", "resin", "silicone"),
        "luxe": ("gold vermeil", "crystal glass", "mother-of-pearl", "rose gold"),
        "mineral": ("porcelain", "hammered brass", "raw quartz", "sterling silver"),
    },
}

MATERIAL_NAMES = {
    "plant": "plant-grown materials", "animal": "animal fibres and hides", "technical": "performance materials",
    "luxe": "precious finishes", "mineral": "mineral textures",
}  # fmt: skip

OCCASIONS: dict[str, tuple[str, ...]] = {
    "everyday": (
        "Good on a plain Tuesday.",
        "Meant for daily use rather than for best.",
        "For every day, including the ones without plans.",
        "The everyday choice of people who own few things.",
    ),
    "gift": (
        "Arrives boxed with a blank card, ready to give.",
        "A safe choice for a housewarming or a name day.",
        "People tend to buy one as a present and come back for their own.",
        "Gift wrapping is free, and the price tag comes off in one piece.",
    ),
    "celebration": (
        "Looks its best when the house is full of guests.",
        "For people who never miss a birthday.",
        "Made with parties in mind.",
        "Has been seen at more than one wedding.",
    ),
    "travel": (
        "For people who are on the road more than at home.",
        "Chosen by those who collect tickets and timetables.",
        "A favourite of travellers who come back with sand in their shoes.",
        "Inspired by long trains and short stays.",
    ),
    "work": (
        "At ease among desks, screens and coffee.",
        "For weeks with five full working days.",
        "Chosen by people who commute.",
        "Takes office life seriously, but not too much.",
    ),
    "slow weekend": (
        "Best on a slow Sunday with a second pot of coffee.",
        "Made for staying in.",
        "Goes with rain on the window and an unread pile of books.",
        "For weekends with nothing in the diary.",
    ),
}

RESPONSIBLE = (
    "Made from certified fibres and raw materials we can trace to the farm or the mine.",
    "Produced with solar power and shipped without plastic.",
    "Repairable for life: spare parts are one e-mail away.",
    "A fair-wage workshop of fourteen people makes every piece.",
    "Dyed and finished without solvents, in a closed water loop.",
    "Carbon measured, published and halved since 2021.",
)
PREMIUM = (
    "Finished by hand and numbered on the inside.",
    "Small batch; when it is gone we start the next design.",
    "Each one is checked twice before it is wrapped.",
    "The details were fussed over for two seasons.",
)
PLAIN_VALUE = (
    "An honest price for an honest make.",
    "No frills in the box, so none on the bill.",
    "A basic in the best sense.",
)
