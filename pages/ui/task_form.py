"""The form of the Adapt page: from where, to where, by which methods, and what speaks against it.

choice = task_form.show(cards)      # draws the form, keeps it in the URL
choice.task is None                 # cannot be run; choice.problems says why, in sentences
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import aim, labels, method_form, newcomers, state
from pages.ui.wording import said
from xscene_core.errors import InputError
from xscene_core.text import t
from xscene_core.transfer.budget import Budget

if TYPE_CHECKING:
    from xscene_core.experiments.spec import TaskSpec
    from xscene_core.scenes.scene import SceneCard
    from xscene_core.transfer.method import Kind

BUDGETS = ("0", "30", "10%", "all")
SPLITS = ("leave-one-out", "global-time", newcomers.SPLIT)
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Choice:
    """What is asked for; ``task`` is ``None`` while ``problems`` (sentences) stand against it.

    label : what to learn, as TABLE.COLUMN; "" for what people choose next.
    """

    sources: tuple[str, ...]
    target: str | None
    label: str
    methods: tuple[str, ...]
    task: TaskSpec | None
    problems: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def show(cards: list[SceneCard]) -> Choice:
    """Draws the form."""
    by_name = {card.name: card for card in cards}
    sources, target = _scenes(by_name)
    label = aim.show(sources, target)
    kind = aim.kind_of(label)
    method_form.presets(kind)
    budget_key = state.seed_text("budget", "10%")
    methods = method_form.methods_asked(kind, st.session_state[budget_key])
    with st.container(border=True):
        st.markdown(f"##### {t('adapt.how_to_learn')}")
        budget = _budget(kind)
        split = _split(by_name.get(target or "")) if kind == "ranking" else SPLITS[0]
        left, right = st.columns([3, 1])
        with left:
            encoder = method_form.encoder(kind)
        with right:
            seed = state.seed_number("seed", 0, 0, LARGEST_SEED)
            st.number_input(t("adapt.seed"), 0, LARGEST_SEED, step=1, key=seed, help=t("adapt.seed_help"))
            state.keep("seed", str(st.session_state[seed] or 0))
        if kind == "label":
            st.caption(t("adapt.label_split"))
    found, remarks = problems(sources, target, label, budget, by_name)
    if not found and target and split == newcomers.SPLIT:
        found = tuple(filter(None, [newcomers.problem(sources, target)]))
    task = None
    if not found and target:
        from xscene_core.experiments.spec import TaskSpec

        task = TaskSpec(
            sources=sources,
            target=target,
            label=label,
            budget=budget,
            split=split,
            encoder=encoder,
            seed=int(st.session_state[seed] or 0),
        )
    return Choice(sources, target, label, methods, task, found, remarks)


def problems(
    sources: tuple[str, ...], target: str | None, label: str, budget: str, cards: Mapping[str, SceneCard]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What makes the task impossible, and what is worth knowing though it runs; both as sentences."""
    found = []
    if target is None:
        found.append(t("adapt.problem_no_target"))
    if not sources:
        found.append(t("adapt.problem_no_source"))
    if target in sources:
        found.append(t("adapt.problem_same", title=cards[target].title))
    if not label:
        found += _silent(sources, target, cards)
    try:
        wanted = Budget.parse(budget)
    except InputError as error:
        return (*found, str(error)), ()
    return tuple(found), tuple(_remarks(target, label, wanted, cards))


def _silent(sources: tuple[str, ...], target: str | None, cards: Mapping[str, SceneCard]) -> Iterator[str]:
    """Rankings need choices; labels do not."""
    for name in sources:
        if not cards[name].interactions:
            yield t("adapt.problem_silent_source", title=cards[name].title)
    if target is not None and not cards[target].interactions:
        yield t("adapt.problem_silent_target", title=cards[target].title)


def _remarks(target: str | None, label: str, wanted: Budget, cards: Mapping[str, SceneCard]) -> Iterator[str]:
    if target is None or not wanted.text.isdigit():
        return
    if label:
        rows = labels.of(target)[label].rows
        if int(wanted.text) > rows // 2:
            yield t("adapt.remark_budget_label", title=cards[target].title, rows=f"{rows:,}")
    elif cards[target].interactions and int(wanted.text) > cards[target].people:
        yield t("adapt.remark_budget", title=cards[target].title, people=f"{cards[target].people:,}")


def _scenes(by_name: Mapping[str, SceneCard]) -> tuple[tuple[str, ...], str | None]:
    names = list(by_name)
    default = [name for name in ("apparel", *names) if name in by_name][:1]
    with st.container(border=True):
        st.markdown(f"##### {t('adapt.from_where')}")
        left, right = st.columns(2)
        target_key = state.seed(
            "target", names, next((n for n in ("home", *names) if n in by_name and n not in default), None)
        )
        sources_key = state.seed_many("sources", names, default)
        blocked = st.session_state[target_key]
        clash = blocked in st.session_state[sources_key]
        st.session_state[sources_key] = [name for name in st.session_state[sources_key] if name != blocked]
        with left:
            sources = st.multiselect(
                t("adapt.sources"),
                [name for name in names if name != blocked],
                key=sources_key,
                format_func=lambda name: by_name[name].title,
                placeholder=t("adapt.sources_placeholder"),
                help=t("adapt.sources_help"),
            )
        with right:
            target = st.selectbox(
                t("adapt.target"),
                names,
                key=target_key,
                format_func=lambda name: by_name[name].title,
                placeholder=t("adapt.target_placeholder"),
                help=t("adapt.target_help"),
            )
        if clash:
            st.caption(f":material/info: {t('adapt.same_removed', title=by_name[blocked].title)}")
    state.keep("sources", sources)
    state.keep("target", target)
    return tuple(sources), target


def _budget(kind: Kind) -> str:
    """The budget as text; other amounts than the usual ones are typed."""
    text_key = state.seed_text("budget", "10%")
    text = st.session_state[text_key]
    st.session_state["adapt.budget_kind"] = text if text in BUDGETS else "other"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            said("adapt.budget", kind),
            [*BUDGETS, "other"],
            key="adapt.budget_kind",
            format_func=lambda name: t(f"adapt.budget_{name.rstrip('%')}"),
            on_change=_use_budget,
            required=True,
            help=said("adapt.budget_help", kind),
        )
        if kind == "other":
            st.text_input(
                t("adapt.budget_other_label"), key=text_key, max_chars=20, width=180, placeholder="25%"
            )
    state.keep("budget", st.session_state[text_key])
    return str(st.session_state[text_key])


def _use_budget() -> None:
    chosen = st.session_state["adapt.budget_kind"]
    state.choose(budget=chosen if chosen in BUDGETS else "25%")


def _split(target: SceneCard | None) -> str:
    possible = SPLITS if target is None or target.has_time else (SPLITS[0], newcomers.SPLIT)
    key = state.seed("split", possible, SPLITS[0])
    split = st.segmented_control(
        t("adapt.split"),
        possible,
        key=key,
        required=True,
        format_func=lambda name: t(f"adapt.split_{name}"),
        help=t("adapt.split_help"),
    )
    if possible != SPLITS:
        st.caption(t("adapt.split_no_time"))
    state.keep("split", split)
    return split
