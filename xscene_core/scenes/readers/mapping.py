"""Which of their columns is which of ours: what the user says first, then well-known synonyms."""

import re
from collections.abc import Iterable, Mapping

from xscene_core.errors import InputError

FIELDS: dict[str, tuple[str, ...]] = {
    "items": ("item_id", "title", "description", "category", "brand", "price", "image"),
    "interactions": (
        "user_id",
        "item_id",
        "timestamp",
        "position",
        "rating",
        "event",
        "text",
        "summary",
    ),
    "reviews": ("user_id", "item_id", "text", "summary", "rating", "timestamp"),
    "queries": ("query", "item_id", "relevance"),
    "dialogues": ("dialogue_id", "turn", "speaker", "text"),
}
"""What can be mapped in each table. ``text`` and ``summary`` of interactions become reviews."""

NEEDED = {
    "items": ("item_id", "title"),
    "interactions": ("user_id", "item_id"),
    "reviews": ("item_id", "text"),
    "queries": ("query",),
    "dialogues": ("dialogue_id", "text"),
}

_ITEM_ID = "item_id parent_asin asin product_id productid sku item itemid iid article_id movie_id id"
_SYNONYMS: dict[str, dict[str, str]] = {
    "items": {
        "item_id": _ITEM_ID,
        "title": "title name product_title product_name item_name item_title prod_name text",
        "description": "description product_description detail_desc details desc long_description",
        "category": "category categories main_category product_type product_type_name genre genres "
        "department",
        "brand": "brand store manufacturer vendor maker brand_name",
        "price": "price list_price sale_price current_price actual_price",
        "image": "image images image_url im_url picture img img_url",
    },
    "interactions": {
        "user_id": "user_id reviewer_id customer_id userid user uid visitor_id client_id person_id",
        "item_id": _ITEM_ID.removesuffix(" id"),
        "timestamp": "timestamp unix_review_time review_time time date datetime created_at t_dat event_time "
        "unix_time review_date purchase_date order_date",
        "position": "position order_index sequence_index seq_index step",
        "rating": "rating overall stars score star_rating ratings",
        "event": "event event_type action behavior behaviour behavior_type",
        "text": "text review_text review review_body reviewtext comment content",
        "summary": "summary review_title review_summary review_headline title",
    },
    "queries": {
        "query": "query search_term search_query keywords text",
        "item_id": _ITEM_ID.removesuffix(" id"),
        "relevance": "relevance median_relevance label grade score",
    },
    "dialogues": {
        "dialogue_id": "dialogue_id dialog_id conversation_id chat_id session_id",
        "turn": "turn turn_id turn_index utterance_id utterance_index position",
        "speaker": "speaker role agent author sender",
        "text": "text utterance message content",
    },
}
_SYNONYMS["reviews"] = {field: _SYNONYMS["interactions"][field] for field in FIELDS["reviews"]}


def parse(pairs: Iterable[str]) -> dict[str, str]:
    """``["title=keyword_text", "items.price=cost"]`` as a dict. Raises ``InputError`` for anything else."""
    mapping: dict[str, str] = {}
    known = sorted({field for fields in FIELDS.values() for field in fields})
    for pair in pairs:
        ours, equals, theirs = pair.partition("=")
        table, dot, field = ours.strip().rpartition(".")
        if not equals or not theirs.strip() or (dot and table not in FIELDS):
            raise InputError(
                f"The mapping {pair[:80]!r} is not understood",
                where="--map",
                todo="Write ours=theirs, such as title=product_name or items.title=product_name.",
            )
        if field not in (FIELDS[table] if table else known):
            raise InputError(
                f"There is no column {field[:60]!r} to map to",
                where="--map",
                todo=f"Columns that can be mapped: {', '.join(known)}.",
            )
        mapping[ours.strip()] = theirs.strip()
    return mapping


def propose(
    table: str, columns: Iterable[str], given: Mapping[str, str], reserved: Iterable[str] = ()
) -> dict[str, tuple[str, ...]]:
    """Our column -> theirs (several where ``a+b`` was asked for) for a file that holds ``table``.

    given : what the user says, possibly for other tables too; a column that is not here is left out, so
        that the caller can report it. reserved : their columns that serve another purpose already.
    """
    names = list(columns)
    found: dict[str, tuple[str, ...]] = {}
    for field in FIELDS[table]:
        theirs = given.get(f"{table}.{field}", given.get(field))
        parts = _parts(theirs, names) if theirs is not None else ()
        if parts:
            found[field] = parts
    # a column joined with others may well be a title or category of its own too
    used = {parts[0] for parts in found.values() if len(parts) == 1} | set(reserved)
    asked = {ours.rpartition(".")[2] for ours in given if ours.startswith(f"{table}.")}
    by_name = {_plain(name): name for name in reversed(names)}
    for field in FIELDS[table]:
        if field in found or field in asked:
            continue
        for synonym in _SYNONYMS[table][field].split():
            name = by_name.get(synonym.replace("_", ""))
            if name is not None and name not in used:
                found[field] = (name,)
                used.add(name)
                break
    return {field: found[field] for field in FIELDS[table] if field in found}


def unmatched(given: Mapping[str, str], columns: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    """Pairs (ours, theirs) of the user for which no table has the column; ``columns`` by table."""
    missing = []
    for ours, theirs in given.items():
        table, _, field = ours.rpartition(".")
        tables = [table] if table else [name for name, fields in FIELDS.items() if field in fields]
        if not any(_parts(theirs, list(columns.get(name, ()))) for name in tables):
            missing.append((ours, theirs))
    return missing


def role_of(columns: Iterable[str]) -> str:
    """``items``, ``interactions`` or ``""`` by the columns alone."""
    names = {_plain(name) for name in columns}

    def has(table: str, field: str) -> bool:
        return any(synonym.replace("_", "") in names for synonym in _SYNONYMS[table][field].split())

    if has("interactions", "user_id") and has("interactions", "item_id"):
        return "interactions"
    return "items" if has("items", "item_id") else ""


def _parts(theirs: str, names: list[str]) -> tuple[str, ...]:
    exact = {name: name for name in names}
    loose = {name.casefold(): name for name in names}

    def known(name: str) -> str | None:
        return exact.get(name) or loose.get(name.casefold())

    whole = known(theirs)
    if whole is not None:
        return (whole,)
    parts = [known(part.strip()) for part in theirs.split("+")]
    return tuple(part for part in parts if part is not None) if all(parts) else ()


def _plain(name: str) -> str:
    """``reviewerID``, ``Reviewer Id`` and ``reviewer-id`` are one name."""
    return re.sub(r"[\W_]+", "", name).casefold()
