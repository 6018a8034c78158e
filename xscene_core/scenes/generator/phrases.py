# ruff: noqa: E501 (a table: one record, however long, on its lines)
"""Sentences of the catalogues of goods, with ``{fields}`` that ``prose`` fills."""

SERIES = (
    "Halden", "Isla", "Marlo", "Tove", "Quill", "Ansel", "Bryn", "Corvo", "Dario", "Elowen", "Fabian", "Greta", "Hollis",
    "Ines", "Juno", "Kestrel", "Linnea", "Mattis", "Nell", "Orla", "Pascal", "Rowan", "Sunniva", "Tamsin", "Ulla", "Vesper",
    "Wren", "Yara", "Zelda", "Arlo", "Bastian", "Cleo", "Daphne", "Edda", "Florin", "Gideon", "Henrik", "Ivo", "Jasper",
)  # fmt: skip

# Sentences that say nothing about taste; they make up most of the text, as in real catalogues.
SERVICE = {
    "online": (
        "Ships within two working days.", "Free delivery on orders over 60.", "Thirty days to return it, no questions asked.",
        "Order before two in the afternoon and it leaves the same day.", "Delivered in recycled cardboard.",
        "Exchange for another size or colour costs nothing.", "Two-year guarantee against faults in the making.",
        "Pay later or in three parts at no extra cost.", "Our customer service answers on the same day.",
        "Express delivery can be chosen at checkout.", "Members collect double points on this article.",
        "Last season's price was higher.", "Selected by our buyers in spring.", "Rated by more than a hundred customers.",
        "New in the range.", "Back in stock after a long wait.", "Limited to two pieces per order.",
        "Photographed in daylight; screens may shift the shade a little.",
    ),
    "store": (
        "Ask at the desk for other sizes.", "On display on the first floor.", "Reserve online, try on in the shop.",
        "Click and collect within an hour.", "Shown on the table by the entrance.", "Staff pick of the month.",
        "Ask about our alteration and repair desk.", "Bring it back to any branch.", "Gift wrapping at the till.",
        "Only in selected branches.", "Part of the window display this week.", "Parking is free for an hour with this purchase.",
        "Loyalty card holders see the price at the shelf.", "One piece per size on the floor, more in the stockroom.",
        "Home delivery from the branch can be arranged.", "Article on consignment from a local maker.",
    ),
}  # fmt: skip
CARE = {
    "knit": ("Machine wash cold in a net.", "Wash by hand and dry flat.", "Air it rather than wash it.", "Comb off pills, do not pull them."),
    "table": ("Rinse by hand the first time.", "Wipe with a damp cloth.", "No abrasive cleaners.", "Keep away from open heat."),
    "cloth": ("Machine wash at 30, dry flat.", "Wash inside out with similar colours.", "Air it rather than wash it.", "Cool iron, no tumble dryer."),
    "leather": ("Wipe clean and let it dry away from the radiator.", "Brush off dust and treat twice a year.", "Spot clean only."),
    "soft": ("Vacuum with a soft brush.", "Washable at 30 degrees.", "Shake out and air in the shade.", "Dry cleaning recommended."),
    "hard": ("Wipe with a dry cloth.", "Keep out of standing water.", "No abrasive cleaners.", "Dust with a soft brush."),
    "device": ("Quick-start leaflet and USB-C cable enclosed.", "Clean with a slightly damp cloth.", "Update before first use.", "The battery can be replaced by a workshop."),
    "jewel": ("Keep it in its pouch when you swim.", "Polish with the cloth enclosed.", "Put it on after perfume.", "Store apart from other pieces."),
}  # fmt: skip

STYLE_SENTENCES = (
    "{A} and {b}, {this} {noun} in {colour} {material} {isare} easy to live with.",
    "{One} {a} {noun} with a {b} streak, made of {material}.",
    "{Material} gives {this} {noun} {its} {a}, {b} character.",
    "In {colour}, the {noun} {looks} {a}; up close there is a {b} side as well.",
    "Our {a} take on the {noun}: {material}, in {colour}, and {b} in the details.",
    "The {series} {noun} {isare} {a} without trying hard, and {b} where it counts.",
    "{Colour} {material}, {a} proportions, {b} finish.",
    "If your taste runs to the {a} and the {b}, start with {this} {noun} in {colour}.",
    "We wanted {one} {a} {noun} that would not look out of place among {b} things, and chose {material} in {colour}.",
    "{brand} is known for {a} pieces, and {this} {noun} of {material} may be the most {b} yet.",
    "{Material} in {colour}, worked into {one} {noun} that {isare} {a} first and {b} second.",
    "Somewhere between {a} and {b}: {this} {noun} in {material}.",
    "You will notice the {a} outline first, then how {b} the {material} feels.",
)
THIRD = (
    "There is something {c} about {it}, too.",
    "The mood: {c}.",
    "A {c} touch comes from the trim.",
    "Friends call the result {c}; we agree.",
    "Pairs well with other {c} pieces.",
    "The edges are a little {c}, as they should be.",
)
COLOURS = (
    "The {colour} is one of our {tones}, set off with a little {second}.",
    "Among {tones}, {colour} is the one that sells out first.",
    "{Colour} outside, {second} where only you see it: {tones} at their best.",
    "One of our {tones}: {colour}, with {second} for company.",
    "For lovers of {tones}, and of {colour} above all.",
    "{Colour} leads this season's {tones}.",
    "Goes with other {tones}; shown in {colour}.",
)


MATERIALS = (
    "For people who like {family}.",
    "{Material} belongs to our {family}, chosen by touch.",
    "From the shelf of {family}: {material}.",
    "If {family} are what you look for, {material} will not let you down.",
    "We keep coming back to {family}, and to {material} most of all.",
    "{Family} age well, and {material} is no exception.",
)
MADE = {
    "knit": "Made of {material}.", "table": "Shaped from {material}.",
    "cloth": "Made of {material}.", "leather": "Uppers and trim in {material}.", "soft": "Covered in {material}.",
    "hard": "Worked in {material}.", "device": "Finished in {material}.", "jewel": "Made with {material}.",
}  # fmt: skip
