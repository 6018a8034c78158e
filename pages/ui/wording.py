"""Times, budgets and routes in words, the same on every page.

when(record.created) -> "21 Nov 12:31";  duration(95) -> "2 min";  budget_words("10%")
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from xscene_core.text import t


def when(epoch: float | None) -> str:
    """Date and time where the reader is."""
    if epoch is None:
        return "–"
    return f"{datetime.fromtimestamp(epoch, _zone()):%-d %b %H:%M}"


def duration(seconds: float | None) -> str:
    """Rounded as one would say it; a dash where unknown."""
    if seconds is None:
        return "–"
    if seconds < 99:
        return t("app.seconds", n=max(seconds, 0))
    if seconds < 5400:
        return t("app.minutes", n=seconds / 60)
    return t("app.hours", n=seconds / 3600)


def budget_words(budget: str) -> str:
    """How many target people may be learned from."""
    if budget in ("0", "all"):
        return t(f"app.budget_{budget}")
    if budget.endswith("%"):
        return t("app.budget_share", share=budget)
    return t("app.budget_count", count=budget)


def route_words(sources: Iterable[str], target: str, titles: dict[str, str]) -> str:
    """ "Apparel + Home → Jewelry"."""
    return f"{' + '.join(titles.get(name, name) for name in sources)} → {titles.get(target, target)}"


def _zone() -> ZoneInfo | None:
    try:
        return ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (KeyError, ValueError, OSError):
        return None
