"""Adapt: carry what source scenes know to a target scene, watch it learn, and find earlier runs again."""

import shlex

import streamlit as st

from pages.ui import engine, jobs, run_history, scene_cards, state, task_form
from pages.ui.errors import plain
from pages.ui.header import group_line, page
from pages.ui.navigation import PAGES
from pages.ui.wording import duration
from xscene_core.experiments.estimate import estimate
from xscene_core.text import t


def asked(choice: task_form.Choice) -> list[str]:
    """The methods to name; the baselines come of themselves, so one of them stands for "no others"."""
    return list(choice.methods) or ["popularity"]


def command(choice: task_form.Choice) -> str:
    """What reproduces this on the command line."""
    task = choice.task
    words = ["python", "-m", "xscene_core", "run"]
    for source in choice.sources:
        words += ["--source", source]
    words += ["--target", task.target, "--method", ",".join(asked(choice))]
    words += ["--budget", task.budget, "--split", task.split]
    return shlex.join([*words, "--encoder", task.encoder, "--seed", str(task.seed)])


def start(choice: task_form.Choice) -> None:
    """Submits the runs and shows them."""
    from xscene_core.experiments.submission import submit_methods

    group = submit_methods(engine.home(), choice.task, asked(choice))
    engine.refresh()
    state.choose(group=group)


def show_plan(choice: task_form.Choice) -> None:
    """What would run, how long it takes as far as is known, and what speaks against it."""
    with st.container(border=True, key="adapt.plan"):
        st.markdown(f"##### {t('adapt.plan')}")
        for problem in choice.problems:
            st.markdown(f":material/error: {plain(problem)}")
        for remark in choice.remarks:
            st.markdown(f":material/info: {plain(remark)}")
        if choice.task:
            names = [*task_form.method_form.baselines(), *choice.methods]
            sizes = {card.name: card.interactions for card in engine.cards()}
            with engine.opening():
                runs = engine.runs()
            guess = estimate(choice.task, names, runs, sizes, engine.workers())
            st.markdown(t("adapt.plan_text", n=len(names)))
            if guess.seconds is None:
                st.markdown(f":material/schedule: {t('adapt.no_estimate', names=', '.join(guess.unknown))}")
            else:
                st.markdown(
                    f":material/schedule: {t('adapt.estimate', time=duration(guess.seconds), n=guess.runs)}"
                )
        if st.button(
            t("adapt.start"),
            type="primary",
            icon=":material/play_arrow:",
            key="adapt.start",
            disabled=not choice.task,
        ):
            start(choice)
            st.rerun()
        if choice.task:
            st.caption(t("adapt.command"))
            st.code(command(choice), language=None, wrap_lines=True)


with page("adapt") as head:
    cards = engine.cards()
    if len(cards) < 2:
        scene_cards.show_empty()
        head.end()
    form, plan = st.columns([7, 4], gap="medium")
    with form:
        choice = task_form.show(cards)
    with plan:
        show_plan(choice)
    head.show_route(choice.sources, choice.target)

    groups = {group.id: group for group in engine.groups()}
    shown = st.session_state.get(state.seed("group", groups, next(iter(groups), None)))
    if shown:
        state.keep("group", shown)
        st.subheader(t("adapt.work"), anchor=False)
        st.caption(plain(group_line(groups[shown])))
        jobs.panel(shown)
        if groups[shown].finished:
            with st.container(horizontal=True):
                for name in ("overview", "compare"):
                    st.page_link(
                        PAGES[name].file,
                        label=t(f"adapt.see_{name}"),
                        icon=PAGES[name].icon,
                        query_params={"group": shown},
                    )
    st.subheader(t("adapt.history"), anchor=False)
    run_history.show()
