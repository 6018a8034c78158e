"""One person: what they chose before, what they would choose, and because of what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.ui import cards, new_category_carried, new_category_data
from pages.ui.errors import plain
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.newcategory import Recommendations

TONES = {"high": "good", "medium": "target", "low": "warn", "none": "quiet"}


def show(answer: Recommendations, user_id: str, names: dict[str, str]) -> None:
    """History above, offers with their reasons below."""
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
        st.html(_offers(answer, user_id, names))


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


def _offers(answer: Recommendations, user_id: str, names: dict[str, str]) -> str:
    offers = answer.offers[answer.offers["user_id"] == user_id]
    if offers.empty:
        return f'<div class="xs-detail">{t("new_category.nothing_for_person")}</div>'
    reasons = answer.reasons[answer.reasons["user_id"] == user_id]
    thumbs = {
        (scene, item): png
        for scene, part in reasons.groupby("scene")
        for item, png in new_category_data.pictures(scene, part["item_id"].tolist()).items()
    }
    rows_of = dict(zip(answer.products["item_id"], range(len(answer.products)), strict=True))
    person = answer.people["user_id"].tolist().index(user_id)
    cells = []
    for offer in offers.itertuples():
        product = answer.products.iloc[rows_of[offer.item_id]]
        carried = new_category_carried.carried(answer, person, rows_of[offer.item_id])
        because = reasons[reasons["place"] == offer.place]
        rows = "".join(
            _reason(row, thumbs.get((row.scene, row.item_id)), names) for row in because.itertuples()
        )
        price, stock = new_category_data.price(product["price"]), new_category_data.stock(product)
        marked = {
            field: new_category_carried.marked(product[field], carried.spans.get(field, []))
            for field in ("title", "category", "brand")
        }
        facts = " · ".join(filter(None, (marked["category"], marked["brand"], price, stock)))
        text = new_category_carried.excerpt(product["description"], carried.spans.get("description", []))
        said = [t("new_category.offer_beats", share=offer.beats)]
        if offer.kept == offer.kept:
            said.append(t("new_category.offer_kept", share=offer.kept))
        if offer.pinned:
            said.insert(0, t("new_category.offer_pinned"))
        if offer.far:
            said.append(t("new_category.offer_far"))
        without = f"new_category.no_{'single' if offer.explained else 'kept'}_reason"
        cells.append(
            f'<div class="xs-offer" role="listitem"><div class="xs-offer-title"><b>{offer.place}</b>'
            f"<span>{marked['title']}</span></div>"
            f'<div class="xs-facts">{facts}</div>'
            f"{new_category_carried.picture(product.get('picture'), carried, answer.facts, product['title'])}"
            f'{f"""<div class="xs-excerpt">{text}</div>""" if text else ""}'
            f'<div class="xs-meter" aria-hidden="true"><i style="width:{offer.beats:.1%}"></i></div>'
            f'<div class="xs-detail">{cards.escape(" · ".join(said))}</div>'
            f"{new_category_carried.said(carried, answer.facts)}"
            f'<div class="xs-label">{t("new_category.because")}</div>'
            f"{rows or t(without)}</div>"
        )
    return f'<div class="xs-offers" role="list">{"".join(cells)}</div>'


def _reason(row: Any, png: bytes | None, names: dict[str, str]) -> str:
    picture = (
        f'<img src="{cards.address(png)}" alt="">'
        if png
        else f"<em>{cards.escape(row.title[:1].upper())}</em>"
    )
    return (
        f'<div class="xs-reason">{picture}<div><div>{cards.escape(row.title, 70)}</div>'
        f'<div class="xs-facts">{cards.escape(names.get(row.scene, row.scene))}</div></div>'
        f'<div class="xs-share" title="{t("new_category.share_help")}">{row.share:.0%}</div></div>'
    )
