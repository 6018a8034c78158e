"""One person: what they chose before, what they would choose, and because of what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.ui import (
    cards,
    new_category_change,
    new_category_data,
    new_category_judge,
    new_category_offers,
)
from pages.ui.errors import plain
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.newcategory import Recommendations
    from xscene_core.newcategory.desk import Question

TONES = {"high": "good", "medium": "target", "low": "warn", "none": "quiet"}


def show(
    answer: Recommendations,
    user_id: str,
    names: dict[str, str],
    asked: Question,
    change: tuple[Recommendations | None, Recommendations],
) -> None:
    """History above, offers with their reasons and thumbs below.

    ``answer`` is what the filters leave; ``change`` the earlier answer, if any, and this one, both without
    filters, so that what a filter takes out does not look like something learned.
    """
    person = answer.people[answer.people["user_id"] == user_id].iloc[0]
    with st.container(border=True, key="nc.person"):
        st.markdown(f"#### {t('new_category.person', id=plain(user_id))}")
        level = person["confidence"]
        st.html(
            cards.chips(
                [
                    cards.chip(
                        t(f"new_category.confidence_chip_{level}"),
                        TONES[level],
                        t("new_category.confidence_help"),
                    ),
                    *(cards.chip(names.get(one, one)) for one in person["scenes"].split(" + ")),
                ]
            )
        )
        st.markdown(" ".join(_sentences(answer, person)))
        _history(answer, user_id, names)
        st.markdown(f"**{t('new_category.offers')}**")
        which, low, high = answer.calibration["which"]
        if which is not None and len(answer.products) > 1:
            st.caption(t("new_category.offers_trust", which=which, low=low, high=high))
        waiting = new_category_judge.pending(asked)
        known = new_category_judge.said(asked, waiting)
        if change[0] is not None:
            new_category_change.person(change[0], change[1], user_id)
        new_category_judge.bar(asked, waiting)
        with st.container(key="nc-offers"):
            for item_id, title, card in new_category_offers.cards_of(answer, user_id, names):
                with st.container(border=True):
                    st.html(card)
                    new_category_judge.thumbs(asked, user_id, item_id, title, known)
        new_category_judge.left_out(asked, answer, user_id, known)


def _sentences(answer: Recommendations, person: Any) -> list[str]:
    said = [t("new_category.person_fit", among=person["among"], appeal=person["appeal"])]
    if person["lift"] == person["lift"]:
        fields = {name: person[name] for name in ("fifth", "lift", "lift_low", "lift_high")}
        said.append(t("new_category.person_lift", **fields))
    if person["stability"] == person["stability"]:
        said.append(t("new_category.person_stable", share=person["stability"]))
    else:
        said.append(t("new_category.person_one_choice"))
    return said


def _history(answer: Recommendations, user_id: str, names: dict[str, str]) -> None:
    rows = answer.histories[answer.histories["user_id"] == user_id]
    products = []
    for scene, part in rows.groupby("scene", sort=False):
        ids = part["item_id"].tolist()
        pictures, facts = new_category_data.pictures(scene, ids), new_category_data.item_facts(scene, ids)
        for item_id, title in zip(ids, part["title"], strict=True):
            category, price = facts.get(item_id, ("", None))
            products.append(
                cards.Product(
                    title,
                    category.split(" > ")[-1],
                    new_category_data.price(price),
                    pictures.get(item_id),
                    names.get(scene, scene),
                )
            )
    st.markdown(f"**{t('new_category.history')}**")
    cards.products(products, label=t("new_category.history"))
