# ruff: noqa: E501 (a table: one record, however long, on its lines)
"""Kinds of things for the home."""

from xscene_core.scenes.generator.products import Kind

HOME: tuple[Kind, ...] = (
    Kind("cushion", "Home > Textiles > Cushions", ("cushion", "scatter cushion", "cushion cover"), "cushion", "soft", 34, ("45 x 45 cm, insert included.", "50 x 30 cm.", "60 x 60 cm, insert sold apart."), (
        "The zip is hidden in the lower seam.", "Piped edges keep the corners square.", "The back is plain so that it can be turned.")),
    Kind("throw", "Home > Textiles > Throws", ("throw", "blanket", "bed throw"), "throw", "soft", 76, ("130 x 180 cm.", "150 x 200 cm, 1.1 kg.", "140 x 220 cm."), (
        "Warm enough for a sofa, light enough for the foot of a bed.", "Edges are whip-stitched.", "Folded it fits a magazine shelf.")),
    Kind("rug", "Home > Floor > Rugs", ("rug", "runner", "area rug"), "rug", "soft", 185, ("80 x 200 cm.", "140 x 200 cm.", "170 x 240 cm."), (
        "A felt underlay is recommended on smooth floors.", "Pile height six millimetres; doors pass over it.", "Low enough for a robot vacuum.")),
    Kind("bedding", "Home > Bedroom > Bed linen", ("duvet set", "bed linen set", "duvet cover"), "bedding", "soft", 99, ("Single and double.", "140 x 200 with one pillowcase 80 x 80.", "200 x 220 with two pillowcases."), (
        "Closes with buttons inside the hem.", "Corner ties hold the duvet in place.", "Pre-washed, so it will not shrink further.")),
    Kind("towel", "Home > Bathroom > Towels", ("towel", "bath towel", "hand towel set"), "towel", "soft", 28, ("50 x 100 cm.", "70 x 140 cm, 550 g/m2.", "Set of two, 50 x 100 cm."), (
        "Has a loop on the short side.", "Dries in half the time of a thick terry.", "Gets softer over the first five washes.")),
    Kind("tablelamp", "Home > Lighting > Table lamps", ("table lamp", "bedside lamp", "desk light"), "tablelamp", "hard", 89, ("Height 42 cm.", "Height 36 cm, shade 24 cm.", "Cable 180 cm."), (
        "Takes an E14 bulb up to 40 W.", "The switch is on the cable.", "Three brightness steps by touch.")),
    Kind("floorlamp", "Home > Lighting > Floor lamps", ("floor lamp", "reading lamp", "standing lamp"), "floorlamp", "hard", 159, ("Height 150 cm.", "Height 165 cm, base 28 cm."), (
        "The head turns and tilts.", "A foot switch saves bending down.", "The base is weighted and will not tip.")),
    Kind("pendant", "Home > Lighting > Pendants", ("pendant light", "ceiling lamp", "hanging lamp"), "pendant", "hard", 129, ("Diameter 40 cm.", "Diameter 28 cm, drop to 140 cm."), (
        "A ceiling rose and hook are in the box.", "The cable can be shortened without tools.", "Suitable for dimmers.")),
    Kind("vase", "Home > Decoration > Vases", ("vase", "bud vase", "bottle vase"), "vase", "table", 42, ("Height 18 cm.", "Height 26 cm.", "Height 34 cm, opening 6 cm."), (
        "Watertight and glazed inside.", "Holds three stems or thirty.", "The foot is felted.")),
    Kind("mug", "Home > Kitchen > Mugs", ("mug", "coffee cup", "tea mug"), "mug", "table", 19, ("350 ml.", "280 ml, set of two.", "300 ml."), (
        "Dishwasher and microwave safe.", "The handle takes three fingers.", "Stackable up to four.")),
    Kind("plate", "Home > Kitchen > Tableware", ("plate", "dinner plate", "serving plate"), "plate", "table", 26, ("Diameter 27 cm.", "Diameter 21 cm, set of four.", "Diameter 32 cm."), (
        "Oven-proof to 180 degrees.", "The rim is raised enough for sauce.", "Nests with the bowls of the same series.")),
    Kind("teapot", "Home > Kitchen > Tea and coffee", ("teapot", "coffee pot", "tea jug"), "teapot", "table", 58, ("Holds 0.8 litres.", "Holds 1.2 litres.",), (
        "The lid has a catch and stays on while pouring.", "A strainer basket is included.", "The spout does not drip; we tried.")),
    Kind("bowl", "Home > Kitchen > Bowls", ("bowl", "serving bowl", "salad bowl"), "bowl", "table", 36, ("Diameter 16 cm.", "Diameter 24 cm, 2.1 litres.", "Set of three."), (
        "Food safe, including for lemon and tomato.", "Deep enough for tossing.", "The foot ring is sanded smooth.")),
    Kind("armchair", "Home > Seating > Armchairs", ("armchair", "lounge chair", "reading chair"), "armchair", "soft", 420, ("Width 74 cm, seat height 43 cm.", "Width 82 cm, delivered assembled."), (
        "The cover comes off for cleaning.", "Sprung seat, foam back.", "Feet unscrew for narrow stairs.")),
    Kind("stool", "Home > Seating > Stools", ("stool", "side stool", "counter stool"), "stool", "hard", 96, ("Seat height 45 cm.", "Seat height 65 cm."), (
        "Carries 120 kilograms.", "Doubles as a bedside table.", "Felt glides are fitted.")),
    Kind("sidetable", "Home > Tables > Side tables", ("side table", "coffee table", "tray table"), "sidetable", "hard", 149, ("Diameter 45 cm.", "50 x 50 cm, height 48 cm."), (
        "The top lifts off as a tray.", "Assembled with one key in ten minutes.", "Height-adjusting feet for old floors.")),
    Kind("shelf", "Home > Storage > Shelves", ("wall shelf", "shelf unit", "bookshelf"), "shelf", "hard", 135, ("80 x 30 x 25 cm.", "Height 120 cm, four boards.", "60 cm wide."), (
        "Fixings for brick and plasterboard are enclosed.", "Each board carries twelve kilograms.", "Extends sideways with a second unit.")),
    Kind("mirror", "Home > Decoration > Mirrors", ("mirror", "wall mirror", "round mirror"), "mirror", "hard", 112, ("Diameter 60 cm.", "40 x 80 cm.", "Diameter 45 cm."), (
        "Hangs upright or sideways.", "The glass is bonded to a safety film.", "A paper template helps with drilling.")),
    Kind("clock", "Home > Decoration > Clocks", ("wall clock", "mantel clock", "kitchen clock"), "clock", "hard", 54, ("Diameter 30 cm.", "Diameter 22 cm."), (
        "The movement sweeps and does not tick.", "One AA battery lasts a year and a half.", "Readable from across the room.")),
    Kind("candle", "Home > Decoration > Candles", ("scented candle", "candle in a jar", "pillar candle"), "candle", "table", 27, ("Burns about 40 hours.", "220 g, burns about 45 hours."), (
        "Trim the wick to five millimetres.", "The jar can be refilled or used for pencils.", "Fig, smoke and a little pepper.")),
    Kind("basket", "Home > Storage > Baskets", ("storage basket", "laundry basket", "lidded basket"), "basket", "hard", 48, ("Height 32 cm.", "Height 55 cm with lid.", "Set of two."), (
        "Handles are stitched through.", "Folds flat when empty.", "Takes a week of laundry for two.")),
    Kind("planter", "Home > Decoration > Planters", ("planter", "plant pot", "flower pot"), "planter", "hard", 38, ("For pots up to 16 cm.", "For pots up to 24 cm, with saucer."), (
        "Has a drain hole and a stopper.", "Frost-proof down to minus ten.", "The saucer is included.")),
)  # fmt: skip
