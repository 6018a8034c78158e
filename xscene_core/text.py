"""Every sentence a person reads on a page comes from here, so that a language can be added.

The catalogue is ``locale/<language>/*.json``: one file per page or module, flat keys
(``"title": "Scenes"``) that are addressed as ``file.key`` and filled with ``str.format`` fields.
"""

import json
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).resolve().parent / "locale"


@cache
def catalogue(language: str = "en") -> dict[str, str]:
    """All sentences of one language, ``file.key`` -> template."""
    sentences: dict[str, str] = {}
    for file in sorted((LOCALE / language).glob("*.json")):
        for key, template in json.loads(file.read_text(encoding="utf-8")).items():
            sentences[f"{file.stem}.{key}"] = template
    return sentences


def t(key: str, language: str = "en", /, **fields: object) -> str:
    """The sentence ``key`` filled with ``fields``; a missing key is a programming error (KeyError)."""
    return catalogue(language)[key].format(**fields)
