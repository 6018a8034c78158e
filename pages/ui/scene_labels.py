"""The labels of a scene: what could be learned there besides what people choose."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.ui import labels, tables
from pages.ui.navigation import PAGES
from pages.ui.wording import label_words
from xscene_core.text import t

VALUES_SHOWN = 5


def show(name: str, title: str) -> None:
    """Each label with its rows and commonest values, and the way to a task that learns one."""
    st.markdown(f"##### {t('scenes.labels')}")
    found = labels.of(name)
    if not found:
        st.caption(t("scenes.labels_none"))
        return
    st.caption(t("scenes.labels_text"))
    tables.table(
        pd.DataFrame([_line(label, held) for label, held in found.items()]),
        alt=t("scenes.labels_alt", n=len(found), title=title),
        columns={
            "label": t("scenes.label"),
            "column": t("scenes.column"),
            "rows": st.column_config.NumberColumn(t("scenes.label_rows"), format="localized"),
            "different": st.column_config.NumberColumn(t("scenes.label_values"), format="localized"),
            "commonest": st.column_config.TextColumn(t("scenes.label_commonest"), width="large"),
        },
    )
    first = "reviews.sentiment" if "reviews.sentiment" in found else next(iter(found))
    st.page_link(
        PAGES["adapt"].file,
        label=t("scenes.learn_label", label=label_words(first)),
        icon=PAGES["adapt"].icon,
        query_params={"target": name, "label": first},
    )


def _line(label: str, held: labels.Held) -> dict[str, object]:
    shown = list(held.counts.items())[:VALUES_SHOWN]
    return {
        "label": label_words(label).capitalize(),
        "column": label,
        "rows": held.rows,
        "different": len(held.counts),
        "commonest": ", ".join(f"{value[:60]} ({count / held.rows:.0%})" for value, count in shown),
    }
