"""The cards of a person's offers: facts, what carries them, and because of what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.ui import cards, new_category_carried, new_category_data
from xscene_core.text import t

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xscene_core.newcategory import Recommendations


def cards_of(answer: Recommendations, user_id: str, names: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """(item_id, title, HTML) of each offer."""
    offers = answer.offers[answer.offers["user_id"] == user_id]
    if offers.empty:
        st.caption(t("new_category.nothing_for_person"))
    reasons = answer.reasons[answer.reasons["user_id"] == user_id]
    thumbs = {
        (scene, item): png
        for scene, part in reasons.groupby("scene")
        for item, png in new_category_data.pictures(scene, part["item_id"].tolist()).items()
    }
    rows_of = dict(zip(answer.products["item_id"], range(len(answer.products)), strict=True))
    person = answer.people["user_id"].tolist().index(user_id)
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
        facts = " · ".join(filter(None, (marked["category"], marked["brand"], price)))
        text = new_category_carried.excerpt(product["description"], carried.spans.get("description", []))
        said = [t("new_category.offer_beats", share=offer.beats)]
        if offer.kept == offer.kept:
            said.append(t("new_category.offer_kept", share=offer.kept))
        if offer.pinned:
            said.insert(0, t("new_category.offer_pinned"))
        if getattr(offer, "said", 0) > 0:
            said.insert(0, t("new_category.offer_said"))
        if product.get("orders", 0):
            said.append(t("new_category.offer_orders", n=product["orders"]))
        if stock:
            said.insert(0, stock)
        if offer.far:
            said.append(t("new_category.offer_far"))
        without = f"new_category.no_{'single' if offer.explained else 'kept'}_reason"
        yield (
            str(offer.item_id),
            str(product["title"]),
            f'<div class="xs-offer"><div class="xs-offer-title"><b>{offer.place}</b>'
            f"<span>{marked['title']}</span></div>"
            f'<div class="xs-facts">{facts}</div>'
            f"{new_category_carried.picture(product.get('picture'), carried, answer.facts, product['title'])}"
            f'{f"""<div class="xs-excerpt">{text}</div>""" if text else ""}'
            f'<div class="xs-meter" aria-hidden="true"><i style="width:{offer.beats:.1%}"></i></div>'
            f'<div class="xs-detail">{cards.escape(" · ".join(said))}</div>'
            f"{new_category_carried.said(carried, answer.facts)}"
            f'<div class="xs-label">{t("new_category.because")}</div>'
            f"{rows or t(without)}</div>",
        )


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
