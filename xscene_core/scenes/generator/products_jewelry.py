# ruff: noqa: E501 (a table: one record, however long, on its lines)
"""Kinds of jewelry: the new category."""

from xscene_core.scenes.generator.products import Kind

_RINGS = ("Sizes 48 to 62.", "Open back, adjusts by two sizes.", "Send us a paper strip for the size.")
_CHAIN = ("Length 42 cm with 5 cm extension.", "Length 50 cm.", "Length 60 cm, lobster clasp.")

JEWELRY: tuple[Kind, ...] = (
    Kind("ring", "Jewelry > Rings > Stone rings", ("ring", "stone ring", "cocktail ring"), "ring", "jewel", 95, _RINGS, (
        "The setting is closed at the back and does not catch.", "Nickel-free.", "Resizing once is free.")),
    Kind("band", "Jewelry > Rings > Bands", ("band ring", "signet ring", "stacking ring"), "band", "jewel", 78, _RINGS, (
        "Comfort fit: the inside is rounded.", "Can be engraved with up to twelve letters.", "Stacks with its sisters.")),
    Kind("studs", "Jewelry > Earrings > Studs", ("stud earrings", "ear studs", "button earrings"), "studs", "jewel", 45, ("Diameter 6 mm.", "Diameter 9 mm."), (
        "Backs are the large, comfortable kind.", "Posts of surgical steel.", "Light enough to forget.")),
    Kind("hoops", "Jewelry > Earrings > Hoops", ("hoop earrings", "hoops", "huggie hoops"), "hoops", "jewel", 58, ("Diameter 15 mm.", "Diameter 30 mm.", "Diameter 45 mm."), (
        "The hinge closes with a click.", "Hollow, therefore light.", "Sold as a pair.")),
    Kind("drops", "Jewelry > Earrings > Drops", ("drop earrings", "dangle earrings", "chandelier earrings"), "drops", "jewel", 69, ("Length 38 mm.", "Length 62 mm."), (
        "They move, but quietly.", "Hook with a silicone stop.", "Weighs four grams each.")),
    Kind("necklace", "Jewelry > Necklaces > Pendants", ("pendant necklace", "necklace", "locket"), "necklace", "jewel", 88, _CHAIN, (
        "The pendant slides off and goes on other chains.", "Clasp with a safety ring.", "Comes on a card.")),
    Kind("beads", "Jewelry > Necklaces > Bead strands", ("bead necklace", "strand necklace", "beaded choker"), "beads", "jewel", 82, _CHAIN, (
        "Strung with a knot between the beads.", "Restringing is free for five years.", "Falls just below the collarbone.")),
    Kind("chain", "Jewelry > Necklaces > Chains", ("chain necklace", "link chain", "curb chain"), "chain", "jewel", 110, _CHAIN, (
        "Links are soldered one by one.", "Works alone or under a collar.", "Tested to fifteen kilograms.")),
    Kind("bangle", "Jewelry > Bracelets > Bangles", ("bangle", "cuff", "arm ring"), "bangle", "jewel", 84, ("Inner width 6 cm.", "Two sizes."), (
        "Bends gently to your wrist.", "The ends are rounded.", "Do not bend it more than a few times a year.")),
    Kind("bracelet", "Jewelry > Bracelets > Charm bracelets", ("bracelet", "charm bracelet", "link bracelet"), "bracelet", "jewel", 62, ("Length 17 to 20 cm.", "Length 18 cm."), (
        "Charms can be added later.", "Toggle clasp, easy with one hand.", "A small extra link is enclosed.")),
    Kind("brooch", "Jewelry > Brooches > Pins", ("brooch", "lapel pin", "coat pin"), "brooch", "jewel", 49, ("Width 35 mm.", "Height 48 mm."), (
        "Two pins, so it does not turn.", "Holds on heavy coats.", "Has an eyelet for wearing on a chain.")),
    Kind("wristwatch", "Jewelry > Watches > Wristwatches", ("wristwatch", "dress watch", "quartz watch"), "wristwatch", "jewel", 175, ("Case 34 mm.", "Case 38 mm, strap 18 mm."), (
        "Swiss-type quartz movement, three-year battery.", "Quick-release strap.", "Water resistant to 30 metres.")),
    Kind("hairpin", "Jewelry > Hair > Pins and combs", ("hair pin", "hair comb", "barrette"), "hairpin", "jewel", 35, ("Length 11 cm.", "Length 8 cm."), (
        "Holds fine hair as well as thick.", "The teeth are polished.", "Sits flat under a hat.")),
)  # fmt: skip
