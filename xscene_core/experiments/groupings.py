"""By what the people or rows of a test are grouped."""

from typing import Literal

Kind = Literal["history", "popularity", "words", "examples"]
RANKING: tuple[Kind, Kind] = ("history", "popularity")
LABEL: tuple[Kind, Kind] = ("words", "examples")
