"""The two pictures of the Align page, and the job that draws them while the page stays usable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from pages.ui import align_colour, align_selection, comparisons, engine, errors
from pages.ui.align_rows import rows_of
from pages.ui.align_space import Space, space_of
from pages.ui.errors import plain
from pages.ui.point_map import Panel, point_map
from pages.ui.wording import duration
from xscene_core.errors import WorkError
from xscene_core.text import t

if TYPE_CHECKING:
    import pandas as pd

    from xscene_core.experiments.record import RunRecord
    from xscene_core.projection.control import Wish
    from xscene_core.projection.picture import Picture

POLL_SECONDS = 0.7
STAGES = ("start", "read", "before", "after", "quality", "done")


def wish(run: RunRecord, what: str, method: str) -> Wish:
    """The picture asked for; always with the run's own seed."""
    from xscene_core.projection.control import Wish

    return Wish(run.folder, what, method, run.spec.task.seed)  # type: ignore[arg-type]


def space(run: RunRecord, asked: Wish) -> Space | None:
    """The points with all that is known of them, or ``None`` while they are being drawn.

    Draws the job's progress in the second case, and starts the job unless somebody cancelled it.
    """
    from xscene_core.projection import control

    if changed := comparisons.changed_scenes(run.spec.task):
        raise WorkError(
            "The scenes have changed since this run, so its points cannot be named",
            where=", ".join(changed),
            todo="Run the adaptation again, or choose another run.",
        )
    now = control.poll(engine.home(), asked)
    if now.state == "absent":
        now = control.start(engine.home(), asked)
    if now.state == "ready":
        return _space(asked.key, asked, run)
    if now.state == "running":
        _wait(asked)
    else:
        _stopped(now.state, now.error, asked)
    return None


def show(
    seen: Space,
    colours: align_colour.Colouring,
    chosen: npt.NDArray[np.bool_] | None,
    name: str,
    titles: dict[str, str],
) -> None:
    """Both panels with the legend above and how far to trust them below."""
    align_colour.legend(colours)
    count = t(f"align.count_{seen.kind}", n=f"{len(seen.table):,}")
    scenes = ", ".join(titles.get(scene, scene) for scene in seen.scenes)
    panels = [
        Panel(points, t(f"align.panel_{moment}"), t(f"align.alt_{moment}", count=count, scenes=scenes))
        for moment, points in (("before", seen.before), ("after", seen.after))
    ]
    outline = point_map(
        panels,
        name=name,
        labels=_labels(seen, titles),
        colours=colours.of,
        palette=colours.palette,
        chosen=chosen,
        key="align.map",
    )
    if outline is not None:
        align_selection.draw(outline, name)
        st.rerun()
    st.caption(plain(_trust(seen)))


def _trust(seen: Space) -> str:
    """Method, seed, how many points of how many, and the quality of both pictures."""
    picture = seen.picture
    before, after = picture.quality_before, picture.quality_after
    return t(
        "align.trust",
        method=picture.method.upper(),
        seed=picture.seed,
        n=f"{len(seen.table):,}",
        of=t(f"align.count_{seen.kind}", n=f"{sum(picture.stored):,}"),
        trust_before=f"{before.trustworthiness:.2f}",
        trust_after=f"{after.trustworthiness:.2f}",
        recall_before=f"{before.knn_recall:.0%}",
        recall_after=f"{after.knn_recall:.0%}",
        frame=t(f"align.frame_{picture.frame.replace('-', '_')}"),
    )


def _labels(seen: Space, titles: dict[str, str]) -> list[str]:
    rows = seen.table
    if seen.labelled:
        return _row_labels(rows, titles)
    places = [
        "" if np.isnan(rank) else "\n" + t("align.hover_rank", rank=f"{rank:,.0f}") for rank in rows["rank"]
    ]
    return [
        f"{title[:90]}\n{titles.get(scene, scene)}{' · ' + kind if kind else ''}{place}"
        for title, scene, kind, place in zip(
            rows["title"], rows["scene"], rows["category"], places, strict=True
        )
    ]


def _row_labels(rows: pd.DataFrame, titles: dict[str, str]) -> list[str]:
    said = ["\n" + t("align.hover_predicted", label=name) if name else "" for name in rows["predicted"]]
    return [
        f"{text[:90]}\n{titles.get(scene, scene)}{' · ' + label if label else ''}{more}"
        for text, scene, label, more in zip(rows["title"], rows["scene"], rows["category"], said, strict=True)
    ]


@st.cache_resource(max_entries=12, show_spinner=False)
def _space(key: str, _asked: Wish, _run: RunRecord) -> Space:
    from xscene_core.projection import control

    picture: Picture | None = control.picture(engine.home(), _asked)
    assert picture is not None  # the caller has just seen it
    scenes = {name: engine.scene(name) for name in picture.scenes}
    return rows_of(picture, scenes, _run) if _run.spec.task.label else space_of(picture, scenes, _run.folder)


@st.fragment(run_every=POLL_SECONDS)
def _wait(asked: Wish) -> None:
    with errors.shown():
        from xscene_core.projection import control

        now = control.poll(engine.home(), asked)
        if now.state != "running":
            st.rerun()
        with st.container(border=True):
            st.markdown(f"**{t('align.drawing_running', method=asked.method.upper())}**")
            left = "" if now.seconds_left is None else t("align.left", left=duration(now.seconds_left))
            stage = t(f"align.stage_{now.stage if now.stage in STAGES else 'start'}")
            st.progress(now.fraction, text=f"{stage} {left}")
            st.caption(t("align.drawing_text"))
            if st.button(t("align.cancel"), icon=":material/stop_circle:", key="align.cancel"):
                control.cancel(engine.home(), asked)
                st.rerun()


def _stopped(state: str, error: str, asked: Wish) -> None:
    with st.container(border=True):
        st.markdown(f"**{t('align.not_drawn')}**")
        st.markdown(plain(error) if state == "failed" and error else t("align.was_cancelled"))
        if st.button(t("align.draw_again"), icon=":material/refresh:", key="align.again"):
            from xscene_core.projection import control

            control.start(engine.home(), asked)
            st.rerun()
