"""Arrays into the tables that are shown: ids instead of rows, words instead of codes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from xscene_core.newcategory.appeal import Appeal, among
from xscene_core.newcategory.audience import Audience
from xscene_core.newcategory.calibration import Calibration
from xscene_core.newcategory.fitted import FittedRun, scene_views
from xscene_core.newcategory.novelty import Novelty
from xscene_core.newcategory.reasons import Forgotten
from xscene_core.newcategory.segments import Segment
from xscene_core.scenes.scene import Scene

HISTORY_SHOWN = 8
FEWEST_CHOICES = 2

Ints = npt.NDArray[np.int64]


def people(
    audience: Audience,
    answered: Ints,
    appeal: Appeal,
    fifth: Ints,
    fits: npt.NDArray[np.bool_],
    trial: Calibration,
    forgotten: Forgotten,
    groups: Sequence[Segment],
    abstains: bool,
) -> pd.DataFrame:
    """One row per answered person, best fit first."""
    kept = pd.Series(forgotten.fits == fits[forgotten.person]).groupby(forgotten.person).mean()
    distinct = pd.Series(forgotten.person).value_counts()
    stability = kept.reindex(answered).where(distinct.reindex(answered, fill_value=0) >= FEWEST_CHOICES)
    in_segment = np.zeros(len(audience), dtype=np.int64)
    for number, one in enumerate(groups):
        in_segment[one.people] = number
    scenes = pd.Series("", index=range(len(audience)))
    for strand in audience.strands:
        scenes.iloc[strand.owner] += [
            ("" if not text else " + ") + strand.scene for text in scenes.iloc[strand.owner]
        ]
    bands = fifth[answered]
    table = pd.DataFrame(
        {
            "user_id": audience.ids[answered].astype(str),
            "scenes": scenes.to_numpy(dtype=object)[answered],
            "choices": audience.choices[answered],
            "appeal": appeal.beats[answered].mean(axis=1).astype(float),
            "z": appeal.category[answered].astype(float),
            "among": among(appeal.category)[answered],
            "fifth": bands + 1,
            "lift": trial.lift[bands],
            "lift_low": trial.low[bands],
            "lift_high": trial.high[bands],
            "stability": stability.to_numpy(dtype=float),
            "segment": in_segment[answered],
        }
    )
    tells = np.array([trial.tells(band) for band in range(5)])[bands]
    table["confidence"] = [
        confidence(abstains, bool(told), stable)
        for told, stable in zip(tells, table["stability"], strict=True)
    ]
    return table.sort_values("z", ascending=False, kind="stable", ignore_index=True)


def confidence(abstains: bool, told: bool, stability: float) -> str:
    """``none``: the category is too far from everything known, or only one product of the person is known.
    ``high`` and ``medium`` need that the person's fifth told something on hidden categories, and that the
    placement survives forgetting one product in 4 of 5, or in half, of the cases. Else ``low``."""
    if abstains or np.isnan(stability):
        return "none"
    if told and stability >= 0.8:
        return "high"
    return "medium" if told and stability >= 0.5 else "low"


def products(items: pd.DataFrame, distance: Novelty, run: FittedRun) -> pd.DataFrame:
    """The new items and what they are nearest to."""
    views = list(scene_views(run).values())
    scene = np.concatenate([np.full(len(view.item_ids), view.name, dtype=object) for view in views])
    title = np.concatenate([run.scenes[view.name].items["title"].to_numpy(dtype=object) for view in views])
    return items.assign(
        distance=distance.distance.astype(float),
        far=distance.far,
        nearest_scene=scene[distance.nearest].astype(str),
        nearest_title=title[distance.nearest].astype(str),
    )


def kept(answered: Ints, forgotten: Forgotten, width: int, products: int) -> npt.NDArray[np.float64]:
    """(P', N) for each of ``answered``, in which share of the histories with one product forgotten each offer
    stays among the first ``width``; NaN where nothing could displace it or too few choices are known."""
    result = np.full((len(answered), width), np.nan)
    if width >= products:
        return result
    means = pd.DataFrame(forgotten.kept.astype(float)).groupby(forgotten.person).agg(["mean", "size"])
    means = means.reindex(answered)
    for place in range(width):
        enough = means[(place, "size")].to_numpy() >= FEWEST_CHOICES
        result[:, place] = np.where(enough, means[(place, "mean")].to_numpy(), np.nan)
    return result


def histories(audience: Audience, answered: Ints, scenes: dict[str, Scene]) -> pd.DataFrame:
    """The latest ``HISTORY_SHOWN`` choices per person and scene, oldest first."""
    place = np.full(len(audience), -1)
    place[answered] = np.arange(len(answered))
    parts = [pd.DataFrame(columns=["rank", "user_id", "scene", "item_id", "title"])]
    for strand in audience.strands:
        rows = np.flatnonzero(place[strand.owner] >= 0)
        stops = strand.histories.indptr[1:][rows]
        starts = np.maximum(strand.histories.indptr[:-1][rows], stops - HISTORY_SHOWN)
        latest = strand.histories.slice(rows, starts, stops)
        table = scenes[strand.scene].items.iloc[latest.items]
        owner = np.repeat(strand.owner[rows], latest.lengths)
        parts.append(
            pd.DataFrame(
                {
                    "rank": place[owner],
                    "user_id": audience.ids[owner].astype(str),
                    "scene": strand.scene,
                    "item_id": table["item_id"].to_numpy(dtype=object),
                    "title": table["title"].to_numpy(dtype=object),
                }
            )
        )
    whole = pd.concat(parts[1:] or parts, ignore_index=True)
    return whole.sort_values("rank", kind="stable", ignore_index=True).drop(columns="rank")


def segment_card(one: Segment, items: pd.DataFrame, appeal: Appeal, audience: Audience) -> dict[str, Any]:
    """What a segment is shown with: size, traits, lift, and what it would choose."""
    mean, beats = appeal.z[one.people].mean(axis=0), appeal.beats[one.people].mean(axis=0)
    first = np.argsort(-mean, kind="stable")[:5]
    return {
        "people": len(one.people),
        "share": len(one.people) / len(audience),
        "traits": [vars(trait) for trait in one.traits],
        "best": one.best,
        "lift": one.lift,
        "low": one.low,
        "high": one.high,
        "appeal": one.appeal,
        "choices": [
            {
                "item_id": str(items["item_id"].iloc[row]),
                "title": str(items["title"].iloc[row]),
                "z": float(mean[row]),
                "beats": float(beats[row]),
            }
            for row in first
        ],
    }


def calibration(trial: Calibration) -> dict[str, Any]:
    """The trial on hidden categories, as plain data."""
    return {
        "measured": trial.measured,
        "grouping": trial.grouping,
        "lift": trial.lift.tolist(),
        "low": trial.low.tolist(),
        "high": trial.high.tolist(),
        "control": trial.control.tolist(),
        "auc": trial.auc,
        "which": trial.which.tolist(),
        "hidden": [
            {
                "scene": one.scene,
                "name": one.name,
                "people": int(one.people.sum()),
                "buyers": int(one.buyers.sum()),
                "auc": one.auc,
            }
            for one in trial.hidden
        ],
    }
