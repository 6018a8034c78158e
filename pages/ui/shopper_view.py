"""One real shopper of the test people: what they chose before, what they were shown, what they chose next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui import cards, comparisons, engine, newcomers, shopper, state
from pages.ui.errors import plain
from xscene_core.errors import WorkError
from xscene_core.scenes.new_people import chosen_elsewhere
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.experiments.comparison import Comparison, Row
    from xscene_core.experiments.record import RunRecord
    from xscene_core.scenes.scene import Scene

SHOWN = 6
HISTORY = 7
STORED = 20


def show(comparison: Comparison, before: Row, after: Row) -> None:
    """The strip, with controls to look at somebody else."""
    st.subheader(t("overview.shopper_title"), anchor=False)
    if changed := comparisons.changed_scenes(after.run.spec.task):
        st.markdown(t("overview.shopper_changed", names=plain(", ".join(changed))))
        return
    people = _people(comparison, before.run, after.run)
    if not people:
        st.markdown(t("overview.shopper_nobody"))
        return
    person = people[_choose(people)]
    st.caption(_how_chosen(people, person))
    task = after.run.spec.task
    scene = engine.scene(task.target)
    first, second = (
        shopper.top_of(_top(str(row.run.folder)), person.user_id, SHOWN) for row in (before, after)
    )
    shelf = _Shelf(scene, {*first, *second, person.answer})
    earlier, chosen = st.columns([4, 1], gap="medium")
    with earlier:
        if task.split == newcomers.SPLIT:
            _show_elsewhere(task.sources, scene, person.user_id)
        else:
            _show_history(scene, person)
    with chosen:
        _heading(t("overview.answer_heading"))
        cards.products([shelf.product(person.answer, note=t("overview.answer_note"), tone="good")])
    _shown_list(
        t("overview.before_heading", method=before.method), first, person.before, person.answer, shelf
    )
    if after.stands_for == before.method and first == second:
        st.markdown(
            f":material/info: {plain(t('overview.same_lists', method=after.method, baseline=before.method))}"
        )
    else:
        kept = after.stands_for == after.reference
        heading = t(
            "overview.kept_heading" if kept else "overview.after_heading",
            method=after.method,
            kept=after.stands_for,
        )
        _shown_list(heading, second, person.after, person.answer, shelf)


class _Shelf:
    """Products of one scene ready to show, pictures fetched together."""

    def __init__(self, scene: Scene, item_ids: set[str]) -> None:
        wanted = scene.items[scene.items["item_id"].isin(item_ids)]
        self.items = wanted.set_index("item_id")
        self.pictures = engine.pictures(scene.name, tuple(sorted(self.items.index)))

    def product(self, item_id: str, *, note: str = "", tone: cards.Tone | None = None) -> cards.Product:
        if item_id not in self.items.index:
            return cards.Product(item_id, note=note, tone=tone)
        row = self.items.loc[item_id]
        return cards.Product(
            row["title"],
            row["category"].split(">")[-1].strip(),
            _price(row["price"]),
            self.pictures.get(item_id),
            note,
            tone,
        )


def _shown_list(heading: str, item_ids: list[str], rank: float, answer: str, shelf: _Shelf) -> None:
    place = t("overview.answer_place", rank=f"{rank:,.0f}")
    _heading(f"{heading} · {place}")
    shown = [
        shelf.product(item, note=t("overview.hit"), tone="good") if item == answer
        else shelf.product(item, note=t("overview.place", place=place_number))
        for place_number, item in enumerate(item_ids, start=1)
    ]  # fmt: skip
    cards.products(shown, label=heading)


def _price(price: float) -> str:
    return "" if np.isnan(price) else f"{price:,.2f}"


def _heading(text: str) -> None:
    st.markdown(f"**{plain(text)}**")


def _choose(people: list[shopper.Shopper]) -> int:
    """The controls; returns the position of the person to show."""
    ids = [person.user_id for person in people]
    key = state.seed("shopper", ids, ids[0])
    at = shopper.find(people, st.session_state[key]) or 0
    words = {person.user_id: _line(person) for person in people}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(t("overview.shopper_id"), ids, key=key, format_func=words.__getitem__, width=330)
        anybody = shopper.stranger(people, np.random.default_rng())
        _step("previous", ids[max(at - 1, 0)], ":material/chevron_left:", disabled=at == 0)
        _step("next", ids[min(at + 1, len(ids) - 1)], ":material/chevron_right:", disabled=at == len(ids) - 1)
        _step("random", ids[anybody], ":material/casino:")
        _step("typical", ids[0], ":material/vertical_align_center:", disabled=at == 0)
    state.keep("shopper", st.session_state[key] if at else None)
    return at


def _step(name: str, user_id: str, icon: str, *, disabled: bool = False) -> None:
    """A button that shows somebody else."""
    st.button(
        t(f"overview.{name}"),
        icon=icon,
        key=f"shopper.{name}",
        on_click=state.choose,
        kwargs={"shopper": user_id},
        disabled=disabled,
    )


def _line(person: shopper.Shopper) -> str:
    return t(
        "overview.shopper_line",
        id=person.user_id,
        before=f"{person.before:,.0f}",
        after=f"{person.after:,.0f}",
    )


def _how_chosen(people: list[shopper.Shopper], person: shopper.Shopper) -> str:
    at = shopper.find(people, person.user_id) or 0
    key = "overview.chosen_typical" if at == 0 else "overview.chosen_other"
    return t(key, n=f"{len(people):,}", at=f"{at + 1:,}")


def _people(comparison: Comparison, before: RunRecord, after: RunRecord) -> list[shopper.Shopper]:
    tables = comparison.evidence.tables
    listed = set(_top(str(after.folder))["user_id"]) & set(_top(str(before.folder))["user_id"])
    return shopper.in_order(tables[before.run_id], tables[after.run_id], listed)


def _show_history(scene: Scene, person: shopper.Shopper) -> None:
    """The latest of the choices that came before the one asked for, oldest first."""
    rows = scene.interactions
    chosen = rows.loc[rows["user_id"] == person.user_id, "item_id"].tolist()
    history = chosen[: person.history][-HISTORY:]
    shelf = _Shelf(scene, set(history))
    _heading(t("overview.history_heading", n=person.history, shown=len(history)))
    cards.products([shelf.product(item) for item in history], label=t("overview.history_label"))


def _show_elsewhere(sources: tuple[str, ...], target: Scene, user_id: str) -> None:
    """The same of somebody new to the target: what they chose in the sources."""
    scenes = {name: engine.scene(name) for name in sources}
    titles = engine.titles()
    chosen = chosen_elsewhere(scenes, target, user_id)
    history = chosen[-HISTORY:]
    shelves = {
        name: _Shelf(scene, {item for where, item in history if where == name})
        for name, scene in scenes.items()
    }
    _heading(t("overview.elsewhere_heading", n=len(chosen), shown=len(history)))
    cards.products(
        [shelves[where].product(item, note=titles[where]) for where, item in history],
        label=t("overview.elsewhere_label"),
    )


@st.cache_resource(max_entries=6, show_spinner=False)
def _top(folder: str) -> pd.DataFrame:
    try:
        return pd.read_parquet(f"{folder}/top.parquet", columns=["user_id", "place", "item_id"])
    except (OSError, ValueError) as error:
        raise WorkError(
            "The lists of this run cannot be read", where=folder, todo="Run the method again."
        ) from error
