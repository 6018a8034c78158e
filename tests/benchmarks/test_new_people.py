"""The rows of ``new-people``: values, paired differences and ratios that belong together."""

import numpy as np
import pytest

from benchmarks.new_people import METHODS, PAIRS, _rows


def test_differences_and_ratios_follow_from_the_values() -> None:
    random = np.random.default_rng(0)
    values = {
        name: {about: random.random(200) + place for about in ("ndcg@10", "recall@10")}
        for place, name in enumerate(METHODS)
    }
    rows = {(row.name, row.metric): row.value for row in _rows("Arts", values)}
    mean = {name: found["ndcg@10"].mean() for name, found in values.items()}
    for name in METHODS:
        assert rows[f"Arts/{name}", "ndcg@10"] == pytest.approx(mean[name])
    for one, other in PAIRS:
        assert rows[f"Arts/{one} minus {other}, paired", "ndcg@10"] == pytest.approx(mean[one] - mean[other])
    assert rows["Arts/blend over popularity", "ndcg@10 ratio"] == pytest.approx(
        mean["blend"] / mean["popularity"]
    )
