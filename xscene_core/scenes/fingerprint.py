"""One name for the content of a scene: equal tables, equal fingerprint, whatever file they came from."""

import hashlib

import numpy as np
import numpy.typing as npt
import pandas as pd


def fingerprint(tables: dict[str, pd.DataFrame]) -> str:
    """sha256 (64 hex digits) over table names, column names and values, row by row in order.

    tables : e.g. ``{"items": ..., "interactions": ...}``; empty or absent tables may be left out by
        the caller. Column order and the numeric type do not matter (``Int64`` and ``float64`` holding the
        same numbers agree), row order does. Missing text counts as ``""``, missing numbers as NaN.
    """
    digest = hashlib.sha256()
    for name in sorted(tables):
        table = tables[name]
        digest.update(f"table {name} {len(table)}\n".encode())
        for column in sorted(table.columns):
            digest.update(f"column {column}\n".encode())
            _add(digest, table[column])
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", values: pd.Series) -> None:
    if pd.api.types.is_numeric_dtype(values.dtype):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        digest.update(_canonical(numbers).astype("<f8").tobytes())
        return
    # Lengths beside the joined text, so that ("ab", "c") and ("a", "bc") differ.
    encoded = [("" if value is None or value != value else str(value)).encode() for value in values]
    digest.update(np.fromiter(map(len, encoded), dtype="<i8", count=len(encoded)).tobytes())
    digest.update(b"".join(encoded))


def _canonical(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """One bit pattern for every NaN, and 0.0 for -0.0."""
    return np.where(np.isnan(numbers), np.nan, numbers + 0.0)
