"""How many target people may be learned from."""

import math
import re
from dataclasses import dataclass

from xscene_core.errors import InputError


@dataclass(frozen=True)
class Budget:
    """``"0"`` none, ``"30"`` thirty people, ``"10%"`` a share of the people, ``"all"``.

    Only what may be *learned from* is limited. At test time each person's own earlier choices are
    always an input to the recommender, as they would be in a shop.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> "Budget":
        """Raises ``InputError`` for anything but ``0``, a whole number, ``x%`` (0 to 100), or ``all``."""
        clean = str(text).strip().lower()
        if clean == "all" or re.fullmatch(r"\d{1,9}", clean):
            return cls(str(int(clean)) if clean != "all" else clean)
        share = re.fullmatch(r"(\d{1,3}(?:\.\d{1,6})?)\s*%", clean)
        if share and float(share[1]) <= 100:
            return cls(f"{float(share[1]):.6f}".rstrip("0").rstrip(".") + "%")
        raise InputError(
            f"The budget {str(text)[:40]!r} is not understood",
            where="budget",
            todo="Give 0, a number of people such as 30, a share such as 10%, or all.",
        )

    def people(self, available: int) -> int:
        """How many of ``available`` people it allows; a share rounds up (1% of 60 is one person)."""
        if self.text == "all":
            return available
        if self.text.endswith("%"):
            return min(available, math.ceil(available * float(self.text[:-1]) / 100))
        return min(available, int(self.text))

    def __str__(self) -> str:
        return self.text
