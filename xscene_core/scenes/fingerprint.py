"""One number that changes when, and only when, the content of a scene changes."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xscene_core.scenes.tables import COLUMNS, arrow_schema, canonical

_BATCH = 131_072


def fingerprint(tables: dict[str, pd.DataFrame]) -> str:
    """sha256 hex of canonical tables by name (``items``, ``interactions``, ...): names, columns and
    values in row order. Equal to ``fingerprint_folder`` of the folder they would be saved in."""
    arrow = {name: _arrow(name, frame) for name, frame in tables.items()}
    return _whole({name: _digests(table.to_batches(_BATCH), table.schema) for name, table in arrow.items()})


def fingerprint_folder(folder: Path) -> str:
    """sha256 hex of the tables (``*.parquet``) in ``folder``, read in bounded memory.

    Independent of how the Parquet files are compressed or cut into row groups, so that a scene
    written by DuckDB and one written by pandas agree. The name and the card do not count.
    """
    digests = {}
    for file in folder.glob("*.parquet"):
        with pq.ParquetFile(file) as parquet:
            batches = parquet.iter_batches(batch_size=_BATCH)
            digests[file.stem] = _digests(batches, parquet.schema_arrow)
    return _whole(digests)


def _arrow(name: str, frame: pd.DataFrame) -> pa.Table:
    if name not in COLUMNS:
        return pa.Table.from_pandas(frame, preserve_index=False)
    return pa.Table.from_pandas(canonical(name, frame), schema=arrow_schema(name), preserve_index=False)


def _whole(digests: dict[str, dict[str, str]]) -> str:
    whole = hashlib.sha256()
    for table, columns in sorted(digests.items()):
        whole.update(f"table {table}\n".encode())
        for column, digest in sorted(columns.items()):
            whole.update(f"{column} {digest}\n".encode())
    return whole.hexdigest()


def _digests(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> dict[str, str]:
    columns = {name: _ColumnDigest() for name in schema.names}
    for batch in batches:
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            columns[name].add(column)
    return {name: digest.hexdigest() for name, digest in columns.items()}


class _ColumnDigest:
    """Digest of one column that does not depend on how it is cut into batches."""

    def __init__(self) -> None:
        self.known, self.sizes, self.values = hashlib.sha256(), hashlib.sha256(), hashlib.sha256()

    def add(self, column: pa.Array) -> None:
        if pa.types.is_floating(column.type):
            numbers = pc.fill_null(pc.cast(column, pa.float64()), float("nan")).to_numpy(zero_copy_only=False)
            # one bit pattern for every NaN, and no negative zero
            self.values.update(np.where(np.isnan(numbers), np.nan, numbers + 0.0).tobytes())
            return
        self.known.update(np.ascontiguousarray(column.is_valid().to_numpy(zero_copy_only=False)).tobytes())
        if pa.types.is_integer(column.type):
            whole = pc.fill_null(pc.cast(column, pa.int64()), 0).to_numpy(zero_copy_only=False)
            self.values.update(np.ascontiguousarray(whole).tobytes())
            return
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        binary = text or pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type)
        flat = pc.cast(column, pa.large_binary() if binary else pa.large_string())
        flat = pa.concat_arrays([pc.fill_null(flat, b"" if binary else "")])
        offsets = np.frombuffer(flat.buffers()[1], dtype=np.int64)[flat.offset : flat.offset + len(flat) + 1]
        self.sizes.update(np.diff(offsets).tobytes())
        data = flat.buffers()[2]
        if data is not None and len(offsets):
            self.values.update(memoryview(data)[offsets[0] : offsets[-1]])

    def hexdigest(self) -> str:
        parts = self.known.digest() + self.sizes.digest() + self.values.digest()
        return hashlib.sha256(parts).hexdigest()
