import numpy as np
import pytest

from xscene_core.experiments.buckets import gains, groups
from xscene_core.experiments.evidence import Evidence
from xscene_core.experiments.ranks import RankTable


def of_kind(found, kind):
    return [group for group in found if group.kind == kind]


def test_history_groups_are_the_agreed_ones_when_all_have_somebody():
    history = np.arange(1, 30)
    found = of_kind(groups(history, np.zeros(29, dtype=int)), "history")
    assert [(g.low, g.high) for g in found] == [(1, 2), (3, 5), (6, 10), (11, None)]


def test_history_groups_follow_the_people_when_one_would_be_empty():
    history = np.array([1] * 50 + [2] * 30 + [3] * 20)
    found = of_kind(groups(history, np.zeros(100, dtype=int)), "history")
    assert [(g.low, g.high, int(g.people.sum())) for g in found] == [(1, 1, 50), (2, 2, 30), (3, None, 20)]


def test_everybody_alike_is_one_group():
    found = groups(np.full(10, 4), np.zeros(10, dtype=int))
    assert [(g.kind, g.name, int(g.people.sum())) for g in found] == [
        ("history", "4+", 10),
        ("popularity", "never", 10),
    ]


def test_popularity_groups_keep_the_never_seen_apart():
    seen = np.repeat([0, 1, 2, 5, 50], 20)
    found = of_kind(groups(np.ones(100, dtype=int), seen), "popularity")
    assert [g.name for g in found] == ["never", "tail", "middle", "head"]
    assert found[0].people.sum() == 20
    assert seen[found[-1].people].min() > seen[found[1].people].max()


@pytest.mark.parametrize("seed", range(5))
def test_every_person_is_in_exactly_one_group_of_each_kind(seed):
    random = np.random.default_rng(seed)
    found = groups(random.integers(1, 3 + 6 * seed, 200), random.integers(0, 2 + seed, 200))
    for kind in ("history", "popularity"):
        assert (np.sum([g.people for g in of_kind(found, kind)], axis=0) == 1).all()


def test_nobody_has_no_groups():
    assert groups(np.empty(0, dtype=int), np.empty(0, dtype=int)) == []


def test_a_loss_is_found_in_the_group_where_it_is():
    n = 600
    history = np.where(np.arange(n) < 300, 1, 20)
    base = np.full(n, 3.0)
    changed = np.where(
        history == 20, base + 20 * (np.arange(n) % 2), np.where(np.arange(n) % 3 == 0, 1.0, base)
    )
    people = np.array([f"u{k}" for k in range(n)], dtype=object)

    def table(ranks):
        return RankTable(people, people, ranks, history, np.zeros(n, dtype=int))

    evidence = Evidence({"new": table(changed), "old": table(base)})
    found = {
        bucket.name: bucket
        for bucket in gains(evidence, ["new"], ["old"], "ndcg@10")
        if bucket.kind == "history"
    }
    assert [name for name, bucket in found.items() if bucket.hurts] == ["2+"]
    assert found["1-1"].gain.low > 0
    assert found["1-1"].n == 300
