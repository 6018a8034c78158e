"""A fit is called target-only where it is the same, and nowhere else: its gain would be shown as nothing."""

import pytest

from tests.transfer.worlds import short_training, task, world
from xscene_core.transfer import learning
from xscene_core.transfer.method import find
from xscene_core.watcher import Silent


@pytest.mark.parametrize(
    ("method", "fewest", "same"),
    [
        ("fine-tune", 1, True),
        ("fine-tune", 10**9, True),
        ("taught-text", 1, True),  # its view has no sentence encoder
        ("fine-tune", 300, False),  # the sources' choices are enough for a sequence network, the target's not
        ("frozen-features", 10**9, False),
        ("l2-sp", 10**9, False),
    ],
)
def test_what_learns_otherwise_is_not_called_target_only(
    method: str, fewest: int, same: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, _ = task(*world(people=80), budget="24")
    monkeypatch.setattr(learning, "SHARES", (0.0,))  # nothing of the sources is kept
    monkeypatch.setattr(learning, "blend", lambda *_: None)
    with short_training(1):
        monkeypatch.setattr(learning, "FEWEST", fewest)
        fitted = find(method).run(view, {}, Silent())
    assert fitted.stands_for == ("target-only" if same else method)
    assert "sentence encoder" not in fitted.reason
    assert ("this is target-only" in fitted.reason) == same, fitted.reason


@pytest.mark.parametrize("method", ["fine-tune", "taught-text"])
def test_only_what_would_have_taught_an_encoder_says_that_there_is_none(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, _ = task(*world(people=80), budget="24")
    monkeypatch.setattr(learning, "SHARES", (1.0,))
    monkeypatch.setattr(learning, "blend", lambda *_: None)
    with short_training(1):
        fitted = find(method).run(view, {}, Silent())
    assert fitted.stands_for == "fine-tune"
    assert ("no sentence encoder" in fitted.reason) == (method == "taught-text")
