"""How much of the demand of the category each product may expect, and how far to trust that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.ui import tables
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.newcategory import Recommendations

SHOWN = 200


def show(answer: Recommendations) -> None:
    """A table, the most wanted product first; a sentence where nothing can be expected."""
    if len(answer.products) < 2:
        return
    st.subheader(t("new_category.demand"), anchor=False, help=t("new_category.demand_help"))
    facts = answer.facts.get("demand")
    if not facts:
        st.caption(t("new_category.demand_none"))
        return
    st.markdown(_trust(facts))
    columns = ["item_id", "title", "demand", "demand_low", "demand_high"]
    ranked = answer.products[columns].sort_values("demand", ascending=False, kind="stable")
    times = {
        name: st.column_config.NumberColumn(
            t(f"new_category.col_{name}", share=facts["nominal"]), format="%.2f ×"
        )
        for name in columns[2:]
    }
    tables.table(
        ranked[columns[1:]].head(SHOWN),
        alt=t("new_category.demand_alt"),
        columns={"title": t("new_category.col_product")} | times,
    )
    tables.csv_button(ranked, "expected-demand.csv", label=t("new_category.demand_csv"), key="nc.demand.csv")


def _trust(facts: dict[str, Any]) -> str:
    (held, low, high), (order, worst, best) = facts["coverage"], facts["order"]
    numbers = {"n": facts["categories"], "order": order, "worst": worst, "best": best}
    told = t(f"new_category.demand_order_{'yes' if worst > 0 else 'no'}", **numbers)
    covered = {"nominal": facts["nominal"], "held": held, "low": low, "high": high, "n": facts["categories"]}
    return f"{told} {t('new_category.demand_coverage', **covered)}"
