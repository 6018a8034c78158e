"""Times, budgets, routes, labels and metrics in words, the same on every page.

when(record.created) -> "21 Nov 12:31";  duration(95) -> "2 min";  budget_words("10%")
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from xscene_core.text import catalogue, t


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


def said(key: str, kind: str, **fields: object) -> str:
    """The sentence ``key``; for tasks that learn a label ``key_label``, where there is one."""
    of_labels = f"{key}_label"
    return t(of_labels if kind == "label" and of_labels in catalogue() else key, **fields)


def budget_words(budget: str, kind: str = "ranking") -> str:
    """How many target people, or labelled rows, may be learned from."""
    if budget in ("0", "all"):
        return said(f"app.budget_{budget}", kind)
    if budget.endswith("%"):
        return said("app.budget_share", kind, share=budget)
    return said("app.budget_count", kind, count=budget)


def label_words(label: str) -> str:
    """ "review sentiment" for ``reviews.sentiment``; "" is what rankings learn: what people choose."""
    if not label:
        return t("app.label_choices")
    table, _, column = label.partition(".")
    if f"app.label_{table}_{column}" in catalogue():
        return t(f"app.label_{table}_{column}")
    return t(f"app.label_of_{table}", column=column.replace("_", " "))


def metric_name(metric: str) -> str:
    """``ndcg@10`` as it is printed."""
    name, at, k = metric.partition("@")
    if f"app.metric_{name}" not in catalogue():
        return metric.upper()
    return t(f"app.metric_{name}") + at + k


def metric_in_words(metric: str) -> str:
    """The same within a sentence: "accuracy", but "NDCG@10"."""
    name = metric_name(metric)
    return name[0].lower() + name[1:] if name[1:2].islower() else name


def route_words(sources: Iterable[str], target: str, titles: dict[str, str]) -> str:
    """ "Apparel + Home → Jewelry"."""
    return f"{' + '.join(titles.get(name, name) for name in sources)} → {titles.get(target, target)}"


def _zone() -> ZoneInfo | None:
    try:
        return ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (KeyError, ValueError, OSError):
        return None
