"""The parts of the Align page that need no page: outlines, selections, colours, kinds of products."""

import numpy as np
import pandas as pd
import pytest

from pages.ui.align_selection import CORNERS, read, write
from pages.ui.align_space import kinds
from pages.ui.point_map import Outline, _outline, inside, unit_square
from pages.ui.selection import contrast
from xscene_core.text import t

SQUARE = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])


def test_points_inside_an_outline_are_found_also_where_it_is_not_convex() -> None:
    hook = np.array([[0, 0], [3, 0], [3, 3], [2, 3], [2, 1], [0, 1]], dtype=float)
    points = np.array([[0.5, 0.5], [2.5, 2.5], [1, 2], [4, 1], [-1, 0.5]], dtype=np.float32)
    assert inside(points, hook).tolist() == [True, True, False, False, False]


def test_an_outline_agrees_with_a_circle_on_many_points() -> None:
    points = np.random.default_rng(0).uniform(-1, 1, (5000, 2)).astype(np.float32)
    angles = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    circle = 0.6 * np.column_stack([np.cos(angles), np.sin(angles)])
    distance = np.linalg.norm(points, axis=1)
    clear = np.abs(distance - 0.6) > 1e-3
    assert (inside(points, circle) == (distance < 0.6))[clear].all()


def test_pictures_keep_their_shape_when_they_are_fitted() -> None:
    points = np.array([[10, 0], [30, 0], [10, 5]], dtype=np.float32)
    fitted = unit_square(points)
    assert fitted.min(axis=0)[0] == -1
    assert fitted.max(axis=0)[0] == 1
    assert np.ptp(fitted[:, 1]) / np.ptp(fitted[:, 0]) == pytest.approx(0.25)


def test_equal_points_and_no_points_can_be_fitted() -> None:
    assert np.isfinite(unit_square(np.ones((3, 2), dtype=np.float32))).all()
    assert unit_square(np.empty((0, 2), dtype=np.float32)).shape == (0, 2)


def test_an_outline_survives_the_link_within_a_hundredth() -> None:
    angles = np.linspace(0, 2 * np.pi, 300, endpoint=False)
    circle = 0.7 * np.column_stack([np.cos(angles), np.sin(angles)])
    text = write(Outline(1, circle), "picture")
    back = read(text, "picture")
    assert back is not None
    assert back.panel == 1
    assert len(back.polygon) <= CORNERS
    assert len(text) <= 400, "longer values are refused by the link"
    assert np.abs(np.linalg.norm(back.polygon, axis=1) - 0.7).max() < 0.01


def test_an_outline_drawn_in_another_picture_selects_nothing() -> None:
    assert read(write(Outline(0, SQUARE), "picture"), "another") is None


@pytest.mark.parametrize("rest", ["", "0", "2,1,1,2,2,3,3", "0,1,1,2,2", "0,1,1,2,2,x,3", "0" + ",1,1" * 99])
def test_what_a_link_may_not_say_as_an_outline_is_ignored(rest: str) -> None:
    mark = write(Outline(0, SQUARE), "picture").split(",")[0]
    assert read(f"{mark},{rest}", "picture") is None


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "x",
        {},
        {"map": "m", "panel": 5, "polygon": SQUARE.tolist()},
        {"map": "other", "panel": 0, "polygon": SQUARE.tolist()},
        {"map": "m", "panel": 0, "polygon": [[0, 0], [1, 1]]},
        {"map": "m", "panel": 0, "polygon": [[0, 0], [1, "a"], [2, 2]]},
        {"map": "m", "panel": 0, "polygon": [[0, 0], [1, None], [2, 2]]},
        {"map": "m", "panel": 0, "polygon": [[0, 0]] * 5000},
    ],
)
def test_what_a_browser_sends_is_not_trusted(sent: object) -> None:
    assert _outline(sent, "m", 2) is None


def test_a_selection_is_told_apart_by_what_it_has_more_of() -> None:
    table = pd.DataFrame(
        {
            "category": ["lamp", "lamp", "vase", "vase", "vase", ""],
            "price": [10.0, 30.0, 100.0, np.nan, 300.0, 100.0],
        }
    )
    found = contrast(table, np.array([True, True, True, False, False, False]), ["category"], ["price"])
    assert (found.selected, found.rest) == (3, 3)
    first = found.shares["category"].iloc[0]
    assert first["value"] == "lamp"
    assert first["selected"] == pytest.approx(2 / 3)
    assert first["rest"] == 0
    assert found.numbers["price"] == (30.0, 200.0)


def test_what_is_unknown_for_all_selected_is_left_out() -> None:
    table = pd.DataFrame({"category": ["", "a"], "rank": [np.nan, 3.0]})
    found = contrast(table, np.array([True, False]), ["category"], ["rank"])
    assert found.shares == {}
    assert found.numbers == {}


def test_paths_of_categories_are_cut_where_they_can_still_be_told_apart() -> None:
    few = [f"Home > Room {n}" for n in range(3)]
    many = [f"Tools > Bench > Drawer {n}" for n in range(40)]
    assert kinds(pd.Series(few)).tolist() == ["Room 0", "Room 1", "Room 2"]
    assert set(kinds(pd.Series(many))) == {"Bench"}
    assert kinds(pd.Series(["", "plain"])).tolist() == ["", "plain"]


def test_values_beyond_the_shown_ones_are_grey_and_raise_no_warning() -> None:
    import warnings

    from pages.ui import align_colour

    names = [f"kind {k}" for k in range(align_colour.CATEGORIES_SHOWN + 2)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = align_colour._by_category(pd.Series([*names, names[0], ""]), "no label")
    assert found.names[-1] == t("align.other_category")
    assert found.of[0] == found.of[-2] == 0
    assert found.of[-1] == align_colour.CATEGORIES_SHOWN
    few = align_colour._by_category(pd.Series(["good", "bad", ""]), "no label")
    assert few.names == ("good", "bad", "no label")
    assert few.of.tolist() == [0, 1, 2]


def test_rows_are_right_wrong_or_not_asked() -> None:
    from pages.ui import align_colour

    outcome = pd.Series([t(f"align.outcome_{name}") for name in ("wrong", "unasked", "right")])
    assert align_colour._by_outcome(outcome).of.tolist() == [1, 2, 0]
