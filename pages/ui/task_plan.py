"""What would run on Adapt: how many methods, how long that takes, the command that does the same."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import engine, labels, method_form, state
from pages.ui.errors import plain
from pages.ui.wording import duration
from xscene_core.experiments.estimate import Estimate, estimate
from xscene_core.text import t

if TYPE_CHECKING:
    from pages.ui.task_form import Choice
    from xscene_core.experiments.spec import TaskSpec

AUTO = "auto"


def show(choice: Choice) -> None:
    """The plan with its time, what speaks against it, the button, and the command line."""
    with st.container(border=True, key="adapt.plan"):
        st.markdown(f"##### {t('adapt.plan')}")
        for problem in choice.problems:
            st.markdown(f":material/error: {plain(problem)}")
        for remark in choice.remarks:
            st.markdown(f":material/info: {plain(remark)}")
        if choice.task:
            names = [*method_form.baselines(choice.task.kind, choice.task.budget), *choice.methods]
            st.markdown(t("adapt.plan_text", n=len(names)))
            _time(_estimate(choice.task, names))
        if st.button(
            t("adapt.start"),
            type="primary",
            icon=":material/play_arrow:",
            key="adapt.start",
            disabled=not choice.task,
        ):
            _start(choice)
            st.rerun()
        if choice.task:
            st.caption(t("adapt.command"))
            st.code(command(choice.task, asked(choice.task, choice.methods)), language=None, wrap_lines=True)


def asked(task: TaskSpec, methods: tuple[str, ...]) -> list[str]:
    """The methods to name; the baselines come of themselves, so one of them stands for "no others"."""
    return list(methods) or method_form.baselines(task.kind, task.budget)[:1]


def command(task: TaskSpec, methods: list[str]) -> str:
    """What reproduces this on the command line."""
    words = ["python", "-m", "xscene_core", "run"]
    for source in task.sources:
        words += ["--source", source]
    words += ["--target", task.target, *(["--label", task.label] if task.label else [])]
    words += ["--method", ",".join(methods), "--budget", task.budget]
    words += [] if task.label else ["--split", task.split]
    return shlex.join([*words, "--encoder", task.encoder, "--seed", str(task.seed)])


def _start(choice: Choice) -> None:
    from xscene_core.experiments.submission import submit_methods

    if choice.task:
        group = submit_methods(engine.home(), choice.task, asked(choice.task, choice.methods))
        engine.refresh()
        state.choose(group=group)


def _time(guess: Estimate) -> None:
    if guess.seconds is None:
        st.markdown(f":material/schedule: {t('adapt.no_estimate', names=', '.join(guess.unknown))}")
    else:
        st.markdown(f":material/schedule: {t('adapt.estimate', time=duration(guess.seconds), n=guess.runs)}")


def _estimate(task: TaskSpec, names: list[str]) -> Estimate:
    """By runs that learned the same; the size of a label task is its labelled rows, else the choices."""
    with engine.opening():
        runs = [run for run in engine.runs() if run.spec.task.label == task.label]
    here = {card.name: card.interactions for card in engine.cards()}
    if task.label:
        used = {name for run in runs for name in (*run.spec.task.sources, run.spec.task.target)}
        held = {name: labels.of(name) for name in {*used, *task.sources, task.target} & set(here)}
        here = {name: found[task.label].rows for name, found in held.items() if task.label in found}
    if task.encoder == AUTO:
        task = task.model_copy(update={"encoder": _suited(task)})
    return estimate(task, names, runs, here, engine.workers())


def _suited(task: TaskSpec) -> str:
    """What ``auto`` becomes when the runs are submitted."""
    if task.label:
        from xscene_core.encoders.words import WORDS

        return WORDS
    library = engine.library()
    scenes = tuple((name, library.fingerprint(name)) for name in (*task.sources, task.target))
    return _suited_to(str(engine.home().path), scenes)


@st.cache_data(max_entries=64, show_spinner=False)
def _suited_to(path: str, scenes: tuple[tuple[str, str], ...]) -> str:
    from xscene_core.encoders.suited import suited_encoder

    library = engine.library()
    return suited_encoder([(library.items(name), library.card(name).language) for name, _ in scenes])
