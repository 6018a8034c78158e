"""A guess at the language of a scene from the script its text is written in."""

import unicodedata
from collections import Counter
from collections.abc import Iterable

_SCRIPTS = {
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "GREEK": "el",
    "HEBREW": "he",
    "THAI": "th",
    "DEVANAGARI": "hi",
    "LATIN": "en",
}


def script_language(texts: Iterable[str]) -> str:
    """The language most often written in the commonest script (Latin: ``en``); ``"und"`` without letters.

    A CJK character counts twice, because it says about as much as two Latin ones; a tenth of kana makes
    it Japanese.
    """
    seen: Counter[str] = Counter()
    for text in texts:
        for character in text[:300]:
            if character.isascii():
                seen["en"] += character.isalpha()
            elif character.isalpha():
                script = unicodedata.name(character, "").split(" ")[0]
                seen[_SCRIPTS.get(script, "und")] += 2 if script == "CJK" else 1
    if not sum(seen.values()):
        return "und"
    if seen["ja"] * 10 > seen["zh"] > 0:
        return "ja"
    return seen.most_common(1)[0][0]
