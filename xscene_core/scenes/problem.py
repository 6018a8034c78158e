"""One kind of problem in given data: where, what, and what to do."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Problem:
    """One kind of problem in one column.

    row : 1-based data row of the first case (the header does not count); None for the whole table.
    severity : errors stop an import, warnings do not.
    count : how many rows have it.
    """

    table: str
    row: int | None
    column: str
    severity: Literal["error", "warning"]
    what: str
    todo: str
    count: int = 1
