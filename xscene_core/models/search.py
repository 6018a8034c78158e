"""The largest inner products among very many items: exactly, from a scan of 8-bit codes."""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Floats = npt.NDArray[np.float32]
LEVELS = 127
ROUNDING = 1e-5
"""Share of the product of two lengths that single precision may lose in a sum; real losses are smaller."""
BLOCK = 100_000


class ExactSearch:
    """Items whose inner product with a query is largest, without reading every item in full.

    An item is kept in full and as c, its numbers rounded to 8 bits of its largest one. The product of a
    rounded query q^ and rounded items r^ is exact in whole numbers and a quarter of the memory is read;
    what rounding may have changed is bounded by Cauchy and Schwarz:

        |<q, r> - <q^, r^>|  <=  |q - q^| |r|  +  |q^| |r - r^|

    Only items whose upper bound reaches the k-th highest lower bound are looked at in full, so the answer
    is that of the whole product, whatever the data.
    """

    def __init__(self, items: Floats) -> None:
        """items : (I, d)."""
        self.items = items
        self._codes = torch.empty(items.shape, dtype=torch.int8)
        self._scale = np.empty(len(items), np.float32)
        self._length = np.empty(len(items), np.float32)
        self._lost = np.empty(len(items), np.float32)
        for start in range(0, len(items), BLOCK):
            rows = slice(start, start + BLOCK)
            codes, self._scale[rows], self._lost[rows] = _rounded(items[rows])
            self._codes[rows] = codes
            self._length[rows] = np.linalg.norm(items[rows], axis=1)
        self.looked_at = 0
        """How many items the last search read in full."""

    def top(
        self,
        query: Floats,
        count: int,
        extra: Floats | None = None,
        without: npt.NDArray[np.integer] | None = None,
    ) -> tuple[npt.NDArray[np.int64], Floats]:
        """Rows of the ``count`` highest <query, item> + extra, best first, equal ones by row, and the sums.

        query : (d,). extra : (I,) added to the products. without : rows that are no candidates.
        """
        codes, scale, lost = _rounded(query[None])
        rough = torch._int_mm(self._codes, codes.T.contiguous())[:, 0].numpy() * (self._scale * scale[0])
        length = np.float32(np.linalg.norm(query))
        slack = lost[0] * self._length + (length + lost[0]) * self._lost
        slack += np.float32(ROUNDING) * length * self._length
        if extra is not None:
            rough += extra
        if without is not None:
            rough[without] = -np.inf
        count = min(count, int(np.isfinite(rough).sum()))
        if count == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        floor = float(torch.topk(torch.from_numpy(rough - slack), count).values[-1])
        rows = np.flatnonzero(rough + slack >= floor)
        self.looked_at = len(rows)
        return best_of(self.items, rows, query, count, extra)


def best_of(
    items: Floats, rows: npt.NDArray[np.int64], query: Floats, count: int, extra: Floats | None
) -> tuple[npt.NDArray[np.int64], Floats]:
    """The ``count`` best among ``rows`` by the sums in full, equal ones by row."""
    sums = items[rows] @ query
    if extra is not None:
        sums += extra[rows]
    order = np.argsort(-sums, kind="stable")[:count]
    return rows[order], sums[order]


def _rounded(rows: Floats) -> tuple[Tensor, Floats, Floats]:
    """Codes (N, d) int8 and the (N,) lengths of a step; r^ = step * code, and (N,) |r - r^|."""
    step = np.maximum(np.abs(rows).max(axis=1, initial=0.0), np.float32(1e-30)) / np.float32(LEVELS)
    codes = np.rint(rows / step[:, None])
    lost = np.linalg.norm(rows - codes * step[:, None], axis=1)
    return torch.from_numpy(codes.astype(np.int8)), step.astype(np.float32), lost.astype(np.float32)
