"""The method that the README adds, added."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from xscene_core.transfer import method as registry
from xscene_core.transfer.labels.views import HELD_BACK, LabelRows, LabelView
from xscene_core.watcher import Silent

README = Path(__file__).resolve().parents[3] / "README.md"


@pytest.fixture
def code() -> str:
    section = README.read_text(encoding="utf-8").split("## Adding a method", 1)[1].split("\n## ", 1)[0]
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def added(code: str) -> Iterator[registry.Method]:
    known = dict(registry.methods())
    exec(compile(code, "README.md", "exec"), {})
    (name,) = set(registry.methods()) - set(known)
    yield registry.find(name)
    registry._REGISTRY.pop(name)


def rows(seed: int, scale: float, shift: float) -> tuple[np.ndarray, np.ndarray]:
    labels = np.arange(200) % 2
    features = np.random.default_rng(seed).standard_normal((200, 3))
    features[:, 0] += 3 * labels
    return features * scale + shift, labels


def test_it_takes_fewer_than_thirty_lines_of_code(code: str) -> None:
    assert sum(bool(line.strip()) for line in code.splitlines()) < 30


def test_the_method_of_the_readme_is_found_and_does_what_it_says(added: registry.Method) -> None:
    (own, labels), (wanted, answers) = rows(0, 1.0, 0.0), rows(1, 5.0, 40.0)
    hidden = np.full(200, HELD_BACK)
    view = LabelView((LabelRows("a", own, labels),), LabelRows("b", wanted, hidden), ("no", "yes"), 0)
    assert added.learns("label")
    assert not added.learns("ranking")
    right = (added.run_labels(view, {}, Silent()).predict(wanted) == answers).mean()
    plain = (registry.find("source-only").run_labels(view, {}, Silent()).predict(wanted) == answers).mean()
    assert right > 0.9 > plain
