# ruff: noqa: E501 (a table: one record, however long, on its lines)
"""Kinds of consumer electronics."""

from xscene_core.scenes.generator.products import Kind

ELECTRONICS: tuple[Kind, ...] = (
    Kind("headphones", "Electronics > Audio > Over-ear headphones", ("over-ear headphones", "wireless headphones", "noise-cancelling headphones"), "headphones", "device", 159, ("Weight 254 g.", "Bluetooth 5.3, USB-C."), (
        "Thirty-five hours on one charge, with noise cancelling on.", "The ear pads twist off for replacement.", "Connects to two devices at once.", "A cable is enclosed for the plane.")),
    Kind("earbuds", "Electronics > Audio > Earbuds", ("earbuds", "wireless earbuds", "in-ear headphones"), "earbuds", "device", 89, ("Four sizes of tips.", "Case 48 g, buds 5 g each."), (
        "Six hours in the ear, twenty-four with the case.", "Sweat and splash proof to IPX4.", "A double tap answers calls.", "The microphones cope with wind.")),
    Kind("speaker", "Electronics > Audio > Portable speakers", ("portable speaker", "bluetooth speaker", "wireless speaker"), "speaker", "device", 99, ("Output 20 W.", "Output 12 W, 640 g."), (
        "Two of them pair to stereo.", "Plays for fourteen hours.", "The port is behind a rubber flap.", "Firmware updates over the app.")),
    Kind("turntable", "Electronics > Audio > Turntables", ("turntable", "record player", "belt-drive turntable"), "turntable", "device", 249, ("33 and 45 rpm.", "Width 42 cm, dust cover included."), (
        "The phono stage is built in and can be switched off.", "The cartridge can be exchanged.", "An automatic stop spares the stylus.")),
    Kind("radio", "Electronics > Audio > Radios", ("radio", "DAB radio", "kitchen radio"), "radio", "device", 79, ("FM and DAB+.", "Mains or four AA."), (
        "Ten station buttons, no menus.", "The display dims by itself at night.", "Has a headphone socket.")),
    Kind("watch", "Electronics > Wearables > Smartwatches", ("smartwatch", "fitness watch", "connected watch"), "smartwatch", "device", 189, ("Case 42 mm.", "Case 46 mm, strap 22 mm."), (
        "Heart rate, sleep and GPS.", "Seven days between charges.", "Water resistant to 50 metres.", "Standard strap bars.")),
    Kind("phonecase", "Electronics > Mobile > Phone cases", ("phone case", "protective case", "folio case"), "phonecase", "device", 29, ("For 6.1-inch phones.", "For 6.7-inch phones."), (
        "The rim stands one millimetre above the glass.", "Works with magnetic chargers.", "Survived forty drops from desk height.")),
    Kind("powerbank", "Electronics > Mobile > Power banks", ("power bank", "portable charger", "battery pack"), "powerbank", "device", 45, ("10,000 mAh.", "20,000 mAh, 65 W."), (
        "Four lights show what is left.", "Charges a phone twice and a bit.", "Allowed in hand luggage.")),
    Kind("charger", "Electronics > Mobile > Chargers", ("wireless charger", "charging stand", "charging dock"), "charger", "device", 39, ("15 W.", "Three devices at once."), (
        "Non-slip base, one and a half metres of cable.", "Stops when the battery is full.", "Works through cases up to four millimetres.")),
    Kind("keyboard", "Electronics > Computing > Keyboards", ("keyboard", "mechanical keyboard", "wireless keyboard"), "keyboard", "device", 95, ("75 % layout.", "Full size, ISO."), (
        "Switches can be swapped without soldering.", "Remembers three computers.", "The feet offer two angles.", "Key caps are double-shot.")),
    Kind("mouse", "Electronics > Computing > Mice", ("mouse", "wireless mouse", "ergonomic mouse"), "mouse", "device", 48, ("Up to 4,000 dpi.", "For right hands.", "For both hands."), (
        "Silent clicks.", "Runs on glass.", "One charge lasts ten weeks.")),
    Kind("monitor", "Electronics > Computing > Monitors", ("monitor", "27-inch display", "desktop monitor"), "monitor", "device", 329, ("27 inch, 2560 x 1440.", "32 inch, 4K."), (
        "One cable carries picture, data and 90 W of power.", "Height, tilt and pivot adjust.", "Factory calibrated with a printed report.")),
    Kind("laptopsleeve", "Electronics > Computing > Laptop sleeves", ("laptop sleeve", "notebook sleeve", "laptop cover"), "sleeve", "device", 42, ("For 13 to 14 inch.", "For 15 to 16 inch."), (
        "The lining is brushed.", "A flat pocket takes the charger.", "The zip has a guard on the inside.")),
    Kind("tablet", "Electronics > Computing > Tablets", ("tablet", "drawing tablet", "10-inch tablet"), "tablet", "device", 279, ("64 GB.", "128 GB, 11 inch."), (
        "Twelve hours of video.", "Takes a pen with 4,096 levels.", "The speakers are on both sides.")),
    Kind("ereader", "Electronics > Computing > E-readers", ("e-reader", "reading tablet", "e-book reader"), "ereader", "device", 139, ("6 inch, 300 ppi.", "7.8 inch, 32 GB."), (
        "The front light turns warm in the evening.", "Weeks on one charge.", "Reads the open formats.")),
    Kind("camera", "Electronics > Photo > Cameras", ("compact camera", "instant camera", "mirrorless camera"), "camera", "device", 389, ("24 megapixels.", "Prints 62 x 46 mm."), (
        "The shutter is silent if you want.", "Charges over USB-C.", "A strap and a cap are in the box.", "Has a real dial for exposure.")),
    Kind("controller", "Electronics > Gaming > Controllers", ("game controller", "gamepad", "wireless controller"), "controller", "device", 59, ("For computer and console.", "USB-C and Bluetooth."), (
        "Sticks without drift, thanks to magnetic sensors.", "Two buttons on the back can be assigned.", "Thirty hours of play.")),
    Kind("bulb", "Electronics > Smart home > Lamps", ("smart bulb", "connected lamp", "smart light"), "bulb", "device", 24, ("E27, 806 lumens.", "E27, 1,100 lumens."), (
        "Works without a hub.", "Wakes you with a slow sunrise.", "Keeps its setting after a power cut.")),
    Kind("router", "Electronics > Smart home > Routers", ("Wi-Fi router", "mesh router", "home router"), "router", "device", 119, ("Wi-Fi 6.", "Set of two for 160 square metres."), (
        "Setup takes six minutes.", "Guest network with its own code.", "No account needed.")),
)  # fmt: skip
