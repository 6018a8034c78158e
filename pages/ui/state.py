"""What a link restores: the parameters in the URL, read, checked and written in one place.

Every value in a link is neutral (an id, a key, never a translated label) and untrusted: what is not
among the options falls back to what this session chose before, then to the default.

    key = state.seed("metric", METRICS, default="ndcg@10")          # before the widget
    metric = st.segmented_control(label, METRICS, key=key, format_func=metric_name)
    state.keep("metric", metric)                                    # after it: the URL follows

``seed_many``/``keep`` do the same for several values (``sources=apparel,home``). Names are shared by
all pages, so ``metric`` chosen on one page is kept on the next; ``group`` and ``run`` belong to the header.
"""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode, urlsplit

import streamlit as st

LONGEST_VALUE = 800
SEPARATOR = ","


def seed(name: str, options: Iterable[str], default: str | None, *, key: str | None = None) -> str:
    """Puts the value for parameter ``name`` into the session under the returned widget key."""
    known = list(options)
    widget = key or f"param.{name}"
    if _should_seed(name, widget):
        wanted = [_from_url(name), memory().get(name), default]
        st.session_state[widget] = next((value for value in wanted if value in known), default)
    elif st.session_state[widget] not in known:
        st.session_state[widget] = default
    return widget


def seed_many(name: str, options: Iterable[str], default: Sequence[str], *, key: str | None = None) -> str:
    """As ``seed``, for a widget with several values; values that are no options are left out."""
    known = list(options)
    widget = key or f"param.{name}"
    if _should_seed(name, widget):
        for text in (_from_url(name), memory().get(name)):
            chosen = [value for value in _split(text) if value in known]
            if chosen or text == "":
                break
        else:
            chosen = [value for value in default if value in known]
        st.session_state[widget] = chosen
    else:
        st.session_state[widget] = [value for value in st.session_state[widget] or [] if value in known]
    return widget


def seed_text(name: str, default: str = "", *, key: str | None = None) -> str:
    """As ``seed``, for free text (at most ``LONGEST_VALUE`` characters of it)."""
    widget = key or f"param.{name}"
    if _should_seed(name, widget):
        value = _from_url(name)
        st.session_state[widget] = memory().get(name, default) if value is None else value
    return widget


def seed_number(name: str, default: int, low: int, high: int, *, key: str | None = None) -> str:
    """As ``seed``, for a whole number between ``low`` and ``high``."""
    widget = key or f"param.{name}"
    if _should_seed(name, widget):
        texts = [text for text in (_from_url(name), memory().get(name)) if text and text.isdecimal()]
        numbers = [int(text) for text in texts if len(text) < 19]
        st.session_state[widget] = next((number for number in numbers if low <= number <= high), default)
    return widget


def keep(name: str, value: str | Iterable[str] | None) -> None:
    """Writes the value to the URL and to the session's memory; ``None`` and ``""`` leave the URL."""
    text = "" if value is None else value if isinstance(value, str) else SEPARATOR.join(value)
    text = text[:LONGEST_VALUE]
    memory()[name] = text
    _written()[name] = text
    if text:
        if st.query_params.get(name) != text:
            st.query_params[name] = text
    elif name in st.query_params:
        del st.query_params[name]


def choose(**values: str | Sequence[str]) -> None:
    """For callbacks: sets parameters as if their widgets had been used (``on_click=state.choose``)."""
    for name, chosen in values.items():
        st.session_state[f"param.{name}"] = chosen if isinstance(chosen, str) else list(chosen)
        memory()[name] = chosen if isinstance(chosen, str) else SEPARATOR.join(chosen)


def leave(*names: str) -> None:
    """Takes parameters that this view does not use out of the URL; memory keeps them."""
    for name in names:
        if name in st.query_params:
            del st.query_params[name]


def value(name: str, options: Iterable[str], default: str | None) -> str | None:
    """The parameter without a widget: from the URL, from memory, or the default."""
    known = set(options)
    return next((text for text in (_from_url(name), memory().get(name)) if text in known), default)


def memory() -> dict[str, str]:
    """What this session chose last, by parameter name; it outlives page changes."""
    return st.session_state.setdefault("_chosen", {})


def share_link() -> str:
    """The address of exactly this view."""
    parts = urlsplit(st.context.url or "")
    query = urlencode({name: st.query_params[name] for name in sorted(st.query_params)}, safe=",")
    return f"{parts.scheme}://{parts.netloc}{parts.path}{'?' + query if query else ''}"


def _should_seed(name: str, widget: str) -> bool:
    """On a page's first run, and when the URL was changed by someone else than us (link, back, forward)."""
    if widget not in st.session_state:
        return True
    in_url = _from_url(name)
    return in_url is not None and in_url != _written().get(name)


def _from_url(name: str) -> str | None:
    text = st.query_params.get(name)
    return text if text and len(text) <= LONGEST_VALUE else None


def _written() -> dict[str, str]:
    return st.session_state.setdefault("_written", {})


def _split(text: str | None) -> list[str]:
    return [part for part in (text or "").split(SEPARATOR) if part]
