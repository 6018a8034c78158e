"""Tables with a name for screen readers, and CSV that is safe to open in a spreadsheet.

tables.table(frame, alt="Methods by NDCG@10", columns={"ndcg": st.column_config.NumberColumn("NDCG@10")})
tables.csv_button(frame, "compare.csv")
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from xscene_core.text import t

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def table(frame: pd.DataFrame, *, alt: str, columns: Mapping[str, Any] | None = None, **options: Any) -> Any:
    """``st.dataframe`` without the row numbers."""
    options.setdefault("placeholder", "–")
    return st.dataframe(frame, hide_index=True, column_config=dict(columns or {}), alt=alt, **options)


def csv_button(
    frame: pd.DataFrame, file_name: str, *, label: str | None = None, key: str | None = None
) -> None:
    """Offers ``frame`` as a CSV file."""
    st.download_button(
        label or t("app.csv"),
        data=lambda: csv_bytes(frame),
        file_name=file_name,
        mime="text/csv",
        icon=":material/download:",
        key=key or f"csv.{file_name}",
        on_click="ignore",
    )


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """UTF-8 with a byte order mark, so Excel shows Chinese; text that a spreadsheet would run is quoted."""
    safe = frame.copy()
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]):
            safe[column] = safe[column].map(_neutral)
    safe.columns = [_neutral(name) for name in safe.columns]
    return safe.to_csv(index=False).encode("utf-8-sig")


def _neutral(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
