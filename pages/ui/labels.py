"""The labels that scenes hold: which of them can be learned, and how many rows have one.

labels.common(("apparel", "store"), "electronics")      # ["items.category", "reviews.sentiment", ...]
labels.of("apparel")["reviews.sentiment"].rows          # 1204
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from pages.ui import engine

FEWEST = 10
"""Rows with the label that a scene must have, as a run asks for."""


@dataclass(frozen=True)
class Held:
    """counts : value -> rows that have it, the commonest first."""

    counts: Mapping[str, int]

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


def of(name: str) -> dict[str, Held]:
    """What could be learned in the scene, as TABLE.COLUMN."""
    return _held(str(engine.home().path), name, engine.library().fingerprint(name))


def common(sources: Sequence[str], target: str | None) -> list[str]:
    """The labels that all these scenes have in enough rows, the target with values that a source has too."""
    held = [of(name) for name in (*sources, *([target] if target else []))]
    if not held:
        return []
    able = [label for label in held[-1] if all(label in one and one[label].rows >= FEWEST for one in held)]
    if not sources or not target:
        return able
    return [label for label in able if _taught(held[:-1], label) & set(held[-1][label].counts)]


def _taught(sources: Sequence[Mapping[str, Held]], label: str) -> set[str]:
    return set().union(*(one[label].counts for one in sources))


@st.cache_data(max_entries=64, show_spinner=False)
def _held(path: str, name: str, fingerprint: str) -> dict[str, Held]:
    from xscene_core.scenes.labels import labelled_rows, labels_of

    scene = engine.library().load(name, choices=False)
    found = {}
    for label in labels_of(scene):
        values = labelled_rows(scene, label)["label"]
        counts = values[values != ""].value_counts(sort=True)
        found[str(label)] = Held({str(value): int(count) for value, count in counts.items()})
    return found
