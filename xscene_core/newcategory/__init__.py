"""Places a category that no scene has: for whom it fits, what each would choose, why, and how sure."""

from xscene_core.newcategory.category import NewCategory, from_items, from_words
from xscene_core.newcategory.recommendation import recommend
from xscene_core.newcategory.result import Recommendations

__all__ = ["NewCategory", "Recommendations", "from_items", "from_words", "recommend"]
