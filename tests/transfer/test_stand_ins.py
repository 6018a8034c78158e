"""Items that nobody has chosen are spoken for by their likes, and are no longer buried."""

from dataclasses import replace

import numpy as np

from benchmarks.cold_items import among_cold, asked_for, held_out, without
from tests.transfer.worlds import task, unit, world
from xscene_core.evaluation.ranking import metric, rank_answers
from xscene_core.models.training import train
from xscene_core.transfer import learning, stand_ins
from xscene_core.transfer.method import find
from xscene_core.watcher import Silent


def test_a_chosen_item_stands_for_itself_and_an_unchosen_one_is_its_nearest() -> None:
    random = np.random.default_rng(0)
    vectors = unit(random.standard_normal((40, 5)))
    counts = random.integers(0, 2, 40)
    found = stand_ins.stand_ins(vectors, counts)
    assert found is not None
    dense = found.toarray()
    np.testing.assert_allclose(dense.sum(axis=1), 1, rtol=1e-5)
    chosen = counts > 0
    np.testing.assert_array_equal(dense[chosen], np.eye(40)[chosen])
    assert not dense[:, ~chosen].any()
    for row in np.flatnonzero(~chosen):
        alike = np.where(chosen, vectors @ vectors[row], -np.inf)
        assert set(np.flatnonzero(dense[row])) == set(np.argsort(-alike)[: stand_ins.NEAREST])


def test_where_nothing_is_missing_or_nothing_known_nobody_stands_in(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    vectors = unit(np.random.default_rng(0).standard_normal((6, 3)))
    assert stand_ins.stand_ins(vectors, np.ones(6, np.int64)) is None
    assert stand_ins.stand_ins(vectors, np.zeros(6, np.int64)) is None
    monkeypatch.setattr(stand_ins, "MOST", 4)
    assert stand_ins.stand_ins(vectors, np.array([1, 1, 1, 0, 0, 0])) is None


def test_pieces_give_what_the_whole_gives(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    vectors = unit(np.random.default_rng(0).standard_normal((50, 4)))
    counts = np.arange(50) % 3
    whole = stand_ins.stand_ins(vectors, counts)
    monkeypatch.setattr(stand_ins, "CELLS", 1)
    pieces = stand_ins.stand_ins(vectors, counts)
    assert whole is not None
    assert pieces is not None
    np.testing.assert_allclose(whole.toarray(), pieces.toarray(), atol=1e-7)


def test_unchosen_items_are_ranked_about_as_well_as_by_content(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(learning, "train", train)
    view, test = task(*world(people=300), budget="all")
    cold = held_out(len(view.target.item_ids), 0)
    view, asked = without(view, cold), asked_for(test.questions, cold)

    def quality(recommender) -> tuple[float, float]:  # type: ignore[no-untyped-def]
        scores = recommender.score, among_cold(recommender.score, cold)
        return tuple(float(metric("ndcg@10", rank_answers(one, asked)[0]).mean()) for one in scores)  # type: ignore[return-value]

    content = quality(find("content").run(view, {}, Silent()))
    learned = find("target-only").run(view, {}, Silent())
    assert quality(learned)[0] > 0.8 * content[0]
    assert quality(learned)[1] > 0.8 * content[1]
    monkeypatch.setattr("xscene_core.transfer.recommender.stand_ins", lambda *_: None)
    buried = find("target-only").run(view, {}, Silent())
    assert quality(buried)[0] < quality(learned)[0]


def test_what_was_saved_speaks_for_the_same_items(tmp_path) -> None:  # type: ignore[no-untyped-def]
    view, test = task(*world())
    view = without(view, held_out(len(view.target.item_ids), 0))
    fitted = find("target-only").run(view, {}, Silent())
    fitted.weights = np.array([1.0, 0.5, 0.2, 0.7, 0.3])
    fitted.save(tmp_path)
    loaded = find("target-only").load(tmp_path, replace(view))
    histories = test.questions.histories
    np.testing.assert_allclose(loaded.score(histories), fitted.score(histories), rtol=1e-5, atol=1e-6)
