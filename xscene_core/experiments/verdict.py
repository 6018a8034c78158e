"""One sentence that says what a comparison shows: never more than the evidence, never less.

The claim is about the method that ``auto`` is, where it ran; otherwise about the transfer method with the
strongest evidence after Holm's correction over all of them. The best method without a source is always named.
"""

from collections import Counter
from dataclasses import dataclass, replace
from math import isnan

from xscene_core.evaluation.statistics import Paired
from xscene_core.experiments.buckets import Bucket
from xscene_core.experiments.comparison import Comparison, Row
from xscene_core.experiments.references import same_model
from xscene_core.experiments.spec import TaskSpec
from xscene_core.text import catalogue, t

ENOUGH = 30
"""Test people below which no claim is made."""
ALPHA = 0.05

_CASES = {1: "verdict.helps", -1: "verdict.hurts", 0: "verdict.unclear"}

Part = tuple[str, dict[str, object]]
"""A text key and its fields."""


@dataclass(frozen=True)
class Hurt:
    """A group of people for whom a method is worse than its reference: the interval lies below 0."""

    method: str
    run_id: str
    bucket: Bucket


@dataclass(frozen=True)
class Verdict:
    """``case`` names the kind of result, ``parts`` are text keys with fields, ``row`` is what it is about."""

    case: str
    parts: tuple[Part, ...]
    row: Row | None = None
    baseline: Row | None = None

    def text(self, language: str = "en") -> str:
        """The sentence."""
        return "".join(t(key, language, **fields) for key, fields in self.parts)


def verdict(comparison: Comparison) -> Verdict:
    """What the comparison shows."""
    found = _ranking_verdict(comparison)
    if comparison.task is None or comparison.task.kind == "ranking":
        return found
    parts = tuple((_for_labels(comparison.task, key), fields) for key, fields in found.parts)
    return replace(found, parts=parts)


def _for_labels(task: TaskSpec, key: str) -> str:
    """The words for label tasks, where there are any; with a budget of 0 the reference is source-only."""
    name = key.removeprefix("verdict.")
    budget = "unlabelled_" if task.budget in ("0", "0%") else "label_"
    wanted = (f"verdict.{budget}{name}", f"verdict.label_{name}")
    return next((one for one in wanted if one in catalogue()), key)


def _ranking_verdict(comparison: Comparison) -> Verdict:
    baseline = best_baseline(comparison)
    transfers = [row for row in comparison.finished if row.transfers]
    if not comparison.finished:
        return Verdict("nothing", (("verdict.nothing", {"states": _states(comparison)}),))
    if not transfers:
        assert baseline is not None  # every finished row is a transfer method or a baseline
        return Verdict("only_baselines", (("verdict.only_baselines", _named(baseline)),), None, baseline)
    row = claimed(transfers)
    against, better = _against_baseline(comparison, row, baseline)
    if row.gain is None:
        fields: dict[str, object] = {"method": row.method, "reference": row.reference}
        parts = _sentence(("verdict.no_reference", fields), against)
        return Verdict("no_reference", parts, row, baseline)
    if comparison.n < ENOUGH:
        fields = {**_gain_fields(row, row.gain), "needed": ENOUGH, "n": comparison.n}
        only = [("verdict.baseline_only", _named(baseline))] if baseline else []
        return Verdict("too_few", _sentence(("verdict.too_few", fields), only), row, baseline)
    if row.stands_for == row.reference and row.gain.low == row.gain.high == 0:
        clauses = [*against, *_others(row, transfers)]
        return Verdict("abstained", _sentence(_abstained(row), clauses), row, baseline)
    case, parts = _judged(comparison, row, row.gain, transfers, against)
    return Verdict("helps_but_baseline" if case == "helps" and better else case, parts, row, baseline)


def where_it_hurts(comparison: Comparison) -> list[Hurt]:
    """Every group of every transfer method whose 95 % interval lies below 0, the largest loss first."""
    found = [
        Hurt(row.method, row.run.run_id, bucket)
        for row in comparison.finished
        for bucket in row.buckets
        if bucket.hurts
    ]
    return sorted(found, key=lambda hurt: hurt.bucket.gain.value)


def best_baseline(comparison: Comparison) -> Row | None:
    """The row with the highest NDCG@10 among those that use no source."""
    rows = [row for row in comparison.finished if not row.transfers]
    return max(rows, key=lambda row: row.metrics[row.main].value, default=None)


def claimed(transfers: list[Row]) -> Row:
    """The row that the claim is about; see the top of this file.

    Without ``auto``: the largest gain among methods that help after the correction; else the clearest loss;
    else the largest gain, which is then no evidence.
    """
    chosen = next((row for row in transfers if row.method == "auto"), None)
    if chosen is not None:
        return chosen
    measured = [row for row in transfers if row.gain is not None]
    if not measured:
        return transfers[0]
    helping = [row for row in measured if _direction(row) > 0]
    hurting = [row for row in measured if _direction(row) < 0]
    if not helping and len(hurting) == len(measured):
        return min(hurting, key=_value)
    return max(helping or [row for row in measured if row not in hurting], key=_value)


def bucket_text(bucket: Bucket, language: str = "en") -> str:
    """Who is in a group, in words."""
    if bucket.kind in ("popularity", "examples"):
        return t(f"verdict.{bucket.kind}_{bucket.name}", language)
    if bucket.high is None:
        return t(f"verdict.{bucket.kind}_open", language, low=bucket.low)
    if bucket.low == bucket.high:
        size = "one" if bucket.low == 1 else "exact"
        return t(f"verdict.{bucket.kind}_{size}", language, low=bucket.low)
    return t(f"verdict.{bucket.kind}_range", language, low=bucket.low, high=bucket.high)


def _judged(
    comparison: Comparison, row: Row, gain: Paired, transfers: list[Row], against: list[Part]
) -> tuple[str, tuple[Part, ...]]:
    """The kind of result and the sentence, for a row with a gain over enough people."""
    key = _CASES[_direction(row)]
    if gain.low == gain.high == 0:
        key = "verdict.same"
    fields = _gain_fields(row, gain) | {"n": comparison.n, "adjusted": _adjusted(row, transfers)}
    clauses = list(against)
    if row.reference_differs:
        clauses.append(("verdict.differs", {"params": _listed(list(row.reference_differs))}))
    clauses += _others(row, transfers)
    if key != "verdict.hurts":
        clauses += _groups(row, with_no_gain=key == "verdict.helps")
    return key.removeprefix("verdict."), _sentence((key, fields), clauses)


def _others(row: Row, transfers: list[Row]) -> list[Part]:
    """What the other methods turned out to do: gains where the claimed one has none, and losses."""
    others = [other for other in transfers if other is not row]
    helping = list(dict.fromkeys(other.method for other in others if _direction(other) > 0))
    hurting = list(dict.fromkeys(other.method for other in others if other.negative_transfer))
    parts: list[Part] = []
    if helping and _direction(row) <= 0:
        parts.append(("verdict.others_help", {"methods": _listed(helping)}))
    if hurting:
        parts.append(("verdict.others_hurt", {"methods": _listed(hurting)}))
    return parts


def _sentence(first: Part, clauses: list[Part]) -> tuple[Part, ...]:
    return (first, *clauses, ("verdict.end", {}))


def _abstained(row: Row) -> Part:
    reason = row.run.reason.strip().rstrip(".")
    fields: dict[str, object] = {"method": row.method, "stands_for": row.stands_for}
    fields["reason"] = t("verdict.abstained_reason", reason=reason) if reason else ""
    return "verdict.abstained", fields


def _direction(row: Row) -> int:
    """1 helps, -1 hurts, 0 neither. ``auto`` was named before the test; others bear the correction."""
    gain = row.gain
    if gain is None or isnan(gain.low):
        return 0
    if gain.high < 0:
        return -1  # negative transfer is named by its interval alone: caution needs no correction
    sure = row.method == "auto" or (row.adjusted_p is not None and row.adjusted_p <= ALPHA)
    return 1 if gain.low > 0 and sure else 0


def _against_baseline(comparison: Comparison, row: Row, baseline: Row | None) -> tuple[list[Part], bool]:
    """How the best method without a source compares, and whether it is clearly better."""
    if baseline is None:
        return [], False
    fields = _named(baseline) | {"own_value": f"{row.metrics[row.main].value:.4f}"}
    gap = comparison.difference(baseline, row)
    if gap is None:
        return [("verdict.baseline_only", fields)], False
    if baseline.method == row.reference:
        return [("verdict.baseline_reference", fields)], gap.low > 0
    if gap.low > 0:
        fields |= {
            "lead": _signed(gap.value),
            "baseline_low": _signed(gap.low),
            "baseline_high": _signed(gap.high),
        }
        return [("verdict.baseline_better", fields)], True
    return [("verdict.baseline_behind" if gap.high < 0 else "verdict.baseline_close", fields)], False


def _groups(row: Row, *, with_no_gain: bool) -> list[Part]:
    parts: list[Part] = []
    hurt = [bucket for bucket in row.buckets if bucket.hurts]
    if hurt:
        parts.append(("verdict.group_hurts", {"groups": _listed([bucket_text(b) for b in hurt])}))
    flat = [b for b in row.buckets if not b.hurts and b.n >= ENOUGH and b.gain.value <= 0]
    if flat and with_no_gain:
        parts.append(("verdict.group_no_gain", {"groups": _listed([bucket_text(b) for b in flat])}))
    return parts


def _gain_fields(row: Row, gain: Paired) -> dict[str, object]:
    kind = "same_model" if same_model(row.reference, row.run.spec.task) else "other_method"
    return {
        "against": t(f"verdict.{kind}", reference=row.reference),
        "method": row.method if row.stands_for == row.method else f"{row.method} ({row.stands_for})",
        "reference": row.reference,
        "gain": _signed(gain.value),
        "loss": f"{-gain.value:.4f}",
        "low": _signed(gain.low),
        "high": _signed(gain.high),
        "could_lose": f"{max(0.0, -gain.low):.4f}",
        "could_gain": f"{max(0.0, gain.high):.4f}",
        "better": f"{100 * gain.better_share:.0f}",
        "worse": f"{100 * gain.worse_share:.0f}",
    }


def _adjusted(row: Row, transfers: list[Row]) -> str:
    count = sum(other.gain is not None for other in transfers)
    if row.method == "auto" or row.adjusted_p is None or count < 2:
        return ""
    return t("verdict.adjusted", p=f"{row.adjusted_p:.2g}", count=count)


def _named(baseline: Row) -> dict[str, object]:
    return {"baseline": baseline.method, "baseline_value": f"{baseline.metrics[baseline.main].value:.4f}"}


def _states(comparison: Comparison) -> str:
    counts = Counter(row.run.status for row in comparison.rows)
    listed = ", ".join(t(f"verdict.state_{status}", count=count) for status, count in counts.items())
    return t("verdict.states", list=listed) if listed else ""


def _listed(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return t("verdict.and", first=", ".join(names[:-1]), last=names[-1])


def _value(row: Row) -> float:
    return row.gain.value if row.gain else 0.0


def _signed(value: float) -> str:
    return f"{value:+.4f}" if value == value else "?"
