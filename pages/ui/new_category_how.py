"""How the answer was computed and what it was worth on hidden categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.ui import charts
from pages.ui.errors import plain
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.newcategory import Recommendations


def show(answer: Recommendations, names: dict[str, str]) -> None:
    """Two columns: the trial on hidden categories, and the recipe in words."""
    st.subheader(t("new_category.how"), anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**{t('new_category.trial')}**")
        if answer.calibration["measured"]:
            _lifts(answer.calibration)
            _trial_words(answer.calibration, names)
        else:
            st.info(t("new_category.trial_none"), icon=":material/info:")
    with right:
        facts = answer.facts
        scenes = ", ".join(
            t(
                "new_category.how_scene",
                scene=plain(names.get(name, name)),
                n=n,
                known=facts["known_by_scene"][name],
            )
            for name, n in facts["considered_by_scene"].items()
        )
        lines = [
            t(
                "new_category.how_people",
                n=facts["considered"],
                scenes=scenes,
                shared=facts["shared_people"],
                seed=facts["seed"],
            ),
            t("new_category.how_appeal"),
            f"{t('new_category.how_reasons')} {_faithful(facts.get('faithfulness'))}",
            f"{t('new_category.how_words')} {_carried(facts.get('faithfulness_words'), 'words')}",
            t("new_category.how_confidence"),
            t("new_category.how_segments"),
            t(
                "new_category.how_far",
                limit=facts["distance_limit"],
                far=facts["far_products"],
                n=len(answer.products),
            ),
        ]
        lines[4:4] = _pictures(facts, len(answer.products))
        if facts["already_known"]:
            lines.append(t("new_category.how_known", n=facts["already_known"]))
        if answer.kind == "description":
            lines.append(t("new_category.how_prototype"))
        if facts["reason"]:
            lines.append(
                t("new_category.how_run", method=plain(facts["stands_for"]), reason=plain(facts["reason"]))
            )
        st.markdown("\n".join(f"- {line}" for line in lines))


def _faithful(found: dict[str, Any] | None) -> str:
    """What forgetting the named reasons together costs, against random ones."""
    if found is None or found["low"] is None:
        return t("new_category.faithful_none")
    return t(f"new_category.faithful_{'yes' if found['low'] > 0 else 'no'}", **found)


def _pictures(facts: dict[str, Any], products: int) -> list[str]:
    """Whether pictures count, what they are worth, and whether the outlined regions carry anything."""
    seen, pictured, trial = facts.get("sees_pictures"), facts.get("pictured", 0), facts.get("pictures_trial")
    if not seen and trial is None:
        return [t("new_category.how_pictures_unseen", n=pictured)] if pictured else []
    which = "refused" if not seen else "counted" if pictured else "none"
    lines = [t(f"new_category.how_pictures_{which}", n=pictured, all=products)]
    if trial and trial["low"] is not None:
        lines[0] += f" {t('new_category.how_pictures_trial', **trial)}"
    if seen and pictured:
        tried = _carried(facts.get("faithfulness_regions"), "regions")
        lines.append(f"{t('new_category.how_regions')} {tried}")
    return lines


def _carried(found: dict[str, Any] | None, what: str) -> str:
    """What leaving out the named words or regions costs, against as many others of the same products."""
    if found is None or found["low"] is None:
        return t(f"new_category.{what}_untried")
    tried = t(f"new_category.{what}_tried", **found)
    return f"{tried} {t(f'new_category.{what}_hints')}" if found["low"] <= 0 else tried


def _trial_words(trial: dict[str, Any], names: dict[str, str]) -> None:
    hidden = ", ".join(
        f"{plain(one['name'])} ({plain(names.get(one['scene'], one['scene']))})" for one in trial["hidden"]
    )
    grouping = "category" if trial["grouping"] == "category" else "similar"
    if trial["auc"] is not None:  # an answer of an earlier version
        st.caption(t("new_category.trial_text", auc=trial["auc"], n=len(trial["hidden"])))
    if trial["which"][0] is not None:
        which, low, high = trial["which"]
        st.caption(t("new_category.trial_which", which=which, low=low, high=high))
    if all(value is not None for value in trial["control"]):
        lift, low, high = trial["control"]
        st.caption(t("new_category.trial_control", lift=lift, low=low, high=high))
    st.caption(t("new_category.trial_limits"))
    with st.expander(t("new_category.trial_hidden", n=len(trial["hidden"]))):
        st.write(t(f"new_category.trial_{grouping}", hidden=hidden))


def _lifts(trial: dict[str, Any]) -> None:
    look = charts.palette()
    lift, low, high = trial["lift"], trial["low"], trial["high"]
    fifths = [t(f"new_category.fifth_{number}") for number in range(1, 6)]
    colours = [
        look.good if a > 1 else look.bad if b < 1 else look.muted for a, b in zip(low, high, strict=True)
    ]
    figure = charts.canvas(240)
    figure.add_hline(y=1, line={"color": look.muted, "width": 1, "dash": "dot"})
    figure.add_scatter(
        x=fifths,
        y=lift,
        mode="markers",
        marker={"size": 11, "color": colours},
        error_y={
            "type": "data",
            "array": [b - a for a, b in zip(lift, high, strict=True)],
            "arrayminus": [a - b for a, b in zip(lift, low, strict=True)],
            "color": look.muted,
            "thickness": 1.5,
        },
        hovertemplate="%{x}: %{y:.2f} ×<extra></extra>",
    )
    figure.update_yaxes(title=t("new_category.trial_axis"), rangemode="tozero", ticksuffix=" ×")
    alt = t("new_category.trial_alt", first=lift[0], last=lift[4], low=low[4], high=high[4])
    charts.chart(figure, alt=alt, key="nc.trial")
