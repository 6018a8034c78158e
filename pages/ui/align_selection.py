"""What is selected on the Align page: drawn with a lasso, or picked by scene, category and words.

All of it lives in the link, the drawn outline too, so a shared link shows the same selection.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt
import streamlit as st

from pages.ui import state
from pages.ui.align_space import Space
from pages.ui.point_map import Outline, inside
from xscene_core.text import t

CORNERS = 32
CATEGORIES = 200


def pick(space: Space, titles: dict[str, str]) -> None:
    """The controls that select without a mouse; their values go into the link."""
    counts = space.table["category"].value_counts()
    categories = {_mark(name): name for name in counts.index[:CATEGORIES] if name}
    scene_key = state.seed_many("in", space.scenes, [])
    category_key = state.seed_many("kinds", categories, [])
    words_key = state.seed_text("words")
    one, two, three = st.columns([1, 1.4, 1.2], vertical_alignment="bottom")
    scenes = one.multiselect(
        t("align.pick_scene"),
        list(space.scenes),
        key=scene_key,
        format_func=lambda name: titles.get(name, name),
        placeholder=t("align.pick_any"),
    )
    kinds = two.multiselect(
        t("align.pick_category_label" if space.labelled else "align.pick_category"),
        list(categories),
        key=category_key,
        format_func=lambda mark: f"{categories[mark]} ({counts[categories[mark]]:,})",
        placeholder=t("align.pick_any"),
    )
    words = three.text_input(
        t("align.pick_words"), key=words_key, placeholder=t(f"align.pick_words_{space.kind}"), max_chars=80
    )
    state.keep("in", scenes)
    state.keep("kinds", kinds)
    state.keep("words", words)


def chosen(space: Space, name: str) -> npt.NDArray[np.bool_] | None:
    """(n,) what every active condition selects, or ``None`` where there is no condition.

    name : of the picture on show, to which a drawn outline must belong.
    """
    table, found = space.table, []
    if scenes := st.session_state.get("param.in"):
        found.append(table["scene"].isin(scenes).to_numpy())
    if kinds := st.session_state.get("param.kinds"):
        found.append(table["category"].map(_mark).isin(kinds).to_numpy())
    if words := str(st.session_state.get("param.words") or "").strip():
        text = table["title"].str.cat(table[["category", "brand"]], sep=" ")
        found.append(text.str.contains(words, case=False, regex=False).to_numpy())
    outline = read(st.session_state.get(state.seed_text("outline")) or "", name)
    if outline is not None:
        found.append(inside((space.before, space.after)[outline.panel], outline.polygon))
    return np.logical_and.reduce(found) if found else None


def draw(outline: Outline, name: str) -> None:
    """Takes over what was drawn in the picture ``name``."""
    st.session_state[state.seed_text("outline")] = text = write(outline, name)
    state.keep("outline", text)


def keep_drawn(name: str) -> None:
    """Keeps the outline in the link as long as it belongs to the picture on show."""
    key = state.seed_text("outline")
    if read(st.session_state[key] or "", name) is None:
        st.session_state[key] = ""
    state.keep("outline", st.session_state[key])


def clear() -> None:
    """Selects nothing; for a button's ``on_click``."""
    state.choose(**{"in": [], "kinds": [], "words": "", "outline": ""})


def write(outline: Outline, name: str) -> str:
    """The outline as at most 32 corners in hundredths: ``picture,panel,x,y,x,y,...``."""
    step = max(1, -(-len(outline.polygon) // CORNERS))
    corners = np.clip(np.round(outline.polygon[::step] * 100), -999, 999).astype(int)
    return ",".join(map(str, [_mark(name), outline.panel, *corners.ravel()]))


def read(text: str, name: str) -> Outline | None:
    """The outline in ``text`` if it is one of the picture ``name``; links are not to be trusted."""
    mark, _, rest = text.partition(",")
    if mark != _mark(name):
        return None
    try:
        panel, *numbers = map(int, rest.split(","))
    except ValueError:
        return None
    if panel not in (0, 1) or len(numbers) < 6 or len(numbers) % 2 or len(numbers) > 2 * CORNERS:
        return None
    return Outline(panel, np.array(numbers, dtype=np.float64).reshape(-1, 2) / 100)


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:6]
