"""Align: what an adaptation did to the space of products and people; who and what lies where."""

import streamlit as st

from pages.ui import align_colour, align_map, align_panel, align_selection, engine, state
from pages.ui.errors import plain
from pages.ui.header import page
from pages.ui.wording import label_words, said
from xscene_core.text import t

KINDS = ("items", "people")
METHODS = ("umap", "pca")

with page("align", selects="run") as head:
    if head.run is None:
        head.end()
    task = head.run.spec.task
    controls = {"points": KINDS, "colour": align_colour.COLOURS, "drawing": METHODS}
    if task.label:
        del controls["points"]
    with st.container(horizontal=True, gap="large", vertical_alignment="bottom"):
        chosen = {"points": KINDS[0]}  # of a run that labels rows, the rows
        for name, options in controls.items():
            chosen[name] = st.segmented_control(
                t(f"align.{name}"),
                options,
                key=state.seed(name, options, options[0]),
                format_func=lambda option, name=name: said(f"align.{name}_{option}", task.kind),
                help=said(f"align.{name}_help", task.kind),
                required=True,
            )
            chosen[name] = chosen[name] if chosen[name] in options else options[0]
            state.keep(name, chosen[name])
    if task.label:
        state.leave("points")
        st.caption(plain(t("align.people_none_label", label=label_words(task.label))))

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
