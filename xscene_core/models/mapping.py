"""From where people stand in one scene to where they stand in another, learned from those who are in both."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
RIDGE = 10.0


def fit_mapping(pairs: Iterable[tuple[Vectors, Vectors]], ridge: float = RIDGE) -> Vectors:
    """(d, e) the matrix W that minimises sum ||x W - y||^2 + ridge ||W||^2 over all rows x and y.

    The linear map of embedding and mapping (EMCDR; Man et al., 2017), in closed form.

    pairs : blocks of rows, (n, d) and (n, e), at least one; a row of zeros on the left teaches nothing.
    """
    sums = [(there.T.astype(np.float64) @ there, there.T.astype(np.float64) @ here) for there, here in pairs]
    squares, products = (np.sum(each, axis=0) for each in zip(*sums, strict=True))
    found = np.linalg.solve(squares + ridge * np.eye(len(squares)), products)
    return np.asarray(found, dtype=np.float32)
