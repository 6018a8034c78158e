# ruff: noqa: E501 (a table: one record, however long, on its lines)
"""Kinds of apparel."""

from xscene_core.scenes.generator.products import Kind

_LETTERS = ("Sizes XS to XXL.", "Comes in S, M, L and XL.", "Sizes 34 to 48; the model wears 38.")
_SHOES = ("Sizes 36 to 46, no half sizes.", "Runs true to size, 35 to 47.", "Between sizes? Take the larger.")
_ONE = ("One size.", "One size, adjustable.", "Two sizes: S/M and L/XL.")

APPAREL: tuple[Kind, ...] = (
    Kind("tee", "Clothing > Tops > T-shirts", ("T-shirt", "crew-neck tee", "pocket tee"), "tee", "knit", 29, _LETTERS, (
        "The neckband is double-stitched so that it keeps its round.", "Side seams are turned forward and will not twist in the wash.",
        "Cut straight from the shoulder, with a hem that covers a belt.", "There is a hanging loop inside the collar.")),
    Kind("shirt", "Clothing > Tops > Shirts", ("shirt", "button-down shirt", "overshirt"), "shirt", "cloth", 62, _LETTERS, (
        "Buttons are sewn on with a shank and a spare is hidden at the side.", "The cuff closes at two widths.",
        "A box pleat at the back leaves room to reach for things.", "Collar stays are removable.")),
    Kind("sweater", "Clothing > Knitwear > Sweaters", ("sweater", "crew-neck jumper", "pullover"), "sweater", "knit", 88, _LETTERS, (
        "Fully fashioned, so there are no bulky seams under the arm.", "Ribbed cuffs are long enough to fold once.",
        "The yoke is knitted in the round.", "A mending card with matching yarn is in the pocket of the bag.")),
    Kind("cardigan", "Clothing > Knitwear > Cardigans", ("cardigan", "button cardigan", "knit jacket"), "cardigan", "knit", 94, _LETTERS, (
        "Two patch pockets hold a phone without sagging.", "The placket is backed with ribbon.",
        "Sleeves are set high, which keeps the shoulder neat.", "Wear it open or closed to the collar.")),
    Kind("hoodie", "Clothing > Sweats > Hoodies", ("hoodie", "zip hoodie", "hooded sweatshirt"), "hoodie", "knit", 69, _LETTERS, (
        "The hood is lined and stands up by itself.", "The kangaroo pocket has a hidden slot for keys.",
        "Flatlock seams inside, brushed face outside.", "The drawcord ends are knotted and cannot be pulled out.")),
    Kind("jacket", "Clothing > Outerwear > Jackets", ("jacket", "blouson", "zip jacket"), "jacket", "cloth", 139, _LETTERS, (
        "The two-way zip opens from below when you sit.", "Four outer pockets and one inside for papers.",
        "The hem adjusts with one hand.", "Underarm gussets let it move with you.")),
    Kind("coat", "Clothing > Outerwear > Coats", ("coat", "overcoat", "long coat"), "coat", "cloth", 219, _LETTERS, (
        "Half lined, with taped seams where the lining ends.", "The back vent is tacked; cut the thread before wearing.",
        "Deep pockets take a paperback.", "The collar stands up and buttons across the throat.")),
    Kind("dress", "Clothing > Dresses > Day dresses", ("dress", "midi dress", "wrap dress"), "dress", "cloth", 92, _LETTERS, (
        "There are pockets, of course.", "Bust darts are placed low so that the front lies flat.",
        "A side zip keeps the back clean.", "The skirt is lined to the knee.")),
    Kind("skirt", "Clothing > Skirts > Midi skirts", ("skirt", "A-line skirt", "pleated skirt"), "skirt", "cloth", 64, _LETTERS, (
        "Elastic at the back of the waist, flat at the front.", "The pleats are heat-set and survive the machine.",
        "A concealed zip runs to the hip.", "Hem allowance of four centimetres for letting down.")),
    Kind("trousers", "Clothing > Trousers > Regular trousers", ("trousers", "tapered trousers", "chinos"), "trousers", "cloth", 79, _LETTERS, (
        "The waistband has a hidden stretch panel.", "Rise is medium, leg is straight from the knee.",
        "Back pockets close with a button.", "Hems are left long enough to cuff.")),
    Kind("shorts", "Clothing > Trousers > Shorts", ("shorts", "drawstring shorts", "walking shorts"), "shorts", "cloth", 45, _LETTERS, (
        "The inseam is eighteen centimetres.", "The drawstring runs all the way round.",
        "Pocket bags are mesh and drain quickly.", "Bar tacks at every point of strain.")),
    Kind("sneakers", "Shoes > Sneakers > Low-top", ("sneakers", "low-top trainers", "lace-up trainers"), "sneaker", "leather", 98, _SHOES, (
        "The insole comes out for washing.", "The sole is stitched as well as glued.",
        "Comes with a second pair of laces.", "Heel tab and tongue are padded against rubbing.")),
    Kind("boots", "Shoes > Boots > Ankle boots", ("boots", "ankle boots", "lace-up boots"), "boot", "leather", 165, _SHOES, (
        "A cobbler can resole them with a standard unit.", "The pull loop takes two fingers.",
        "The shaft is lined to the top eyelet.", "Allow a week of short walks for breaking in.")),
    Kind("sandals", "Shoes > Sandals > Flat sandals", ("sandals", "strap sandals", "slides"), "sandal", "leather", 72, _SHOES, (
        "The footbed takes the shape of your foot in about ten days.", "Straps adjust at three points.",
        "The outsole has a shallow tread.", "The buckle is nickel-free.")),
    Kind("beanie", "Accessories > Hats > Beanies", ("beanie", "knit cap", "watch cap"), "beanie", "knit", 32, _ONE, (
        "Fold the brim once or twice.", "The crown is closed flat, without a bump.", "Fits heads from 54 to 60 centimetres.")),
    Kind("sunhat", "Accessories > Hats > Brimmed hats", ("brimmed hat", "bucket hat", "sun hat"), "sunhat", "cloth", 44, _ONE, (
        "The brim is wired and keeps the bend you give it.", "An inner band takes up to two centimetres.", "Rolls up for packing.")),
    Kind("scarf", "Accessories > Scarves > Long scarves", ("scarf", "shawl", "wrap scarf"), "scarf", "knit", 49, _ONE, (
        "Measures 190 by 35 centimetres.", "The edges are hand-rolled.", "Long enough to go round twice.")),
    Kind("backpack", "Bags > Backpacks > Daypacks", ("backpack", "daypack", "rucksack"), "backpack", "leather", 118, ("Volume 22 litres.", "Volume 18 litres, 42 cm high."), (
        "The laptop sleeve is lined and hangs clear of the bottom.", "A bottle pocket on each side.",
        "Shoulder straps are curved and replaceable.", "The front pocket has a key leash.")),
    Kind("tote", "Bags > Totes > Shoulder totes", ("tote", "shoulder bag", "shopper"), "tote", "leather", 74, ("Fits A4 upright.", "Width 40 cm, handle drop 26 cm."), (
        "The base is reinforced so that it stands by itself.", "One zipped pocket, one open, one for a pen.",
        "Handles are long enough for a winter coat.", "Closes with a magnet.")),
    Kind("gloves", "Accessories > Gloves > Winter gloves", ("gloves", "mittens", "lined gloves"), "glove", "knit", 39, ("Sizes S, M and L.", "Measure across the knuckles: 8 is 21 cm."), (
        "Index finger and thumb work on screens.", "The cuff goes under a coat sleeve.", "A loop and hook keep the pair together.")),
    Kind("socks", "Accessories > Socks > Crew socks", ("socks", "crew socks", "boot socks"), "sock", "knit", 16, ("Sizes 36-39, 40-43 and 44-47.",), (
        "The toe seam is linked by hand and lies flat.", "The heel is reinforced.", "Sold as a pair; three pairs ship together.")),
)  # fmt: skip
