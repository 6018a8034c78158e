"""Align: what an adaptation did to the space of products and people; who and what lies where."""

import streamlit as st

from pages.ui import align_colour, align_map, align_panel, align_selection, engine, state
from pages.ui.header import page
from xscene_core.text import t

KINDS = ("items", "people")
METHODS = ("umap", "pca")

with page("align", selects="run") as head:
    if head.run is None:
        head.end()
    with st.container(horizontal=True, gap="large", vertical_alignment="bottom"):
        chosen = {}
        for name, options in (("points", KINDS), ("colour", align_colour.COLOURS), ("drawing", METHODS)):
            chosen[name] = st.segmented_control(
                t(f"align.{name}"),
                options,
                key=state.seed(name, options, options[0]),
                format_func=lambda option, name=name: t(f"align.{name}_{option}"),
                help=t(f"align.{name}_help"),
                required=True,
            )
            chosen[name] = chosen[name] if chosen[name] in options else options[0]
            state.keep(name, chosen[name])

    titles = engine.titles()
    asked = align_map.wish(head.run, chosen["points"], chosen["drawing"])
    left, right = st.columns([3.4, 1], gap="medium")
    with right:
        align_panel.show_numbers(head.run.folder, chosen["points"])
    with left:
        seen = align_map.space(head.run, asked)
        picture = st.container()
    if seen is not None:
        align_selection.keep_drawn(asked.key)
        st.subheader(t("align.selection_title"), anchor=False)
        align_selection.pick(seen, titles)
        selected = align_selection.chosen(seen, asked.key)
        with picture:
            colours = align_colour.colouring(seen, chosen["colour"], titles)
            align_map.show(seen, colours, selected, asked.key, titles)
        align_panel.show_selection(seen, selected, titles)
