"""What an item says about itself, as one text."""

import pandas as pd

LONGEST = 2000
"""Characters kept of an item's text: far beyond what the encoders read, and a bound on their memory."""


def item_texts(items: pd.DataFrame) -> list[str]:
    """(I,) title, brand, category and description joined; unknown parts are left out."""
    parts = [items[column].fillna("").astype(str) for column in ("title", "brand", "category", "description")]
    return [
        ". ".join(part.strip() for part in row if part.strip())[:LONGEST] for row in zip(*parts, strict=True)
    ]
