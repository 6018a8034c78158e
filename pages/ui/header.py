"""The one header of every page, and the frame that catches what goes wrong under it.

    with page("compare", selects="group") as head:
        if head.group is None:            # nothing ran yet: the empty state is already on screen
            head.end()
        records = head.group.compared

    with page("align", selects="run") as head:   # head.run is a finished RunRecord, head.group its group
    with page("scenes") as head:                 # no selector; say what is shown:
        head.show_route(("apparel",), "home")    # source -> target (may be called later, after widgets)
        head.show_scenes(["apparel"])            # only decides on the "sample data" chip

The link behind Share is written when the page is complete, so ``state.keep`` anywhere below counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import streamlit as st

from pages.ui import cards, engine, errors, state
from pages.ui.navigation import PAGES, require_entry
from pages.ui.wording import budget_words, label_words, route_words, said, when
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.experiments.record import RunRecord
    from xscene_core.transfer.method import Kind


class _End(BaseException):
    """The page has said all it has to say; no error, so nothing that catches errors may catch it."""


@dataclass
class Header:
    """What the person looks at."""

    name: str
    group: engine.Group | None = None
    run: RunRecord | None = None
    _slots: dict[str, Any] = field(default_factory=dict)
    _scenes: set[str] = field(default_factory=set)

    def end(self) -> NoReturn:
        """Leaves the page here. Unlike ``st.stop``, the link behind Share is still written."""
        raise _End

    def show_route(self, sources: Iterable[str], target: str | None) -> None:
        """Draws source -> target in the header."""
        names = tuple(sources)
        self.show_scenes([*names, *([target] if target else [])])
        known = engine.titles()
        if names and target:
            shown = [known.get(name, name) for name in names]
            self._slots["route"].html(cards.route(shown, known.get(target, target)))

    def show_scenes(self, names: Iterable[str]) -> None:
        """Marks the page with "sample data" where one of these scenes is generated."""
        self._scenes |= set(names)
        generated = {card.name for card in engine.cards() if card.origin == "generated"}
        shown = (
            [cards.chip(t("app.sample_chip"), "sample", t("app.sample_help"))]
            if self._scenes & generated
            else []
        )
        self._slots["chips"].html(cards.chips([*shown, _device_chip()]))


@contextmanager
def page(
    name: str,
    *,
    selects: Literal["group", "run"] | None = None,
    kinds: tuple[Kind, ...] = ("ranking", "label"),
    empty: Callable[[], None] | None = None,
) -> Iterator[Header]:
    """Header above, errors caught, link written at the end.

    kinds : what the runs to choose from may have learned: rankings, labels, or either.
    empty : draws what a page shows instead of the usual card where there is nothing to select.
    """
    require_entry()
    head = Header(name)
    with st.container(key="xs-header", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.title(t(f"app.page_{name}"), anchor=False, width="content")
            with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
                head._slots["chips"] = st.empty()
                head._slots["chips"].html(cards.chips([_device_chip()]))
                head._slots["share"] = st.popover(t("app.share"), icon=":material/link:", type="tertiary")
        st.caption(t(f"app.ask_{name}"))
        selector = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
        head._slots["route"] = selector.container(width="content").empty()
    ready = False
    with errors.shown():
        if selects:
            _select(head, selects, kinds, selector, empty or _nothing_ran)
        ready = True
    if not ready:
        _share(head)
        st.stop()
    try:
        with errors.shown():
            yield head
    except _End:
        pass
    _share(head)


def _share(head: Header) -> None:
    with head._slots["share"]:
        st.write(t("app.share_text"))
        st.code(state.share_link(), language=None, wrap_lines=True)


def group_line(group: engine.Group) -> str:
    """A comparison in one line: route, budget, number of methods, when."""
    task = group.task
    return said(
        "app.group_line",
        task.kind,
        label=label_words(task.label),
        route=route_words(task.sources, task.target, engine.titles()),
        budget=budget_words(task.budget, task.kind),
        methods=len(group.compared),
        when=when(group.created),
    )


def _nothing_ran() -> None:
    cards.empty(
        t("app.empty_runs_title"),
        t("app.empty_runs_text"),
        icon=":material/model_training:",
        action=(t("app.empty_runs_action"), PAGES["adapt"].file),
    )


def _select(head: Header, what: str, kinds: tuple[Kind, ...], where: Any, empty: Callable[[], None]) -> None:
    with engine.opening():
        groups = [group for group in engine.groups() if group.task.kind in kinds]
    choices = [group for group in groups if what == "group" or group.finished]
    if not choices:
        empty()
        return
    if what == "group":
        _select_group(head, choices, where)
    else:
        _select_run(head, choices, where)
    if head.group is not None:
        head.show_route(head.group.task.sources, head.group.task.target)


def _select_group(head: Header, choices: list[engine.Group], where: Any) -> None:
    by_id = {group.id: group for group in choices}
    key = state.seed("group", by_id, choices[0].id)
    _say_if_gone("group", by_id)
    lines = {group.id: group_line(group) for group in choices}
    chosen = where.selectbox(
        t("app.select_group"), list(by_id), key=key, format_func=lambda name: lines[name]
    )
    head.group = by_id.get(chosen, choices[0])
    state.keep("group", head.group.id)


def _select_run(head: Header, choices: list[engine.Group], where: Any) -> None:
    owner: dict[str, engine.Group] = {}
    found: dict[str, RunRecord] = {}
    for group in choices:
        for record in group.finished:
            owner.setdefault(record.run_id, group)
            found.setdefault(record.run_id, record)
    key = state.seed("run", found, _first_choice(choices[0]).run_id)
    _say_if_gone("run", found)
    lines = {name: _run_line(record) for name, record in found.items()}
    chosen = where.selectbox(t("app.select_run"), list(found), key=key, format_func=lambda name: lines[name])
    head.run = found.get(chosen) or _first_choice(choices[0])
    head.group = owner[head.run.run_id]
    state.keep("run", head.run.run_id)


def _first_choice(group: engine.Group) -> RunRecord:
    """The most telling run of a comparison: the chooser, else the first that learns from a source."""
    from xscene_core.experiments.references import uses_source

    return min(group.finished, key=lambda one: (one.spec.method != "auto", not uses_source(one.spec)))


def _say_if_gone(name: str, known: dict[str, Any]) -> None:
    asked = st.query_params.get(name)
    if asked and asked not in known:
        st.warning(
            t("app.gone_text", run=errors.plain(asked[:40])),
            title=t("app.gone_title"),
            icon=":material/link_off:",
        )


def _run_line(record: RunRecord) -> str:
    task = record.spec.task
    return said(
        "app.run_line",
        task.kind,
        method=record.spec.method,
        label=label_words(task.label),
        route=route_words(task.sources, task.target, engine.titles()),
        budget=budget_words(task.budget, task.kind),
        when=when(record.created),
    )


def _device_chip() -> str:
    device = engine.device()
    used, total = f"{device.used:.1f}", f"{device.total:.1f}"
    words = {
        "cpu": t("app.device_cpu", cores=device.name),
        "gpu": t("app.device_gpu", name=device.name, used=used, total=total),
        "apple": t("app.device_apple"),
    }
    return cards.chip(words[device.kind], "quiet", t("app.device_help", used=used, total=total))
