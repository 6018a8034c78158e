"""New category: who will like what in a category that nobody has bought from yet, why, and how sure."""

from pathlib import Path

import streamlit as st

from pages.ui import (
    engine,
    new_category_answer,
    new_category_change,
    new_category_demand,
    new_category_form,
    new_category_how,
    new_category_people,
    new_category_person,
    new_category_segments,
    new_category_selection,
    new_category_value,
    new_category_work,
    state,
)
from pages.ui.header import page
from pages.ui.new_category_data import current, titles_of
from xscene_core.text import t

STYLE = Path(__file__).parent / "ui" / "new_category.css"


def ask(run_id: str, form: new_category_form.Form) -> None:
    """Keeps the question, starts the work, and puts its key into the link."""
    from xscene_core.newcategory import desk

    first = form.first if len(form.orders) else None
    question = desk.Question(run_id, form.category, form.audience, form.top, form.orders, first)
    new_category_form.point_at(desk.ask(engine.home(), question))


with page("new_category", selects="run", kinds=("ranking",)) as head:
    st.html(STYLE)
    if head.run is None:
        head.end()
    asked = current()
    form = new_category_form.show(head.run, asked)
    row = st.container(horizontal=True, vertical_alignment="center")
    if row.button(
        t("new_category.ask"),
        type="primary",
        icon=":material/person_search:",
        key="nc.ask",
        disabled=form.category is None,
    ):
        ask(head.run.run_id, form)
        st.rerun()

    if asked is None:
        if form.category is None:
            new_category_form.explain()
    elif asked.run_id != head.run.run_id:
        gone = engine.run(asked.run_id) is None
        st.info(
            t("new_category.run_gone" if gone else "new_category.other_run"), icon=":material/swap_horiz:"
        )
    elif new_category_work.ready(asked.key, row):
        answer = new_category_answer.load(str(engine.home().path), asked.key)
        names = titles_of(head.run)
        st.divider()
        new_category_work.outdated(asked.key, answer)
        new_category_answer.verdict(answer, head.run.spec.method)
        if answer.abstains and not st.toggle(t("new_category.show_anyway"), key="nc.anyway"):
            new_category_answer.nearest(answer, names)
            head.end()
        before = new_category_change.show(asked, answer)
        shaped = new_category_selection.show(answer, asked.key)
        if shaped is not None:
            new_category_segments.show(shaped)
            new_category_demand.show(shaped)
            chosen = new_category_people.choose(shaped, names)
            if chosen is not None:
                new_category_person.show(shaped, chosen, names, asked, (before, answer))
                state.keep("person", chosen)
        new_category_value.show(answer)
        new_category_how.show(answer, names)
    elif new_category_change.parent_of(asked) is not None:
        new_category_change.back(asked)
