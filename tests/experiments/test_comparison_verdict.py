import numpy as np
import pytest

from tests.experiments.comparison_cases import Shelf, better, ranks_of, worse
from tests.experiments.test_comparison import REGISTRY
from xscene_core.experiments import references
from xscene_core.experiments.comparison import compare
from xscene_core.experiments.verdict import ENOUGH, verdict, where_it_hurts

RANKS = ranks_of()


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    monkeypatch.setattr(references, "_method", REGISTRY.get)
    return Shelf(tmp_path)


def judge(shelf):
    return verdict(compare(shelf, list(shelf.records)))


def test_a_clear_gain_is_said_with_interval_share_and_baseline(shelf):
    shelf.add("target-only", RANKS)
    shelf.add("popularity", worse(RANKS))
    shelf.add("fine-tune", better(RANKS))
    found = judge(shelf)
    text = found.text()
    assert found.case == "helps"
    assert text.startswith("Transfer helps here: fine-tune gains NDCG@10 +0.")
    assert "95 % interval +0." in text
    assert "target-only is also the best method without a source" in text
    assert text.endswith(".")
    assert "{" not in text


def test_a_better_baseline_is_never_hidden(shelf):
    shelf.add("target-only", worse(RANKS, 0.6))
    shelf.add("content", better(RANKS, 0.5))
    shelf.add("fine-tune", RANKS)
    found = judge(shelf)
    assert found.case == "helps_but_baseline"
    assert "content without any source is still better" in found.text()


def test_a_baseline_that_is_as_good_is_named(shelf):
    shelf.add("target-only", worse(RANKS, 0.6))
    shelf.add("content", RANKS)
    shelf.add("fine-tune", RANKS)
    assert "content without any source is not clearly behind" in judge(shelf).text()


def test_an_interval_that_holds_zero_is_no_evidence_and_says_what_could_hide(shelf):
    random = np.random.default_rng(1)
    shelf.add("target-only", RANKS)
    shelf.add("fine-tune", np.where(random.random(400) < 0.05, ranks_of(seed=3), RANKS))
    found = judge(shelf)
    assert found.case == "unclear"
    assert "No evidence either way" in found.text()
    assert "could still go unseen" in found.text()


def test_a_clear_loss_is_called_negative_transfer(shelf):
    shelf.add("target-only", RANKS)
    shelf.add("fine-tune", worse(RANKS))
    found = judge(shelf)
    assert found.case == "hurts"
    assert found.text().startswith("Negative transfer: fine-tune loses NDCG@10 0.")


def test_an_abstention_gives_its_reason(shelf):
    shelf.add("content", RANKS)
    shelf.add("auto", RANKS, reference="content", stands_for="content", reason="The evidence was thin.")
    found = judge(shelf)
    assert found.case == "abstained"
    assert "(The evidence was thin)" in found.text()
    assert "content" in found.text()


def test_what_an_abstention_missed_and_avoided_is_told(shelf):
    shelf.add("content", RANKS)
    shelf.add("target-only", RANKS)
    shelf.add("fine-tune", better(RANKS))
    shelf.add("coral", worse(RANKS))
    shelf.add("auto", RANKS, reference="content", stands_for="content")
    text = judge(shelf).text()
    assert text.startswith("No transfer here")
    assert "seen afterwards on the test people, fine-tune did gain" in text
    assert "negative transfer with coral" in text


def test_the_claim_is_about_auto_even_when_another_method_looks_better(shelf):
    shelf.add("target-only", RANKS)
    shelf.add("fine-tune", better(RANKS, 0.8))
    shelf.add("auto", worse(RANKS), reference="target-only", stands_for="coral")
    found = judge(shelf)
    assert found.case == "hurts"
    assert found.row.method == "auto"


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("target-only", "over the same model without the source (target-only), better"),
        ("content", "over content, which uses no source, better"),
    ],
)
def test_a_method_of_another_kind_is_not_called_the_same_model(shelf, reference, said):
    shelf.add("target-only", RANKS)
    shelf.add("content", RANKS)
    shelf.add("auto", better(RANKS), reference=reference, stands_for="fine-tune")
    assert said in judge(shelf).text()


def test_without_auto_the_correction_for_many_methods_decides(shelf):
    shelf.add("target-only", RANKS)
    barely = RANKS.copy()
    barely[np.flatnonzero(RANKS > 10)[:6]] = 8.0  # six people better: p is 1/32
    shelf.add("fine-tune", barely)
    alone = judge(shelf)
    assert alone.case == "helps"
    random = np.random.default_rng(5)
    for epochs in range(6, 12):
        noise = np.where(random.random(400) < 0.1, ranks_of(seed=epochs), RANKS)
        shelf.add("coral", noise, params={"epochs": epochs})
    found = verdict(compare(shelf, list(shelf.records)))
    assert found.case != "helps"


def test_other_methods_with_negative_transfer_are_named(shelf):
    shelf.add("target-only", RANKS)
    shelf.add("fine-tune", better(RANKS))
    shelf.add("coral", worse(RANKS))
    assert "negative transfer with coral" in judge(shelf).text()


def test_only_baselines_say_nothing_about_transfer(shelf):
    shelf.add("content", RANKS)
    shelf.add("popularity", worse(RANKS))
    found = judge(shelf)
    assert found.case == "only_baselines"
    assert "best method without a source is content" in found.text()


def test_nothing_finished_lists_what_happened(shelf):
    shelf.add("fine-tune", status="running")
    shelf.add("coral", status="failed", error="No.")
    found = judge(shelf)
    assert found.case == "nothing"
    assert "1 running, 1 failed" in found.text()


def test_too_few_people_make_no_claim(shelf):
    few = ranks_of(ENOUGH - 1)
    shelf.add("target-only", few + 50)
    shelf.add("fine-tune", np.ones(ENOUGH - 1))
    found = judge(shelf)
    assert found.case == "too_few"
    assert "Too few people" in found.text()


def test_a_missing_counterpart_makes_no_claim(shelf):
    shelf.add("fine-tune", RANKS)
    found = judge(shelf)
    assert found.case == "no_reference"
    assert "target-only" in found.text()
    shelf.add("popularity", worse(RANKS))
    assert "; the best method without a source, popularity, is behind" in judge(shelf).text()


def test_groups_that_lose_are_named_in_a_helping_verdict(shelf):
    history = np.repeat([1, 4, 8, 20], 100)
    random = np.random.default_rng(2)
    changed = np.where(
        history == 20, np.where(random.random(400) < 0.5, RANKS + 30, RANKS), better(RANKS, 0.6)
    )
    shelf.add("target-only", RANKS, history=history)
    shelf.add("fine-tune", changed, history=history)
    comparison = compare(shelf, list(shelf.records))
    assert "worse for people with 11 or more earlier choices" in verdict(comparison).text()
    hurt = where_it_hurts(comparison)
    assert (hurt[0].method, hurt[0].bucket.low) == ("fine-tune", 11)


def test_a_reference_with_other_parameters_is_admitted(shelf):
    shelf.add("target-only", RANKS)
    shelf.add("fine-tune", better(RANKS), params={"epochs": 9})
    assert "also differ in epochs" in judge(shelf).text()
