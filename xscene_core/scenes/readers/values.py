"""SQL expressions that turn what a shop's export holds into text, numbers and times.

Each takes an SQL expression of type VARCHAR and gives an SQL expression.
"""

from datetime import UTC, datetime, timedelta

UNKNOWN = "('', 'nan', 'null', 'none', 'na', 'n/a', '<na>', 'nat')"
"""Spellings of "not known" in exports, lower case."""

MAX_ID, MAX_TITLE, MAX_LABEL, MAX_TEXT = 200, 1_000, 300, 10_000
"""Characters kept: ids, titles, categories and brands, descriptions and reviews."""

_CONTROL = "[\\x00-\\x1F\\x7F\\x{200B}-\\x{200F}\\x{202A}-\\x{202E}\\x{2060}-\\x{2069}\\x{FEFF}]"
_SPACE = " \t\r\n\u00a0\u3000\ufeff"
_TAG = "<[/!?]?[A-Za-z][^<>]*>|<!--[^<>]*-->"
_ENTITIES = {
    "&nbsp;": " ",
    "&quot;": '"',
    "&#34;": '"',
    "&#39;": "''",
    "&#x27;": "''",
    "&apos;": "''",
    "&rsquo;": "’",
    "&lsquo;": "‘",
    "&ldquo;": "“",
    "&rdquo;": "”",
    "&ndash;": "–",
    "&mdash;": "—",
    "&hellip;": "…",
    "&reg;": "®",
    "&trade;": "™",
    "&copy;": "©",
    "&eacute;": "é",
    "&lt;": "<",
    "&gt;": ">",
    "&amp;": "&",
}


def has_html(x: str) -> str:
    """True where the text holds tags or entities."""
    return f"regexp_matches({x}, '{_TAG}|&(#[0-9]{{1,6}}|[a-z]{{2,6}});')"


def plain_text(x: str) -> str:
    """Text without tags, entities and control characters, white space collapsed; ``''`` where unknown."""
    untagged = f"regexp_replace({x}, '(?is)<(script|style)[^<>]*>.*?</(script|style)[^<>]*>', ' ', 'g')"
    untagged = f"regexp_replace({untagged}, '{_TAG}', ' ', 'g')"
    for entity, character in _ENTITIES.items():
        untagged = f"replace({untagged}, '{entity}', '{character}')"
    # once more: what was written as &lt;script&gt; is a tag now
    untagged = f"regexp_replace({untagged}, '{_TAG}', ' ', 'g')"
    cleaned = f"CASE WHEN {has_html(x)} THEN {untagged} ELSE {x} END"
    return f"trim(regexp_replace({cleaned}, '{_CONTROL}|\\s+', ' ', 'g'))"


def joined(x: str, separator: str) -> str:
    """A JSON list in ``x`` becomes its texts joined by ``separator``; anything else stays."""
    listed = f"array_to_string(json_extract_string({x}, '$[*]'), '{separator}')"
    return f"CASE WHEN starts_with({x}, '[') AND json_valid({x}) THEN {listed} ELSE {x} END"


def picture(x: str) -> str:
    """The first address in a JSON list of pictures (of texts, or of objects with sizes), else ``x``."""
    sizes = ", ".join(f"json_extract_string({x}, '$[0].{size}')" for size in ("large", "hi_res", "thumb"))
    first = f"coalesce({sizes}, json_extract_string({x}, '$[0]'), '')"
    return f"CASE WHEN starts_with({x}, '[') AND json_valid({x}) THEN {first} ELSE {x} END"


def identifier(x: str) -> str:
    """An id without white space around it; ``''`` where unknown."""
    return f"trim(coalesce({x}, ''), '{_SPACE}')"


def is_unknown(x: str) -> str:
    return f"({x} IS NULL OR lower(trim({x}, '{_SPACE}')) IN {UNKNOWN})"


def number(x: str) -> str:
    """DOUBLE, NULL where unknown or not a number; infinities pass (they are counted later)."""
    return f"CASE WHEN {is_unknown(x)} THEN NULL ELSE TRY_CAST({x} AS DOUBLE) END"


def price(x: str) -> str:
    """DOUBLE from ``$1,250.00``, ``1.250,00 €``, ``CNY 12`` or ``-3``; NULL where it cannot be read."""
    signs = "(?i)(US|CA|AU|HK)?[$€£¥₹￥元]|\\b(USD|EUR|GBP|CNY|RMB|JPY|INR)\\b|\\s"
    bare = f"regexp_replace({x}, '{signs}', '', 'g')"
    return (
        f"CASE WHEN {is_unknown(x)} THEN NULL"
        f" WHEN TRY_CAST({bare} AS DOUBLE) IS NOT NULL THEN TRY_CAST({bare} AS DOUBLE)"
        f" WHEN regexp_full_match({bare}, '-?[0-9]{{1,3}}(,[0-9]{{3}})+(\\.[0-9]+)?')"
        f" THEN TRY_CAST(replace({bare}, ',', '') AS DOUBLE)"
        f" WHEN regexp_full_match({bare}, '-?[0-9]{{1,3}}(\\.[0-9]{{3}})*,[0-9]{{1,2}}')"
        f" THEN TRY_CAST(replace(replace({bare}, '.', ''), ',', '.') AS DOUBLE) END"
    )


def seconds(x: str) -> str:
    """BIGINT seconds since 1970 UTC from seconds, milli-, micro- or nanoseconds, ISO times, ISO dates,
    ``20240131``, ``31.01.2024`` or ``01 31, 2024``; NULL where it cannot be read.

    Dates with slashes in another order than year/month/day are refused: 3/4/2024 has two readings.
    """
    value = f"TRY_CAST({x} AS DOUBLE)"
    zoned = f"regexp_matches({x}, '[0-9]{{2}}:[0-9]{{2}}.*[+-][0-9]{{2}}:?[0-9]{{0,2}}$')"
    iso = (
        f"CASE WHEN {zoned} THEN epoch(TRY_CAST({x} AS TIMESTAMPTZ)) ELSE epoch(coalesce("
        f"TRY_CAST({x} AS TIMESTAMP), try_strptime({x}, ['%d.%m.%Y', '%m %d, %Y', '%b %d, %Y', '%B %d, %Y',"
        f" '%Y/%m/%d', '%Y.%m.%d', '%Y%m%dT%H%M%SZ', '%Y%m%d%H%M%S', '%a %b %d %H:%M:%S %Y']))) END"
    )
    compact = f"epoch(try_strptime({x}, '%Y%m%d'))"
    amount = (
        f"CASE WHEN NOT isfinite({value}) OR {value} < 0 THEN NULL"
        f" WHEN {value} >= 1e17 THEN {value} / 1e9 WHEN {value} >= 1e14 THEN {value} / 1e6"
        f" WHEN {value} >= 1e11 THEN {value} / 1e3 ELSE {value} END"
    )
    found = (
        f"CASE WHEN regexp_full_match({x}, '(19|20)[0-9]{{2}}(0[1-9]|1[0-2])([0-2][0-9]|3[01])')"
        f" THEN {compact}"
        f" WHEN regexp_full_match({x}, '(19|20)[0-9]{{12}}') THEN {iso}"
        f" WHEN {value} IS NOT NULL THEN {amount} ELSE {iso} END"
    )
    since_1970 = f"floor(nullif(greatest({found}, -1), -1))"
    return f"CASE WHEN {is_unknown(x)} THEN NULL ELSE TRY_CAST({since_1970} AS BIGINT) END"


def latest_believable(now: datetime | None = None) -> int:
    """Times after this are in the future: now and a day, because clocks and zones differ."""
    return int(((now or datetime.now(UTC)) + timedelta(days=1)).timestamp())
