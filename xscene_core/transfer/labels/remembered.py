"""The last results of what several methods ask of the same rows.

``auto`` judges methods of which most begin with the same decomposition of all rows; remembered, it is
computed once. Results are found by the content of the rows and the settings, so they are what computing them
again would give, bit for bit.
"""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, TypeVar

import numpy as np
import scipy.sparse as sp

from xscene_core.transfer.labels.views import Features, LabelView

Result = TypeVar("Result")
KEPT = 4
"""So many results, of some 20 MB each, are kept by a process."""
_last: OrderedDict[bytes, Any] = OrderedDict()


def remembered(name: str, view: LabelView, settings: tuple[float, ...], make: Callable[[], Result]) -> Result:
    """``make()``, or what it gave when ``name`` was last asked with the same view and settings.

    The result is shared by all who ask, so it must not be changed.
    """
    key = _key(name, view, settings)
    if key not in _last:
        found = make()
        _last[key] = found
        while len(_last) > KEPT:
            _last.popitem(last=False)
    _last.move_to_end(key)
    result: Result = _last[key]
    return result


def forget() -> None:
    """Nothing is remembered any more: for whoever measures what computing costs."""
    _last.clear()


def _key(name: str, view: LabelView, settings: tuple[float, ...]) -> bytes:
    found = blake2b(repr((name, settings, view.seed, len(view.classes))).encode(), digest_size=16)
    for rows in (*view.sources, view.target):
        found.update(repr((rows.name, rows.features.shape, rows.features.dtype)).encode())
        for array in (*_arrays(rows.features), rows.labels):
            found.update(np.ascontiguousarray(array).data)
    return found.digest()


def _arrays(features: Features) -> tuple[np.ndarray, ...]:
    if sp.issparse(features):
        return features.indptr, features.indices, features.data
    return (features,)
